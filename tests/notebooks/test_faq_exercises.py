"""The instant checks of the chapter "Questions and answers": a slip gets its hint, right answers pass in any style."""

from __future__ import annotations

import numpy as np
import pytest

from tests.notebooks.chapter_names import names_of

CHECKS = names_of("06_faq")

# ---- by hand

RIGHT = {
    "check_step": {"limit": 20.5 / 160.25, "loss_after": 1.90125},
    "check_pieces": {"shallow": 999, "deep": 20},
    "check_two": {
        "fixed": -1 / 19,
        "independent": 1 / 19,
        "shuffled": 0.2 / 1.9 - 0.19 / 1.81,
    },
}
SLIPS = [
    ("check_step", "limit", 0.08, "limit for convergence"),
    ("check_step", "limit", 10.25 / 160.25, "lowest point on the way"),
    ("check_step", "limit", 0.2, "not yet"),
    ("check_step", "loss_after", 3.8025, "mind the 1/2"),
    ("check_step", "loss_after", 2.125, "where does the step arrive"),
    ("check_pieces", "shallow", 1000, "n + 1 pieces"),
    ("check_pieces", "shallow", 500, "how many bends"),
    ("check_pieces", "deep", 10, "each has two units"),
    ("check_pieces", "deep", 18, "512"),
    ("check_pieces", "deep", 1000, "power k"),
    ("check_two", "fixed", 1 / 19, "the sign"),
    ("check_two", "fixed", 0.0, "what reproduces itself"),
    ("check_two", "shuffled", 2 / 19, "second term"),
    ("check_two", "shuffled", 0.0003, "q = 0.9"),
    ("check_two", "independent", 0.1, "noise ball"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right_numbers_pass_to_four_digits_and_more(name):
    assert CHECKS[name](**RIGHT[name]) == "ok"
    rounded = {key: float(f"{value:.4g}") for key, value in RIGHT[name].items()}
    assert CHECKS[name](**rounded) == "ok"
    assert CHECKS[name](**dict.fromkeys(RIGHT[name])) == "not tried yet"
    first = next(iter(RIGHT[name]))
    assert "right" in CHECKS[name](**{first: RIGHT[name][first]})


@pytest.mark.parametrize(("name", "entry", "wrong", "hint"), SLIPS)
def test_a_slip_by_hand_gets_its_hint(name, entry, wrong, hint):
    assert hint in CHECKS[name](**RIGHT[name] | {entry: wrong})


# ---- a large batch in small parts


def parts(net, loss, x, y, size):
    """Yield the size of each part, and a copy of its gradient."""
    for start in range(0, len(x), size):
        x_b, y_b = x[start : start + size], y[start : start + size]
        net.backward(loss.grad(net.forward(x_b), y_b))
        yield len(x_b), net.grad.copy()


def by_sums_of_single_samples(net, loss, x, y, size):
    return np.mean([g for _, g in parts(net, loss, x, y, 1)], axis=0)


def by_scaling_the_loss(net, loss, x, y, size):
    total, pieces = 0, np.array_split(np.arange(len(x)), -(-len(x) // size))
    for rows in pieces:
        net.backward(loss.grad(net.forward(x[rows]), y[rows]) * len(rows) / len(x))
        total = total + net.grad
    return total


def whole_batch(net, loss, x, y, size):
    net.backward(loss.grad(net.forward(x), y))
    return net.grad


def last_part(net, loss, x, y, size):
    return [g for _, g in parts(net, loss, x, y, size)][-1]


def without_the_last_part(net, loss, x, y, size):
    return sum(n / len(x) * g for n, g in list(parts(net, loss, x, y, size))[:-1])


def weight_one(net, loss, x, y, size):
    return sum(g for _, g in parts(net, loss, x, y, size))


def equal_weights(net, loss, x, y, size):
    return np.mean([g for _, g in parts(net, loss, x, y, size)], axis=0)


def without_copies(net, loss, x, y, size):
    kept = []
    for start in range(0, len(x), size):
        net.backward(loss.grad(net.forward(x[start : start + size]), y[start : start + size]))
        kept.append((min(size, len(x) - start), net.grad))
    return 2 * sum(n / len(x) * g for n, g in kept)


def nothing(*_):
    return None


@pytest.mark.parametrize("answer", [by_sums_of_single_samples, by_scaling_the_loss])
def test_right_ways_to_accumulate_pass(answer):
    assert CHECKS["check_accumulated"](answer) == "ok"


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (whole_batch, "10 rows went through"),
        (last_part, "only the last part"),
        (without_the_last_part, "the last part is missing"),
        (weight_one, "weight 1"),
        (equal_weights, "weight 1/3"),
        (without_copies, "copied or added"),
        (nothing, "not written yet"),
    ],
)
def test_a_wrong_way_to_accumulate_gets_its_hint(answer, hint):
    assert hint in CHECKS["check_accumulated"](answer)


# ---- standardise


def by_a_small_number(train, new):
    scale = train.std(axis=0) + 1e-12
    return (train - train.mean(axis=0)) / scale, (new - train.mean(axis=0)) / scale


def column_by_column(train, new):
    train, new = train.copy(), new.copy()
    for k in range(train.shape[1]):
        mean, std = train[:, k].mean(), train[:, k].std()
        train[:, k] -= mean
        new[:, k] -= mean
        if std:
            train[:, k] /= std
            new[:, k] /= std
    return train, new


def scaled(array, mean, std):
    return (array - mean) / np.where(std > 0, std, 1)


STANDARDISE_SLIPS = {
    "divided by its deviation": lambda a, b: (
        (a - a.mean(axis=0)) / a.std(axis=0),
        (b - a.mean(axis=0)) / a.std(axis=0),
    ),
    "scaled by its own mean": lambda a, b: (
        scaled(a, a.mean(axis=0), a.std(axis=0)),
        scaled(b, b.mean(axis=0), b.std(axis=0)),
    ),
    "one mean for all": lambda a, b: ((a - a.mean()) / a.std(), (b - a.mean()) / a.std()),
    "not written yet": lambda a, b: (a, b),
    "return two arrays": lambda a, b: scaled(a, a.mean(axis=0), a.std(axis=0)),
    "shapes must stay": lambda a, b: (a[:, [0, 2]], b[:, [0, 2]]),
    "should become 0": lambda a, b: (scaled(a, a.mean(axis=0) * [1, 0, 1], a.std(axis=0)), b),
    "mean 0 and deviation 1": lambda a, b: (a - a.mean(axis=0), b - a.mean(axis=0)),
    "divide by the deviation of train": lambda a, b: (scaled(a, a.mean(axis=0), a.std(axis=0)), b),
}


@pytest.mark.parametrize("answer", [by_a_small_number, column_by_column])
def test_right_ways_to_standardise_pass(answer):
    assert CHECKS["check_standardise"](answer) == "ok"


@pytest.mark.parametrize("hint", STANDARDISE_SLIPS)
def test_a_wrong_way_to_standardise_gets_its_hint(hint):
    assert hint in CHECKS["check_standardise"](STANDARDISE_SLIPS[hint])


# ---- gradient descent and the smallest fit


def descent(rate_of, steps):
    """Make an answer that goes so many steps at the rate that it computes from Phi."""

    def answer(phi, t, start):
        theta = np.array(start)
        with np.errstate(all="ignore"):
            for _ in range(steps):
                theta = theta - rate_of(phi) * 2 / len(t) * phi.T @ (phi @ theta - t)
        return theta

    return answer


def good_rate(phi):
    return len(phi) / (2 * np.linalg.norm(phi, 2) ** 2)


def from_somewhere(phi, t, start):
    return descent(good_rate, 20_000)(phi, t, np.ones(phi.shape[1]))


def without_its_start(phi, t, start):
    return np.linalg.pinv(phi) @ t


@pytest.mark.parametrize("steps", [20_000, 30_000])
def test_gradient_descent_long_enough_passes(steps):
    assert CHECKS["check_descent"](descent(good_rate, steps)) == "ok"


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (nothing, "not written yet"),
        (descent(lambda phi: 10 * good_rate(phi), 2000), "it diverges"),
        (descent(good_rate, 3), "not perfect yet"),
        (from_somewhere, "did it start at 0"),
        (without_its_start, "is the argument start used"),
    ],
)
def test_a_wrong_descent_gets_its_hint(answer, hint):
    assert hint in CHECKS["check_descent"](answer)
