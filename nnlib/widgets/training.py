"""The training explorer: loss curves of several runs, and the decision boundary at every epoch."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from typing import Any

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from nnlib.activations import ACTIVATIONS, Array
from nnlib.history import Record
from nnlib.network import Network
from nnlib.training import DivergedError
from nnlib.widgets import branching, recording
from nnlib.widgets import runs as computing
from nnlib.widgets import seeds as over_seeds
from nnlib.widgets.by_hand import ByHand, fits, given_points, plane_network, refuse_unmade
from nnlib.widgets.seeded import SeededRandom
from nnlib.widgets.still import Curve, training_still

MOST_RUNS = 6

SETTINGS = (
    "dataset",
    "hidden",
    "activation",
    "optimizer",
    "lr",
    "batch_size",
    "epochs",
    "seed",
    "start",
    *computing.USUAL,
)


def _synced(trait: t.TraitType) -> t.TraitType:
    return trait.tag(sync=True)


class TrainingExplorer(ByHand):
    """Networks that learn while one watches, in a notebook and on a page.

    The settings are those of the next run; ``runs`` holds the runs, ``selected`` and ``epoch`` say what the
    pictures show. All of them can be set from Python, observed, and change when the reader does something.

    Parameters
    ----------
    net : Network, optional
        A network with two inputs and one output. Runs can start from its weights.
    x, y : array_like, optional
        Data of your own: points ``(m, 2)`` and classes 0 or 1, ``(m, 1)``.
    validation : pair of array_like, optional
        Further points of your own and their classes, held out from training.
    rates : iterable of float, optional
        Start with one run for each of these learning rates.
    histories : mapping of str to History, optional
        Start with these loss curves, by name; they have no weights, so there is no plane to show.
    **state
        Any of the traits below, by name.

    Attributes
    ----------
    dataset : str
        ``"moons"``, ``"circles"``, ``"spirals"``, ``"xor"``, ``"drawn"`` for points drawn by hand, or ``"given"`` for
        ``x`` and ``y``.
    hidden : list of int
        Widths of the hidden layers, none to four.
    activation, optimizer : str
        Names from `nnlib`: ``"tanh"``, ``"Adam"``.
    lr : float
        The learning rate.
    batch_size : int
        Samples per update; 0 for all of them.
    epochs, seed : int
        Length of a run; seed of its weights and of the order of its samples.
    start : str
        ``"random"``, ``"given"`` for the weights of ``net``, or ``"edited"`` for weights set by hand.
    noise : float
        Noise of the points, as a multiple of the data set's usual: 0 for none.
    points : int
        How many points to train on. Another 200 are held out, for the validation loss.
    weight_decay : float
        As of nnlib's optimisers.
    init : str
        First weights: ``"usual"`` (Glorot's rule, or He's), ``"small"`` (a tenth of that), ``"large"`` (five times
        that) or ``"zeros"``.
    seeds : int
        Over how many seeds a run is trained, from ``seed`` on; its loss is the median of theirs, and the picture shows
        the band from the lowest to the highest.
    runs : list of dict
        At most six: the settings of a run, or what `record` has recorded. A run that is ``paused`` stands after so
        many epochs and so many updates more, say ``[37, 2]``. A branch has a ``past``, see `branch`.
    selected : int
        Index of the run that is shown, -1 for the untrained network.
    epoch : int
        The epoch that is shown.
    log_scale : bool
        Whether the loss has a logarithmic axis.
    drawn, edited, pen, show_held, show_network, picked
        What the reader makes by hand, and looks at: see `ByHand`.

    Examples
    --------
    >>> TrainingExplorer(dataset="moons", hidden=[8], rates=[0.03, 0.3, 3])  # doctest: +SKIP
    """

    kind = "training"
    controls = (
        "dataset", "hidden", "optimizer", "lr", "train", "steps", "branch", "more", "activation",
        "batch_size", "epochs", "seed", "seeds", "noise", "points", "weight_decay", "init", "start",
        "log_scale", "show_held", "drawing", "network", "epoch", "runs", "clear", "table",
    )  # fmt: skip

    dataset = _synced(t.Enum(("moons", "circles", "spirals", "xor", "drawn", "given"), "moons"))
    hidden = _synced(t.List(t.Int(min=1, max=64), [8], maxlen=4))
    activation = _synced(t.Enum(tuple(ACTIVATIONS), "tanh"))
    optimizer = _synced(t.Enum(tuple(computing.OPTIMIZERS), "SGD"))
    lr = _synced(t.Float(0.3, min=1e-6, max=1e3))
    batch_size = _synced(t.Int(20, min=0, max=10_000))
    epochs = _synced(t.Int(200, min=1, max=1000))
    seed = _synced(t.Int(1, min=0, max=2**32 - 1))
    start = _synced(t.Enum(("random", "given", "edited"), "random"))
    noise = _synced(t.Float(1.0, min=0, max=10))
    points = _synced(t.Int(computing.M, min=4, max=2000))
    weight_decay = _synced(t.Float(0.0, min=0, max=10))
    init = _synced(t.Enum(tuple(computing.INITS), "usual"))
    seeds = _synced(t.Int(1, min=1, max=over_seeds.MOST_SEEDS))
    runs = _synced(t.List(t.Dict(), maxlen=MOST_RUNS))
    selected = _synced(t.Int(-1, min=-1, max=MOST_RUNS - 1))
    epoch = _synced(t.Int(0, min=0))
    log_scale = _synced(t.Bool(False))
    given = _synced(t.Dict())

    def __init__(
        self,
        *,
        net: Network | None = None,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        validation: tuple[ArrayLike, ArrayLike] | None = None,
        rates: Iterable[float] = (),
        histories: Mapping[str, Iterable[Record]] | None = None,
        **state: Any,
    ) -> None:
        given: dict[str, Any] = {}
        if (x is None) != (y is None):
            raise TypeError("x and y come together: points (m, 2) and their classes (m, 1)")
        if x is not None and y is not None:
            given |= _written(*given_points(x, y))
            state.setdefault("dataset", "given")
        if validation is not None:
            if x is None:
                raise TypeError("validation comes with data of your own: x=... and y=...")
            held = _written(*given_points(*validation))
            given |= {"x_held": held["x"], "y_held": held["y"]}
        if net is not None:
            given["network"] = {**plane_network(net), "theta": computing.encode_theta(net.theta)}
            state.setdefault("start", "given")
        super().__init__(given=given, **state)
        self._last_sync = 0.0
        first = [{**self.settings(), "lr": float(lr)} for lr in rates]
        self.runs = [*self.runs, *first, *starmap(_curve, (histories or {}).items())]
        if first:
            self.lr = first[-1]["lr"]
        if first or histories:
            self.selected = len(self.runs) - 1
            self.epoch = self._last_epoch(self.selected)

    @t.validate("dataset", "start")
    def _is_given(self, proposal: Any) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        needed = {"dataset": "x", "start": "network"}[name]
        if value == "given" and needed not in self.given:
            what = {"dataset": "x=... and y=...", "start": "net=..."}[name]
            raise t.TraitError(f"{name} is 'given', but TrainingExplorer was made without {what}")
        if value == "edited" and not fits(self.edited, self.hidden):
            raise t.TraitError(
                f"start is 'edited', but there are no weights set by hand for the hidden widths {self.hidden}: "
                "edit(net) sets some"
            )
        return value

    @t.validate("runs")
    def _known_runs(self, proposal: Any) -> list[dict[str, Any]]:
        for run in proposal["value"]:
            known = run.keys() | computing.USUAL
            missing = [] if "label" in run else [name for name in SETTINGS if name not in known]
            if missing:
                raise t.TraitError(
                    f"a run is a dict of {', '.join(SETTINGS)}, or one that record() has made; "
                    f"this one lacks {', '.join(missing)}: {run}"
                )
            refuse_unmade(run)
            try:
                branching.check(run)
            except ValueError as error:
                raise t.TraitError(str(error)) from None
        return [run if "label" in run else computing.USUAL | run for run in proposal["value"]]

    def settings(self) -> dict[str, Any]:
        """Return the settings of the next run, as ``runs`` holds them."""
        settings = {name: getattr(self, name) for name in SETTINGS}
        if self.dataset != "drawn":
            settings["drawn"] = ""
        if self.start != "edited":
            settings["edited"] = ""
        return settings

    def branch(self, run: int, epoch: int, **changes: Any) -> None:
        """Add a run that goes on from an epoch of another with other settings, and show it.

        Up to that epoch the two are one run. From there on the samples come in the order in which they would have
        come, and the optimiser starts anew, without velocity or running means.

        Parameters
        ----------
        run : int
            Index of the run to go on from; one that the page computes.
        epoch : int
            After how many epochs the settings change.
        **changes
            New values for optimizer, lr, batch_size or weight_decay; and for epochs, counted from the start. Without,
            the branch ends where its parent does, or trains ``epochs`` epochs if it begins at that end.

        Raises
        ------
        ValueError
            If the run has been recorded or does not come to that epoch, or something else is to be changed.
        """
        parent = self.runs[run]
        if "label" in parent:
            raise ValueError(f"run {run} has been recorded: only runs of the page can branch")
        if epoch >= parent["epochs"]:
            changes.setdefault("epochs", min(epoch + self.epochs, branching.MOST_EPOCHS))
        self.runs = [*self.runs, branching.branch(parent, epoch, **changes)]
        self.selected = len(self.runs) - 1
        self.epoch = self._last_epoch(self.selected)

    # ---- from Python to the screen

    def record(self, label: str, net: Network, record: Record, *, sync: bool = True) -> None:
        """Add what nnlib has just trained to the run ``label``, and show it.

        Call it in the body of the training loop; `follow` does that for you.

        Parameters
        ----------
        label : str
            The run's name in the legend. A new one begins a new run.
        net : Network
            The network being trained; its parameters are kept for this epoch. The plane is drawn if it has two
            inputs and one output and the explorer has data, else the curve alone.
        record : Record
            What `nnlib.train` has yielded.
        sync : bool
            Whether to bring it to the screen now.
        """
        run = self._recorded(label, net)
        recording.add(run, record)
        recording.keep_weights(run, net, int(record.epoch))
        if sync:
            self._show(label)

    def follow(self, label: str, net: Network, records: Iterable[Record]) -> Iterator[Record]:
        """Record a run while it trains: put this around `nnlib.train`.

        The curve grows on the screen during the loop, and the weights before the first step are kept too::

            for record in explorer.follow("Adam", net, train(net, loss, optimizer, x, y, epochs=200, rng=rng)):
                ...
        """
        recording.keep_weights(self._recorded(label, net), net, 0)
        try:
            for record in records:
                due = time.monotonic() - self._last_sync >= recording.SYNC_SECONDS
                self.record(label, net, record, sync=due)
                yield record
        except DivergedError:
            self._recorded(label, net)["diverged"] = True
            raise
        finally:  # also when the loop is left early
            self._show(label)

    def _recorded(self, label: str, net: Network) -> dict[str, Any]:
        for run in self.runs:
            if run.get("label") == label:
                return run
        if len(self.runs) >= MOST_RUNS:
            raise ValueError(
                f"there are {MOST_RUNS} runs already: remove one before recording {label!r}"
            )
        self.runs = [*self.runs, recording.new(label, net)]
        return self.runs[-1]

    def _show(self, label: str) -> None:
        self._last_sync = time.monotonic()
        index = next(i for i, run in enumerate(self.runs) if run.get("label") == label)
        with self.hold_sync():
            self.runs = [dict(run) for run in self.runs]  # another list, so that the change is sent
            self.send_state("runs")
            self.selected, self.epoch = index, self._last_epoch(index)

    def _last_epoch(self, index: int) -> int:
        run = self.runs[index]
        return max(run["epochs"], default=0) if "label" in run else branching.last_epoch(run)

    # ---- from the screen to Python

    def network(self, run: int | None = None, epoch: int | None = None) -> Network:
        """Return a run's network as it was at an epoch; by default what the screen shows.

        That may be a network before training, with weights set by hand for one. Of a run over several seeds it is
        that of the first.

        Raises
        ------
        ValueError
            If there is no such run, or no weights of that epoch.
        """
        index = self.selected if run is None else run
        wanted = self.epoch if epoch is None else epoch
        if run is None and index < 0 and not wanted:
            return computing.start_network(self.settings(), self.given, SeededRandom(self.seed))
        if not 0 <= index < len(self.runs):
            raise ValueError(
                f"run must be from 0 to {len(self.runs) - 1}, given {index}"
                if self.runs
                else "no runs yet"
            )
        chosen = self.runs[index]
        if "label" in chosen:
            return recording.network(chosen, wanted)
        computed = computing.compute(chosen, self.given, wanted if wanted >= 0 else None)
        if not 0 <= wanted < len(computed.theta):
            raise ValueError(
                f"run {index} has epochs 0 to {len(computed.theta) - 1}, given {wanted}"
            )
        computed.net.theta[:] = computed.theta[wanted]
        return computed.net

    def losses(self, run: int) -> Array:
        """Return the loss curve of a run: after 0, 1, ... epochs if the page computes it, else as recorded.

        If the run is paused within an epoch, the last entry is its loss there. Over several seeds it is the median.
        """
        chosen = self.runs[run]
        if "label" in chosen:
            return np.array([np.nan if value is None else value for value in chosen["loss"]])
        return over_seeds.compute(chosen, self.given).median

    def validation(self, run: int) -> Array:
        """Return the loss of a run on points held out, for the same epochs as `losses`; empty if there is none."""
        chosen = self.runs[run]
        if "label" in chosen:
            values = chosen.get("validation", [])
            return np.array([np.nan if value is None else value for value in values])
        return over_seeds.compute(chosen, self.given).median_validation

    def seed_losses(self, run: int, *, validation: bool = False) -> Array:
        """Return the loss curves of a run for each of its seeds, ``(seeds, epochs + 1)``.

        A seed that has diverged has an infinite loss from there on.

        Parameters
        ----------
        run : int
            Index of a run that the page computes.
        validation : bool
            Whether on the points held out.

        Raises
        ------
        ValueError
            If the run has been recorded.
        """
        chosen = self.runs[run]
        if "label" in chosen:
            raise ValueError(f"run {run} has been recorded: it has one curve, see losses")
        computed = over_seeds.compute(chosen, self.given)
        return computed.validation if validation else computed.loss

    # ---- on a page

    def page_state(self) -> dict[str, Any]:
        """Return the state; recorded runs with fewer weights and digits, so that the page stays light."""
        state = super().page_state()
        return {
            **state,
            "runs": [recording.light(run) if "label" in run else run for run in self.runs],
        }

    def sentence(self) -> str:
        """Say what the explorer shows."""
        labels = [run.get("label") or branching.name(run) for run in self.runs]
        described = (
            f"{len(labels)} runs: {'; '.join(labels)}" if len(labels) > 1 else "".join(labels)
        )
        data = f"{len(self.data()[0])} drawn points" if self.dataset == "drawn" else self.dataset
        return f"Training explorer, data: {data}. {described or 'No runs yet'}."

    def still(self) -> str:
        """Return the points, the field of the network that is shown, and the loss curves, as SVG."""
        (x, y), _ = computing.points(self.settings(), self.given)
        curves, net = [], None
        for i, run in enumerate(self.runs):
            shown = i == self.selected
            if "label" in run:
                held = list(self.validation(i)) if shown else []
                curves.append(Curve(run["epochs"], list(self.losses(i)), held))
                continue
            computed = over_seeds.compute(run, self.given)
            curves.append(computed.curve(branching.branch_epoch(run), validation=shown))
            if shown:
                first = computed.runs[0]
                first.net.theta[:] = first.theta[min(self.epoch, len(first.theta) - 1)]
                net = first.net
        return training_still(x, y, curves, net, self.sentence())


def _curve(label: str, history: Iterable[Record]) -> recording.Recorded:
    recorded = recording.new(label, None)
    for record in history:
        recording.add(recorded, record)
    return recorded


def _written(x: Array, y: Array) -> dict[str, Any]:
    return {"x": x.tolist(), "y": y[:, 0].tolist()}
