"""Numbers in words, written as the pages write them."""

from __future__ import annotations

import math

import pytest

from nnlib.widgets.words import number_text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (0.125, 2, "0.13"),  # a half rounds up, as in JavaScript
        (0.375, 2, "0.38"),
        (-2.5, 1, "−3"),
        (9.96, 2, "10"),
        (99999.6, 3, "10⁵"),
        (12345.0, 3, "12300"),
        (0.001, 3, "0.001"),
        (0.00099996, 3, "0.001"),
        (0.000999, 3, "9.99×10⁻⁴"),
        (1e-300, 2, "10⁻³⁰⁰"),
        (-3.2e-5, 2, "−3.2×10⁻⁵"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
        (math.nan, 2, "not a number"),
    ],
)
def test_numbers_read_as_on_the_page(value, digits, text):
    assert number_text(value, digits) == text
