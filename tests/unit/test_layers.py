"""Skip connections and dropout."""

import numpy as np
import pytest

from nnlib import (
    MSE,
    SGD,
    Dense,
    Dropout,
    Input,
    Network,
    Skip,
    check_gradient,
    relu,
    tanh,
    train,
)

RNG = np.random.default_rng


def test_a_skip_adds_its_input():
    net = Network(Input(3), Skip(Dense(4, tanh), Dense(3)), rng=RNG(0))
    x = RNG(1).normal(size=(5, 3))
    first, second = net.layers[1].layers
    expected = x + np.tanh(x @ first.W.T) @ second.W.T
    np.testing.assert_allclose(net.forward(x), expected)
    np.testing.assert_allclose(net.predict(x), expected)
    assert net.theta.size == 3 * 4 + 4 + 4 * 3 + 3


def test_the_gradient_through_skips_one_inside_another():
    rng = RNG(2)
    inner = Skip(Dense(5, tanh), Dense(4, tanh))
    net = Network(
        Input(3), Dense(4, tanh), Skip(Dense(4), inner), Skip(Dense(4, tanh)), Dense(2), rng=rng
    )
    net.theta += rng.normal(0, 0.3, net.theta.shape)
    result = check_gradient(net, MSE(), rng.normal(size=(6, 3)), rng.normal(size=(6, 2)))
    assert result.ok, str(result)
    names = ["W1", "b1", "W2.1", "b2.1", "W2.2", "b2.2", "W2.3", "b2.3", "W3.1", "b3.1", "W4", "b4"]
    assert list(result.errors) == names


def test_a_skip_carries_the_gradient_past_dead_units():
    net = Network(Input(2), Dense(2), Skip(Dense(2, relu)), rng=RNG(0))
    net.layers[2].layers[0].b = [-100.0, -100.0]  # nothing passes through the layer itself
    x = np.array([[1.0, 2.0]])
    net.backward(MSE().grad(net.forward(x), np.zeros((1, 2))))
    assert (net.layers[1].grads["W"] != 0).all()


def test_a_skip_must_fit():
    with pytest.raises(ValueError, match="output of width 4 to an input of width 3"):
        Network(Input(3), Skip(Dense(4)), rng=RNG(0))
    with pytest.raises(ValueError, match="at least one layer"):
        Skip()


def test_dropout_switches_off_the_share_that_was_asked_for_and_keeps_the_mean():
    layer = Dropout(0.3, rng=RNG(0))
    layer.connect(400)
    a = layer.forward(np.ones((500, 400)))
    assert np.mean(a == 0) == pytest.approx(0.3, abs=0.005)
    assert a.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(np.unique(a), [0, 1 / 0.7])
    layer.backward(np.full((500, 400), 2.0))
    np.testing.assert_allclose(layer.d_input(), 2 * a)  # the units that were off get no gradient


def test_a_share_of_0_switches_nothing_off_whatever_is_drawn():
    class Lowest:
        random = staticmethod(np.zeros)

    assert (Dropout(0.0, rng=Lowest()).forward(np.ones((2, 3))) == 1).all()


def test_dropout_is_new_for_each_batch_and_not_there_in_prediction():
    rng = RNG(0)
    net = Network(Input(20), Dropout(0.5, rng=rng), Dense(1), rng=rng)
    x = np.ones((1, 20))
    assert net.forward(x) != net.forward(x)
    assert net.predict(x) == net.predict(x) == net.layers[2].W.sum()


def test_dropout_trains_and_keeps_float32():
    rng = RNG(0)
    net = Network(
        Input(2), Dense(8, tanh), Dropout(0.2, rng=rng), Dense(1), rng=rng, dtype=np.float32
    )
    x = rng.normal(size=(30, 2))
    losses = [r.loss for r in train(net, MSE(), SGD(0.1), x, x[:, :1], epochs=60, rng=rng)]
    assert net.layers[2].a.dtype == np.float32
    assert np.mean(losses[-10:]) < 0.5 * losses[0]


@pytest.mark.parametrize("p", [-0.1, 1.0, float("nan")])
def test_an_impossible_share_is_named(p):
    with pytest.raises(ValueError, match="p must be at least 0 and below 1"):
        Dropout(p, rng=RNG(0))
