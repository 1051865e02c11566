"""The universal approximation explorer: a curve out of steps and bumps by hand, and then by training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import traitlets as t

from nnlib.activations import Array, relu, sigmoid, tanh
from nnlib.adaptive import Adam
from nnlib.dense import Dense
from nnlib.layers import Input
from nnlib.losses import MSE
from nnlib.network import Network
from nnlib.widgets import approximation_still
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.words import number_text

X = np.arange(201) / 200  # where the curve is compared with the network
HEIGHT_MOST = 1.5
STEPS_MOST = 500
UNITS = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}
TARGETS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "wave": ("a wave", lambda x: np.sin(2 * np.pi * x)),
    "hill": ("a hill", lambda x: np.exp(-40 * (x - 0.5) ** 2)),
    "tent": ("a tent", lambda x: 1 - 4 * np.abs(x - 0.5)),
    "chirp": ("a chirp", lambda x: np.sin(6 * np.pi * x**2)),
    "jump": ("a jump", lambda x: np.where(x < 0.4, -0.6, 0.7)),
}


class Errors(NamedTuple):
    """How far a curve is from its target on `X`."""

    largest: float
    at: float
    mean_squared: float


class ApproximationExplorer(Explorer):
    """A curve on [0, 1], approximated by bumps; each is the difference of two steep units.

    With the edges s_0, ..., s_n and the step σ the network's output is the sum over the bumps of
    h_j (σ(k (x - s_j)) - σ(k (x - s_{j+1}))).

    Parameters
    ----------
    f : callable, optional
        An own target: ``f(x)`` for ``x`` of shape ``(201,)``, with values from -1.5 to 1.5.
    **state
        The attributes below.

    Attributes
    ----------
    target : str
        ``"wave"``, ``"hill"``, ``"tent"``, ``"chirp"``, ``"jump"``, or ``"given"`` for an own one.
    heights : list of float
        h_j, from left to right: 2 to 16 numbers from -1.5 to 1.5.
    steepness : float
        k, from 5 to 1000.
    units : str
        ``"sigmoid"``, ``"tanh"`` (the same steps from another unit), or ``"relu"`` (two units a step).
    rate : float
        Adam's learning rate, from 0.0001 to 0.01.
    steps : int
        How many steps of training follow, from 0 to 500; each on all 201 places. The page takes the same steps with
        its own engine: rounding, which a long run can amplify, is the only difference.

    Examples
    --------
    >>> explorer = ApproximationExplorer(target="hill", heights=[0, 1, 1, 0])
    >>> explorer.network()
    Network(Input(1), Dense(5, sigmoid), Dense(1, identity))  # 16 parameters
    >>> round(explorer.errors().largest, 3)
    0.813
    """

    kind = "approximation"
    controls = ("target", "units", "bumps", "steepness", "train", "rate", "steps", "fit", "flatten")

    target = t.Enum((*TARGETS, "given"), "wave").tag(sync=True)
    heights = t.List(
        t.Float(min=-HEIGHT_MOST, max=HEIGHT_MOST),
        [0.4, 0.9, 0.9, 0.4, 0, 0, 0, 0],
        minlen=2,
        maxlen=16,
    ).tag(sync=True)
    steepness = t.Float(100.0, min=5, max=1000).tag(sync=True)
    units = t.Enum(tuple(UNITS), "sigmoid").tag(sync=True)
    rate = t.Float(0.01, min=1e-4, max=0.01).tag(sync=True)
    steps = t.Int(0, min=0, max=STEPS_MOST).tag(sync=True)
    given = t.List(t.Float()).tag(sync=True)
    """The values of an own target at the 201 places."""

    def __init__(self, *, f: Callable[[Array], Array] | None = None, **state: Any) -> None:
        if f is not None:
            state = {"target": "given", **state, "given": _values(f).tolist()}
        if state.get("target") == "given" and not state.get("given"):
            raise t.TraitError("target is 'given', but no f=... was given")
        super().__init__(**state)

    def values(self) -> Array:
        """Return the target at the places `X`, ``(201,)``."""
        return np.array(self.given) if self.target == "given" else TARGETS[self.target][1](X)

    def edges(self) -> Array:
        """Return where the steps are, ``(n + 1,)``; the outermost lie outside, so that the ends do not sag."""
        return edges(len(self.heights))

    def fit(self) -> None:
        """Give each bump the height of the target in its middle, and forget the training."""
        n = len(self.heights)
        middles = np.interp((np.arange(n) + 0.5) / n, X, self.values())
        self.set_trait("steps", 0)
        self.heights = middles.round(3).tolist()

    def network(self, steps: int | None = None) -> Network:
        """Return the network after so many steps of training (``self.steps`` if left out)."""
        return self._train(self.steps if steps is None else steps)[0]

    def losses(self) -> Array:
        """Return the mean squared error before training and after each step, ``(steps + 1,)``."""
        return self._train(self.steps)[1]

    def output(self) -> Array:
        """Return what the network puts out at the places `X`, ``(201,)``."""
        return self.network().predict(X[:, None])[:, 0]

    def errors(self) -> Errors:
        """Return the largest error, where it is, and the mean squared error."""
        error = np.abs(self.output() - self.values())
        first = np.flatnonzero(error >= error.max() - 1e-9)[0]  # of equal ones the leftmost
        return Errors(float(error.max()), float(X[first]), float((error**2).mean()))

    def _train(self, steps: int) -> tuple[Network, Array]:
        net = by_hand(self.heights, self.steepness, self.units)
        loss, optimizer = MSE(), Adam(self.rate)
        x, y = X[:, None], self.values()[:, None]
        values = []
        for _ in range(steps):
            out = net.forward(x)
            values.append(loss(out, y))
            net.backward(loss.grad(out, y))
            optimizer.step(net.theta, net.grad)
        return net, np.array([*values, loss(net.forward(x), y)])

    def sentence(self) -> str:
        """Say what the explorer shows."""
        hidden = self.network(0).layers[1].n_out
        what = TARGETS[self.target][0] if self.target in TARGETS else "the given curve"
        text = f"{len(self.heights)} bumps for {what}, from {hidden} {self.units.replace('relu', 'ReLU')} units"
        if self.steps:
            text += f", after {self.steps} steps of training"
        error = self.errors()
        return (
            f"{text}: largest error {number_text(error.largest, 3)} at x = {number_text(error.at, 3)}, "
            f"mean squared error {number_text(error.mean_squared, 3)}."
        )

    def still(self) -> str:
        """Return the curve, the network and the bumps, and the loss, as SVG."""
        return approximation_still.still(self)


def edges(n: int) -> Array:
    """Return the n + 1 edges of n bumps that share [0, 1]; the outermost lie a width outside."""
    places = np.arange(n + 1) / n
    places[0], places[-1] = -1 / n, 1 + 1 / n
    return places


def by_hand(heights: list[float], steepness: float, units: str) -> Network:
    """Return the network whose output is the sum of the bumps.

    Where one bump ends the next begins, so they share a step: n bumps need n + 1 steps, and a step's output weight is
    the difference of two heights. The sigmoid is a step; so is tanh, because σ(z) = (1 + tanh(z / 2)) / 2, and the
    halves add up to zero; two ReLUs make a ramp with the sigmoid's slope.
    """
    s, k = edges(len(heights)), steepness
    rise = np.diff([0.0, *heights, 0.0])
    if units == "relu":
        b = np.concatenate([0.5 - k / 4 * s, -0.5 - k / 4 * s])
        W, out = np.full(len(b), k / 4), np.concatenate([rise, -rise])
    else:
        half = 0.5 if units == "tanh" else 1.0
        W, b, out = np.full(len(s), k * half), -k * half * s, rise * half
    net = Network(Input(1), Dense(len(b), UNITS[units]), Dense(1), rng=np.random.default_rng(0))
    net.theta[:] = np.concatenate([W, b, out, [0.0]])
    return net


def _values(f: Callable[[Array], Array]) -> Array:
    values = np.asarray(f(X), dtype=float)
    if values.shape != X.shape:
        raise ValueError(f"f(x) must have the shape of x, {X.shape}, but has {values.shape}")
    if not (np.abs(values) <= HEIGHT_MOST).all():
        raise ValueError(f"the values of f must lie from {-HEIGHT_MOST} to {HEIGHT_MOST}")
    return values
