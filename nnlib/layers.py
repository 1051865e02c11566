"""Layers: what all of them share, and the input.

A layer does not own its parameters. The network keeps all of them in one flat vector ``theta`` (and
their gradients in ``grad``) and hands each layer its part as *views*, so that an optimiser deals
with one vector and a layer with its matrices, and both are the same memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib import checks
from nnlib.activations import Array


class Layer:
    """What all layers share. A layer of your own defines `predict` and `backward`; `nnlib.extensions` has one.

    With parameters it also names their `shapes`, and `start` fills them unless they are to start at zero. An
    ``__init__`` of its own calls ``super().__init__()``.

    Examples
    --------
    >>> class Negate(Layer):
    ...     def predict(self, a_in):
    ...         return -a_in
    ...
    ...     def backward(self, d_a):
    ...         self.delta = -d_a
    >>> net = Network(Input(2), Negate(), rng=np.random.default_rng(0))
    >>> print(net.predict([[1.0, -2.0]]))
    [[-1.  2.]]
    """

    n_in: int
    n_out: int
    a_in: Array
    a: Array
    delta: Array

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def connect(self, n_in: int) -> None:
        """Learn the width of the layer before this one."""
        self.n_in = self.n_out = n_in

    def parts(self) -> Iterator[Layer]:
        """Yield the layers that have parameters of their own: this one, or those it is made of."""
        yield self

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter, in the order in which they lie in ``theta``."""
        return {}

    def start(self, rng: np.random.Generator) -> None:
        """Fill the parameters with their initial values."""

    def predict(self, a_in: Array) -> Array:
        """Map a batch ``(m, n_in)`` to ``(m, n_out)`` and remember nothing."""
        raise NotImplementedError

    def forward(self, a_in: Array) -> Array:
        """Do as `predict` does, and keep what `backward` will need."""
        self.a_in, self.a = a_in, self.predict(a_in)
        return self.a

    def backward(self, d_a: Array) -> None:
        """Take the gradient of the loss with respect to the layer's output, ``(m, n_out)``; fill ``grads``.

        Keep in ``delta`` what `d_input` will need: the gradient with respect to the layer's input, unless the
        layer has a `d_input` of its own.
        """
        raise NotImplementedError

    def d_input(self) -> Array:
        """Return the gradient of the loss with respect to the layer's input, ``(m, n_in)``."""
        return self.delta


class Input(Layer):
    """Layer 0: it says how many numbers a sample has, and its activation is the data.

    Parameters
    ----------
    n : int
        Numbers per sample, :math:`n_0`.

    Raises
    ------
    ValueError
        If ``n`` is not a whole number of at least 1.

    Examples
    --------
    >>> Input(64)
    Input(64)
    """

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n_in = self.n_out = checks.positive_int(n, "the width of Input")

    def __repr__(self) -> str:
        return f"Input({self.n_out})"
