"""What is handed to the library and does not fit: each message says what was given and what was expected."""

import re

import numpy as np
import pytest

from nnlib import checks


def message(check, *arguments):
    with pytest.raises(ValueError, match=r"\S") as raised:
        check(*arguments)
    return str(raised.value)


def test_a_matrix_is_told_from_what_is_none():
    assert message(checks.matrix, np.zeros((2, 4)), 3, "x") == (
        "x has shape (2, 4), expected (m, 3), one sample a row"
    )
    assert message(checks.matrix, np.zeros((2, 4, 1)), None, "x") == (
        "x has shape (2, 4, 1), expected (m, n), one sample a row"
    )
    assert message(checks.matrix, np.zeros(4), None, "x") == (
        "x has shape (4,), expected (m, n), one sample a row; "
        "use x[None, :] for one sample, x[:, None] for one feature"
    )
    assert message(checks.matrix, np.zeros((0, 4)), 4, "x") == (
        "x has shape (0, 4): there are no samples"
    )
    assert checks.matrix([[1, 2]], 2, "x", np.dtype("f4")).dtype == np.float32
    assert checks.matrix([[1, 2]], None, "x").dtype == np.float64


@pytest.mark.parametrize(
    ("out", "y", "hint"),
    [
        ((4, 1), (4,), "; use y[:, None]"),
        ((4, 1), (3,), ""),
        ((4, 2), (4,), ""),
        ((4, 2), (4, 1), ""),
        ((4, 1), (4, 2), ""),
    ],
)
def test_targets_of_another_shape_are_never_broadcast(out, y, hint):
    assert message(checks.same_shape, np.zeros(out), np.zeros(y)) == (
        f"targets have shape {y}, outputs have shape {out}: expected the same{hint}"
    )


def test_targets_come_in_the_type_of_the_outputs():
    assert checks.same_shape(np.zeros((2, 1), np.float32), [[0], [1]]).dtype == np.float32


def test_the_first_of_the_values_that_are_not_finite_is_named():
    values = np.zeros((3, 2))
    values[1, 0], values[2, 1] = np.inf, np.nan
    assert message(checks.finite, values, "x") == (
        "x must be finite numbers, but 2 of 6 are not; the first is inf at index (1, 0)"
    )
    checks.finite([1, 2], "x")
    checks.finite(["a", "b"], "labels")  # whether they are numbers is asked elsewhere


@pytest.mark.parametrize("value", [0, -1, True, 2.0, "2", None])
def test_only_whole_numbers_of_at_least_1_count(value):
    assert message(checks.positive_int, value, "n") == (
        f"n must be a whole number of at least 1, but {value!r} was given"
    )


def test_numpys_whole_numbers_count_and_become_pythons():
    assert type(checks.positive_int(np.int64(1), "n")) is int


def test_a_range_holds_its_lower_end_and_not_its_upper_one():
    assert checks.within(0.5, "p", 0.5, 1) == 0.5
    for value in (0.25, 1, np.nan):
        assert message(checks.within, value, "p", 0.5, 1) == (
            f"p must be at least 0.5 and below 1, but {value!r} was given"
        )
    assert re.search("below inf", message(checks.within, -1, "lr", 0, np.inf))
