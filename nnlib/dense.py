"""The fully connected layer, with its forward and backward step."""

from __future__ import annotations

import numpy as np

from nnlib import checks
from nnlib.activations import Activation, Array, identity
from nnlib.init import Init, default_for
from nnlib.layers import Layer
from nnlib.parameter import Parameter


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
        checks.instance(f, Activation, "the activation", "relu")
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
