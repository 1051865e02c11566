"""The checks of the exercises in "Structure": a right answer passes in any style, a wrong one gets the fitting hint."""

import numpy as np
import pytest

from nnlib import Activation, Dense, Input, Network, relu, sigmoid
from tests.notebooks.chapter_names import names_of

CHAPTERS_OWN = names_of("01_structure")


def judge(name, *answer, **named):
    return CHAPTERS_OWN[f"check_{name}"](*answer, **named)


# ---- by hand

LINE = {"origin": 0.5, "signed": -0.9, "nearest": (0.46, -0.28), "output": 0.8808}


@pytest.mark.parametrize(
    "answer",
    [
        LINE,
        LINE | {"origin": 5 / np.hypot(-6, 8), "nearest": np.array([0.46, -0.28])},
        LINE | {"output": sigmoid(np.array(2.0)), "nearest": [0.46, -0.28]},
    ],
)
def test_the_line_right(answer):
    assert judge("line", **answer).ok


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"origin": None}, "(a) is not there yet"),
        ({"origin": 5.0}, "divide by the length"),
        ({"origin": -0.5}, "not negative"),
        ({"origin": 2.5}, "36 + 64"),
        ({"signed": -9.0}, "that is z"),
        ({"signed": 0.9}, "which side"),
        ({"signed": -1.4}, "the bias is missing"),
        ({"signed": -0.7}, "(b) look again"),
        ({"nearest": 0.9}, "a point has two numbers"),
        ({"nearest": (1.54, -1.72)}, "z must be 0 there"),
        ({"nearest": (0.5, -0.25)}, "another point is nearer"),
        ({"output": 0.5498}, "distance times length"),
        ({"output": 0.88}, "four digits"),
        ({"output": None}, "(d) is not there yet"),
    ],
)
def test_the_line_wrong(wrong, hint):
    report = judge("line", **LINE | wrong)
    assert not report.ok
    assert hint in report.hint


COUNT = {"parameters": 834, "shape": (32, 64), "points": 48, "regions": 7}


def test_the_count_right():
    assert judge("count", **COUNT).ok
    assert judge("count", **COUNT | {"shape": [32, 64], "parameters": np.int64(834)}).ok


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"parameters": 768}, "has a bias"),
        ({"parameters": 844}, "layer 0"),
        ({"parameters": 800}, "(a) look again"),
        ({"shape": (64, 32)}, "samples are rows"),
        ({"shape": (32, 10)}, "shape of the input"),
        ({"points": 6}, "its signs"),
        ({"points": 8}, "without orders"),
        ({"points": 14}, "multiply"),
        ({"regions": 8}, "do not make all of them"),
        ({"regions": 4}, "one input"),
        ({"regions": 6}, "in the middle"),
        ({"regions": None}, "(d) is not there yet"),
    ],
)
def test_the_count_wrong(wrong, hint):
    report = judge("count", **COUNT | wrong)
    assert not report.ok
    assert hint in report.hint


ONES = np.ones((3, 3))


@pytest.mark.parametrize(
    "weights",
    [
        (ONES, [0, -1, -2], [[1, -2, 2]], [0]),
        (2 * ONES, [0, -2, -4], [[0.5, -1, 1]], [0]),  # a factor moved
        (-ONES, [3, 2, 1], [[-1, 2, -2]], [1]),  # counting the switches that are off
        (np.ones((4, 3)), [1, 0, -1, -2], [[1, 0, -2, 2]], [-1]),  # one unit more
    ],
)
def test_the_three_switches_right(weights):
    assert judge("parity", *weights).ok


@pytest.mark.parametrize(
    ("weights", "hint"),
    [
        ((ONES, [0, -1, -2], [[1, -1, 1]], [0]), "the output is 1"),  # changes of slope forgotten
        ((ONES[:2], [0, -1], [[1, -2]], [0]), "7 of 8 right; at [1, 1, 1]"),  # the tent alone
        ((ONES, [0, 1, 2], [[1, -2, 2]], [0]), "of 8 right"),
        ((ONES, [0, -1], [[1, -2]], [0]), "a row of three weights for each unit"),
        ((ONES, [0, -1, -2], [1, -2, 2], [0]), "expected (1, 3)"),
    ],
)
def test_the_three_switches_wrong(weights, hint):
    report = judge("parity", *weights)
    assert not report.ok
    assert hint in report.hint


# ---- in code


def loops(A, W, b):
    return [[np.tanh(sum(w * a for w, a in zip(W_j, a_i, strict=True)) + b_j)
             for W_j, b_j in zip(W, b, strict=True)] for a_i in A]  # fmt: skip


@pytest.mark.parametrize(
    "layer",
    [
        lambda A, W, b: np.tanh(A @ W.T + b),
        lambda A, W, b: np.tanh((W @ A.T + b[:, None]).T),
        lambda A, W, b: np.tanh(np.einsum("mk,jk->mj", A, W) + b),
        loops,
    ],
)
def test_the_layer_right(layer):
    assert judge("layer", layer).ok


@pytest.mark.parametrize(
    ("layer", "hint"),
    [
        (lambda A, W, b: A @ W.T + b, "activation is missing"),
        (lambda A, W, b: np.tanh(A @ W.T), "bias is missing"),
        (lambda A, W, b: np.tanh(A @ W + b), "matmul"),
        (
            lambda A, W, b: np.tanh(A @ (W if W.shape[0] == W.shape[1] else W.T) + b),
            "a square matrix lets",
        ),
        (lambda A, W, b: np.tanh(W @ A.T + b[:, None]), "transposed"),
        (
            lambda A, W, b: np.tanh(A @ W.T + (b[:, None] if len(A) == len(b) else b)),
            "it goes to every row",
        ),
        (lambda A, W, b: None, "return"),
        (lambda A, W, b: A, "shape"),
    ],
)
def test_the_layer_wrong(layer, hint):
    report = judge("layer", layer)
    assert not report.ok
    assert hint in report.hint


def s(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("f", "df"),
    [
        (lambda z: z * sigmoid(z), lambda z, a: a + sigmoid(z) * (1 - a)),
        (lambda z: z * s(z), lambda z, a: s(z) + z * s(z) * (1 - s(z))),
        (lambda z: z / (1 + np.exp(-z)), lambda z, a: (1 + np.exp(-z) * (1 + z)) * s(z) ** 2),
    ],
)
def test_swish_right(f, df):
    assert judge("swish", Activation("swish", f, df)).ok


@pytest.mark.parametrize(
    ("f", "df", "hint"),
    [
        (lambda z: z, lambda z, a: 1, "not z sigmoid(z) yet"),
        (lambda z: s(z), lambda z, a: a * (1 - a), "not z sigmoid(z) yet"),
        (lambda z: z * s(z), lambda z, a: s(z), "the sigmoid depends on z"),
        (lambda z: z * s(z), lambda z, a: z * s(z) * (1 - s(z)), "the factor z"),
        (lambda z: z * s(z), lambda z, a: a * (1 - a), "is not the sigmoid's"),
        (lambda z: z * s(z), lambda z, a: s(z) + z * a * (1 - a), "of z, not a"),
        (lambda z: z * s(z), lambda z, a: -(a + s(z) * (1 - a)), "wrong sign"),
        (lambda z: z * s(z), lambda z, a: None, "returned None"),
    ],
)
def test_swish_wrong(f, df, hint):
    report = judge("swish", Activation("swish", f, df))
    assert not report.ok
    assert hint in report.hint


def network(b, out, out_bias):
    """Return a network with one hidden layer of ReLUs whose incoming weights are 1."""
    net = Network(Input(1), Dense(len(b), relu), Dense(1), rng=np.random.default_rng(0))
    net.layers[1].W, net.layers[1].b = np.ones((len(b), 1)), b
    net.layers[2].W, net.layers[2].b = [out], [out_bias]
    return net


def slopes(s, v):
    return np.diff(v) / np.diff(s)


def from_a_line(s, v):
    """Join the dots with a unit that is always on, which carries the first slope."""
    m = slopes(s, v)
    return network([-s[0] + 10, *-s[1:-1]], [m[0], *np.diff(m)], v[0] - 10 * m[0])


@pytest.mark.parametrize(
    "join", [lambda s, v: network(-s[:-1], np.diff(slopes(s, v), prepend=0), v[0]), from_a_line]
)
def test_join_right(join):
    assert judge("join", join).ok


@pytest.mark.parametrize(
    ("join", "hint"),
    [
        (lambda s, v: None, "no network yet"),
        (lambda s, v: np.interp(0.1, s, v), "no network yet"),
        (lambda s, v: network(-s[:-1], np.diff(slopes(s, v), prepend=0), 0.0), "shifted"),
        (lambda s, v: network(-s[:-1], slopes(s, v), v[0]), "changes of slope"),
        (
            lambda s, v: network(-s[:-1], np.diff(np.diff(v), prepend=0), v[0]),
            "rise over run",
        ),
        (lambda s, v: network(s[:-1], np.diff(slopes(s, v), prepend=0), v[0]), "off by"),
    ],
)
def test_join_wrong(join, hint):
    report = judge("join", join)
    assert not report.ok
    assert hint in report.hint


# ---- investigate


def least_squares(weights=3.0, biases=2.0, places=2001, bias=True, error=np.max):
    """Return a reader's best_error: how the hidden weights are drawn is free."""

    def best_error(f, n, seed):
        x, rng = np.linspace(-1, 1, places), np.random.default_rng(seed)
        features = f(np.outer(x, rng.normal(0, weights, n)) + rng.normal(0, biases, n))
        features = np.column_stack([features, np.ones_like(x)]) if bias else features
        best, *_ = np.linalg.lstsq(features, np.abs(x), rcond=None)
        return error(np.abs(features @ best - np.abs(x)))

    return best_error


@pytest.mark.parametrize(
    ("best_error", "predicted"),
    [
        (least_squares(), 3 / 16),
        (least_squares(places=51), 0.1876),
        (least_squares(weights=1.0, biases=1.0), 0.1875),
    ],
)
def test_the_parabola_right(best_error, predicted):
    assert judge("square", best_error, predicted).ok


@pytest.mark.parametrize(
    ("best_error", "predicted", "hint"),
    [
        (least_squares(), None, "prediction: no number yet"),
        (least_squares(), 0.5, "a constant"),
        (least_squares(), 15 / 16, "the factor of x^2"),
        (least_squares(), 1 / 8, "at the ends"),
        (least_squares(), 0.05, "too small"),
        (least_squares(bias=False), 3 / 16, "a column of ones"),
        (least_squares(error=np.mean), 3 / 16, "not a mean"),
        (lambda f, n, seed: None, 3 / 16, "returned None"),
        (lambda f, n, seed: least_squares()(np.square, n, seed), 3 / 16, "is f used"),
    ],
)
def test_the_parabola_wrong(best_error, predicted, hint):
    report = judge("square", best_error, predicted)
    assert not report.ok
    assert hint in report.hint


KINKS = {"zero_before": 1, "spread_before": 65, "zero_after": 17, "spread_after": 52}


@pytest.mark.parametrize(
    "answer", [KINKS, KINKS | {"zero_after": 13.0, "spread_after": np.float64(56)}]
)
def test_the_kinks_right(answer):
    assert judge("kinks", **answer).ok


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"zero_before": None}, "zero_before: no number yet"),
        ({"zero_before": 2}, "the edge does not count"),
        ({"zero_before": 65}, "where are the kinks if b = 0"),
        ({"spread_before": 64}, "one piece more"),
        ({"spread_before": 1}, "are the biases spread"),
        ({"spread_before": 17}, "spread_before: 17 is too small"),
        ({"zero_after": None}, "train them"),
        ({"zero_after": 1}, "zero_after: training moves kinks"),
        ({"zero_after": 52}, "Were the biases 0"),
        ({"spread_after": 65}, "is this the trained network"),
        ({"spread_after": 17}, "Were the kinks spread"),
    ],
)
def test_the_kinks_wrong(wrong, hint):
    report = judge("kinks", **KINKS | wrong)
    assert not report.ok
    assert hint in report.hint
