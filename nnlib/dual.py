r"""Forward-mode automatic differentiation with dual numbers :math:`a + b\,\epsilon`, where :math:`\epsilon^2 = 0`.

Computing with ``Dual(x, 1)`` gives ``Dual(f(x), f'(x))``: the derivative travels along with the value. One pass gives
the derivative in one direction, so a function of ``n`` inputs needs ``n`` passes; reverse mode needs one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib.activations import Array

Value = float | Array


@dataclass(frozen=True)
class Dual:
    """A value and its derivative in the chosen direction, ``dot``: numbers or arrays of one shape.

    Source: Griewank and Walther (2008), chapter 3.

    Examples
    --------
    >>> from nnlib.dual import Dual
    >>> x = Dual(3.0, 1.0)
    >>> x**2 * (x**2 + x)
    Dual(value=108.0, dot=135.0)
    """

    value: Value
    dot: Value = 0.0

    __array_ufunc__ = None  # so that numpy leaves `array * dual` to us

    def __add__(self, other: Dual | Value) -> Dual:
        other = _lift(other)
        return Dual(self.value + other.value, self.dot + other.dot)

    def __mul__(self, other: Dual | Value) -> Dual:
        other = _lift(other)
        return Dual(self.value * other.value, self.dot * other.value + self.value * other.dot)

    def __pow__(self, k: float) -> Dual:
        # k - 1, but 0 stays 0: the slope of x^0 is 0, at x = 0 too, where 0^-1 is none.
        return Dual(self.value**k, k * self.value ** (k - (k != 0)) * self.dot)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Dual:
        return self * -1.0

    def __sub__(self, other: Dual | Value) -> Dual:
        return self + -_lift(other)

    def __rsub__(self, other: Dual | Value) -> Dual:
        return _lift(other) + -self

    def __truediv__(self, other: Dual | Value) -> Dual:
        return self * _lift(other) ** -1.0

    def __rtruediv__(self, other: Dual | Value) -> Dual:
        return _lift(other) * self**-1.0


def _lift(x: Dual | Value) -> Dual:
    return x if isinstance(x, Dual) else Dual(x, 0.0 * x)  # a zero for each entry


def exp(x: Dual) -> Dual:
    """Exponential.

    Examples
    --------
    >>> float(dual.exp(dual.Dual(0.0, 3.0)).dot)
    3.0
    """
    return Dual(np.exp(x.value), np.exp(x.value) * x.dot)


def log(x: Dual) -> Dual:
    """Natural logarithm.

    Examples
    --------
    >>> float(dual.log(dual.Dual(4.0, 1.0)).dot)
    0.25
    """
    return Dual(np.log(x.value), x.dot / x.value)


def sin(x: Dual) -> Dual:
    """Sine.

    Examples
    --------
    >>> float(dual.sin(dual.Dual(0.0, 3.0)).dot)
    3.0
    """
    return Dual(np.sin(x.value), np.cos(x.value) * x.dot)


def tanh(x: Dual) -> Dual:
    """Hyperbolic tangent.

    Examples
    --------
    >>> float(dual.tanh(dual.Dual(0.0, 3.0)).dot)
    3.0
    """
    y = np.tanh(x.value)
    return Dual(y, (1 - y * y) * x.dot)
