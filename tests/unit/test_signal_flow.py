"""The signal flow explorer in Python: networks, Jacobians, theory, words and the picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from nnlib import ACTIVATIONS, init, relu, tanh
from nnlib.widgets import SignalFlowExplorer
from nnlib.widgets.signal_math import (
    RULES,
    end_to_end,
    expected_factors,
    orthonormalised,
    singular_values,
)


def test_the_gain_is_the_root_of_n_times_the_variance():
    for rule in RULES:
        explorer = SignalFlowExplorer(rule=rule, gain=1.7)
        variance = np.mean([layer.W.var() for layer in explorer.network().layers[1:]])
        assert np.sqrt(32 * variance) == pytest.approx(explorer.effective_gain(), rel=0.02, abs=0)


def test_the_rules_are_those_of_nnlib():
    rng = np.random.default_rng(0)
    assert 200 * init.glorot(200, 200, rng=rng).var() == pytest.approx(
        RULES["glorot"].gain(200, 0) ** 2, rel=0.05
    )
    assert 200 * init.he(200, 200, rng=rng).var() == pytest.approx(
        RULES["he"].gain(200, 0) ** 2, rel=0.05
    )


def test_uniform_weights_keep_to_pytorchs_interval():
    weights = SignalFlowExplorer(rule="pytorch").network().layers[1].W
    assert np.abs(weights).max() <= 1 / np.sqrt(32)
    assert np.abs(weights).max() > 0.99 / np.sqrt(32)


def test_orthogonal_rows_are_orthonormal():
    q = orthonormalised(np.random.default_rng(0).normal(size=(9, 9)))
    assert q @ q.T == pytest.approx(np.eye(9), abs=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_jacobian_is_what_finite_differences_say(name):
    net = SignalFlowExplorer(activation=name, width=4, depth=4, rule="gain", gain=1.2).network()
    first, *others = net.layers[1:]

    def last_z(z):
        a = first.f(z)
        for layer in others:
            z = layer.W @ a
            a = layer.f(z)
        return z

    z, h = first.z[0], 1e-6
    columns = [(last_z(z + h * e) - last_z(z - h * e)) / (2 * h) for e in np.eye(4)]
    assert end_to_end(net) == pytest.approx(np.column_stack(columns), abs=1e-8)


def test_error_signals_are_the_transposed_jacobian_times_the_last():
    net = SignalFlowExplorer(rule="he").network()
    first, last = net.layers[1], net.layers[-1]
    assert end_to_end(net).T @ last.delta[0] == pytest.approx(first.delta[0], rel=1e-9, abs=1e-14)


def test_sizes_are_root_mean_squares():
    explorer = SignalFlowExplorer(depth=3, lr=0.5)
    net, sizes = explorer.network(), explorer.sizes()
    layer = net.layers[2]
    assert sizes["activation"][1] == pytest.approx(np.sqrt((layer.a**2).mean()))
    assert sizes["error"][1] == pytest.approx(np.sqrt((layer.delta**2).mean()))
    update = 0.5 * layer.grads["W"] / 16
    ratio = np.linalg.norm(update) / np.linalg.norm(layer.W)
    assert sizes["update"][1] == pytest.approx(ratio)
    centred = layer.a - layer.a.mean(axis=0)
    assert sizes["spread"][1] == pytest.approx(np.sqrt((centred**2).mean()))


def test_theory_and_measurement_agree_in_the_mean():
    logs = [
        np.log(SignalFlowExplorer(activation="relu", rule="he", seed=s).measured()["backward"])
        for s in range(10)
    ]
    assert np.exp(np.mean(logs)) == pytest.approx(1, abs=0.03)
    assert expected_factors(relu, 20, np.sqrt(2)) == pytest.approx({"forward": 1, "backward": 1})


def test_theory_is_the_variance_equation_at_work():
    rng = np.random.default_rng(0)
    z = rng.normal(0, 1.3, 400_000)  # layer 1 with gain 1.3 and inputs of variance 1
    slope = np.mean(tanh.df(z, tanh(z)) ** 2)
    found = expected_factors(tanh, 2, 1.3)["backward"]
    assert found**2 == pytest.approx(1.3**2 * slope, rel=0.005)


def test_zeros_let_nothing_through():
    explorer = SignalFlowExplorer(rule="zeros")
    assert explorer.measured() == {"forward": 0, "spread": 0, "backward": 0}
    assert not explorer.sizes()["update"].any()
    assert "no error signal arrives. The whole Jacobian is zero." in explorer.sentence()


def test_what_is_lost_in_rounding_is_zero():
    assert singular_values(np.diag([3.0, 1e-20])).tolist() == [3, 0]
    sigmoid = SignalFlowExplorer(activation="sigmoid", depth=30)
    assert sigmoid.sizes()["spread"][-1] == 0, "all samples have come to the same place"
    assert sigmoid.measured()["spread"] == pytest.approx(0.23, abs=0.01)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"width": 7}, "any of .4, 8, 16, 32., not the int 7"),
        ({"depth": 31}, "should not be greater than 30"),
        ({"gain": 0.0}, "should not be less than 0.02"),
        ({"rule": "xavier"}, "'glorot'.*not the str 'xavier'"),
    ],
)
def test_bad_settings_are_named(state, words):
    with pytest.raises(traitlets.TraitError, match=words):
        SignalFlowExplorer(**state)


@pytest.mark.parametrize("rule", ["zeros", "small", "gain"])
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_the_still_picture_is_whole(rule, activation):
    explorer = SignalFlowExplorer(rule=rule, activation=activation, gain=4, depth=30, width=4)
    picture = ElementTree.fromstring(explorer.still())
    assert picture.get("aria-label") == explorer.sentence()
    assert "nan" not in explorer.html().lower()
    assert len(explorer.html()) < 10_000


def test_what_the_reader_chose_comes_back_as_a_network():
    explorer = SignalFlowExplorer()
    explorer.set_state({"activation": "relu", "rule": "gain", "gain": 1.5, "depth": 12})
    net = explorer.network()
    assert len(net.layers) == 13
    assert net.layers[1].f is relu
