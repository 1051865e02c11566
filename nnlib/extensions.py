"""Four extensions of a few lines each, as a reader would write them: an activation, a loss, an optimiser, a layer.

The library needs none of them. They stand here once, and the tests and the book both take them from here.
"""

from __future__ import annotations

import numpy as np

from nnlib.activations import Activation, Array
from nnlib.layers import Layer
from nnlib.losses import Loss
from nnlib.optimizers import Optimizer
from nnlib.parameter import Parameter

sine = Activation("sine", f=np.sin, df=lambda z, a: np.cos(z))
r"""The sine, elementwise, any shape: :math:`f'(z) = \cos z`. Source: Sitzmann et al. (2020).

Examples
--------
>>> from nnlib.extensions import sine
>>> z = np.array([0.0, np.pi / 2])
>>> print(sine(z), sine.df(z, sine(z)).round(4))
[0. 1.] [1. 0.]
"""


class Huber(Loss):
    r"""Squared error up to 1, straight from there on, so that one outlier cannot pull without limit.

    An error :math:`e` costs :math:`e^2/2` if :math:`|e| \le 1`, else :math:`|e| - 1/2`. Outputs and targets are
    ``(m, n)``. Source: Huber (1964).

    Examples
    --------
    >>> from nnlib.extensions import Huber
    >>> Huber()(np.array([[0.5], [3.0]]), np.zeros((2, 1)))  # (1/8 + 5/2) / 2
    1.3125
    """

    def value(self, out: Array, y: Array) -> float:
        e = np.abs(out - y)
        return float(np.where(e <= 1, e**2 / 2, e - 0.5).sum()) / len(out)

    def d_out(self, out: Array, y: Array) -> Array:
        return np.clip(out - y, -1, 1) / len(out)


class SignDescent(Optimizer):
    r"""Move every parameter by the same amount: :math:`\theta \leftarrow \theta - \eta\,\mathrm{sign}(g)`.

    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), signSGD.

    Examples
    --------
    >>> from nnlib.extensions import SignDescent
    >>> theta = np.array([1.0, 1.0])
    >>> SignDescent(lr=0.5).step(theta, np.array([30.0, -0.1]))
    >>> print(theta)
    [0.5 1.5]
    """

    def update(self, theta: Array, grad: Array) -> None:
        theta -= self.lr * np.sign(grad)


class Gain(Layer):
    """Multiply each unit by ``1 + g``, where ``g`` of shape ``(n,)`` is learned and starts at 0.

    A batch ``(m, n)`` stays ``(m, n)``.

    Examples
    --------
    >>> from nnlib.extensions import Gain
    >>> net = Network(Input(2), Gain(), rng=np.random.default_rng(0))
    >>> net.layers[1].g = np.array([0.0, 1.0])
    >>> print(net.predict([[3.0, 4.0]]))
    [[3. 8.]]
    """

    g = Parameter()

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"g": (self.n_in,)}

    def predict(self, a_in: Array) -> Array:
        return a_in * (1 + self.g)  # (m, n)

    def backward(self, d_a: Array) -> None:
        self.grads["g"][:] = (d_a * self.a_in).sum(axis=0)  # (n,)
        self.delta = d_a * (1 + self.g)  # (m, n): what reaches the layer before
