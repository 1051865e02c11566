"""A network: layers in a row, and all their parameters in one flat vector."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib import checks
from nnlib.activations import Activation, Array
from nnlib.dense import Dense
from nnlib.layers import Input, Layer
from nnlib.parameter import Parameter


class Network:
    """A feed-forward network, layers in a row: :eq:`eq-forward` of chapter 2.

    Parameters
    ----------
    *layers : Layer
        An `Input`, then the layers in order. ``net.layers[l]`` is the book's layer ``l``.
    rng : numpy.random.Generator
        Where the initial weights come from.
    dtype : dtype
        ``float64`` (the default) or ``float32``; data are converted to it.

    Attributes
    ----------
    dtype : numpy.dtype
        float64, or float32 if that was asked for; all that the network holds and returns is of this type.
    layers : list of Layer
        The layers; after `forward` and `backward` each holds what it computed.
    theta : ndarray, shape (P,)
        All parameters. Layer by layer, the weights row by row, then the biases. Every ``layer.W``, ``layer.b`` is a
        view of it, so assigning to it copies.
    grad : ndarray, shape (P,)
        After `backward`, the gradient of the loss with respect to them, in the same order.

    Raises
    ------
    ValueError
        If there is no layer beside the input, the first is no `Input`, a layer has a place in a network already, or
        ``dtype`` is another one.
    TypeError
        If a layer is something else, such as a class, or ``rng`` is a seed or None in place of a generator.

    Examples
    --------
    >>> net = Network(Input(2), Dense(1), rng=np.random.default_rng(0))
    >>> net.theta[:] = [1, 2, 3]  # W = [[1, 2]], b = [3]
    >>> print(net.forward([[10, 20]]))
    [[53.]]
    >>> net.backward([[1.0]])  # of the output itself, as if it were the loss
    >>> print(net.grad)
    [10. 20.  1.]
    """

    theta, grad = Parameter(), Parameter()

    def __init__(
        self, *layers: Layer, rng: np.random.Generator, dtype: DTypeLike = np.float64
    ) -> None:
        if len(layers) < 2 or not isinstance(layers[0], Input):
            raise ValueError(
                f"a network is an Input and at least one more layer, given {list(layers)}"
            )
        for layer in layers:
            checks.instance(layer, Layer, "a layer", "Dense(8, relu)")
        parts = [part for layer in layers for part in layer.parts()]
        for i, part in enumerate(parts):
            if part.params or part in parts[:i]:
                raise ValueError(f"{part!r} has a place in a network already: make a new layer")
        checks.generator(rng)
        self.layers = list(layers)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, but {self.dtype} was given")
        for before, layer in pairwise(layers):
            layer.connect(before.n_out)
        self._allocate()
        for layer in layers:
            layer.start(rng)

    def _allocate(self) -> None:
        """Lay all parameters into one vector, their gradients into another, and hand out views of both."""
        slots = [
            (part, name, shape)
            for layer in self.layers
            for part in layer.parts()
            for name, shape in part.shapes().items()
        ]
        sizes = [math.prod(shape) for _, _, shape in slots]
        theta = np.zeros(sum(sizes), self.dtype)
        grad = np.zeros_like(theta)
        self.params = {"theta": theta, "grad": grad}
        for (layer, name, shape), size, end in zip(slots, sizes, accumulate(sizes), strict=True):
            place = slice(end - size, end)
            layer.params[name] = theta[place].reshape(shape)  # a view, not a copy
            layer.grads[name] = grad[place].reshape(shape)

    def __setstate__(self, state: dict[str, Any]) -> None:
        # What copies or unpickles a network makes each view an array of its own: link them again.
        vars(self).update(state)
        theta, grad = self.theta, self.grad
        self._allocate()
        self.theta, self.grad = theta, grad

    def __copy__(self) -> Network:
        return copy.deepcopy(self)  # layers that two networks share would be views of one of them

    @property
    def sizes(self) -> list[int]:
        r"""The widths :math:`n_0, \dots, n_L`."""
        return [layer.n_out for layer in self.layers]

    def forward(self, x: ArrayLike) -> Array:
        """Return the outputs ``(m, n_L)`` for a batch ``(m, n_0)``; each layer keeps its ``z`` and ``a``.

        Raises
        ------
        ValueError
            If ``x`` does not have that shape.
        """
        a = checks.matrix(x, self.layers[0].n_out, "the input x", self.dtype)
        self.layers[0].a = a
        for layer in self.layers[1:]:
            a = layer.forward(a)
        return a

    def backward(self, d_out: Array) -> None:
        """Backpropagate: fill ``grad`` from the gradient of the loss with respect to the outputs.

        Call it after `forward` on the same batch. ``d_out`` is ``loss.grad(out, y)``, of shape
        ``(m, n_L)`` as the outputs are. Equations :eq:`eq-bp1-batch` to :eq:`eq-bp4-batch` of chapter 4.

        Raises
        ------
        ValueError
            If ``d_out`` does not have that shape.
        RuntimeError
            If there was no forward pass.
        """
        if not hasattr(self.layers[0], "a"):
            raise RuntimeError("`backward` needs what `forward` keeps; `predict` keeps nothing")
        m, n = len(self.layers[0].a), self.layers[-1].n_out
        d_a = checks.matrix(d_out, n, "the gradient d_out", self.dtype, m)
        for layer in reversed(self.layers[2:]):
            layer.backward(d_a)
            d_a = layer.d_input()
        self.layers[1].backward(d_a)  # nothing before it has parameters: no d_input

    def predict(self, x: ArrayLike) -> Array:
        """Return the outputs ``(m, n_L)`` as `forward` does, but remember nothing.

        Raises
        ------
        ValueError
            If ``x`` is not of shape ``(m, n_0)``, or holds a NaN or an infinity.
        """
        a = checks.matrix(x, self.layers[0].n_out, "the input x", self.dtype)
        checks.finite(a, "the input x")
        for layer in self.layers[1:]:
            a = layer.predict(a)
        return a

    def __repr__(self) -> str:
        layers = ", ".join(map(repr, self.layers))
        return f"Network({layers})  # {self.theta.size:,} parameters, {self.dtype}"


def mlp(
    sizes: Sequence[int], f: Activation, *, rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> Network:
    r"""Build a network of dense layers with widths ``sizes``: ``f`` in the hidden layers, none at the output.

    Equation :eq:`eq-forward` of chapter 2, with the identity as :math:`f^{(L)}`.

    Raises
    ------
    ValueError
        If there are fewer than two widths, or one is not a whole number of at least 1.

    Examples
    --------
    >>> mlp([64, 128, 10], relu, rng=np.random.default_rng(0))
    Network(Input(64), Dense(128, relu), Dense(10, identity))  # 9,610 parameters, float64
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes needs at least an input and an output width, given {list(sizes)}")
    hidden = [Dense(n, f) for n in sizes[1:-1]]
    return Network(Input(sizes[0]), *hidden, Dense(sizes[-1]), rng=rng, dtype=dtype)
