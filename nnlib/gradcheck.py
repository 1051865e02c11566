"""Gradient checking: the derivative by the definition, as a judge for every other way to compute it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.activations import Array
from nnlib.losses import Loss
from nnlib.network import Network

EPS = float(np.finfo(np.float64).eps)
"""The gap between 1 and the next number in float64, 2.2e-16."""


def default_step(x: ArrayLike) -> Array:
    r"""Return the step of a central difference at each ``x``, any shape: :math:`\varepsilon^{1/3}\max(1, |x|)`.

    Equation :eq:`eq-check-step` of chapter 4.

    Examples
    --------
    >>> from nnlib.gradcheck import default_step
    >>> print(default_step([0.0, 100.0]).round(8))
    [6.0600e-06 6.0555e-04]
    """
    step: Array = EPS ** (1 / 3) * np.maximum(1, np.abs(x))
    return step


def central_difference(
    f: Callable[[Array], float], theta: ArrayLike, h: float | None = None
) -> Array:
    r"""Return the gradient of ``f`` at ``theta`` by central differences, in the shape of ``theta``.

    Each entry is :math:`(f(\theta + h e_i) - f(\theta - h e_i)) / 2h`, which costs two evaluations
    of ``f`` per entry and has an error of order :math:`h^2`: :eq:`eq-check-central` of chapter 4. `default_step`
    balances that error against rounding. ``theta`` is not changed: ``f`` is given copies.
    Source: Nocedal and Wright (2006), section 8.1.

    Raises
    ------
    ValueError
        If ``f`` does not return one number.

    Examples
    --------
    >>> g = central_difference(lambda theta: np.sum(theta**2), [1.0, 3.0])  # it is 2 theta
    >>> print(g.round(6))
    [2. 6.]
    """
    theta = np.array(theta, dtype=np.float64)  # a copy, and in float64 whatever was given
    gradient = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        kept = theta[i]
        step = h if h is not None else default_step(kept)
        theta[i] = kept + step
        above, up = f(theta.copy()), theta[i]
        theta[i] = kept - step
        below, down = f(theta.copy()), theta[i]
        theta[i] = kept
        if np.shape(above) != ():
            raise ValueError(f"f returned shape {np.shape(above)}, expected one number, shape ()")
        gradient[i] = (above - below) / (up - down)  # the step as it was, after rounding
    return gradient


def relative_error(g: ArrayLike, expected: ArrayLike) -> float:
    r"""Return :math:`\lVert g - g' \rVert / \max(\lVert g \rVert, \lVert g' \rVert)`, and 0 if both are zero.

    The norm is Euclidean; both have one shape, any. About 1e-9 is typical of a right gradient in float64; 1e-2 is a
    mistake; 2 is a wrong sign. Equation :eq:`eq-relative-error` of chapter 4.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> relative_error([3.0, 4.0], [-3.0, -4.0]), relative_error([3.0, 4.0], [6.0, 8.0])
    (2.0, 0.5)
    """
    g, expected = np.asarray(g, np.float64), np.asarray(expected, np.float64)
    if g.shape != expected.shape:
        raise ValueError(f"gradients have shapes {g.shape} and {expected.shape}: expected the same")
    size = max(np.linalg.norm(g), np.linalg.norm(expected))
    return float(np.linalg.norm(g - expected) / size) if size else 0.0


@dataclass(frozen=True)
class GradientCheck:
    """The outcome of `check_gradient`: one relative error for each block of parameters.

    Attributes
    ----------
    errors : dict of str to float
        Block -> relative error, for example ``{"W1": 2e-11, "b1": 1e-11}``.
    tolerance : float
        The largest error that passes.

    Examples
    --------
    >>> result = GradientCheck({"W1": 2e-11, "b1": 0.5}, tolerance=1e-6)
    >>> print(result)
    W1       2.0e-11  ok
    b1       5.0e-01  WRONG
    >>> result.ok
    False
    """

    errors: dict[str, float]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every block is within the tolerance."""
        return all(error <= self.tolerance for error in self.errors.values())

    def __str__(self) -> str:
        rows = (
            f"{name:8} {error:.1e}  {'ok' if error <= self.tolerance else 'WRONG'}"
            for name, error in self.errors.items()
        )
        return "\n".join(rows)


def check_gradient(
    net: Network, loss: Loss, x: ArrayLike, y: ArrayLike, *, tolerance: float = 1e-6
) -> GradientCheck:
    """Compare backpropagation with central differences, block by block (``W1``, ``b1``, ...).

    ``x`` has shape ``(m, n_0)``, one sample a row, and ``y`` is what the loss takes. The blocks are judged apart
    because one wrong bias hides among thousands of right weights. The parameters are left as they were. Away from
    kinks only: a ReLU whose input crosses 0 within the step has no derivative there to agree with. A `Dropout`,
    which draws anew in each forward pass, is checked with ``p = 0``.
    Equations :eq:`eq-check-central` and :eq:`eq-relative-error` of chapter 4.

    Raises
    ------
    ValueError
        If the network is not float64, its parameters are not finite, shapes do not fit, or `Network.forward`
        and `Network.predict` differ, as they do with `Dropout`.

    Examples
    --------
    >>> net = mlp([2, 3, 1], tanh, rng=np.random.default_rng(0))
    >>> result = check_gradient(net, MSE(), [[1.0, 2.0], [3.0, 4.0]], [[0.0], [1.0]])
    >>> result.ok, list(result.errors)
    (True, ['W1', 'b1', 'W2', 'b2'])
    """
    if net.dtype != np.float64:
        raise ValueError(f"a gradient check needs float64, the network is {net.dtype}")
    checks.finite(net.theta, "net.theta")
    out = net.forward(x)
    if not np.allclose(out, net.predict(x), equal_nan=True):
        raise ValueError(
            "forward and predict differ: check Dropout with p = 0, and without any other layer "
            "that predicts otherwise than it trains"
        )
    start = net.theta.copy()
    net.backward(loss.grad(out, y))
    backprop = net.grad.copy()

    def loss_at(theta: Array) -> float:
        net.theta[:] = theta
        return loss(net.predict(x), y)

    try:
        numeric = central_difference(loss_at, start)
    finally:
        net.theta[:] = start
    blocks = _blocks(net).items()
    return GradientCheck(
        {name: relative_error(backprop[place], numeric[place]) for name, place in blocks},
        tolerance,
    )


def _blocks(net: Network) -> dict[str, slice]:
    """Return the place of each parameter in ``theta``: ``{"W1": slice(0, 6), "b1": slice(6, 8), ...}``.

    The parameters of a layer made of others carry two numbers: ``W2.1`` is of the first part of layer 2.
    """
    blocks, start = {}, 0
    for l, layer in enumerate(net.layers):
        parts = list(layer.parts())
        for i, part in enumerate(parts, start=1):
            number = f"{l}" if parts == [layer] else f"{l}.{i}"
            for name, view in part.params.items():
                blocks[f"{name}{number}"] = slice(start, start + view.size)
                start += view.size
    return blocks
