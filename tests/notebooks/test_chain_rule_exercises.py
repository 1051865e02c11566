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
    ("answer", "words"),
    [
        (None, "no number yet"),
        (0.3536, "innermost"),
        (1.4142, "2 is missing"),
        (1.0, "taken at"),
        (-0.7071, "sign"),
        (0.5, "too small"),
    ],
)
def test_a_wrong_slope_of_the_root_meets_its_hint(chapter, answer, words):
    assert words in chapter["check_slopes"](answer).hint
    assert not chapter["check_slopes"](answer).ok


RIGHT = {
    "tied": {"outer": 0.7616, "inner": 0.42, "total": 1.1816},
    "by_hand": {"v1_bar": 0.125, "v2_bar": -0.1875, "x1_bar": 0.5625, "x2_bar": 0.0625},
}


def lines(chapter, capsys, name, answers):
    """What the check of several numbers prints, a line for each of them in order."""
    chapter[f"check_{name}"](**answers)
    return dict(zip(RIGHT[name], capsys.readouterr().out.splitlines(), strict=True))


@pytest.mark.parametrize(
    ("name", "which", "answer", "words"),
    [
        ("tied", "outer", None, "no number yet"),
        ("tied", "outer", 1.5232, "y itself"),
        ("tied", "inner", 0.8399, "has a slope with respect to w"),
        ("tied", "inner", 0.21, "stays as a factor"),
        ("tied", "inner", 0, "1 - tanh"),
        ("tied", "total", 0.3199, "not multiplied"),
        ("tied", "total", 0.42, "overwritten"),
        ("tied", "total", 0.7616, "moves, too"),
        ("tied", "total", 1.6015, "lacks the slope"),
        ("tied", "total", 0.5, "too small"),
        ("by_hand", "v1_bar", 8, "this is v2"),
        ("by_hand", "v2_bar", 0.1875, "the sign"),
        ("by_hand", "v2_bar", -0.0156, "v1 = 12"),
        ("by_hand", "x1_bar", 0.75, "from v1:"),
        ("by_hand", "x1_bar", -0.1875, "from v2:"),
        ("by_hand", "x1_bar", 0.0625, "the other way round"),
        ("by_hand", "x1_bar", 0.9375, "is negative"),
        ("by_hand", "x2_bar", 0.25, "from v1:"),
        ("by_hand", "x2_bar", -0.1875, "from v2:"),
        ("by_hand", "x2_bar", 0.5625, "the other way round"),
        ("by_hand", "x2_bar", 0.4375, "is negative"),
        ("by_hand", "x2_bar", None, "no number yet"),
    ],
)
def test_one_wrong_number_among_right_ones_meets_its_hint(
    chapter, capsys, name, which, answer, words
):
    printed = lines(chapter, capsys, name, RIGHT[name] | {which: answer})
    assert "not yet: " in printed[which]
    assert words in printed[which]
    assert [n for n, line in printed.items() if ": " in line and "ok: " not in line] == [which]


def test_right_numbers_pass_however_they_are_given(chapter, capsys):
    t = math.tanh(1)
    for answer in (0.7071, 2**-0.5, np.array(0.70711), 0.707):
        assert chapter["check_slopes"](answer).ok
    exact = {"outer": t, "inner": 1 - t * t, "total": t + 1 - t * t}
    for name, answers in (*RIGHT.items(), ("tied", exact)):
        assert all("ok: " in line for line in lines(chapter, capsys, name, answers).values())


def seeded(x, seed):
    return [Dual(float(v), s) for v, s in zip(x, seed, strict=True)]


WRONG_COLUMNS = {
    "return": lambda f, x: None,
    "transposed": lambda f, x: np.array([[y.dot for y in f(seeded(x, e))] for e in np.eye(2)]),
    "all inputs moved at once": lambda f, x: (
        np.array([[y.dot for y in f(seeded(x, [1, 1]))] for _ in x]).T
    ),
    "raised": lambda f, x: f(x),
    "entries differ in shape": lambda f, x: [[1.0], [2.0, 3.0], [4.0, 5.0]],
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


def test_a_way_back_path_by_path_is_right_but_does_not_pass(chapter):
    def path_by_path(end):
        def hand_on(node, amount):
            node.grad += amount
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                hand_on(parent, slope * amount)

        hand_on(end, 1.0)

    report = chapter["check_way_back"](path_by_path)
    assert not report.ok
    assert "8,190 slopes" in report.hint


def test_right_ways_back_pass_in_other_styles(chapter):
    in_order = chapter["in_order"]

    def clears_as_it_goes(end):
        end.grad = 1.0
        for node in reversed(in_order(end)):
            for i, parent in enumerate(node.parents):
                parent.grad += node.slopes[i] * node.grad
            if node.parents:
                node.grad = 0.0

    def counts_consumers(end):
        waits = {}
        for node in in_order(end):
            for parent in node.parents:
                waits[parent] = waits.get(parent, 0) + 1
            if node.parents:
                node.grad = 0.0
        end.grad, ready = 1.0, [end]
        while ready:
            node = ready.pop()
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad
                waits[parent] -= 1
                if not waits[parent]:
                    ready.append(parent)

    for right in (clears_as_it_goes, counts_consumers):
        assert chapter["check_way_back"](right).ok


def with_blocks(x, N, k, last=True):
    """Blocks as ranges of steps, in another style than the solution; without the last, a wrong one."""
    starts, v, computed = {}, x, 0
    for i in range(N):
        if i % k == 0:
            starts[i] = v
        v, computed = v + 0.01 * math.sin(v), computed + 1
    slope, most = 1.0, len(starts)
    for first in sorted(starts, reverse=True):
        block = [starts.pop(first)]
        for _ in range(first + 1, min(first + k, N) if last else first + k):
            block.append(block[-1] + 0.01 * math.sin(block[-1]))
            computed += 1
        most = max(most, len(starts) + len(block))
        slope *= math.prod(1 + 0.01 * math.cos(v) for v in block)
    return slope, most, computed


def test_blocks_that_keep_or_compute_too_much_or_are_wrong(chapter):
    check, right = chapter["check_blocks"], chapter["slope_of_chain"](0.5, 900)
    assert "901 values" in check(chapter["slope_with_blocks"]).hint
    assert "expected" in check(lambda x, N, k: (2 * right, 60, 1700)).hint
    assert "twice at most" in check(lambda x, N, k: (right, 31, 13_000)).hint
    beyond_the_end = check(lambda x, N, k: with_blocks(x, N, k, last=False))
    assert "k = 40: the derivative" in beyond_the_end.hint


def test_right_blocks_pass(chapter):
    check, right = chapter["check_blocks"], chapter["slope_of_chain"](0.5, 900)
    assert check(with_blocks).ok
    assert check(lambda x, N, k: (right * (1 + 1e-12), 61, 1800)).ok


@pytest.mark.parametrize(
    ("k", "words"),
    [
        (None, "no number yet"),
        (60, "how many values"),
        (900, "one block"),
        (1, "every value"),
        (90, "too large"),
        (20, "too small"),
    ],
)
def test_a_length_of_blocks_that_is_not_the_best(chapter, k, words):
    assert words in chapter["check_best"](k).hint
    assert not chapter["check_best"](k).ok


def test_the_best_length_of_blocks(chapter):
    assert chapter["check_best"](30).ok
    assert chapter["check_best"](math.sqrt(900)).ok


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (Dual(3.0, 1.0), "must be a Dual"),
        (3.0, "must be a Dual"),
        (Dual(Dual(3.0, 1.0), 0.0), "no second derivative"),
        (Dual(Dual(3.0, 0.0), Dual(1.0, 0.0)), "no second derivative"),
        (Dual(Dual(3.0, 1.0), Dual(1.0, 1.0)), "261"),
        (Dual(Dual(2.0, 1.0), Dual(1.0, 0.0)), "is 60"),
        (Dual(Dual(3.0, 2.0), Dual(0.5, 0.0)), "not 135"),
    ],
)
def test_wrong_pairs_of_pairs(chapter, pair, words):
    report = chapter["check_second"](pair)
    assert not report.ok
    assert words in report.hint


def test_right_pairs_of_pairs(chapter):
    for pair in (Dual(Dual(3.0, 1.0), Dual(1.0, 0.0)), Dual(Dual(3, 1), 1)):
        assert chapter["check_second"](pair).ok


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "no number yet"),
        (2.4, "by x1, of the inner"),
        (2.25, "by x2, of the outer"),
        (1.6, "the second derivative by x1"),
        (6, "too large"),
    ],
)
def test_a_wrong_mixed_derivative_meets_its_hint(chapter, answer, words):
    assert words in chapter["check_mixed"](answer).hint
    assert not chapter["check_mixed"](answer).ok


def test_the_mixed_derivative(chapter):
    assert chapter["check_mixed"](3).ok
    assert chapter["check_mixed"](np.float64(2.99999999)).ok
