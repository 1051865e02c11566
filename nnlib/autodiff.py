r"""Reverse-mode automatic differentiation: a tape of array operations, walked backwards.

Every operation makes a `Var` that remembers which ones it was made from, and for each of them how to pull a
gradient back: a vector-Jacobian product, :math:`\bar x = J^\top \bar y`. `Var.backward` visits the nodes after
all their consumers and *adds* what comes back, because the derivative is a sum over all paths.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnlib.activations import Array

Pull = Callable[[Array], Array]
"""A vector-Jacobian product, from the gradient of an operation's result to that of one of its inputs."""


class Var:
    """An array on the tape, any shape. After ``y.backward()``, ``x.grad`` is the derivative of ``y`` by ``x``.

    ``x.grad`` has the shape of ``x.value``. If ``y`` has several entries, it is the derivative of their sum.
    Computed in float64. The tape holds arrays, no copies: they must stay as they are until `backward` is done.
    Equations :eq:`eq-reverse-mode` of chapter 3 and :eq:`eq-successors` of chapter 4.
    Source: Baydin, Pearlmutter, Radul and Siskind (2018).

    Raises
    ------
    ValueError
        If ``@`` is given something else than a matrix and a matrix or a vector.

    Examples
    --------
    >>> A, x = autodiff.Var([[1.0, 2.0], [3.0, 4.0]]), autodiff.Var([[1.0], [10.0]])
    >>> ((A @ x) ** 2).sum().backward()
    >>> print(x.grad)  # 2 A^T A x
    [[300.]
     [428.]]
    """

    __array_ufunc__ = None  # so that numpy leaves `array @ var` to us

    def __init__(self, value: ArrayLike, parents: tuple[tuple[Var, Pull], ...] = ()) -> None:
        self.value = np.asarray(value, dtype=float)
        self.parents = parents
        self.grad = np.zeros_like(self.value)

    def __repr__(self) -> str:
        return f"Var({self.value}, grad={self.grad})"

    def __add__(self, other: Var | ArrayLike) -> Var:
        other = lift(other)
        return Var(self.value + other.value, ((self, lambda g: g), (other, lambda g: g)))

    def __mul__(self, other: Var | ArrayLike) -> Var:
        a, b = self, lift(other)
        return Var(a.value * b.value, ((a, lambda g: g * b.value), (b, lambda g: g * a.value)))

    def __pow__(self, k: float) -> Var:
        # k - 1, but 0 stays 0: the slope of x^0 is 0, at x = 0 too, where 0^-1 is none.
        return Var(self.value**k, ((self, lambda g: g * k * self.value ** (k - (k != 0))),))

    def __matmul__(self, other: Var | ArrayLike) -> Var:
        a, b = self, lift(other)
        dims = a.value.ndim, b.value.ndim
        if dims == (2, 1):  # a matrix times a vector
            pulls = (a, lambda g: np.outer(g, b.value)), (b, lambda g: a.value.T @ g)
            return Var(a.value @ b.value, pulls)
        if dims != (2, 2):
            raise ValueError(f"@ takes a matrix, then a matrix or a vector; dimensions: {dims}")
        return Var(a.value @ b.value, ((a, lambda g: g @ b.value.T), (b, lambda g: a.value.T @ g)))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Var:
        return self * -1.0

    def __sub__(self, other: Var | ArrayLike) -> Var:
        return self + -lift(other)

    def __rsub__(self, other: Var | ArrayLike) -> Var:
        return lift(other) + -self

    def __truediv__(self, other: Var | ArrayLike) -> Var:
        return self * lift(other) ** -1.0

    def __rtruediv__(self, other: Var | ArrayLike) -> Var:
        return lift(other) * self**-1.0

    def __rmatmul__(self, other: Var | ArrayLike) -> Var:
        return lift(other) @ self

    @property
    def T(self) -> Var:  # noqa: N802
        """The transpose."""
        return Var(self.value.T, ((self, lambda g: g.T),))

    def sum(self, axis: int | None = None) -> Var:
        """Return the sum of all entries, or over one axis, which is kept with length 1."""
        total = self.value.sum(axis=axis, keepdims=axis is not None)
        return Var(total, ((self, lambda g: np.broadcast_to(g, self.value.shape)),))

    def backward(self) -> None:
        """Add the gradient of this (of the sum of its entries) to ``grad`` of every leaf it was made from.

        Examples
        --------
        >>> x = autodiff.Var(3.0)
        >>> y = x**2 * (x**2 + x)
        >>> y.backward()
        >>> print(x.grad)
        135.0
        >>> y.backward()  # once more: gradients are added, never overwritten
        >>> print(x.grad)
        270.0
        """
        order = topological_order(self)
        for node in order:
            if node.parents:  # what an earlier call left inside would be counted again
                node.grad = np.zeros_like(node.value)
        self.grad = self.grad + np.ones_like(self.value)
        for node in reversed(order):
            for parent, pull in node.parents:
                parent.grad = parent.grad + unbroadcast(pull(node.grad), parent.value.shape)


def lift(x: Var | ArrayLike) -> Var:
    """Return a constant as a `Var`, and a `Var` as it is.

    Examples
    --------
    >>> autodiff.lift(2.0)
    Var(2.0, grad=0.0)
    """
    return x if isinstance(x, Var) else Var(x)


def elementwise(
    f: Callable[[Array], Array], df: Callable[[Array, Array], Array]
) -> Callable[[Var], Var]:
    """Make a function of `Var` from a function and its derivative ``df(x, y)``, ``y = f(x)``, any shape.

    Examples
    --------
    >>> z = autodiff.Var([0.0, 1.0])
    >>> autodiff.elementwise(relu.f, relu.df)(z).sum().backward()
    >>> print(z.grad)
    [0. 1.]
    """

    def apply(x: Var) -> Var:
        y = f(x.value)
        return Var(y, ((x, lambda g: g * df(x.value, y)),))

    return apply


exp = elementwise(np.exp, lambda x, y: y)
"""Exponential of a `Var`, any shape, elementwise."""
log = elementwise(np.log, lambda x, y: 1 / x)
"""Natural logarithm of a `Var`, any shape, elementwise."""


def topological_order(end: Var) -> list[Var]:
    """Return every node ``end`` was made from, each after its parents; with a stack, so that no chain is too long.

    Examples
    --------
    >>> x = autodiff.Var(3.0)
    >>> [float(node.value) for node in autodiff.topological_order(x**2 + x)]
    [3.0, 9.0, 12.0]
    """
    order, seen, stack = [], set(), [(end, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.parents)
    return order


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient over the axes along which numpy repeated the value: copying forward is summing backward.

    Examples
    --------
    >>> autodiff.unbroadcast(np.ones((5, 3)), (1, 3)).tolist()
    [[5.0, 5.0, 5.0]]
    """
    if g.shape == shape:
        return g
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=repeated, keepdims=True)
