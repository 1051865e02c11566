"""The backpropagation stepper: a small network, step by step through the forward pass and BP1 to BP4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import traitlets as t

from nnlib.activations import Array, sigmoid, tanh
from nnlib.dense import Dense
from nnlib.layers import Input
from nnlib.losses import MSE
from nnlib.network import Network
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.stepper_still import stepper_still
from nnlib.widgets.words import number_text

WEIGHT_MOST = 3.0
INPUTS = [[0.5, -1.0], [1.0, 0.5], [-1.5, 1.0]]
# The first network and the first sample are the chapter's worked example.
SIZES = {"2-2-1": (2, 2, 1), "2-3-2": (2, 3, 2)}
THETA = {
    "2-2-1": [0.4, -0.6, -0.8, 0.3, 0.1, 0.2, 1.2, -0.7, -0.3],
    "2-3-2": [0.4, -0.6, -0.8, 0.3, 0.5, 0.9, 0.1, 0.2, -0.1, 1.2, -0.7, 0.4, -0.5, 0.6, 1.1, -0.3, 0.2],
}  # fmt: skip
TARGETS = {"2-2-1": [[0.0], [1.0], [1.0]], "2-3-2": [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]}
# (kind, layer, title) of every step.
STEPS = (
    ("start", 0, "Start"),
    ("z", 1, "Forward, layer 1"), ("a", 1, "Forward, layer 1"),
    ("z", 2, "Forward, layer 2"), ("a", 2, "Forward, layer 2"),
    ("loss", 2, "Loss"),
    ("bp1", 2, "BP1"), ("bp3", 2, "BP3, layer 2"), ("bp4", 2, "BP4, layer 2"),
    ("bp2", 1, "BP2"), ("bp3", 1, "BP3, layer 1"), ("bp4", 1, "BP4, layer 1"),
)  # fmt: skip
LAYER = ("⁽⁰⁾", "⁽¹⁾", "⁽²⁾")


@dataclass(frozen=True)
class Step:
    """What a step computes: its title, the name of the result, the result, and an entry in numbers."""

    title: str
    name: str
    result: Array
    line: str
    place: tuple[int, int]

    @property
    def value(self) -> float:
        """The entry of the result that is looked at."""
        return float(np.reshape(self.result, (len(np.atleast_1d(self.result)), -1))[self.place])


class BackpropExplorer(Explorer):
    """A small network with tanh units, sigmoid outputs and the squared error, stepped forward and backward.

    Attributes
    ----------
    network : str
        ``"2-2-1"`` or ``"2-3-2"``: the widths.
    samples : int
        1 or 3: the batch.
    theta : list of float
        All parameters, from -3 to 3, in the order of `nnlib.Network.theta`; by default those of the worked example.
    weight : int
        Which of them the loss is drawn against.
    step : int
        From 0, nothing computed, to 11, all gradients known.
    entry : int
        Which entry of the step's result is worked in numbers, counted row by row.

    Examples
    --------
    >>> explorer = BackpropExplorer(samples=1, step=9)
    >>> explorer.delta(1).round(4)
    array([[ 0.1711, -0.1612]])
    """

    kind = "stepper"
    controls = ("network", "samples", "weight", "theta", "step", "entry")

    network = t.Enum(tuple(SIZES), "2-2-1").tag(sync=True)
    samples = t.Enum((1, 3), 3).tag(sync=True)
    theta = t.List(t.Float(min=-WEIGHT_MOST, max=WEIGHT_MOST)).tag(sync=True)
    weight = t.Int(0, min=0, max=16).tag(sync=True)
    step = t.Int(0, min=0, max=len(STEPS) - 1).tag(sync=True)
    entry = t.Int(0, min=0, max=8).tag(sync=True)

    def __init__(self, **state: Any) -> None:
        own = THETA.get(state.get("network", "2-2-1"), [])
        super().__init__(**{"theta": list(own), **state})
        self._check_length()

    @t.observe("network")
    def _other_network(self, change: dict[str, Any]) -> None:
        if len(self.theta) != len(THETA[self.network]):
            self.theta = list(THETA[self.network])

    def _check_length(self) -> None:
        if len(self.theta) != (count := len(THETA[self.network])):
            raise ValueError(
                f"theta has {len(self.theta)} parameters, a {self.network} network has {count}"
            )

    # ---- the computation

    def batch(self) -> tuple[Array, Array]:
        """Return the inputs (m, 2) and the targets (m, n_L)."""
        m = self.samples
        return np.array(INPUTS[:m]), np.array(TARGETS[self.network][:m])

    def net(self) -> Network:
        """Return the network with these parameters, after its forward and backward pass."""
        n0, n1, n2 = SIZES[self.network]
        layers = (Input(n0), Dense(n1, tanh), Dense(n2, sigmoid))
        net = Network(*layers, rng=np.random.default_rng(0))
        net.theta[:] = self.theta
        x, y = self.batch()
        net.backward(MSE().grad(net.forward(x), y))
        return net

    def loss(self) -> float:
        """Return the mean loss of the batch."""
        x, y = self.batch()
        return float(MSE()(self.net().predict(x), y))

    def delta(self, layer: int) -> Array:
        """Return the error signals of a layer, (m, n_l)."""
        return _dense(self.net(), layer).delta

    def parameter_names(self) -> list[str]:
        """Return how the entries of theta read: W⁽¹⁾₁₂ is the weight from input 2 to unit 1."""
        names = []
        sizes = SIZES[self.network]
        for layer in (1, 2):
            n_in, n_out = sizes[layer - 1 : layer + 1]
            names += [f"W{LAYER[layer]}{_at(j, k)}" for j in range(n_out) for k in range(n_in)]
            names += [f"b{LAYER[layer]}{_at(j)}" for j in range(n_out)]
        return names

    def current(self) -> Step:
        """Return what the present step computes."""
        kind, layer, title = STEPS[self.step]
        net, (x, y) = self.net(), self.batch()
        name, result = self._result(kind, layer, net, x)
        shape = result.shape if result.ndim == 2 else (result.size, 1)
        i, j = divmod(self.entry % result.size, shape[1])
        return Step(title, name, result, self._line(kind, layer, net, x, y, i, j), (i, j))

    def _result(self, kind: str, layer: int, net: Network, x: Array) -> tuple[str, Array]:
        at, of = LAYER[layer], _dense(net, layer)
        if kind == "start":
            return f"A{at}", x
        if kind == "loss":
            return "ℒ", np.array(self.loss())
        if kind in ("z", "a"):
            return f"{kind.upper()}{at}", of.z if kind == "z" else of.a
        if kind in ("bp1", "bp2"):
            return f"Δ{at}", of.delta
        letter = "W" if kind == "bp3" else "b"
        return f"∂ℒ/∂{letter}{at}", of.grads[letter]

    def _line(self, kind: str, layer: int, net: Network, x: Array, y: Array, i: int, j: int) -> str:
        of, m = _dense(net, layer), self.samples
        if kind == "z":
            return f"{_products(of.a_in[i], of.W[j])} + {_factor(of.b[j])}"
        if kind == "a":
            return f"{'tanh' if layer == 1 else 'σ'}({_text(of.z[i, j])})"
        out = _dense(net, 2).a
        if kind == "loss":
            squares = " + ".join(
                f"({_text(float(a))} − {_text(float(target))})²"
                for a, target in zip(out.ravel(), y.ravel(), strict=True)
            )
            return squares if m == 1 else f"1/{m} · [{squares}]"
        if kind == "bp1":
            slope = of.f.df(of.z, of.a)[i, j]
            return f"2/{m} · ({_text(out[i, j])} − {_text(y[i, j])}) · {_factor(slope)}"
        if kind == "bp2":
            after = _dense(net, 2)
            slope = of.f.df(of.z, of.a)[i, j]
            return f"({_products(after.delta[i], after.W[:, j])}) · {_factor(slope)}"
        if kind == "bp3":
            return _products(of.delta[:, i], of.a_in[:, j])
        return " + ".join(map(_factor, of.delta[:, i])) if kind == "bp4" else ""

    # ---- what is shown

    def entry_text(self) -> str:
        """Return the entry of the present step, with the numbers put in."""
        now = self.current()
        indices = _at(*now.place) if now.result.ndim == 2 else _at(now.place[0])
        name = f"({now.name}){indices}" if now.result.ndim else now.name
        worked = "" if now.line in ("", _factor(now.value)) else f"{now.line} = "
        return f"{name} = {worked}{_text(now.value)}"

    def sentence(self) -> str:
        """Say what the explorer shows."""
        now, count = self.current(), len(self.theta)
        head = f"Step {self.step} of {len(STEPS) - 1}, " if self.step else ""
        shape = ", ".join(map(str, now.result.shape))
        what = f"{now.name} of shape ({shape})" if now.result.ndim else now.name
        batch = "one sample" if self.samples == 1 else f"a batch of {self.samples}"
        place = self.weight % count
        slope = self.net().grad[place]
        after = (
            f"With {self.parameter_names()[place]} = {_text(self.theta[place])} the loss of {batch} is "
            f"{_text(self.loss())}; its slope along that parameter is {_text(float(slope))}."
        )
        return f"{head}{now.title}: {what}. {self.entry_text()}. {after}"

    def still(self) -> str:
        """Return the network with its activations, errors and weights as SVG."""
        return stepper_still(self.net(), self.step, self.entry_text(), self.sentence())


def _dense(net: Network, layer: int) -> Dense:
    """Return layer 1 or 2 (for 0, the input, the first)."""
    found = net.layers[max(layer, 1)]
    assert isinstance(found, Dense)
    return found


def _at(*places: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[i + 1] for i in places)


def _text(value: float) -> str:
    return number_text(float(value), 4)


def _factor(value: float) -> str:
    return f"({_text(value)})" if value < 0 else _text(value)


def _products(a: Array, b: Array) -> str:
    return " + ".join(f"{_factor(p)}·{_factor(q)}" for p, q in zip(a, b, strict=True))
