"""The checks of the chain rule's exercises: a wrong answer meets its hint, a right one in any style passes."""

import math

import numpy as np
import pytest

from nnlib.autodiff import Var
from nnlib.dual import Dual
from tests.notebooks.chapter_names import names_of


@pytest.fixture(scope="module")
def chapter():
    """The names that the chapter defines."""
    return names_of("03_chain_rule")


def hint(report):
    return None if report.ok else report.hint


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("slopes", None, "nothing entered"),
        ("slopes", 0.3536, "innermost"),
        ("slopes", 1.4142, "2 is missing"),
        ("slopes", 1.0, "taken at"),
        ("slopes", 0.5, "number 1"),
        ("slopes", [1, 2], "expected 1"),
        ("tied", [0.7616, 0.8399, 1.6015], "lacks the slope"),
        ("tied", [0.7616, 0, 0.7616], "1 - tanh"),
        ("tied", [0.7616, 0.42, 0.3199], "not multiplied"),
        ("tied", [0.7616, 0.42, 0.42], "overwritten"),
        ("tied", [0.7616, 0.42, 0.5], "number 3"),
        ("by_hand", [0.125, 0.1875, 0.9375, 0.4375], "the sign"),
        ("by_hand", [0.125, -0.1875, -0.1875, -0.1875], "v2's"),
        ("by_hand", [0.125, -0.1875, 0.75, 0.25], "v1's"),
        ("by_hand", [0.125, -0.1875, 0.0625, 0.5625], "exchanged"),
    ],
)
def test_a_wrong_number_meets_its_hint(chapter, name, answer, words):
    report = chapter[f"check_{name}"](answer)
    assert not report.ok
    assert any(part in report.hint for part in words.split("|")), report


def test_right_numbers_pass_however_they_are_given(chapter):
    t = math.tanh(1)
    for answer in (0.7071, 2**-0.5, np.array([0.70711]), [0.7071]):
        assert chapter["check_slopes"](answer).ok
    for answer in ([0.7616, 0.42, 1.1816], (t, 1 - t * t, t + 1 - t * t)):
        assert chapter["check_tied"](answer).ok
    assert chapter["check_by_hand"](np.array([1 / 8, -3 / 16, 9 / 16, 1 / 16])).ok


def seeded(x, seed):
    return [Dual(float(v), s) for v, s in zip(x, seed, strict=True)]


WRONG_COLUMNS = {
    "return": lambda f, x: None,
    "transposed": lambda f, x: np.array([[y.dot for y in f(seeded(x, e))] for e in np.eye(2)]),
    "all inputs moved at once": lambda f, x: (
        np.array([[y.dot for y in f(seeded(x, [1, 1]))] for _ in x]).T
    ),
    "raised": lambda f, x: f(x),
}


@pytest.mark.parametrize("words", WRONG_COLUMNS)
def test_wrong_columns(chapter, words):
    report = chapter["check_columns"](WRONG_COLUMNS[words])
    assert not report.ok
    assert words in report.hint


def test_right_columns_in_another_style(chapter):
    def with_arrays(f, x):
        J = np.zeros((3, 2))
        for j, e in enumerate(np.eye(2)):
            J[:, j] = [y.dot for y in f(seeded(x, e))]
        return J

    assert chapter["check_columns"](with_arrays).ok


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


WRONG_SOFTMAX = {
    "return": lambda z, g: None,
    "only the diagonal": lambda z, g: softmax(z) * (1 - softmax(z)) * g,
    "subtract the weighted mean": lambda z, g: softmax(z) * g,
    "not the plain sum": lambda z, g: softmax(z) * (g - g.sum(axis=1, keepdims=True)),
    "one for each row": lambda z, g: softmax(z) * (g - np.sum(softmax(z) * g)),
    "wrong sign": lambda z, g: -softmax(z) * (g - np.sum(softmax(z) * g, axis=1, keepdims=True)),
}


@pytest.mark.parametrize("words", WRONG_SOFTMAX)
def test_wrong_ways_back_through_softmax(chapter, words):
    report = chapter["check_softmax_back"](WRONG_SOFTMAX[words])
    assert not report.ok
    assert words in report.hint


def test_right_ways_back_through_softmax_in_other_styles(chapter):
    def with_jacobians(z, g):
        return np.array(
            [(np.diag(p) - np.outer(p, p)) @ row for p, row in zip(softmax(z), g, strict=True)]
        )

    def with_einsum(z, g):
        p = softmax(z)
        return p * g - p * np.einsum("ij,ij->i", p, g)[:, None]

    for right in (with_jacobians, with_einsum):
        assert chapter["check_softmax_back"](right).ok


WRONG_TOTALS = {
    "nothing comes back": lambda x: Var(np.cumsum(x.value)),
    "all LATER totals": lambda x: Var(np.cumsum(x.value), ((x, np.cumsum),)),
    "not its own alone": lambda x: Var(np.cumsum(x.value), ((x, lambda g: g),)),
    "raised": lambda x: Var(np.cumsum(x.value), (x, np.cumsum)),
}


@pytest.mark.parametrize("words", WRONG_TOTALS)
def test_wrong_running_totals(chapter, words):
    report = chapter["check_running"](WRONG_TOTALS[words])
    assert not report.ok
    assert words in report.hint


def test_right_running_totals_in_other_styles(chapter):
    def with_a_matrix(x):
        return np.tril(np.ones((x.value.size, x.value.size))) @ x

    def with_a_difference(x):
        return Var(np.cumsum(x.value), ((x, lambda g: g.sum() - np.cumsum(g) + g),))

    for right in (with_a_matrix, with_a_difference):
        assert chapter["check_running"](right).ok


def ways_back(chapter):
    """Wrong ways back, each with the words of its hint."""
    given = chapter["way_back"]

    def all_again(end):
        end.grad, waiting = 1.0, [end]
        while waiting:
            node = waiting.pop(0)
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad
                waiting.append(parent)

    def clears_all(end):
        for node in chapter["in_order"](end):
            node.grad = 0.0
        chapter["reverse"](end)

    return {
        "27 is": given,
        "207 is": all_again,
        "9 is one path": chapter["multiply_back"],
        "81 =": chapter["too_early"],
        "459:": chapter["reverse"],
        "135:": clears_all,
        "nothing reached": lambda end: None,
        "not 135": lambda end: chapter["multiply_back"](end, 2.0),
    }


def test_every_wrong_way_back_is_told_by_its_number(chapter):
    for words, method in ways_back(chapter).items():
        report = chapter["check_way_back"](method)
        assert not report.ok
        assert words in report.hint


def test_a_way_back_that_hands_on_single_amounts_passes(chapter):
    def path_by_path(end):
        def hand_on(node, amount):
            node.grad += amount
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                hand_on(parent, slope * amount)

        hand_on(end, 1.0)

    assert chapter["check_way_back"](path_by_path).ok


def test_blocks_that_keep_or_compute_too_much_or_are_wrong(chapter):
    check, right = chapter["check_blocks"], chapter["slope_of_chain"](0.5, 900)
    assert "901 values" in check(chapter["slope_with_blocks"]).hint
    assert "expected" in check(lambda x, N, k: (2 * right, 60, 1700)).hint
    assert "twice at most" in check(lambda x, N, k: (right, 31, 13_000)).hint
    assert check(lambda x, N, k: (right * (1 + 1e-12), 61, 1800)).ok


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (Dual(3.0, 1.0), "must be a Dual"),
        (3.0, "must be a Dual"),
        (Dual(Dual(3.0, 1.0), 0.0), "no second derivative"),
        (Dual(Dual(3.0, 0.0), Dual(1.0, 0.0)), "no second derivative"),
        (Dual(Dual(3.0, 1.0), Dual(1.0, 1.0)), "261"),
        (Dual(Dual(2.0, 1.0), Dual(1.0, 0.0)), "is 60"),
    ],
)
def test_wrong_pairs_of_pairs(chapter, pair, words):
    report = chapter["check_second"](pair)
    assert not report.ok
    assert words in report.hint


def test_right_pairs_of_pairs(chapter):
    for pair in (Dual(Dual(3.0, 1.0), Dual(1.0, 0.0)), Dual(Dual(3, 1), 1)):
        assert chapter["check_second"](pair).ok
