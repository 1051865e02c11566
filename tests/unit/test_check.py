"""The instant checks: right answers pass in any style, wrong ones get the hint that helps."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from nnlib import check
from nnlib.autodiff import Var
from nnlib.slips import shape_hint

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(7, 3)), RNG.normal(size=(7, 3))
W = RNG.normal(size=(3, 3))


def loss(W, X, Y):
    return np.sum((X @ W.T - Y) ** 2) / len(X)


def right(W, X, Y):
    return 2 / len(X) * (X @ W.T - Y).T @ X


def right_in_loops(W, X, Y):
    g = np.zeros_like(W)
    for x, y in zip(X, Y, strict=True):
        g += np.outer(2 * (W @ x - y), x)
    return (g / len(X)).tolist()


def right_einsum(W, X, Y):
    return np.einsum("ij,ik->jk", X @ W.T - Y, X) * (2 / X.shape[0])


@pytest.mark.parametrize("answer", [right, right_in_loops, right_einsum])
def test_right_answers_pass_in_any_style(answer):
    report = check.gradient(answer, loss, W, X, Y)
    assert report
    assert re.fullmatch(r"ok: it agrees to \de-(0[789]|1\d)", repr(report))


def in_place(W, X, Y):
    X -= X.mean(axis=0)
    return right(W, X, Y)


def forgotten(W, X, Y):
    right(W, X, Y)


def naive_softmax(W, X, Y):
    e = np.exp(1000 * X @ W.T)
    return (e / e.sum()).T @ X


WRONG = {
    "sign": (lambda *a: -right(*a), "wrong sign: the loss grows where your gradient says it falls"),
    "missing 1/m": (
        lambda W, X, Y: 7 * right(W, X, Y),
        "7 times too large.*argument 2.*1/m missing",
    ),
    "1/m twice": (lambda W, X, Y: right(W, X, Y) / 7, "7 times too small.*one 1/m too many"),
    "transposed square": (lambda *a: right(*a).T, "transposed: the matrix is square"),
    "half": (lambda *a: right(*a) / 2, "half what it should be"),
    "twice": (lambda *a: 2 * right(*a), "twice what it should be"),
    "constant": (lambda *a: 3.5 * right(*a), r"3\.5 times"),
    "flipped": (lambda *a: right(*a)[::-1], "reversed along axis 0"),
    "mirrored": (lambda *a: right(*a)[:, ::-1], "reversed along axis 1"),
    "not summed": (lambda W, X, Y: (X @ W.T - Y)[:, :, None] * X[:, None, :], "axis 0 was kept"),
    "wrong axis": (
        lambda W, X, Y: right(W, X, Y).sum(axis=0),
        r"has shape \(3,\), expected \(3, 3\)",
    ),
    "flat": (lambda *a: right(*a).ravel(), "in another shape"),
    "in place": (in_place, "argument number 2 in place"),
    "None": (forgotten, "returned None: is its `return` missing"),
    "text": (lambda *a: "done", "must consist of numbers, given str"),
    "raises": (lambda W, X, Y: W @ X, "your function raised ValueError: matmul"),
    "overflow": (naive_softmax, "are not finite: an exponential overflowed"),
    "other": (lambda *a: right(*a) + np.eye(3), r"at index \(\d, \d\) yours is .*, expected"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_fail_with_the_hint_that_helps(name):
    answer, hint = WRONG[name]
    report = check.gradient(answer, loss, W, X, Y)
    assert not report
    assert repr(report).startswith("not yet: ")
    assert re.search(hint, report.hint)


def test_a_gradient_that_is_not_square_shows_its_transpose_by_shape():
    W = RNG.normal(size=(2, 3))
    Y = RNG.normal(size=(7, 2))
    report = check.gradient(lambda *a: right(*a).T, loss, W, X, Y)
    assert report.hint == "the gradient has shape (3, 2), expected (2, 3): it is transposed"


def test_a_sum_along_the_wrong_axis_is_named():
    b, X, Y = np.zeros(3), RNG.normal(size=(7, 3)), RNG.normal(size=(7, 3))

    def loss(b, X, Y):
        return np.sum((X + b - Y) ** 2) / len(X)

    assert check.gradient(lambda b, X, Y: 2 / 7 * (X + b - Y).sum(axis=0), loss, b, X, Y)
    report = check.gradient(lambda b, X, Y: 2 / 7 * (X + b - Y).sum(axis=1), loss, b, X, Y)
    assert report.hint.endswith("one entry for each row of argument 2; sum over axis 0")


def test_with_respect_to_another_argument():
    assert check.gradient(lambda W, X, Y: -2 / 7 * (X @ W.T - Y), loss, W, X, Y, wrt=2)
    assert not check.gradient(right, loss, W, X, Y, wrt=2)


def test_hints_of_the_exercise_come_first():
    slips = {"you forgot the targets": 2 / 7 * (X @ W.T).T @ X}
    report = check.gradient(lambda W, X, Y: right(W, X, 0 * Y), loss, W, X, Y, slips=slips)
    assert report.hint == "you forgot the targets"


def test_where_the_loss_is_flat_only_rounding_is_left():
    def squares(w):
        return np.sum((X @ w - Y[:, 0]) ** 2)

    minimum = np.linalg.lstsq(X, Y[:, 0], rcond=None)[0]
    assert check.gradient(lambda w: 2 * X.T @ (X @ w - Y[:, 0]), squares, minimum)
    assert check.gradient(lambda w: 0 * w, squares, minimum)
    assert not check.gradient(lambda w: 0 * w + 1e-6, squares, minimum)
    assert check.gradient(lambda w: 2 * w, lambda w: np.sum(w**2), np.zeros(3))
    assert check.derivative(lambda z: 1 / np.cosh(z) ** 2, np.tanh, [10.0])
    assert check.derivative(lambda z: 1 / np.cosh(z) ** 2, np.tanh, [10.0] * 100)
    assert not check.derivative(lambda z: 0 * z, np.tanh, [10.0])


def test_a_constant_in_the_loss_makes_its_differences_coarse():
    assert check.gradient(right, lambda *a: loss(*a) + 1e6, W, X, Y)
    assert not check.gradient(lambda *a: 1.01 * right(*a), lambda *a: loss(*a) + 1e6, W, X, Y)
    assert check.derivative(lambda z: 1 / np.cosh(z) ** 2, lambda z: np.tanh(z) + 1e6, [1.0])


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_scale_of_the_loss_does_not_matter(scale):
    def scaled_loss(*args):
        return scale * loss(*args)

    assert check.gradient(lambda *a: scale * right(*a), scaled_loss, W, X, Y)
    wrong = check.gradient(lambda *a: -scale * right(*a), scaled_loss, W, X, Y)
    assert wrong.hint.startswith("every entry has the wrong sign")


def test_the_gradient_gets_what_the_loss_gets():
    def in_loops(w):
        g = np.zeros_like(w)  # of whole numbers if w is
        for i in range(len(w)):
            g[i] = 2 * w[i] - 0.5
        return g

    def polynomial(w):
        return np.sum(w**2 - 0.5 * w)

    assert check.gradient(in_loops, polynomial, np.array([1, 2]))
    assert check.gradient(lambda w: 2 * w - 0.5, polynomial, [1.0, 2.0])

    def changed_name(w):
        w *= 2  # a number, not an array: nothing is changed in place
        return w

    assert check.gradient(changed_name, lambda w: w**2, 3)
    assert check.gradient(lambda x, w: 2 * w, lambda x, w: w**2, 1.0, 3.0, wrt=-1)


LOSSES = {
    "None": (lambda *a: None, "^your loss returned None: is its `return` missing"),
    "raises": (lambda *a: 1 / 0, "^your loss raised ZeroDivisionError"),
    "for each sample": (
        lambda W, X, Y: ((X @ W.T - Y) ** 2).sum(axis=1),
        r"^the loss has shape \(7,\), expected \(\): axis 0 was kept; sum over it, or take the mean",
    ),
    "nan": (lambda *a: np.nan, "^1 of 1 entries of the loss are not finite"),
    "complex": (lambda *a: loss(*a) + 0j, "^the loss must consist of numbers, given complex128"),
    "float32": (lambda *a: np.float32(loss(*a)), "^your loss returned float32, too coarse"),
    "in place": (
        lambda W, X, Y: loss(W, np.multiply(X, 2, out=X), Y),
        "^your loss changed its argument number 2 in place",
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_that_cannot_judge_is_not_blamed_on_the_gradient(name):
    its_loss, hint = LOSSES[name]
    report = check.gradient(right, its_loss, W, X, Y)
    assert not report
    assert re.search(hint, report.hint)


def test_a_function_that_cannot_judge_is_not_blamed_on_its_derivative():
    def relu_in_place(z):
        z[z < 0] = 0
        return z

    for f, hint in (
        (lambda z: None, "f returned None"),
        (lambda z: z.sum(), "f(z) has shape (), expected (4,)"),
        (lambda z: np.exp(z).astype(np.float32), "f returned float32, too coarse"),
        (relu_in_place, "f changed its argument number 1 in place"),
    ):
        report = check.derivative(lambda z: (z > 0) * 1.0, f, Z)
        assert report.hint.startswith(hint)


def test_a_right_derivative_passes_where_f_is_not_defined_at_a():
    def log(z):
        return np.array([math.log(v) for v in z])

    assert check.derivative(lambda z: 1 / z, log, [0.5, 2.0])  # a = log(0.5) is negative
    assert check.derivative(lambda z: 2 / z, log, [0.5, 2.0]).hint.startswith("it is twice")


def test_the_readers_code_may_use_one_array_for_all_answers():
    kept = np.empty(3)
    z = [1.0, 2.0, 3.0]
    assert check.derivative(lambda z: np.multiply(z, 2, out=kept), np.square, z)
    assert check.derivative(lambda z: 2 * z, lambda z: np.square(z, out=kept), z)


def test_a_change_within_a_list_is_a_change():
    def append(values):
        values.append(1.0)
        return 3.0

    def add(weights):
        weights[0] += 1
        return 3.0

    values, weights = [1.0, 2.0], [np.ones(2)]
    for answer, given in ((append, values), (add, weights)):
        report = check.value(answer, given, expected=3.0)
        assert report.hint.startswith("your function changed its argument number 1 in place")
    assert values == [1.0, 2.0]
    np.testing.assert_array_equal(weights, [np.ones(2)])
    assert check.value(lambda args: args[0](args[1]), (np.sum, [np.ones(2)]), expected=2.0)
    assert check.value(len, np.array(["a", None], dtype=object), expected=2)


ODD = {
    "complex": (
        np.array([1 + 0j, 2]),
        "the value must consist of numbers, given ndarray of complex",
    ),
    "text": (["1", "2"], "the value must consist of numbers, given list of str"),
    "None": ([1.0, None], "the value holds None: is a part of it still to be written?"),
    "ragged": ([[1.0], [1.0, 2.0]], "the value is a list whose entries differ in shape"),
    "two answers": ((np.ones(2), 1.0), "the value is a tuple whose entries differ in shape"),
    "generator": ((i for i in (1, 2)), "the value must consist of numbers, given generator"),
    "no text": (np.array([], dtype=str), "the value must consist of numbers, given ndarray"),
    "objects": ([object(), 1], "the value must consist of numbers, given list of object and int"),
    "a Var": ([1.0, Var(2.0)], "the value must consist of numbers, given list of float and Var"),
    "too large": ([1.0, 10**400], "the value holds a number that is too large for float64"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_array_of_numbers_is_called_what_it_is(name):
    answer, hint = ODD[name]
    report = check.value(lambda: answer, expected=[1.0, 2.0])
    assert not report
    assert report.hint.startswith(hint)


def test_an_object_that_refuses_to_be_an_array_says_why():
    class Refuses:
        def __array__(self, *args, **kwargs):
            raise RuntimeError("detach it first")

    assert check.value(Refuses, expected=1.0).hint.endswith("given Refuses: detach it first")


def test_numbers_of_any_kind_are_numbers():
    for answer in (Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.array(0.5)):
        assert check.value(lambda answer=answer: answer, expected=0.5)
        assert check.number(answer, 0.5)
        assert check.number(answer, 0.7).hint == "0.5 is too small"
    assert check.value(lambda: range(3), expected=[0, 1, 2])


def test_the_arguments_are_left_alone():
    before = W.copy(), X.copy(), Y.copy()
    check.gradient(in_place, lambda W, X, Y: loss(W, np.multiply(X, 2, out=X), Y), W, X, Y)
    for a, b in zip(before, (W, X, Y), strict=True):
        np.testing.assert_array_equal(a, b)


def test_numbers_arrive_as_numbers():
    def power(x, k):
        assert type(k) is int
        return np.sum(x**k)

    assert check.gradient(lambda x, k: power(0 * x, k) + k * x ** (k - 1), power, np.ones(3), 3)


@pytest.mark.parametrize(
    ("found", "expected", "hint"),
    [
        ((7, 3), (3,), "axis 0 was kept; sum over it, or take the mean"),
        ((3, 7), (3,), "axis 1 was kept; sum over it, or take the mean"),
        ((3, 3), (3,), "one axis too many was kept; sum over it, or take the mean"),
        ((3, 1), (3,), "as many entries, in another shape"),
        ((1,), (), "as many entries, in another shape"),
        ((2, 3), (3, 2), "it is transposed"),
    ],
)
def test_a_shape_is_explained_as_far_as_it_shows(found, expected, hint):
    text = f"it has shape {found}, expected {expected}: {hint}"
    assert shape_hint(np.zeros(found), expected, (), "it") == text


@pytest.mark.parametrize(
    ("found", "expected", "args"),
    [
        ((5,), (3,), (2.0, np.zeros((4, 2)), np.zeros(5), np.zeros((5, 2, 2)))),
        ((5, 2), (3,), (np.zeros((5, 2)),)),
        ((5,), (3, 4), (np.zeros((5, 2)),)),
    ],
)
def test_a_shape_that_nothing_explains_gets_no_hint(found, expected, args):
    hint = shape_hint(np.zeros(found), expected, args, "it")
    assert hint == f"it has shape {found}, expected {expected}"


def test_a_factor_is_the_number_of_rows_if_there_are_more_than_two():
    def squares(W, X, k):
        return np.sum((X @ W) ** 2) / k

    def answer(factor):
        return lambda W, X, k: factor * 2 * X.T @ X @ W / k

    W, X = RNG.normal(size=2), RNG.normal(size=(3, 2))
    assert check.gradient(answer(1), squares, W, X, 4.0)
    three = check.gradient(answer(3), squares, W, X, 4.0).hint
    assert three.startswith("it is 3 times too large; 3 is the number of rows of argument 2")
    two = check.gradient(answer(2), squares, W, X[:2], 4.0).hint
    assert two.startswith("it is twice what it should be")


def test_a_nan_among_the_arguments_is_no_change_of_them():
    assert check.value(np.nansum, np.array([1.0, np.nan]), expected=1.0)


def test_what_is_not_finite_is_counted():
    report = check.value(lambda: [1.0, np.nan, np.inf], expected=[1.0, 2.0, 3.0])
    assert report.hint.startswith("2 of 3 entries of the value are not finite")


Z = np.array([-2.0, -0.5, 0.3, 1.7])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_derivatives():
    assert check.derivative(lambda z: sigmoid(z) * (1 - sigmoid(z)), sigmoid, Z)
    assert check.derivative(lambda z: 1 / (2 + np.exp(z) + np.exp(-z)), sigmoid, Z)
    at_a = check.derivative(lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))), sigmoid, Z)
    assert "the derivative at a = f(z)" in at_a.hint
    at_z = check.derivative(lambda z: z * (1 - z), sigmoid, Z)  # a (1 - a) with z put in
    assert not at_z
    assert at_z.hint.startswith("this is f' in terms of a = f(z), but z is what was put in")
    in_terms_of_a = check.derivative(lambda z: 1 - z**2, np.tanh, Z)
    assert "in terms of a" in in_terms_of_a.hint


def test_a_derivative_is_checked_at_large_numbers_and_at_whole_ones():
    assert check.derivative(lambda z: 3 * z**2, lambda z: z**3, [1e3, -1e4])
    assert check.derivative(lambda z: -(z**-2), lambda z: z**-1, [1, 2])


def test_only_the_derivative_in_terms_of_a_is_called_that():
    assert check.derivative(lambda z: 0 * z + 3, sigmoid, Z).hint.startswith("at index (0,) yours")

    def for_negative_numbers(z):  # fails at a = f(z)
        if z[0] > 0:
            raise ArithmeticError
        return z

    assert check.derivative(for_negative_numbers, sigmoid, Z).hint.startswith("at index")


def test_an_answer_that_cannot_be_compared_is_called_what_it_is():
    shape = r"has shape \(2,\), expected \(4,\)"
    assert re.match(f"the derivative {shape}", check.derivative(lambda z: z[:2], np.exp, Z).hint)
    assert re.match(f"the value {shape}", check.value(lambda z: z[:2], Z, expected=Z).hint)
    assert check.value(lambda: "two", expected=2.0).hint.startswith(
        "the value must consist of numbers"
    )


def test_a_known_value_may_differ_by_the_tolerance_relative_or_absolute():
    assert check.value(lambda: 5e-7, expected=0.0)
    assert check.value(lambda: 1e6 + 0.5, expected=1e6)
    assert not check.value(lambda: 1 + 5e-6, expected=1.0)
    assert not check.value(lambda: 5e-6, expected=0.0)
    assert check.value(lambda: 1.4, expected=1.0, tolerance=0.5)
    assert not check.value(lambda: False, expected=True)
    assert not check.value(lambda: 1 + 1e-7, expected=1.0, tolerance=1e-9)
    assert not check.value(lambda: [1.0, 2.0, 1 + 1e-7], expected=[1, 2, 1], tolerance=1e-9)


def test_a_wrong_entry_does_not_hide_behind_a_large_one():
    report = check.value(lambda: [1e7, 1.5], expected=[1e7, 1.0])
    assert report.hint.startswith("at index (1,) yours is 1.5, expected 1 ")


def test_known_values():
    assert check.value(sigmoid, 0.0, expected=0.5)
    assert check.value(lambda: [1.00000001, 2], expected=[1, 2])
    assert check.value(lambda x: -x, 3.0, expected=3.0).hint == "every entry has the wrong sign"
    assert check.value(lambda x: 0.6 + x, 0.0, expected=0.5).hint.startswith("yours is 0.6,")
    assert check.value(lambda: [0.6, 6.0], expected=[0.5, 5.0]).hint.startswith(
        "every entry is 1.2 times"
    )
    zero = check.value(lambda: [0.0, 0.0], expected=[0.5, 5.0])
    assert zero.hint == "every entry is 0"
    near = check.value(lambda: [0.50001, 5.0001], expected=[0.5, 5.0])
    assert near.hint.startswith("every entry is 1.00002 times")
    assert check.value(lambda: 0.0, expected=0.5).hint.startswith("yours is 0, expected 0.5")
    ragged = [np.ones((2, 2)), np.ones((1, 2))]  # an argument that is no array
    assert "yours is" in check.value(lambda x: [1.0, 4.0], ragged, expected=[1.0, 2.0]).hint
    near = check.value(lambda: [1.0, 2.1, -9.0], expected=[1.0, 2.0, -9.0])
    assert near.hint.startswith("at index (1,) yours is 2.1, expected 2 ")
    assert check.value(lambda: 2.0, expected=0.0).hint.startswith("yours is 2, expected 0 ")


def test_slips_of_one_value_are_named():
    wrong = check.value(lambda: [1.0, 5.0], expected=[1.0, 2.0], slips={"the bias": [1.0, 5.0]})
    assert wrong.hint == "the bias"


def test_a_report_can_be_required():
    assert check.value(lambda: 1.0, expected=1.0).require()
    with pytest.raises(AssertionError, match=r"yours is 3, expected 1"):
        check.value(lambda: 3.0, expected=1.0).require()


def test_zero_is_a_gradient_too():
    assert check.gradient(lambda x: np.zeros(3), lambda x: 5.0, np.ones(3))
    assert not check.gradient(lambda x: np.ones(3), lambda x: 5.0, np.ones(3))


def test_a_number_worked_by_hand():
    assert repr(check.number(0.7076, 0.7075)) == "ok: the number is right"
    assert not check.number(0.7078, 0.7075)
    assert check.number(-0.7082, 0.7075).hint == "the sign is wrong"
    assert check.number(150, 140, within=10)
    assert not check.number(150.1, 140, within=10)
    assert check.number(None, 1.0) == check.Report(False, "no number yet")
    assert check.number(-2.0, 2.0) == check.Report(False, "the sign is wrong")
    assert check.number(3.0009, 1, slips={"times three": 3, "times four": 4}).hint == "times three"
    assert check.number(3.5, 1, slips={"times three": 3}).hint == "3.5 is too large"
    for mine, hint in ((4.25, "times three"), (4.5, "4.5 is too large")):  # five times within
        assert check.number(mine, 1, within=0.25, slips={"times three": 3}).hint == hint
    assert check.number(-1, 1.5).hint == "-1 is too small"
    nan = check.number(float("nan"), 1.0)
    assert nan == check.Report(False, "nan is not a finite number")
    assert check.number(999.9997, 1000).hint == "999.9997 is too small"
    assert check.number("1.0", 1.0).hint == "the answer must consist of numbers, given str"
    two = check.number((0, 69), 0.69)
    assert two == check.Report(False, "one number is expected, given shape (2,)")
    assert check.number([1.0], 1.0)
    assert check.number(2**1024, 1.0).hint.endswith("too large for float64")


def test_a_hint_needs_a_number_that_is_nearer_to_its_slip_than_to_the_answer():
    slips = {"this is the share that disappears": 0.42}
    assert check.number(0.72, 0.58, within=0.09, slips=slips).hint == "0.72 is too large"
    assert check.number(0.47, 0.58, within=0.09, slips=slips).hint in slips
    assert check.number(50, 150, within=50.0).hint != "the sign is wrong"
    assert check.number(0.0, 0.08, within=0.03).hint == "0 is too small"
    assert check.number(-0.05, 0.08, within=0.03).hint == "the sign is wrong"
    for mine, within, words in ((3, 1, "large"), (0, 0.5, "small"), (0.5, 0.4, "small")):
        assert check.number(mine, 1, within=within).hint == f"{mine} is too {words}"
    assert check.number(64, 150, within=50).hint == "64 is too small"
    assert check.number(0.1, 0.6, within=0.25, slips={"equal": 1}).hint == "0.1 is too small"
    assert check.number(0.5, 0, within=0.15, slips={"equal": 1}).hint == "0.5 is too large"
    assert check.number(0.95, 0.6, within=0.25, slips={"equal": 1}).hint == "equal"
