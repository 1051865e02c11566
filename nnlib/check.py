"""Instant checks for exercises: what is wrong with an answer, without a stored solution.

A gradient is judged by central differences of the reader's own loss, so a right answer passes whatever its style. A
wrong one is compared with the usual slips, and the report names the one that explains it::

    check.gradient(my_gradient, my_loss, W, x, y)
    not yet: every entry has the wrong sign: the loss grows where your gradient says it falls
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib.activations import Array
from nnlib.answers import UnfitError, call, call_in_float64, numbers, reported
from nnlib.gradcheck import EPS, central_difference, default_step, relative_error
from nnlib.report import Report
from nnlib.slips import usual_slips

TOLERANCE = 1e-6
"""Largest relative error of a right gradient in float64 against central differences, with room to spare."""

ROUNDING = 10 * EPS ** (2 / 3)
"""Largest error by rounding in a central difference of a loss of 1, 4e-10; at a minimum there is nothing else."""


@reported
def gradient(
    grad: Callable[..., ArrayLike],
    loss: Callable[..., float],
    *args: Any,
    wrt: int = 0,
    slips: Mapping[str, ArrayLike] | None = None,
) -> Report:
    """Check ``grad(*args)`` against central differences of ``loss(*args)``, :eq:`eq-check-central` of chapter 4.

    It is right if its relative error, :eq:`eq-relative-error`, is at most `TOLERANCE`, or no more than rounding.

    Parameters
    ----------
    grad, loss : callable
        The reader's gradient and the reader's loss, of the same arguments. The loss must compute in float64.
    *args
        Arrays and numbers at which to check.
    wrt : int
        With respect to which of them the gradient is; the two have one shape.
    slips : mapping of str to array, optional
        Hints for this exercise, each with the wrong gradient that it explains.

    Examples
    --------
    >>> from nnlib import check
    >>> check.gradient(lambda w: w, lambda w: np.sum(w**2), np.array([1.0, 3.0]))
    not yet: it is half what it should be: look for a factor of 2, as from a square
    """
    given = list(args)
    given[wrt] = np.array(args[wrt], dtype=float)[()]  # for both, and a number stays a number
    losses: list[float] = []

    def loss_at(theta: Array) -> float:
        nudged = [*given]
        nudged[wrt] = theta[()]
        losses.append(float(call_in_float64(loss, nudged, (), "the loss", "your loss")))
        return losses[-1]

    expected = central_difference(loss_at, given[wrt])
    found = call(grad, given, expected.shape, "the gradient")
    rounding = ROUNDING * float(np.linalg.norm(losses))
    sign = "every entry has the wrong sign: the loss grows where your gradient says it falls"
    slips = {**(slips or {}), sign: -expected}
    return _judge(found, expected, rounding) or _why(found, expected, args, slips)


@reported
def derivative(df: Callable[..., ArrayLike], f: Callable[[Array], Array], z: ArrayLike) -> Report:
    """Check an elementwise derivative ``df(z)`` against central differences of ``f``, :eq:`eq-central` of chapter 2.

    All three of ``z``, ``f(z)`` and ``df(z)`` have one shape, any; keep ``z`` away from kinks.

    Examples
    --------
    >>> from nnlib import check
    >>> check.derivative(lambda z: z * (1 - z), sigmoid, [-1.0, 0.5, 2.0])
    not yet: this is f' in terms of a = f(z), but z is what was put in: compute a = f(z) first
    """
    z = np.array(z, dtype=float)
    found = call(df, (z,), z.shape, "the derivative")

    def f_of(z: Array) -> Array:
        return call_in_float64(f, (z,), z.shape, "f(z)", "f")

    slope, rounding = _slope(f_of, z)
    if report := _judge(found, slope, rounding):
        return report
    slips = {}
    try:
        a = f_of(z)
        slips["this is the derivative at a = f(z): put z itself into f'"] = _slope(f_of, a)[0]
        if relative_error(call(df, (a,), z.shape, "the derivative"), slope) <= TOLERANCE:
            of_a = "this is f' in terms of a = f(z), but z is what was put in: "
            slips[of_a + "compute a = f(z) first"] = found
    except UnfitError:  # a may lie where f or the answer is not defined: then it is no such slip
        pass
    return _why(found, slope, (), slips)


@reported
def value(
    function: Callable[..., ArrayLike],
    *args: Any,
    expected: ArrayLike,
    tolerance: float = 1e-6,
    slips: Mapping[str, ArrayLike] | None = None,
) -> Report:
    """Check ``function(*args)`` against a known value of any shape, for example one worked by hand.

    It may be off by ``tolerance``, relative or absolute. ``slips`` are hints, each with the wrong value it explains.

    Examples
    --------
    >>> from nnlib import check
    >>> check.value(lambda a, b: a + b, 2, 3, expected=5)
    ok: the value is right
    """
    expected = np.asarray(expected, dtype=float)
    found = call(function, args, expected.shape, "the value")
    if np.allclose(found, expected, rtol=tolerance, atol=tolerance):
        return Report(True, "the value is right")
    return _why(found, expected, args, slips or {})


@reported
def number(
    mine: float | None,
    expected: float,
    *,
    within: float = 2e-4,
    slips: Mapping[str, float] | None = None,
) -> Report:
    """Check a number worked by hand with four digits after the point, unless ``within`` says otherwise.

    None means that it has not been worked yet. ``slips`` are hints, each with the wrong number that it explains, as
    long as the answer is nearer to that than to the right one.

    Examples
    --------
    >>> from nnlib import check
    >>> check.number(18_944, expected=19_210, slips={"each unit has a bias, too": 18_944})
    not yet: each unit has a bias, too
    """
    if mine is None:
        return Report(False, "no number yet")
    found = numbers(mine, "the answer")
    if found.size != 1:
        return Report(False, f"one number is expected, given shape {found.shape}")
    mine = float(found.item())
    if not np.isfinite(mine):
        return Report(False, f"{mine} is not a finite number")
    if abs(mine - expected) <= within:
        return Report(True, "the number is right")
    for hint, wrong in {**(slips or {}), "the sign is wrong": -expected}.items():
        off = abs(mine - wrong)
        if off <= 5 * within and off < abs(mine - expected):  # a slip explains what is nearer to it
            return Report(False, hint)
    return Report(False, f"{mine:.8g} is too {'small' if mine < expected else 'large'}")


def _slope(f: Callable[[Array], Array], z: Array) -> tuple[Array, float]:
    """Return central differences of ``f``, entry by entry, and how far rounding may have moved them."""
    h = default_step(z)
    above, below = f(z + h), f(z - h)
    return (above - below) / (2 * h), ROUNDING * float(np.linalg.norm([above, below]))


def _judge(found: Array, expected: Array, rounding: float) -> Report | None:
    """Report a right answer: its relative error is small, or no larger than rounding would make it."""
    sizes = float(np.linalg.norm(found)), float(np.linalg.norm(expected)), rounding / TOLERANCE
    error = float(np.linalg.norm(found - expected)) / (max(sizes) or 1)
    return Report(True, f"it agrees to {max(error, 1e-16):.0e}") if error <= TOLERANCE else None


def _why(
    found: Array, expected: Array, args: tuple[Any, ...], slips: Mapping[str, ArrayLike]
) -> Report:
    """Report a wrong answer, with the slip that explains it; it is far nearer to that than to the right one."""
    error = relative_error(found, expected)
    near = min(TOLERANCE, error / 10)
    for hint, wrong in (*slips.items(), *usual_slips(found, expected, args)):
        if np.shape(wrong) == found.shape and relative_error(found, wrong) <= near:
            return Report(False, hint)
    worst = np.unravel_index(np.abs(found - expected).argmax(), found.shape)
    place = f"at index {tuple(int(i) for i in worst)} " if found.ndim else ""
    numbers_there = f"yours is {found[worst]:.6g}, expected {expected[worst]:.6g}"
    return Report(False, f"{place}{numbers_there} (relative error {error:.1e})")
