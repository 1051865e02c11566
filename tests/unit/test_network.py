"""Networks: one vector, its views, and gradients that central differences and PyTorch agree with."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    ACTIVATIONS,
    MSE,
    BinaryCrossEntropy,
    Dense,
    Input,
    Network,
    SoftmaxCrossEntropy,
    check_gradient,
    mlp,
    relative_error,
    relu,
    sigmoid,
    tanh,
)
from tests.unit.finite import gradient
from tests.unit.test_activations import TORCH

RNG = np.random.default_rng


def targets(loss, m, n, rng):
    """Return targets that a loss takes for ``m`` samples of ``n`` outputs."""
    if isinstance(loss, SoftmaxCrossEntropy):
        return rng.integers(0, n, m)
    return rng.uniform(size=(m, n))


def in_torch(net, loss, x, y):
    """Return value and gradient of the same network and loss, computed by PyTorch alone."""
    theta = torch.tensor(net.theta, requires_grad=True)
    a, start = torch.tensor(x), 0
    for layer in net.layers[1:]:
        n_out, n_in = layer.n_out, layer.n_in
        W = theta[start : start + n_out * n_in].reshape(n_out, n_in)
        b = theta[start + n_out * n_in : start + n_out * (n_in + 1)]
        a = TORCH[layer.f.name](a @ W.T + b)
        start += n_out * (n_in + 1)
    f = torch.nn.functional
    value = {
        "MSE": lambda: ((a - torch.tensor(y)) ** 2).sum() / len(x),
        "BinaryCrossEntropy": lambda: (
            f.binary_cross_entropy_with_logits(a, torch.tensor(y), reduction="sum") / len(x)
        ),
        "SoftmaxCrossEntropy": lambda: f.cross_entropy(a, torch.tensor(y)),
    }[type(loss).__name__]()
    value.backward()
    return value.item(), theta.grad.numpy()


@settings(max_examples=60, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 12), max_size=5),
    ends=st.tuples(st.integers(1, 8), st.integers(1, 5)),
    m=st.integers(1, 40),
    f=st.sampled_from(list(ACTIVATIONS.values())),
    f_out=st.sampled_from(list(ACTIVATIONS.values())),
    loss=st.sampled_from([MSE(), BinaryCrossEntropy(), SoftmaxCrossEntropy()]),
    seed=st.integers(0, 2**32 - 1),
)
def test_backpropagation_is_pytorchs(hidden, ends, m, f, f_out, loss, seed):
    rng = RNG(seed)
    layers = [Dense(n, f) for n in hidden] + [Dense(ends[1], f_out)]
    net = Network(Input(ends[0]), *layers, rng=rng)
    net.theta += rng.normal(0, 0.3, net.theta.shape)  # biases away from zero too
    x = rng.normal(size=(m, ends[0]))
    y = targets(loss, m, ends[1], rng)

    out = net.forward(x)
    net.backward(loss.grad(out, y))
    value, expected = in_torch(net, loss, x, y)
    assert loss(out, y) == pytest.approx(value, rel=1e-10, abs=1e-13)
    assert relative_error(net.grad, expected) < 1e-10


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=str)
@pytest.mark.parametrize("loss", [MSE(), BinaryCrossEntropy(), SoftmaxCrossEntropy()], ids=repr)
def test_backpropagation_is_the_central_difference(f, loss):
    rng = RNG(7)
    net = Network(Input(3), Dense(5, f), Dense(4, f), Dense(2), rng=rng)
    x, y = rng.normal(size=(6, 3)), targets(loss, 6, 2, rng)
    net.backward(loss.grad(net.forward(x), y))

    def loss_at(theta):
        net.theta[:] = theta
        return loss(net.predict(x), y)

    assert relative_error(net.grad, gradient(loss_at, net.theta.copy())) < 1e-7
    assert check_gradient(net, loss, x, y).ok


def test_one_step_worked_by_hand():
    """A 2-2-1 network, sigmoid in both layers, one sample: every number with paper and pencil."""
    net = Network(Input(2), Dense(2, sigmoid), Dense(1, sigmoid), rng=RNG(0))
    one, two = net.layers[1:]
    one.W, one.b = [[0.5, -0.5], [1.0, 0.25]], [0.0, 0.5]
    two.W, two.b = [[1.0, -1.0]], [0.5]
    x, y, loss = np.array([[1.0, 2.0]]), np.array([[1.0]]), MSE()

    out = net.forward(x)
    np.testing.assert_allclose(one.z, [[-0.5, 2.0]])
    np.testing.assert_allclose(one.a, [[0.3775, 0.8808]], atol=5e-5)
    np.testing.assert_allclose(two.z, [[-0.0033]], atol=5e-5)  # 0.3775 - 0.8808 + 0.5
    np.testing.assert_allclose(out, [[0.4992]], atol=5e-5)
    assert loss(out, y) == pytest.approx(0.2508, abs=5e-5)

    net.backward(loss.grad(out, y))
    np.testing.assert_allclose(two.delta, [[-0.2504]], atol=5e-5)  # 2 (0.4992 - 1) 0.4992 0.5008
    np.testing.assert_allclose(two.grads["W"], [[-0.0945, -0.2206]], atol=5e-5)
    np.testing.assert_allclose(one.delta, [[-0.0588, 0.0263]], atol=5e-5)
    np.testing.assert_allclose(one.grads["W"], [[-0.0588, -0.1177], [0.0263, 0.0526]], atol=5e-5)
    np.testing.assert_allclose(one.grads["b"], [-0.0588, 0.0263], atol=5e-5)


def test_parameters_are_views_of_theta_and_assigning_copies():
    net = mlp([3, 4, 2], relu, rng=RNG(0))
    hidden, last = net.layers[1], net.layers[2]
    assert net.theta.size == 3 * 4 + 4 + 4 * 2 + 2
    new = np.arange(12.0).reshape(4, 3)
    hidden.W = new
    last.b = [5.0, 6.0]
    np.testing.assert_array_equal(net.theta[:12], np.arange(12.0))
    np.testing.assert_array_equal(net.theta[-2:], [5, 6])
    new[:] = -1  # the caller's array is not the network's
    assert net.theta[1] == 1
    net.theta[0] = 99
    assert hidden.W[0, 0] == 99
    assert np.shares_memory(hidden.grads["W"], net.grad)


def test_predict_is_forward_but_remembers_nothing():
    net = mlp([3, 4, 2], tanh, rng=RNG(0))
    x, other = RNG(1).normal(size=(2, 5, 3))
    out = net.forward(x)
    kept = net.layers[1].z.copy()
    np.testing.assert_array_equal(net.predict(x), out)
    net.predict(other)
    np.testing.assert_array_equal(net.layers[1].z, kept)


def test_float32_all_the_way():
    net = mlp([3, 4, 2], relu, rng=RNG(0), dtype=np.float32)
    out = net.forward(np.zeros((2, 3)))
    net.backward(MSE().grad(out, np.zeros((2, 2))))
    assert {a.dtype for a in (net.theta, net.grad, out, net.layers[1].delta)} == {np.dtype("f4")}


def test_mlp_is_the_layers_written_out():
    short = mlp([3, 4, 2], relu, rng=RNG(5))
    long = Network(Input(3), Dense(4, relu), Dense(2), rng=RNG(5))
    np.testing.assert_array_equal(short.theta, long.theta)
    assert short.sizes == [3, 4, 2]
    assert repr(long) == "Network(Input(3), Dense(4, relu), Dense(2, identity))  # 26 parameters"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network(Dense(3), rng=RNG(0)), "an Input and at least one more layer"),
        (lambda: Network(Input(3), rng=RNG(0)), "an Input and at least one more layer"),
        (lambda: mlp([3], relu, rng=RNG(0)), r"given \[3\]"),
        (lambda: mlp([3, 0], relu, rng=RNG(0)), "width of Dense must be .* but 0 was given"),
        (lambda: Input(2.5), "width of Input must be .* but 2.5 was given"),
        (lambda: Input(True), "width of Input must be .* but True was given"),
    ],
)
def test_impossible_networks_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_activation_is_an_object():
    with pytest.raises(TypeError, match="such as relu, but 'relu' was given"):
        Dense(3, "relu")


def test_a_layer_outside_a_network_says_so():
    with pytest.raises(AttributeError, match="put it into a Network first"):
        _ = Dense(3).W


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 4)), r"\(2, 4\), expected \(m, 3\)"),
        (np.zeros(3), r"\(3,\), expected \(m, 3\).*x\[None, :\]"),
        (np.zeros((0, 3)), "no samples"),
    ],
)
def test_inputs_of_the_wrong_shape_are_named(x, message):
    net = mlp([3, 2], relu, rng=RNG(0))
    for use in (net.forward, net.predict):
        with pytest.raises(ValueError, match=message):
            use(x)


def test_other_wrong_uses_are_named():
    net = mlp([3, 2], relu, rng=RNG(0))
    with pytest.raises(ValueError, match=r"W of Dense.* has shape \(2, 3\), given \(3, 2\)"):
        net.layers[1].W = np.zeros((3, 2))
    net.forward(np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"d_out has shape \(4, 3\), expected \(m, 2\)"):
        net.backward(np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"1 of 3 are not; the first is nan at index \(0, 1\)"):
        net.predict([[0.0, np.nan, 0.0]])
