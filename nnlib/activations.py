"""Activation functions and their derivatives.

An activation is three things: a name, the function ``f(z)`` and its derivative ``df(z, a)``. The derivative is
handed the answer ``a = f(z)`` as well, because several derivatives are cheapest in terms of it: the sigmoid's is
``a (1 - a)``, without a second exponential.

A new activation takes one line of mathematics each way::

    cube = Activation("cube", f=lambda z: z**3, df=lambda z, a: 3 * z**2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
"""An array of float32 or float64."""


@dataclass(frozen=True)
class Activation:
    """An elementwise function with its derivative.

    Parameters
    ----------
    name : str
        What it is called in the book and in messages.
    f : callable
        ``f(z)``: any shape in, the same shape out.
    df : callable
        ``df(z, a)``: the derivative of ``f`` at ``z``, where ``a = f(z)`` is given. Same shape as ``z``.

    Examples
    --------
    >>> cube = Activation("cube", f=lambda z: z**3, df=lambda z, a: 3 * z**2)
    >>> z = np.array([1.0, -2.0])
    >>> print(cube(z), cube.df(z, cube(z)))
    [ 1. -8.] [ 3. 12.]
    """

    name: str
    f: Callable[[Array], Array]
    df: Callable[[Array, Array], Array]

    def __call__(self, z: Array) -> Array:
        """Return ``f(z)``, elementwise."""
        return self.f(z)

    def __repr__(self) -> str:
        return self.name

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        # The library's own are pickled by name: in another process, too, each is the one that `nnlib` has there.
        return self.name if ACTIVATIONS.get(self.name) is self else super().__reduce_ex__(protocol)


def _sigmoid(z: Array) -> Array:
    # The tanh form never overflows: exp(-z) would, for z below about -709.
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _softplus(z: Array) -> Array:
    # log(1 + e^z), with the large part taken out of the exponential.
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


LEAK = 0.01
"""Slope of the leaky ReLU for z < 0; PyTorch's default."""

identity = Activation("identity", f=lambda z: z, df=lambda z, a: np.ones_like(z))
""":math:`f(z) = z`, for outputs that are real numbers or logits."""
sigmoid = Activation("sigmoid", f=_sigmoid, df=lambda z, a: a * (1 - a))
r""":math:`\sigma(z) = 1/(1 + e^{-z})`, between 0 and 1; :math:`\sigma' = a (1 - a)` with :math:`a = \sigma(z)`."""
tanh = Activation("tanh", f=np.tanh, df=lambda z, a: 1 - a * a)
r""":math:`\tanh z = 2\sigma(2z) - 1`, between -1 and 1; :math:`\tanh' = 1 - a^2`."""
# At z = 0 the ReLU has no derivative. Any value in [0, 1] is a subgradient; 0 is the usual
# convention.
relu = Activation("relu", f=lambda z: np.maximum(z, 0), df=lambda z, a: (z > 0).astype(z.dtype))
r""":math:`\max(z, 0)`; its derivative at 0, where it has none, is taken to be 0."""
leaky_relu = Activation(
    "leaky_relu",
    f=lambda z: np.where(z > 0, z, LEAK * z),
    df=lambda z, a: np.where(z > 0, 1, LEAK).astype(a.dtype),
)
""":math:`z` above 0, `LEAK` times :math:`z` below.

Source: Maas, Hannun and Ng (2013).
"""
softplus = Activation("softplus", f=_softplus, df=lambda z, a: _sigmoid(z))
r""":math:`\log(1 + e^z)`, a ReLU without the kink; its derivative is the sigmoid.

Source: Dugas et al. (2001).
"""

ACTIVATIONS = {f.name: f for f in (identity, sigmoid, tanh, relu, leaky_relu, softplus)}
"""Name -> activation."""
