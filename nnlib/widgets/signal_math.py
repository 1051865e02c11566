"""The mathematics of the signal flow explorer: the same as ``signal_math.js``, with nnlib's networks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnlib.activations import ACTIVATIONS, Activation, Array
from nnlib.dense import Dense
from nnlib.init import constant
from nnlib.layers import Input
from nnlib.network import Network
from nnlib.widgets.seeded import SeededRandom

BATCH = 16  # samples that flow through
ROUNDING = 1e-14  # singular values below this share of the largest are lost in rounding
SAME = 1e-12  # samples that differ by a smaller share of their size count as one


@dataclass(frozen=True)
class Rule:
    """A rule for initial weights between layers of n units.

    Attributes
    ----------
    text : str
        How it reads.
    draw : str
        ``"normal"``, ``"uniform"`` or ``"orthogonal"``.
    gain : callable
        From n and the explorer's own gain: sqrt(n Var W).
    """

    text: str
    draw: str
    gain: Callable[[int, float], float]


RULES = {
    "zeros": Rule("zeros", "normal", lambda n, gain: 0.0),
    "small": Rule("normal, deviation 0.01", "normal", lambda n, gain: 0.01 * math.sqrt(n)),
    "pytorch": Rule("PyTorch’s uniform", "uniform", lambda n, gain: 1 / math.sqrt(3)),
    "glorot": Rule("Glorot", "normal", lambda n, gain: 1.0),
    "he": Rule("He", "normal", lambda n, gain: math.sqrt(2)),
    "orthogonal": Rule("orthogonal", "orthogonal", lambda n, gain: gain),
    "gain": Rule("normal, own gain", "normal", lambda n, gain: gain),
}


def orthonormalised(matrix: Array) -> Array:
    """Return the rows of a matrix made orthonormal, one after the other (Gram and Schmidt, modified)."""
    q = matrix.copy()
    for j in range(len(q)):
        for i in range(j):
            q[j] -= (q[i] @ q[j]) * q[i]
        q[j] /= math.sqrt(q[j] @ q[j])
    return q


def flow(activation: str, depth: int, width: int, rule: Rule, gain: float, seed: int) -> Network:
    """Return a network of random weights, with a batch sent forward and a gradient at the output sent back."""
    rng = SeededRandom(seed)
    x = rng.normal(0, 1, (BATCH, width))
    d_out = rng.normal(0, 1, (BATCH, width))
    layers = [Dense(width, ACTIVATIONS[activation], init=constant(0)) for _ in range(depth)]
    net = Network(Input(width), *layers, rng=np.random.default_rng(0))  # its numbers are replaced
    shape = (width, width)
    for layer in layers:
        uniform, edge = rule.draw == "uniform", math.sqrt(3)  # both of variance 1
        unit = rng.uniform(-edge, edge, shape) if uniform else rng.normal(0, 1, shape)
        if rule.draw == "orthogonal":
            layer.W = gain * orthonormalised(unit)
        else:
            layer.W = gain / math.sqrt(width) * unit
    net.forward(x)
    net.backward(d_out)
    return net


def rms(values: Array) -> float:
    """Return the root of the mean square."""
    return math.sqrt(float(np.mean(values**2)))


def layer_sizes(net: Network, lr: float) -> dict[str, Array]:
    """Return for each layer the sizes of what flows through it, ``(L,)`` each.

    Returns
    -------
    dict
        ``"activation"`` and ``"error"``, root mean squares; ``"spread"``, how far the samples differ: the root of
        the variance over the batch, mean over the units; and ``"update"``, by what share of its size one step of
        gradient descent changes W (0 where W is zero).
    """
    layers = [layer for layer in net.layers[1:] if isinstance(layer, Dense)]
    a = np.array([rms(layer.a) for layer in layers])
    spread = np.array([math.sqrt(float(np.mean(layer.a.var(axis=0)))) for layer in layers])
    weights = np.array([rms(layer.W) for layer in layers])
    change = np.array([lr * rms(layer.grads["W"]) / BATCH for layer in layers])
    return {
        "activation": a,
        "spread": np.where(spread > SAME * a, spread, 0.0),  # rounding is no difference
        "error": np.array([rms(layer.delta) for layer in layers]),
        "update": np.divide(change, weights, out=np.zeros_like(change), where=weights > 0),
    }


def per_layer(start: float, end: float, steps: int) -> float:
    """Return the geometric mean of the factors that take ``start`` to ``end``; 0 if nothing arrives."""
    return float((end / start) ** (1 / steps)) if start > 0 else 0.0


def measured_factors(sizes: dict[str, Array]) -> dict[str, float]:
    """Return by how much a layer multiplies what flows through it, on average.

    ``"forward"`` is for activations, ``"spread"`` for the differences between samples, ``"backward"`` for error
    signals.
    """
    a, spread, delta = sizes["activation"], sizes["spread"], sizes["error"]
    steps = len(a) - 1
    seen = int(np.flatnonzero(spread)[-1]) if spread.any() else 0  # up to here the samples differ
    return {
        "forward": per_layer(a[0], a[-1], steps),
        "spread": per_layer(spread[0], spread[seen], seen) if seen and a[-1] > 0 else 0.0,
        "backward": per_layer(delta[-1], delta[0], steps),
    }


def end_to_end(net: Network) -> Array:
    """Return the Jacobian of z(L) with respect to z(1) for the first sample; :eq:`eq-jacobian-product`."""
    layers = [layer for layer in net.layers[1:] if isinstance(layer, Dense)]
    product = np.eye(layers[0].n_out)
    for before, layer in pairwise(layers):
        slopes = before.f.df(before.z[0], before.a[0])
        product = (layer.W * slopes) @ product
    return product


def singular_values(matrix: Array) -> Array:
    """Return the singular values, largest first; what is lost in rounding counts as 0."""
    values = np.linalg.svd(matrix, compute_uv=False)
    return np.where(values > ROUNDING * values[0], values, 0.0)


_NODES = -8 + 0.25 * (np.arange(64) + 0.5)  # midpoints: none lies on the kink of ReLU
_WEIGHTS = 0.25 * np.exp(-(_NODES**2) / 2) / math.sqrt(2 * math.pi)


def expected_factors(f: Activation, depth: int, gain: float) -> dict[str, float]:
    """Return what theory expects of `measured_factors` in wide layers, ``"forward"`` and ``"backward"``.

    Equations :eq:`eq-variance-forward` and :eq:`eq-variance-backward`, with the pre-activations of each layer
    taken as normal.
    """
    square, first, back = 1.0, 0.0, 1.0  # inputs of variance 1
    for number in range(1, depth + 1):
        z = gain * math.sqrt(square) * _NODES
        a = f(z)
        square = float(_WEIGHTS @ a**2)
        if number == 1:
            first = square
        if number < depth:
            back *= gain * gain * float(_WEIGHTS @ f.df(z, a) ** 2)
    return {
        "forward": math.sqrt(per_layer(first, square, depth - 1)),
        "backward": math.sqrt(per_layer(1.0, back, depth - 1)),
    }
