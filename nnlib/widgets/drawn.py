"""Points that a reader draws, as a short text: a run names its data by it, and a link carries it.

The plane from -2 to 2 each way has 201 places across and 201 up. A point is three letters, its class and its place
written as one number in base 64; ``drawn_points.js`` has the same rule.
"""

from __future__ import annotations

import re
import string

import numpy as np

from nnlib.activations import Array
from nnlib.data import Data

MOST_POINTS = 100
SPAN = 2.0
PLACES = 201
DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
VALUES = {digit: value for value, digit in enumerate(DIGITS)}


def encode(x: Array, y: Array) -> str:
    """Return points ``(m, 2)`` and classes ``(m, 1)`` as a text; each coordinate is rounded to the nearest place.

    Raises
    ------
    ValueError
        If there are too many points, or one lies outside the plane.
    """
    if len(x) > MOST_POINTS:
        raise ValueError(f"at most {MOST_POINTS} points can be drawn, given {len(x)}")
    if len(x) and np.abs(x).max() > SPAN:
        raise ValueError(
            f"the plane to draw on goes from {-SPAN:g} to {SPAN:g}, given a point at {np.abs(x).max():g}"
        )
    places = np.floor(50 * x + 100.5).astype(int)
    codes = (y[:, 0].astype(int) * PLACES + places[:, 0]) * PLACES + places[:, 1]
    return "".join(DIGITS[n // 4096] + DIGITS[n // 64 % 64] + DIGITS[n % 64] for n in codes)


def decode(text: str) -> Data:
    """Return the points ``(m, 2)`` and classes ``(m, 1)`` of a text.

    Raises
    ------
    ValueError
        If the text is none that `encode` writes.
    """
    codes = []
    if re.fullmatch(r"[\w-]*", text, re.ASCII) and len(text) % 3 == 0:
        values = [VALUES[digit] for digit in text]
        triples = zip(values[::3], values[1::3], values[2::3], strict=True)
        codes = [4096 * a + 64 * b + c for a, b, c in triples]
    if (
        3 * len(codes) != len(text)
        or len(codes) > MOST_POINTS
        or max(codes, default=0) >= 2 * PLACES**2
    ):
        raise ValueError(f"not the text of at most {MOST_POINTS} drawn points: {text!r}")
    kind, place = np.divmod(np.array(codes, int), PLACES**2)
    return (np.column_stack(np.divmod(place, PLACES)) - 100) / 50, kind[:, None].astype(float)
