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
from nnlib.gradcheck import central_difference, relative_error
from nnlib.report import Report
from nnlib.slips import shape_hint, usual_slips

TOLERANCE = 1e-6
"""Largest relative error of a right gradient in float64 against central differences, with room to spare."""


def gradient(
    grad: Callable[..., ArrayLike],
    loss: Callable[..., float],
    *args: Any,
    wrt: int = 0,
    slips: Mapping[str, ArrayLike] | None = None,
) -> Report:
    """Check ``grad(*args)`` against central differences of ``loss(*args)``, :eq:`eq-check-central` of chapter 4.

    Parameters
    ----------
    grad, loss : callable
        The reader's gradient and the reader's loss, of the same arguments.
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
    expected = central_difference(lambda theta: float(loss(*_with(args, wrt, theta))), args[wrt])
    found = _call(grad, args, expected.shape, "the gradient")
    if isinstance(found, Report):
        return found
    sign = "every entry has the wrong sign: the loss grows where your gradient says it falls"
    return _judge(found, expected, args, {**(slips or {}), sign: -expected})


def derivative(df: Callable[..., ArrayLike], f: Callable[[Array], Array], z: ArrayLike) -> Report:
    """Check an elementwise derivative ``df(z)`` against central differences of ``f``, :eq:`eq-central` of chapter 2.

    All three of ``z``, ``f(z)`` and ``df(z)`` have one shape, any; keep ``z`` away from kinks.

    Examples
    --------
    >>> from nnlib import check
    >>> check.derivative(lambda z: z * (1 - z), sigmoid, [-1.0, 0.5, 2.0])
    not yet: this is f' in terms of a = f(z), but z is what was put in: compute a = f(z) first
    """
    z = np.asarray(z, dtype=float)
    found = _call(df, (z,), z.shape, "the derivative")
    if isinstance(found, Report):
        return found
    a, slope = np.asarray(f(z)), _slope(f, z)
    slips = {"this is the derivative at a = f(z): put z itself into f'": _slope(f, a)}
    at_a = _call(df, (a,), z.shape, "the derivative")
    if not isinstance(at_a, Report) and relative_error(at_a, slope) <= TOLERANCE:
        slips[
            "this is f' in terms of a = f(z), but z is what was put in: compute a = f(z) first"
        ] = found
    return _judge(found, slope, (), slips)


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
    found = _call(function, args, expected.shape, "the value")
    if isinstance(found, Report):
        return found
    if np.allclose(found, expected, rtol=tolerance, atol=tolerance):
        return Report(True, "the value is right")
    return _judge(found, expected, args, slips or {})


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
    if abs(mine - expected) <= within:
        return Report(True, "the number is right")
    for hint, wrong in {**(slips or {}), "the sign is wrong": -expected}.items():
        off = abs(mine - wrong)
        if off <= 5 * within and off < abs(mine - expected):  # a slip explains what is nearer to it
            return Report(False, hint)
    return Report(False, f"{mine:g} is too {'small' if mine < expected else 'large'}")


def _slope(f: Callable[[Array], Array], z: Array) -> Array:
    h = 6e-6 * np.maximum(1, np.abs(z))
    return (np.asarray(f(z + h)) - np.asarray(f(z - h))) / (2 * h)


def _with(args: tuple[Any, ...], i: int, theta: Array) -> tuple[Any, ...]:
    """Return copies of the arguments, with ``theta`` in place ``i``: the reader's code may change them."""
    copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
    copies[i] = theta.copy()
    return tuple(copies)


def _call(
    function: Callable[..., Any], args: tuple[Any, ...], shape: tuple[int, ...], what: str
) -> Array | Report:
    """Call the reader's function; return its answer, or a report of what keeps it from being compared."""
    given = tuple(np.array(a) if isinstance(a, np.ndarray) else a for a in args)
    try:
        with np.errstate(all="ignore"):  # an overflow is reported below, in words
            answer = function(*given)
    except Exception as error:  # whatever the reader's code raises is a finding, not our failure
        return Report(False, f"your function raised {type(error).__name__}: {error}")
    for i, (before, after) in enumerate(zip(args, given, strict=True)):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            return Report(
                False,
                f"your function changed its argument number {i + 1} in place "
                "(as `a -= b` does): work on a copy, or write `a = a - b`",
            )
    if answer is None:
        return Report(False, "your function returned None: is its `return` missing?")
    try:
        found = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        kind = type(answer).__name__
        return Report(False, f"{what} must be an array of numbers, given {kind}")
    if found.shape != shape:
        return Report(False, shape_hint(found, shape, args, what))
    if not np.isfinite(found).all():
        bad = f"{np.sum(~np.isfinite(found))} of {found.size} entries of {what} are not finite"
        causes = "an exponential overflowed, a logarithm met 0, or something was divided by 0"
        return Report(False, f"{bad}: {causes}")
    return found


def _judge(
    found: Array, expected: Array, args: tuple[Any, ...], slips: Mapping[str, ArrayLike]
) -> Report:
    if relative_error(found, expected) <= TOLERANCE:
        return Report(True, f"it agrees to {max(relative_error(found, expected), 1e-16):.0e}")
    for hint, wrong in (*slips.items(), *usual_slips(found, expected, args)):
        wrong = np.asarray(wrong)
        if wrong.shape == found.shape and relative_error(found, wrong) <= TOLERANCE:
            return Report(False, hint)
    worst = np.unravel_index(np.abs(found - expected).argmax(), found.shape)
    place = f"at index {tuple(int(i) for i in worst)} " if found.ndim else ""
    return Report(
        False,
        f"{place}yours is {found[worst]:.6g}, expected {expected[worst]:.6g} "
        f"(relative error {relative_error(found, expected):.1e})",
    )
