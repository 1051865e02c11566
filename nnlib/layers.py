"""Layers: the input, and the fully connected layer with its forward and backward step.

A layer does not own its parameters. The network keeps all of them in one flat vector ``theta`` (and
their gradients in ``grad``) and hands each layer its part as *views*, so that an optimiser deals
with one vector and a layer with its matrices, and both are the same memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib import checks
from nnlib.activations import Activation, Array, identity
from nnlib.init import Init, default_for


class Parameter:
    """A layer's parameter: reading gives the view of ``net.theta``, assigning copies into it.

    Without this, ``layer.W = new`` would put another array in the view's place, and the optimiser would go on
    training the old one.

    Raises
    ------
    ValueError
        If what is assigned has another shape.
    AttributeError
        If the layer is not in a network yet.

    Examples
    --------
    >>> net = mlp([2, 1], identity, rng=np.random.default_rng(0))
    >>> net.layers[1].W = [[5.0, 6.0]]
    >>> print(net.theta)
    [5. 6. 0.]
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Layer, owner: type | None = None) -> Array:
        try:
            return layer.params[self.name]
        except KeyError:
            raise AttributeError(
                f"{layer!r} has no {self.name} yet: put it into a Network first"
            ) from None

    def __set__(self, layer: Layer, value: Array) -> None:
        view = self.__get__(layer)
        if np.shape(value) != view.shape:
            raise ValueError(
                f"{self.name} of {layer!r} has shape {view.shape}, given {np.shape(value)}"
            )
        view[...] = value


class Layer:
    """What all layers share. A layer of your own defines `predict` and `backward`; `nnlib.extensions` has one.

    With parameters it also names their `shapes`, and `start` fills them unless they are to start at zero.

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


class Dense(Layer):
    r"""A fully connected layer, :math:`a^{(l)} = f(W^{(l)} a^{(l-1)} + b^{(l)})`.

    Forward it is :eq:`eq-forward` of chapter 2; backward, :eq:`eq-bp1-batch` to :eq:`eq-bp4-batch` of chapter 4.

    Parameters
    ----------
    n : int
        Number of units, :math:`n_l`.
    f : Activation
        The activation, the identity if left out (as for an output layer of real numbers or of
        logits).
    init : callable, optional
        A rule of `nnlib.init`; if left out, the usual one for ``f``.

    Attributes
    ----------
    W : ndarray, shape (n_out, n_in)
        Weights, a view of ``net.theta``.
    b : ndarray, shape (n_out,)
        Biases, a view of ``net.theta``.
    z : ndarray, shape (m, n_out)
        Pre-activations of the last batch.
    a : ndarray, shape (m, n_out)
        Activations of the last batch.
    delta : ndarray, shape (m, n_out)
        Error signals of the last batch: the gradient of the mean loss with respect to ``z``.
    grads : dict of str to ndarray
        ``grads["W"]`` and ``grads["b"]``, views of ``net.grad``.

    Raises
    ------
    ValueError
        If ``n`` is not a whole number of at least 1.
    TypeError
        If ``f`` is not an `Activation`.

    Examples
    --------
    >>> net = Network(Input(2), Dense(3, relu), rng=np.random.default_rng(0))
    >>> layer = net.layers[1]
    >>> layer.W, layer.b = [[1, 0], [0, 1], [-1, -1]], [0, 0, 10]
    >>> a = net.forward([[1.0, 2.0], [30.0, 40.0]])
    >>> print(layer.z)
    [[  1.   2.   7.]
     [ 30.  40. -60.]]
    >>> print(a)
    [[ 1.  2.  7.]
     [30. 40.  0.]]
    """

    W, b = Parameter(), Parameter()

    def __init__(self, n: int, f: Activation = identity, *, init: Init | None = None) -> None:
        super().__init__()
        self.n_out = checks.positive_int(n, "the width of Dense")
        if not isinstance(f, Activation):
            raise TypeError(
                f"the activation must be an nnlib Activation such as relu, but {f!r} was given"
            )
        self.f = f
        self.init = init or default_for(f)

    def __repr__(self) -> str:
        return f"Dense({self.n_out}, {self.f!r})"

    def connect(self, n_in: int) -> None:
        self.n_in = n_in

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self.n_out, self.n_in), "b": (self.n_out,)}

    def start(self, rng: np.random.Generator) -> None:
        self.W = self.init(self.n_out, self.n_in, rng=rng)
        self.b = np.zeros(self.n_out)

    def forward(self, a_in: Array) -> Array:
        self.a_in = a_in  # (m, n_in)
        self.z = a_in @ self.W.T + self.b  # (m, n_out)
        self.a = self.f.f(self.z)  # (m, n_out)
        return self.a

    def backward(self, d_a: Array) -> None:
        self.delta = d_a * self.f.df(self.z, self.a)  # (m, n_out)    BP1, BP2
        np.matmul(self.delta.T, self.a_in, out=self.grads["W"])  # (n_out, n_in)    BP3
        self.delta.sum(axis=0, out=self.grads["b"])  # (n_out,)    BP4

    def d_input(self) -> Array:
        return self.delta @ self.W  # (m, n_in): the W^T delta of BP2, one sample a row

    def predict(self, a_in: Array) -> Array:
        return self.f.f(a_in @ self.W.T + self.b)
