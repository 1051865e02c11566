"""Checks of what is handed to the library: each message names what was given and what was expected."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from nnlib.activations import Array


def matrix(
    x: ArrayLike, n: int | None, what: str, dtype: np.dtype | None = None, m: int | None = None
) -> Array:
    """Return ``x`` as a matrix of ``m`` samples, one a row, and ``n`` columns; None is any number.

    Whole numbers become float64: in theirs a target of 0.5 would be cut down to 0.
    """
    x = np.asarray(x, dtype=dtype)
    if x.dtype.kind != "f":
        x = x.astype(float)
    if x.ndim != 2 or len(x) != (m or len(x)) or x.shape[1] != (n or x.shape[1]):
        hint = ""
        if x.ndim == 1:
            hint = "; use x[None, :] for one sample, x[:, None] for one feature"
        expected = f"({m or 'm'}, {n or 'n'})"
        raise ValueError(f"{what} has shape {x.shape}, expected {expected}, one sample a row{hint}")
    if not len(x):
        raise ValueError(f"{what} has shape {x.shape}: there are no samples")
    return x


def same_shape(out: Array, y: ArrayLike) -> Array:
    """Return the targets ``y`` as an array of exactly the shape of the outputs."""
    y = np.asarray(y, dtype=out.dtype)
    if y.shape != out.shape:
        # NumPy would broadcast (m,) against (m, 1) to (m, m) and train on nonsense in silence.
        hint = "; use y[:, None]" if y.shape == out.shape[:1] and out.shape[1:] == (1,) else ""
        raise ValueError(
            f"targets have shape {y.shape}, outputs have shape {out.shape}: expected the same{hint}"
        )
    return y


def finite(values: ArrayLike, what: str) -> None:
    """Raise if there is a NaN or an infinity, and say where the first one is."""
    values = np.asarray(values)
    if values.dtype.kind == "O":  # a gap in a table of mixed columns is None, and becomes NaN
        values = values.astype(float)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        bad = np.argwhere(~np.isfinite(values))
        where = tuple(int(i) for i in bad[0])
        raise ValueError(
            f"{what} must be finite numbers, but {len(bad)} of {values.size} are not; "
            f"the first is {values[where]} at index {where}"
        )


def positive_int(value: object, what: str) -> int:
    """Return ``value`` as an int of at least 1."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number of at least 1, but {value!r} was given")
    return int(value)


def within(value: float, what: str, low: float, high: float) -> float:
    """Return a setting that must satisfy ``low <= value < high``, as a number of Python.

    A NumPy float64 would turn float32 arrays that it meets into float64.
    """
    if not (isinstance(value, Real) and low <= value < high):
        raise ValueError(
            f"{what} must be at least {low:g} and below {high:g}, but {value!r} was given"
        )
    return float(value)


def generator(rng: np.random.Generator) -> np.random.Generator:
    """Return ``rng``, which must draw numbers itself: a seed or None cannot."""
    if rng is None or isinstance(rng, (int, np.integer)):
        raise TypeError(f"rng must be np.random.default_rng(seed), but {rng!r} was given")
    return rng


def instance(value: object, kind: type, what: str, example: str) -> None:
    """Raise unless ``value`` is an object of class ``kind``: the class itself or a name will not do."""
    if not isinstance(value, kind):
        raise TypeError(
            f"{what} must be an nnlib {kind.__name__} such as {example}, but {value!r} was given"
        )
