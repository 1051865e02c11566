"""The loss explorer: the histories of trainings as curves, recorded on a page, growing while a kernel trains."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import traitlets as t

from nnlib.activations import Array
from nnlib.history import Record
from nnlib.training import DivergedError
from nnlib.widgets import recording
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.loss_still import loss_still
from nnlib.widgets.words import number_text

MOST_CURVES = 6
PAGE_EPOCHS = 500  # of a curve: a page has to stay light
FIELDS = ("label", "epochs", "loss", "validation", "diverged")


class LossExplorer(Explorer):
    """Training and validation loss of up to six trainings, live while they train.

    Parameters
    ----------
    histories : mapping of str to History, or one History, optional
        Start with these curves, by name.
    **state
        Any of the traits below, by name.

    Attributes
    ----------
    curves : list of dict
        What has been recorded: ``label``, and for each of the ``epochs`` the ``loss`` and the ``validation`` loss,
        None where it is not known or not finite; ``diverged`` if the run ended because of that.
    selected : int
        Index of the curve that is looked at.
    epoch : int
        The epoch that is looked at.
    series : str
        What is drawn: the loss on ``"both"`` sets, on the ``"training"`` or on the ``"validation"`` set.
    log_scale : bool
        Whether the loss has a logarithmic axis.

    Examples
    --------
    >>> from nnlib import History
    >>> explorer = LossExplorer(History([Record(1, 0.5, None, 2.0), Record(2, 0.25, 0.75, 1.0)]))
    >>> explorer.sentence()
    'run 1, epoch 2 of 2: training loss 0.25, validation loss 0.75. The validation loss is lowest at epoch 2: 0.75.'
    """

    kind = "loss"
    controls = ("series", "log_scale", "runs", "table")

    curves = t.List(t.Dict(), maxlen=MOST_CURVES).tag(sync=True)
    selected = t.Int(0, min=0, max=MOST_CURVES - 1).tag(sync=True)
    epoch = t.Int(0, min=0).tag(sync=True)
    series = t.Enum(("both", "training", "validation"), "both").tag(sync=True)
    log_scale = t.Bool(False).tag(sync=True)

    def __init__(
        self,
        histories: Mapping[str, Iterable[Record]] | Iterable[Record] = (),
        **state: Any,
    ) -> None:
        if not isinstance(histories, Mapping):
            alone = list(histories)
            histories = {"run 1": alone} if alone else {}
        given = [_curve(label, history) for label, history in histories.items()]
        super().__init__(curves=[*state.pop("curves", []), *given], **state)
        if self.curves and "epoch" not in state:
            self.epoch = max(self._chosen(None)["epochs"], default=0)
        self._growing: dict[str, dict[str, Any]] = {}
        self._last_sync = 0.0

    @t.validate("curves")
    def _known_curves(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        for curve in proposal["value"]:
            missing = [name for name in FIELDS if name not in curve]
            if missing:
                raise t.TraitError(
                    f"a curve is a dict of {', '.join(FIELDS)}; it lacks {', '.join(missing)}"
                )
            lengths = {name: len(curve[name]) for name in ("epochs", "loss", "validation")}
            if len(set(lengths.values())) > 1:
                raise t.TraitError(f"the curve {curve['label']!r} has lists of lengths {lengths}")
        labels = [curve["label"] for curve in proposal["value"]]
        if len(set(labels)) < len(labels):
            raise t.TraitError(f"each curve needs a label of its own, given {labels}")
        return proposal["value"]

    # ---- from Python to the screen

    def record(self, label: str, record: Record, *, sync: bool = True) -> None:
        """Add an epoch to the curve ``label``, and show it.

        An epoch that is not later than the last one begins the curve anew, so that a cell can be run again.

        Parameters
        ----------
        label : str
            The curve's name in the legend. A new one begins a new curve.
        record : Record
            What `nnlib.train` has yielded.
        sync : bool
            Whether to bring it to the screen now.

        Raises
        ------
        ValueError
            If six other curves are there already.
        """
        labels = [curve["label"] for curve in self.curves]
        if label not in {*labels, *self._growing} and len(labels) >= MOST_CURVES:
            raise ValueError(f"there are {MOST_CURVES} curves already, no room for {label!r}")
        if label not in self._growing and label in labels:
            known = self.curves[labels.index(label)]
            self._growing[label] = {**known, **{name: [*known[name]] for name in FIELDS[1:4]}}
        curve = self._growing.setdefault(label, _curve(label, ()))
        if curve["epochs"] and record.epoch <= curve["epochs"][-1]:
            curve = self._growing[label] = _curve(label, ())
        _add(curve, record)
        if sync:
            self._show(label)

    def follow(self, label: str, records: Iterable[Record]) -> Iterator[Record]:
        """Draw a curve while its network trains: put this around `nnlib.train`.

        The curve grows on the screen during the loop::

            for record in explorer.follow("Adam", train(net, loss, optimizer, x, y, epochs=200, rng=rng)):
                ...
        """
        try:
            for record in records:
                due = time.monotonic() - self._last_sync >= recording.SYNC_SECONDS
                self.record(label, record, sync=due)
                yield record
        except DivergedError:
            self._growing.setdefault(label, _curve(label, ()))["diverged"] = True
            raise
        finally:  # also when the loop is left early
            if label in self._growing:
                self._show(label)

    def _show(self, label: str) -> None:
        self._last_sync = time.monotonic()
        grown = self._growing[label]
        copy = {**grown, **{name: [*grown[name]] for name in FIELDS[1:4]}}
        labels = [curve["label"] for curve in self.curves]
        index = labels.index(label) if label in labels else len(labels)
        with self.hold_sync():
            self.curves = [*self.curves[:index], copy, *self.curves[index + 1 :]]
            self.selected, self.epoch = index, max(copy["epochs"], default=0)

    # ---- from the screen to Python

    def losses(self, run: int | None = None) -> Array:
        """Return the training losses ``(epochs,)`` of a curve, by default of the one looked at; NaN if not finite."""
        return _array(self._chosen(run)["loss"])

    def validation(self, run: int | None = None) -> Array:
        """Return the validation losses ``(epochs,)`` likewise; NaN where there was none."""
        return _array(self._chosen(run)["validation"])

    def _chosen(self, run: int | None) -> dict[str, Any]:
        index = min(self.selected, len(self.curves) - 1) if run is None else run
        if not 0 <= index < len(self.curves):
            raise ValueError(
                f"run must be from 0 to {len(self.curves) - 1}, given {index}"
                if self.curves
                else "no curves yet"
            )
        return self.curves[index]

    # ---- on a page

    def page_state(self) -> dict[str, Any]:
        """Return the state; curves with five digits and at most some hundred epochs, so that the page stays light."""
        return {**super().page_state(), "curves": [_light(curve) for curve in self.curves]}

    def sentence(self) -> str:
        """Say what the explorer shows."""
        if not self.curves or not self._chosen(None)["epochs"]:
            return "No history yet: train, and it grows here."
        curve = _light(self._chosen(None))
        epochs = np.array(curve["epochs"])
        i = int(np.abs(epochs - self.epoch).argmin())
        series = {"training": _array(curve["loss"]), "validation": _array(curve["validation"])}
        held = bool(np.isfinite(series["validation"]).any())
        shown = ("training", "validation") if held else ("training",)
        losses = ", ".join(
            f"{name} loss {number_text(series[name][i], 3) if np.isfinite(series[name][i]) else 'not known'}"
            for name in shown
        )
        best, low = "", series[shown[-1]]
        if np.isfinite(low).any():
            k = int(np.nanargmin(low))
            best = (
                f" The {shown[-1]} loss is lowest at epoch {epochs[k]}: {number_text(low[k], 3)}."
            )
        end = " Then it was no longer a finite number, and the run ended." * curve["diverged"]
        return f"{curve['label']}, epoch {epochs[i]} of {epochs[-1]}: {losses}.{best}{end}"

    def still(self) -> str:
        """Return the curves as SVG."""
        return loss_still(self.page_state()["curves"], self.series, self.log_scale, self.sentence())


def _curve(label: str, history: Iterable[Record]) -> dict[str, Any]:
    curve: dict[str, Any] = {"label": label, "epochs": [], "loss": [], "validation": []}
    curve["diverged"] = False
    for record in history:
        if not isinstance(record, Record):
            raise TypeError(
                f"the history {label!r} must hold records of nnlib.train, given {record!r}"
            )
        _add(curve, record)
    return curve


def _add(curve: dict[str, Any], record: Record) -> None:
    curve["epochs"].append(int(record.epoch))
    for name in ("loss", "validation"):
        value = getattr(record, name)
        known = value is not None and np.isfinite(value)
        curve[name].append(float(value) if known else None)
    curve["diverged"] = curve["loss"][-1] is None


def _array(values: list[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _light(curve: dict[str, Any]) -> dict[str, Any]:
    """Return the curve with fewer digits and epochs; the first, the last and the best stay."""
    count = len(curve["epochs"])
    kept = set(range(0, count, -(-count // PAGE_EPOCHS))) | {count - 1} if count else set()
    for name in ("loss", "validation"):
        values = _array(curve[name])
        if np.isfinite(values).any():
            kept.add(int(np.nanargmin(values)))
    chosen = sorted(kept)
    digits = {
        name: [None if curve[name][i] is None else float(f"{curve[name][i]:.5g}") for i in chosen]
        for name in ("loss", "validation")
    }
    return {**curve, "epochs": [curve["epochs"][i] for i in chosen], **digits}
