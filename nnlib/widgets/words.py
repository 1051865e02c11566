"""Numbers and names as a reader would write them: what ``scales.js`` writes, so that sentences agree."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def activation_text(name: str) -> str:
    """Return how an activation reads.

    Examples
    --------
    >>> from nnlib.widgets.words import activation_text
    >>> activation_text("leaky_relu")
    'leaky ReLU'
    """
    return name.replace("_", " ").replace("relu", "ReLU")


def number_text(value: float, digits: int = 2) -> str:
    """Return ``value`` with ``digits`` significant digits.

    Examples
    --------
    >>> [number_text(value, 3) for value in (-1.5, 0.08125, 0, 123456, 0.00002)]
    ['−1.5', '0.0813', '0', '1.23×10⁵', '2×10⁻⁵']
    """
    if math.isnan(value):
        return "not a number"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return f"{sign}∞"
    if value == 0:
        return "0"
    exact = Decimal(abs(value))  # JavaScript rounds a tie up, Python's format to the even digit
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_UP)
    exponent = rounded.adjusted()
    if not -3 <= exponent <= 4:
        mantissa = _plain(rounded.scaleb(-exponent))
        factor = "" if mantissa == "1" else f"{mantissa}×"
        return f"{sign}{factor}10{str(exponent).translate(SUPERSCRIPTS)}"
    return sign + _plain(rounded)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
