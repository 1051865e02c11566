"""The reader's code is called, and what it returns becomes numbers; or it is said why that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

from nnlib.activations import Array
from nnlib.report import Report
from nnlib.slips import shape_hint

P = ParamSpec("P")


class UnfitError(Exception):
    """An answer cannot be compared; the message is the hint."""


def reported(check: Callable[P, Report]) -> Callable[P, Report]:
    """Turn an `UnfitError` within a check into its report."""

    @wraps(check)
    def with_report(*args: P.args, **kwargs: P.kwargs) -> Report:
        try:
            return check(*args, **kwargs)
        except UnfitError as unfit:
            return Report(False, str(unfit))

    return with_report


def call(
    function: Callable[..., Any],
    args: Sequence[Any],
    shape: tuple[int, ...],
    what: str,
    whose: str = "your function",
) -> Array:
    """Return what the reader's function makes of copies of the arguments: finite numbers of this shape."""
    given = _copy(list(args))
    try:
        with np.errstate(all="ignore"):  # an overflow is reported below, in words
            answer = function(*given)
    except Exception as error:  # whatever the reader's code raises is a finding, not our failure
        raise UnfitError(f"{whose} raised {type(error).__name__}: {error}") from error
    for i, (before, after) in enumerate(zip(args, given, strict=True)):
        if not _same(before, after):
            raise UnfitError(
                f"{whose} changed its argument number {i + 1} in place "
                "(as `a -= b` does): work on a copy, or write `a = a - b`"
            )
    if answer is None:
        raise UnfitError(f"{whose} returned None: is its `return` missing?")
    found = numbers(answer, what)
    if found.shape != shape:
        raise UnfitError(shape_hint(found, shape, tuple(args), what))
    if not np.isfinite(found).all():
        bad = f"{np.sum(~np.isfinite(found))} of {found.size} entries of {what} are not finite"
        causes = "an exponential overflowed, a logarithm met 0, or something was divided by 0"
        raise UnfitError(f"{bad}: {causes}")
    return found


def call_in_float64(
    function: Callable[..., Any], args: Sequence[Any], shape: tuple[int, ...], what: str, whose: str
) -> Array:
    """Call what differences are taken of: in float32 they would be rounding alone."""
    found = call(function, args, shape, what, whose)
    if found.dtype.itemsize < 8:
        raise UnfitError(f"{whose} returned {found.dtype}, too coarse for differences: use float64")
    return found


def numbers(answer: Any, what: str) -> Array:
    """Return a copy of an answer as an array of float64, or of the floats that it is made of."""
    kind = type(answer).__name__
    try:
        found = np.asarray(answer).copy()  # the reader's code may use its array again
    except ValueError:
        raise UnfitError(f"{what} is a {kind} whose entries differ in shape") from None
    except Exception as error:  # an object that refuses to be an array says why
        raise UnfitError(f"{what} must consist of numbers, given {kind}: {error}") from error
    entries = found.ravel().tolist()
    if any(entry is None for entry in entries):  # NumPy would make a NaN of it
        raise UnfitError(f"{what} holds None: is a part of it still to be written?")
    if found.dtype.kind == "f":
        return found
    try:
        if found.dtype.kind in "biuO":
            return found.astype(float)
    except OverflowError:
        raise UnfitError(f"{what} holds a number that is too large for float64") from None
    except (TypeError, ValueError):  # an object that is no number
        pass
    kinds = dict.fromkeys(type(entry).__name__ for entry in entries) if found.ndim else ()
    of = f" of {' and '.join(kinds)}" if kinds else ""
    raise UnfitError(f"{what} must consist of numbers, given {kind}{of}")


def _copy(given: Any) -> Any:
    """Copy arrays, also those in lists and tuples; anything else is handed on as it is."""
    if isinstance(given, np.ndarray):
        return given.copy()
    return type(given)(map(_copy, given)) if type(given) in (list, tuple) else given


def _same(before: Any, after: Any) -> bool:
    """Whether a copy is still what it was made from."""
    if isinstance(before, np.ndarray):
        nan_is_nan = before.dtype.kind in "fc"
        return np.array_equal(before, after, equal_nan=nan_is_nan)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return before is after
