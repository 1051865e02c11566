"""Initial weights have the variance their rule promises."""

import numpy as np
import pytest

from nnlib import ACTIVATIONS, Dense, Input, Network, init, relu, sigmoid, tanh

N_OUT, N_IN = 400, 250


@pytest.mark.parametrize(
    ("rule", "variance"), [(init.glorot, 2 / (N_OUT + N_IN)), (init.he, 2 / N_IN)]
)
def test_variance(rule, variance):
    W = rule(N_OUT, N_IN, rng=np.random.default_rng(0))
    assert W.shape == (N_OUT, N_IN)
    # the variance of 100,000 normal draws is within a few times sqrt(2 / 100,000) = 0.45 % of the true one
    assert W.var() == pytest.approx(variance, rel=0.02)
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)


def test_the_usual_rule_for_each_activation():
    chosen = {name: init.default_for(f) for name, f in ACTIVATIONS.items()}
    assert {name for name, rule in chosen.items() if rule is init.he} == {
        "relu",
        "leaky_relu",
        "softplus",
    }
    assert {name for name, rule in chosen.items() if rule is init.glorot} == {
        "identity",
        "sigmoid",
        "tanh",
    }


def test_layers_use_their_rule_and_start_with_zero_biases():
    rng = np.random.default_rng(0)
    net = Network(
        Input(300),
        Dense(300, relu),
        Dense(300, tanh),
        Dense(2, sigmoid, init=init.constant(0.3)),
        rng=rng,
    )
    assert net.layers[1].W.var() == pytest.approx(2 / 300, rel=0.03)
    assert net.layers[2].W.var() == pytest.approx(1 / 300, rel=0.03)
    assert (net.layers[3].W == 0.3).all()
    assert all((layer.b == 0).all() for layer in net.layers[1:])
