"""The neuron explorer: one unit in the plane, its line, its weights and what it passes on."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from nnlib import checks, data
from nnlib.activations import ACTIVATIONS, Array
from nnlib.dense import Dense
from nnlib.layers import Input
from nnlib.network import Network
from nnlib.widgets import neuron_still
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.seeded import SeededRandom
from nnlib.widgets.words import activation_text, number_text

NAMES = tuple(ACTIVATIONS)
PLANE = 2.5  # both axes go from -2.5 to 2.5
W_MOST, B_MOST = 5.0, 10.0
SHORTEST = 1e-9  # weights shorter than this make no line
DATA = ("none", "and", "or", "xor", "blobs", "given")


class NeuronExplorer(Explorer):
    """One unit with two inputs, a = f(w · x + b). The line w · x + b = 0 and the weights w move each other.

    Parameters
    ----------
    x : array_like, optional
        Own points, ``(m, 2)``, within the picture: from -2.5 to 2.5.
    y : array_like, optional
        Their classes, ``(m, 1)``, 0 or 1.
    **state
        The attributes below.

    Attributes
    ----------
    w1, w2 : float
        The weights, from -5 to 5.
    b : float
        The bias, from -10 to 10.
    activation : str
        The name of f in `nnlib.ACTIVATIONS`.
    data : str
        Which points are to be divided: ``"none"``, ``"and"``, ``"or"``, ``"xor"``, ``"blobs"``, or ``"given"`` for
        own points. A point of class 1 lies on the right side where z > 0, one of class 0 where not.
    x1, x2 : float
        A point to try, from -2.5 to 2.5.

    Examples
    --------
    >>> explorer = NeuronExplorer(w1=3, w2=4, b=-5, data="and", x1=1, x2=1)
    >>> explorer.distance()
    1.0
    >>> explorer.right(), len(explorer.points()[0])
    (4, 4)
    """

    kind = "neuron"
    controls = ("data", "activation", "w1", "w2", "b", "table")

    w1 = t.Float(1.0, min=-W_MOST, max=W_MOST).tag(sync=True)
    w2 = t.Float(2.0, min=-W_MOST, max=W_MOST).tag(sync=True)
    b = t.Float(-1.0, min=-B_MOST, max=B_MOST).tag(sync=True)
    activation = t.Enum(NAMES, "sigmoid").tag(sync=True)
    data = t.Enum(DATA, "and").tag(sync=True)
    x1 = t.Float(-1.0, min=-PLANE, max=PLANE).tag(sync=True)
    x2 = t.Float(1.5, min=-PLANE, max=PLANE).tag(sync=True)
    given = t.List(t.List(t.Float())).tag(sync=True)
    """Own points as rows x1, x2, class."""

    def __init__(
        self, *, x: ArrayLike | None = None, y: ArrayLike | None = None, **state: Any
    ) -> None:
        if (x is None) != (y is None):
            raise TypeError("x and y come together: points (m, 2) and their classes (m, 1)")
        if x is not None and y is not None:
            state = {"data": "given", **state, "given": _given(x, y)}
        if state.get("data") == "given" and not state.get("given"):
            raise t.TraitError("data is 'given', but no x=... and y=... were given")
        super().__init__(**state)

    @property
    def w(self) -> Array:
        """The weights, ``(2,)``."""
        return np.array([self.w1, self.w2])

    def has_line(self) -> bool:
        """Return whether there is a line: not so where both weights are 0."""
        return bool(np.hypot(self.w1, self.w2) >= SHORTEST)

    def distance(self) -> float:
        """Return the distance of the line from the origin, |b| / ‖w‖; NaN if there is no line."""
        return abs(self.b) / float(np.hypot(self.w1, self.w2)) if self.has_line() else float("nan")

    def signed_distance(self) -> float:
        """Return how far the point to try lies from the line, negative where z < 0; NaN if there is no line."""
        return self.z() / float(np.hypot(self.w1, self.w2)) if self.has_line() else float("nan")

    def z(self) -> float:
        """Return w · x + b at the point to try."""
        return self.w1 * self.x1 + self.w2 * self.x2 + self.b

    def a(self) -> float:
        """Return f(z) at the point to try."""
        return float(ACTIVATIONS[self.activation](np.array(self.z())))

    def network(self) -> Network:
        """Return the unit as a network of `nnlib`."""
        layer = Dense(1, ACTIVATIONS[self.activation])
        net = Network(Input(2), layer, rng=np.random.default_rng(0))
        layer.W, layer.b = self.w[None, :], np.array([self.b])
        return net

    def load(self, net: Network) -> None:
        """Show the one unit of a network: W, b and activation.

        Raises
        ------
        ValueError
            If the network is not one unit with two inputs, or its weights leave the explorer's range.
        """
        layers = net.layers[1:]
        if net.layers[0].n_out != 2 or len(layers) != 1 or not isinstance(layers[0], Dense):
            raise ValueError("the network must have two inputs and one dense layer")
        layer = layers[0]
        if layer.n_out != 1 or layer.f.name not in NAMES:
            raise ValueError(
                f"the layer must have one unit and an activation among {', '.join(NAMES)}"
            )
        w1, w2, b = (float(value) for value in (*layer.W[0], layer.b[0]))
        if max(abs(w1), abs(w2)) > W_MOST or abs(b) > B_MOST:
            raise ValueError(
                f"weights go up to {W_MOST:g} and the bias to {B_MOST:g}, given {w1:g}, {w2:g}, {b:g}"
            )
        with self.hold_trait_notifications():
            self.w1, self.w2, self.b, self.activation = w1, w2, b, layer.f.name

    def points(self) -> tuple[Array, Array]:
        """Return the points, ``(m, 2)``, and their classes, ``(m, 1)``."""
        if self.data == "given":
            rows = np.array(self.given)
            return rows[:, :2], rows[:, 2:]
        return points(self.data)

    def right(self) -> int:
        """Return how many points lie on the side of their class."""
        x, y = self.points()
        z = x[:, 0] * self.w1 + x[:, 1] * self.w2 + self.b
        return int(np.count_nonzero((z > 0) == (y[:, 0] > 0.5)))

    def sentence(self) -> str:
        """Say what the explorer shows."""
        name = activation_text(self.activation)
        values = (self.w1, self.w2, self.b, self.x1, self.x2, self.z(), self.a())
        w1, w2, b, x1, x2, z, a = (number_text(value, 3) for value in values)
        text = f"w = ({w1}, {w2}), b = {b}: "
        if self.has_line():
            text += f"the line lies {number_text(self.distance(), 3)} from the origin. "
            away = f", signed distance to the line {number_text(self.signed_distance(), 3)}"
        else:
            text += "no weights, so no line. "
            away = ""
        text += f"At x = ({x1}, {x2}): z = {z}, {name} gives {a}{away}."
        if self.data == "none":
            return text
        title = {"blobs": "Blobs", "given": "Given points"}.get(self.data, self.data.upper())
        return f"{text} {title}: {self.right()} of {len(self.points()[0])} on the right side."

    def still(self) -> str:
        """Return the plane and the activation as SVG."""
        return neuron_still.still(self)


def points(name: str) -> tuple[Array, Array]:
    """Return the points of a data set of the explorer, ``(m, 2)``, and their classes, ``(m, 1)``."""
    corners, different = data.xor()
    both = corners.sum(axis=1, keepdims=True)
    if name == "blobs":
        kind = np.arange(40) % 2
        middles = np.array([[-0.7, -0.5], [0.8, 0.6]])
        noise = SeededRandom(2).normal(0, 0.75, (40, 2))
        return middles[kind] + noise, kind.astype(float)[:, None]
    return {
        "none": (np.empty((0, 2)), np.empty((0, 1))),
        "and": (corners, (both == 2).astype(float)),
        "or": (corners, (both >= 1).astype(float)),
        "xor": (corners, different),
    }[name]


def _given(x: ArrayLike, y: ArrayLike) -> list[list[float]]:
    """Return own points as rows x1, x2, class."""
    x, y = checks.matrix(x, 2, "x", np.dtype(float)), np.asarray(y, dtype=float)
    if y.shape != (len(x), 1):
        raise ValueError(f"y has shape {y.shape}, expected {(len(x), 1)}: one class a row")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("the classes y must be 0 or 1")
    if not (np.abs(x) <= PLANE).all():
        raise ValueError(
            f"the points must lie in the picture, from {-PLANE} to {PLANE}; scale them"
        )
    return np.column_stack([x, y]).tolist()
