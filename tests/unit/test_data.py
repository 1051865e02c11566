"""Data sets: shapes, classes, the same numbers from the same generator, and the digits as published."""

import hashlib

import numpy as np
import pytest

from nnlib import data

RNG = np.random.default_rng
DRAWN = pytest.mark.parametrize("make", [data.moons, data.circles, data.spirals])


@DRAWN
def test_drawn_sets(make):
    x, y = make(101, rng=RNG(0))
    assert x.shape == (101, 2)
    assert y.shape == (101, 1)
    assert sorted(np.unique(y)) == [0, 1]
    assert abs(y.mean() - 0.5) < 0.01
    np.testing.assert_array_equal(make(101, rng=RNG(0))[0], x)
    assert not np.array_equal(make(101, rng=RNG(1))[0], x)


def test_without_noise_the_points_lie_on_their_curves():
    x, y = data.circles(50, noise=0, rng=RNG(0))
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y[:, 0] == 0, 1.0, 0.5))
    x, y = data.moons(50, noise=0, rng=RNG(0))
    upper = x[y[:, 0] == 0] + [0.5, 0.25]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    assert (upper[:, 1] >= 0).all()
    x, y = data.spirals(50, noise=0, rng=RNG(0))
    t = np.hypot(*x.T)
    angle = 3 * np.pi * t + np.pi * y[:, 0]
    np.testing.assert_allclose(x, np.column_stack([t * np.cos(angle), t * np.sin(angle)]))
    x, y = data.sine(50, noise=0, rng=RNG(0))
    np.testing.assert_allclose(y, np.sin(np.pi * x))


def evenly(values, low, high):
    """Tell whether values are spread evenly over an interval."""
    return np.allclose(
        np.sort(values), np.linspace(low, high, len(values)), atol=0.05 * (high - low)
    )


def test_the_points_are_spread_evenly_along_the_whole_of_their_curves():
    def angle(x):
        return np.arctan2(x[:, 1], x[:, 0]) % (2 * np.pi)

    x, y = data.circles(4000, noise=0, rng=RNG(0))
    assert all(evenly(angle(x[y[:, 0] == c]), 0, 2 * np.pi) for c in (0, 1))
    x, y = data.moons(4000, noise=0, rng=RNG(0))
    assert evenly(angle(x[y[:, 0] == 0] + [0.5, 0.25]), 0, np.pi)
    assert evenly(angle([0.5, 0.25] - x[y[:, 0] == 1]), 0, np.pi)  # the other, turned about
    x, y = data.spirals(4000, noise=0, rng=RNG(0))
    assert evenly(np.sum(x**2, axis=1), 0.01, 1)
    x, y = data.sine(4000, noise=0, rng=RNG(0))
    assert evenly(x[:, 0], -1, 1)


def test_one_moon_is_the_other_turned_about_the_origin():
    class Same:
        uniform = staticmethod(lambda low, high, m: np.full(m, 0.3))
        normal = staticmethod(lambda mean, deviation, shape: np.zeros(shape))

    (one, other), _ = data.moons(2, rng=Same())
    np.testing.assert_allclose(one, -other)


@pytest.mark.parametrize(
    ("make", "m", "noise"),
    [
        (data.moons, 200, 0.1),
        (data.circles, 200, 0.1),
        (data.spirals, 200, 0.05),
        (data.sine, 100, 0.1),
    ],
)
def test_the_noise_is_what_the_generator_draws_after_the_points(make, m, noise):
    column = -1 if make is data.sine else 0  # which has a noisy y
    quiet, loud = make(m, noise=0, rng=RNG(0))[column], make(rng=RNG(0))[column]
    rng = RNG(0)
    rng.uniform(size=m)
    np.testing.assert_allclose(loud - quiet, rng.normal(0, noise, quiet.shape), atol=1e-15)


def test_noise_has_the_size_that_was_asked_for():
    for make in (data.moons, data.circles):
        quiet, loud = (make(4000, noise=s, rng=RNG(0))[0] for s in (0, 0.2))
        assert np.std(loud - quiet) == pytest.approx(0.2, rel=0.03)


def test_xor():
    x, y = data.xor()
    np.testing.assert_array_equal(y[:, 0], np.logical_xor(*x.T))


def test_digits_are_the_published_ones():
    x, y = data.digits()
    assert x.shape == (1797, 64)
    assert x.min() == 0
    assert x.max() == 1
    assert y.dtype == np.int64
    np.testing.assert_array_equal(
        np.bincount(y), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    )
    pixels = (x * 16).astype(np.uint8)
    assert hashlib.sha256(pixels.tobytes()).hexdigest()[:16] == "8f26b2bd9d135c25"


def test_split_parts_share_nothing_and_lose_nothing():
    x, y = np.arange(10)[:, None], np.arange(10)
    x_train, y_train, x_held, y_held = data.split(x, y, 0.3, rng=RNG(0))
    assert len(x_held) == 3
    assert sorted(np.concatenate([y_train, y_held])) == list(range(10))
    np.testing.assert_array_equal(x_train[:, 0], y_train)
    np.testing.assert_array_equal(x_held[:, 0], y_held)


def test_a_single_sample_may_be_held_back():
    assert [len(part) for part in data.split(np.ones(4), np.ones(4), 0.25, rng=RNG(0))] == [
        3,
        3,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: data.moons(0, rng=RNG(0)), "m must be a whole number of at least 1, but 0"),
        (lambda: data.sine(2.0, rng=RNG(0)), "m must be"),
        (lambda: data.split(np.ones(4), np.ones(3), 0.5, rng=RNG(0)), "x has 4 rows, y has 3"),
        (lambda: data.split(np.ones(4), np.ones(4), 0.0, rng=RNG(0)), "0.0 of 4 samples is 0"),
        (lambda: data.split(np.ones(4), np.ones(4), 1.0, rng=RNG(0)), "1.0 of 4 samples is 4"),
    ],
)
def test_wrong_use_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
