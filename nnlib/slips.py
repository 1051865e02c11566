"""The usual slips: wrong answers that explain themselves, each with its hint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnlib.activations import Array


def shape_hint(found: Array, shape: tuple[int, ...], args: tuple[Any, ...], what: str) -> str:
    """Say how the shape of an answer differs from the expected ``shape``, and what may have led to it.

    Examples
    --------
    >>> from nnlib.slips import shape_hint
    >>> shape_hint(np.zeros((2, 3)), (3, 2), (), "the gradient")
    'the gradient has shape (2, 3), expected (3, 2): it is transposed'
    """
    text = f"{what} has shape {found.shape}, expected {shape}"
    if found.shape == shape[::-1]:
        return f"{text}: it is transposed"
    if found.size == np.prod(shape):
        return f"{text}: as many entries, in another shape"
    kept = [axis for axis in range(found.ndim) if found.sum(axis=axis).shape == shape]
    if kept:
        name = f"axis {kept[0]}" if len(kept) == 1 else "one axis too many"
        return f"{text}: {name} was kept; sum over it, or take the mean"
    for i, arg in enumerate(args):
        rows = len(arg) if isinstance(arg, np.ndarray) and arg.ndim == 2 else None
        if found.ndim == len(shape) == 1 and rows == len(found):
            return f"{text}: there is one entry for each row of argument {i + 1}; sum over axis 0"
    return text


def usual_slips(
    found: Array, expected: Array, args: tuple[Any, ...]
) -> Iterator[tuple[str, Array]]:
    """Yield hints, each with the wrong answer, of the shape of ``expected``, that it explains.

    Examples
    --------
    >>> from nnlib.slips import usual_slips
    >>> for hint, wrong in usual_slips(np.array([3.0, 6.0]), np.array([1.0, 2.0]), ()):
    ...     if np.array_equal(wrong, [3, 6]):
    ...         print(hint)
    every entry is 3 times what it should be: a constant factor
    """
    yield "every entry has the wrong sign", -expected
    for i, m in enumerate(len(a) if isinstance(a, np.ndarray) and a.ndim else 1 for a in args):
        if m > 2:  # a factor of 2 has its own hint below
            rows = f"{m} is the number of rows of argument {i + 1}"
            yield f"it is {m} times too large; {rows}: is a 1/m missing?", m * expected
            yield f"it is {m} times too small; {rows}: is there one 1/m too many?", expected / m
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "it is transposed: the matrix is square, so the shape could not show it", expected.T
    for factor, words in ((2, "twice"), (0.5, "half")):
        yield (
            f"it is {words} what it should be: look for a factor of 2, as from a square",
            factor * expected,
        )
    if expected.size > 1:  # a single number always is a multiple of another
        yield "every entry is 0", np.zeros_like(expected)
        factor = float(np.vdot(found, expected) / (np.vdot(expected, expected) or 1))
        yield (
            f"every entry is {factor:.7g} times what it should be: a constant factor",
            factor * expected,
        )
    for axis in range(expected.ndim):
        yield f"the order is reversed along axis {axis}", np.flip(expected, axis)
