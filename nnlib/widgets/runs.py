"""Runs of training for the training explorer: computed from settings, or recorded while nnlib trains."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from nnlib.activations import ACTIVATIONS, Array
from nnlib.adaptive import AdaGrad, Adam, RMSProp
from nnlib.data import Data
from nnlib.dense import Dense
from nnlib.layers import Input
from nnlib.losses import BinaryCrossEntropy
from nnlib.network import Network, mlp
from nnlib.optimizers import SGD, Momentum, Nesterov
from nnlib.training import DivergedError, batches, train
from nnlib.widgets import drawn, edited
from nnlib.widgets.branching import stages
from nnlib.widgets.seeded import M, SeededRandom, dataset

INITS = {"usual": 1.0, "small": 0.1, "large": 5.0, "zeros": 0.0}
"""Rules for the first weights: what the usual ones are multiplied by."""
USUAL: dict[str, Any] = {
    "noise": 1.0,
    "points": M,
    "weight_decay": 0.0,
    "init": "usual",
    "seeds": 1,
    "drawn": "",
    "edited": "",
}
"""Settings that a run need not name."""
LOSS = BinaryCrossEntropy()
OPTIMIZERS = {rule.__name__: rule for rule in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam)}


@dataclass
class ComputedRun:
    """A run of training as the page computes it, with one seed.

    Attributes
    ----------
    epochs : list of float
        0, 1, ...; of a run that is paused within an epoch the last one is a fraction.
    loss : list of float
        Loss on the whole data set after as many epochs.
    validation : list of float
        Loss on the points held out, after as many epochs; empty if there are none.
    theta : list of ndarray
        The parameters after as many epochs.
    diverged : bool
        Whether it ended because the loss or the gradient was no longer finite.
    """

    net: Network
    epochs: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    theta: list[Array] = field(default_factory=list)
    diverged: bool = False

    def keep(self, training: Data, held: Data | None, part: float = 1) -> None:
        """Add the losses and the parameters as they are now, if the loss is finite or there are none yet.

        ``part`` says how much of an epoch has passed since the last entry.
        """
        value = LOSS(self.net.forward(training[0]), training[1])
        self.diverged |= not np.isfinite(value)
        if self.diverged and self.loss:
            return
        self.epochs.append(self.epochs[-1] + part if self.epochs else 0)
        self.loss.append(value)
        if held is not None:
            self.validation.append(LOSS(self.net.forward(held[0]), held[1]))
        self.theta.append(self.net.theta.copy())


def points(settings: dict[str, Any], given: dict[str, Any]) -> tuple[Data, Data | None]:
    """Return the points and classes of a data set of the explorer, and those held out from training.

    Data given to the explorer come with points held out only if those were given too; drawn points come without.
    """
    settings = USUAL | settings
    if settings["dataset"] == "drawn":
        return drawn.decode(settings["drawn"]), None
    if settings["dataset"] != "given":
        return dataset(settings["dataset"], settings["points"], settings["noise"])
    training = np.array(given["x"]), np.array(given["y"])[:, None]
    if "x_held" not in given:
        return training, None
    return training, (np.array(given["x_held"]), np.array(given["y_held"])[:, None])


def compute(
    settings: dict[str, Any], given: dict[str, Any], epochs: int | None = None
) -> ComputedRun:
    """Train with nnlib what the explorer trains with these settings.

    Parameters
    ----------
    settings : dict
        The values of a run: dataset, hidden, activation, optimizer, lr, batch_size, epochs, seed, start; those of
        `USUAL` may be left out. A branch also has a ``past``: the settings that held before, and until which epoch.
        A run that is ``paused`` stands after so many epochs and so many updates more.
    given : dict
        The explorer's own data and network, if it has any.
    epochs : int, optional
        Stop after so many; where the run ends or is paused if left out.
    """
    settings = USUAL | settings
    training, held = points(settings, given)
    rng: Any = SeededRandom(settings["seed"])  # it has the methods that nnlib calls
    run = ComputedRun(start_network(settings, given, rng))
    run.keep(training, held)
    whole, updates = settings.get("paused") or (settings["epochs"], 0)
    if epochs is not None and epochs <= whole:
        whole, updates = epochs, 0
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges says so itself
            for stage in stages(settings):
                last = stage["until"] > whole
                further = min(stage["until"], whole) - len(run.loss) + 1
                _train_stage(run, stage, training, held, further, updates if last else 0, rng)
                if last or run.diverged:
                    break
    except DivergedError:
        run.diverged = True
    return run


def start_network(settings: dict[str, Any], given: dict[str, Any], rng: Any) -> Network:
    """Return the network of these settings before any training; ``rng`` draws its weights, if they are random."""
    if settings["start"] == "given":
        return network_of(**given["network"])
    f, sizes = ACTIVATIONS[settings["activation"]], [2, *settings["hidden"], 1]
    if settings["start"] == "edited":
        net = mlp(sizes, f, rng=np.random.default_rng(0))  # overwritten at once
        net.theta[:] = edited.decode(settings["edited"])
        return net
    net = mlp(sizes, f, rng=rng)
    net.theta *= INITS[settings["init"]]  # the biases are zero
    return net


def _train_stage(
    run: ComputedRun,
    stage: dict[str, Any],
    training: Data,
    held: Data | None,
    epochs: int,
    updates: int,
    rng: Any,
) -> None:
    """Train so many epochs, and so many updates of another one, with an optimiser that starts anew."""
    net, (x, y) = run.net, training
    optimizer = OPTIMIZERS[stage["optimizer"]](stage["lr"], weight_decay=stage["weight_decay"])
    options = {"batch_size": stage["batch_size"] or None, "rng": rng}
    if epochs > 0:
        for _ in train(net, LOSS, optimizer, x, y, epochs=epochs, **options):
            run.keep(training, held)
            if run.diverged:
                return
    for x_b, y_b in islice(batches(x, y, **options), updates):
        out = net.forward(x_b)
        value = LOSS(out, y_b)
        net.backward(LOSS.grad(out, y_b))
        if not math.isfinite(value) or not math.isfinite(float(net.grad @ net.grad)):
            raise DivergedError("within the epoch at which the run is paused")
        optimizer.step(net.theta, net.grad)
    if updates:
        per_epoch = math.ceil(len(x) / (stage["batch_size"] or len(x)))
        run.keep(training, held, min(updates / per_epoch, 1))


def encode_theta(theta: Array, dtype: str = "float64") -> str:
    """Return parameters as the base64 text of their little-endian bytes."""
    return base64.b64encode(theta.astype(np.dtype(dtype).newbyteorder("<")).tobytes()).decode(
        "ascii"
    )


def decode_theta(text: str, dtype: str = "float64") -> Array:
    """Return the parameters that `encode_theta` has written."""
    return np.frombuffer(base64.b64decode(text), np.dtype(dtype).newbyteorder("<")).astype(float)


def describe_network(net: Network) -> dict[str, Any]:
    """Return a network's widths and activations, as far as an explorer can draw it.

    Raises
    ------
    ValueError
        If it is not made of dense layers, or has an activation that the page does not know.
    """
    layers = net.layers[1:]
    if not all(isinstance(layer, Dense) for layer in layers):
        raise ValueError(f"an explorer takes a network of Dense layers, given {net!r}")
    names = [layer.f.name for layer in layers]  # type: ignore[attr-defined]
    unknown = [name for name in names if name not in ACTIVATIONS]
    if unknown:
        raise ValueError(
            f"the page knows the activations {', '.join(ACTIVATIONS)}, given {unknown[0]!r}"
        )
    return {"sizes": net.sizes, "activations": names}


def network_of(
    sizes: list[int], activations: list[str], theta: str, dtype: str = "float64"
) -> Network:
    """Return the network with these widths, activations and encoded parameters."""
    layers = [Dense(n, ACTIVATIONS[name]) for n, name in zip(sizes[1:], activations, strict=True)]
    net = Network(Input(sizes[0]), *layers, rng=np.random.default_rng(0))  # overwritten at once
    net.theta[:] = decode_theta(theta, dtype)
    return net
