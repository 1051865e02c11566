"""Learning-rate schedules: their values at points one can check by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import MSE, SGD, data, mlp, tanh, train
from nnlib.schedules import cosine, inverse, step_decay, warmup


def test_step_decay():
    rates = [step_decay(t, lr=1.0, factor=0.5, every=10) for t in (0, 9, 10, 19, 20)]
    assert rates == [1, 1, 0.5, 0.5, 0.25]


def test_inverse_is_halved_after_its_half_life_and_satisfies_robbins_and_monro():
    assert inverse(0, lr=2.0) == 2
    assert inverse(10, lr=2.0, half_life=10) == 1
    assert inverse(30, lr=2.0, half_life=10) == 0.5
    eta = np.array([inverse(t, lr=1.0) for t in range(100_000)])
    assert eta.sum() > 90  # 10 log(10,000): grows without end
    assert (eta**2).sum() < 11  # 10: does not


def test_settings_left_out():
    assert [step_decay(t, lr=1.0) for t in (29, 30)] == [1, 0.1]
    assert inverse(10, lr=1.0) == 0.5
    assert [warmup(t, lr=1.0) for t in (3, 4)] == [0.8, 1]


# Rates that differ in their last digit alone have none between them to fall through.
@given(st.floats(0.1, 1), st.floats(0, 0.09), st.integers(2, 100))
def test_a_cosine_falls_from_the_first_rate_to_the_last_and_is_symmetric(lr, lr_end, epochs):
    rates = np.array([cosine(t, lr=lr, epochs=epochs, lr_end=lr_end) for t in range(epochs + 1)])
    assert rates[0] == pytest.approx(lr)
    assert (np.diff(rates) < 0).all()
    np.testing.assert_allclose(rates + rates[::-1], lr + lr_end)


def test_cosine():
    assert [cosine(t, lr=1.0, epochs=100) for t in (0, 50, 100, 150)] == pytest.approx(
        [1, 0.5, 0, 0]
    )
    assert cosine(100, lr=1.0, epochs=100, lr_end=0.1) == pytest.approx(0.1)


def test_warmup():
    assert [warmup(t, lr=1.0, epochs=4) for t in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]


def test_the_loops_body_sets_the_rate():
    rng = np.random.default_rng(0)
    x, y = data.sine(20, rng=rng)
    optimizer, used = SGD(0.1), []
    for record in train(mlp([1, 4, 1], tanh, rng=rng), MSE(), optimizer, x, y, epochs=3, rng=rng):
        used.append(optimizer.lr)
        optimizer.lr = step_decay(record.epoch, lr=0.1, every=1)
    assert used == pytest.approx([0.1, 0.01, 0.001])
