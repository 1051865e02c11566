"""The instant checks of the chapter "Questions and answers": a slip gets its hint, right answers pass in any style."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from tests.notebooks.chapter_names import names_of

CHECKS = names_of("06_faq")

# ---- numbers, by hand and measured

RIGHT = {
    "check_step": {"limit": 30.5 / 165.25, "loss_after": 3.92625},
    "check_pieces": {"shallow": 999, "deep": 20},
    "check_two": {
        "fixed": -1 / 19,
        "independent": 1 / 19,
        "shuffled": 0.2 / 1.9 - 0.19 / 1.81,
    },
    "check_tie": {"equal": 0.2117, "tiny": 0.4067, "enough": 1e-4},
    "check_ridge": {"peak": 0.86, "removed": 0.18, "best": 0.1},
}
SLIPS = [
    ("check_step", "limit", 0.08, "limit for convergence"),
    ("check_step", "limit", 15.25 / 165.25, "lowest point on the way"),
    ("check_step", "limit", 165.25 / 15.25, "the limit is 2 divided by it"),
    ("check_step", "limit", 0.2, "too large"),
    ("check_step", "loss_after", 7.8525, "mind the 1/2"),
    ("check_step", "loss_after", 4.625, "before the step"),
    ("check_step", "loss_after", None, "no number yet"),
    ("check_pieces", "shallow", 1000, "n + 1 pieces"),
    ("check_pieces", "shallow", 1001, "the two ends"),
    ("check_pieces", "shallow", 500, "too small"),
    ("check_pieces", "deep", 10, "each has two units"),
    ("check_pieces", "deep", 18, "512"),
    ("check_pieces", "deep", 1000, "too large"),
    ("check_two", "fixed", 1 / 19, "the sign"),
    ("check_two", "fixed", 0.0, "what reproduces itself"),
    ("check_two", "independent", 0.05, "divide by 2 - eta"),
    ("check_two", "independent", 0.1, "noise ball"),
    ("check_two", "shuffled", 2 / 19, "second term"),
    ("check_two", "shuffled", 1 / 19, "q^2 = 0.81"),
    ("check_two", "shuffled", 0.00025, "approximation"),
    ("check_two", "shuffled", 0.0003, "too large"),
    ("check_tie", "equal", 0.96, "start all at 0.1"),
    ("check_tie", "equal", 0.41, "noise 1e-8"),
    ("check_tie", "tiny", 0.21, "before the first step"),
    ("check_tie", "enough", 1e-2, "a smaller one is enough"),
    ("check_tie", "enough", 1e-1, "largest"),
    ("check_tie", "enough", 1e-8, "too few"),
    ("check_tie", "enough", 0, "too small"),
    ("check_ridge", "peak", 0.33, "with the ridge 0.001"),
    ("check_ridge", "removed", 0.33, "with the ridge 0.001"),
    ("check_ridge", "removed", 0.86, "without a ridge"),
    ("check_ridge", "best", 0.01, "better still"),
    ("check_ridge", "best", 1, "towards 0"),
    ("check_ridge", "best", 0.001, "still there"),
]


def said(name, **mine):
    """Return the lines that a check prints about some numbers, in their order."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        CHECKS[name](**mine)
    return printed.getvalue().splitlines()


@pytest.mark.parametrize("name", RIGHT)
def test_right_numbers_pass_to_four_digits_and_more(name):
    rounded = {key: float(f"{value:.4g}") for key, value in RIGHT[name].items()}
    for mine in (RIGHT[name], rounded):
        assert [line.split()[1:2] for line in said(name, **mine)] == [["ok:"]] * len(mine)
    missing = said(name, **dict.fromkeys(RIGHT[name]))
    assert len(missing) == len(RIGHT[name])
    assert all(line.endswith("no number yet") for line in missing)


@pytest.mark.parametrize(("name", "entry", "wrong", "hint"), SLIPS)
def test_a_slip_gets_its_hint(name, entry, wrong, hint):
    lines = said(name, **RIGHT[name] | {entry: wrong})
    place = list(RIGHT[name]).index(entry)
    assert hint in lines[place]
    assert [" ok: " in line for line in lines] == [k != place for k in range(len(lines))]


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
    assert CHECKS["check_accumulated"](answer)


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
    report = CHECKS["check_accumulated"](answer)
    assert not report
    assert hint in report.hint


# ---- standardise


def by_a_small_number(train, new):
    scale = train.std(axis=0) + 1e-12
    return (train - train.mean(axis=0)) / scale, (new - train.mean(axis=0)) / scale


def with_constant_columns_empty(train, new):
    varies = train.std(axis=0) > 0
    scale = np.where(varies, train.std(axis=0), np.inf)
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
    "do not divide by nearly 0": by_a_small_number,
    "divide by the deviation of train": lambda a, b: (scaled(a, a.mean(axis=0), a.std(axis=0)), b),
}


@pytest.mark.parametrize("answer", [with_constant_columns_empty, column_by_column])
def test_right_ways_to_standardise_pass(answer):
    assert CHECKS["check_standardise"](answer)


@pytest.mark.parametrize("hint", STANDARDISE_SLIPS)
def test_a_wrong_way_to_standardise_gets_its_hint(hint):
    report = CHECKS["check_standardise"](STANDARDISE_SLIPS[hint])
    assert not report
    assert hint in report.hint


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


def nowhere_from_another_start(phi, t, start):
    return start if start.any() else np.linalg.pinv(phi) @ t


def another_fit(phi, t, start):
    """A perfect fit, the smallest one from 0; from another start one that descent does not reach."""
    smallest = np.linalg.pinv(phi) @ t
    return smallest + 2 * (start - np.linalg.pinv(phi) @ phi @ start)


@pytest.mark.parametrize("steps", [20_000, 30_000])
def test_gradient_descent_long_enough_passes(steps):
    assert CHECKS["check_descent"](descent(good_rate, steps))


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (nothing, "not written yet"),
        (descent(lambda phi: 10 * good_rate(phi), 2000), "it diverges"),
        (descent(good_rate, 3), "not perfect yet"),
        (from_somewhere, "did it start at 0"),
        (without_its_start, "is the argument start used"),
        (nowhere_from_another_start, "from another start the fit is not perfect"),
        (another_fit, "not where descent leads"),
    ],
)
def test_a_wrong_descent_gets_its_hint(answer, hint):
    report = CHECKS["check_descent"](answer)
    assert not report
    assert hint in report.hint
