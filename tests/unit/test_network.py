"""Networks: one vector, its views, and gradients that central differences agree with."""

import copy

import cloudpickle
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import (
    ACTIVATIONS,
    MSE,
    SGD,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    Input,
    Network,
    Skip,
    SoftmaxCrossEntropy,
    check_gradient,
    data,
    mlp,
    relative_error,
    relu,
    sigmoid,
    tanh,
    train,
)
from tests.unit.finite import gradient

RNG = np.random.default_rng


def targets(loss, m, n, rng):
    """Return targets that a loss takes for ``m`` samples of ``n`` outputs."""
    if isinstance(loss, SoftmaxCrossEntropy):
        return rng.integers(0, n, m)
    return rng.uniform(size=(m, n))


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


def test_assigning_theta_copies_into_the_memory_the_layers_look_at():
    net, new = mlp([3, 4, 2], relu, rng=RNG(0)), np.arange(26.0)
    net.theta = new
    net.grad = 2 * new
    new[:] = -1  # the caller's array is not the network's
    np.testing.assert_array_equal(net.layers[1].W, np.arange(12.0).reshape(4, 3))
    np.testing.assert_array_equal(net.layers[2].grads["b"], [48, 50])
    with pytest.raises(ValueError, match=r"theta of Network.* has shape \(26,\), given \(3,\)"):
        net.theta = np.zeros(3)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, copy.copy, lambda net: cloudpickle.loads(cloudpickle.dumps(net))]
)
def test_a_copy_has_its_own_vector_and_views_of_it(copied):
    """Cloudpickle is how joblib and Dask bring a network to another process."""
    x, y = RNG(1).normal(size=(5, 3)), RNG(2).normal(size=(5, 3))
    nets = [Network(Input(3), Skip(Dense(3, tanh)), Dense(3), rng=RNG(0))]
    out = nets[0].forward(x)
    nets[0].backward(MSE().grad(out, y))
    nets.append(copied(nets[0]))
    np.testing.assert_array_equal(nets[1].grad, nets[0].grad)
    for net in nets:
        np.testing.assert_array_equal(net.predict(x), out)
        assert check_gradient(net, MSE(), x, y).ok
        for _ in train(net, MSE(), SGD(0.1), x, y, epochs=2, rng=RNG(3)):
            pass
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)


def test_predict_is_forward_but_remembers_nothing():
    net = mlp([3, 4, 2], tanh, rng=RNG(0))
    x, other = RNG(1).normal(size=(2, 5, 3))
    out = net.forward(x)
    kept = net.layers[1].z.copy()
    np.testing.assert_array_equal(net.predict(x), out)
    net.predict(other)
    np.testing.assert_array_equal(net.layers[1].z, kept)
    np.testing.assert_array_equal(net.layers[0].a, x)


def test_the_number_of_threads_changes_next_to_nothing():
    """Products large enough to be shared out among threads, which then add up in another order."""
    x, y = RNG(1).normal(size=(256, 300)), RNG(2).normal(size=(256, 10))
    thetas = []
    for threads in (1, 2):
        net, optimizer = mlp([300, 400, 10], tanh, rng=RNG(0)), SGD(0.1)
        with threadpool_limits(threads):
            for _ in train(net, MSE(), optimizer, x, y, epochs=5, rng=RNG(3)):
                pass
        thetas.append(net.theta)
    assert relative_error(*thetas) < 1e-12


def test_float32_all_the_way():
    net = mlp([3, 4, 2], relu, rng=RNG(0), dtype=np.float32)
    assert repr(net).endswith("parameters, float32")
    assert net.predict(np.ones((2, 3))).dtype == np.float32
    out = net.forward(np.ones((2, 3)))
    net.backward(np.ones((2, 2)))
    assert {a.dtype for a in (net.theta, net.grad, out)} == {np.dtype("f4")}
    for layer in net.layers[1:]:
        assert {a.dtype for a in (layer.z, layer.a, layer.delta)} == {np.dtype("f4")}


def test_mlp_is_the_layers_written_out():
    short = mlp([3, 4, 2], relu, rng=RNG(5))
    long = Network(Input(3), Dense(4, relu), Dense(2), rng=RNG(5))
    np.testing.assert_array_equal(short.theta, long.theta)
    assert short.sizes == [3, 4, 2]
    assert (
        repr(long)
        == "Network(Input(3), Dense(4, relu), Dense(2, identity))  # 26 parameters, float64"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network(Dense(3), rng=RNG(0)), "an Input and at least one more layer"),
        (lambda: Network(Input(3), rng=RNG(0)), "an Input and at least one more layer"),
        (lambda: mlp([3], relu, rng=RNG(0)), r"given \[3\]"),
        (lambda: mlp([3, 0], relu, rng=RNG(0)), "width of Dense must be .* but 0 was given"),
        (lambda: Input(2.5), "width of Input must be .* but 2.5 was given"),
        (lambda: Input(True), "width of Input must be .* but True was given"),
        (
            lambda: mlp([3, 2], relu, rng=RNG(0), dtype=int),
            "float32 or float64, but int64 was given",
        ),
        (
            lambda: Network(Input(3), *[Dense(3)] * 2, rng=RNG(0)),
            r"Dense\(3, identity\) has a place",
        ),
        (lambda: Network(Input(3), *[Skip(Dropout(0, rng=RNG(0)))] * 2, rng=RNG(0)), "has a place"),
        (lambda: Network(*mlp([3, 2], relu, rng=RNG(0)).layers, rng=RNG(0)), "make a new layer"),
    ],
)
def test_impossible_networks_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_activation_is_an_object():
    with pytest.raises(
        TypeError, match=r"^the activation must be .* such as relu, but 'relu' was given"
    ):
        Dense(3, "relu")


def test_a_layer_outside_a_network_says_so():
    with pytest.raises(AttributeError, match="put it into a Network first"):
        _ = Dense(3).W


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 4)), r"^the input x has shape \(2, 4\), expected \(m, 3\)"),
        (np.zeros(3), r"\(3,\), expected \(m, 3\).*x\[None, :\]"),
        (np.zeros((0, 3)), "no samples"),
    ],
)
def test_inputs_of_the_wrong_shape_are_named(x, message):
    net = mlp([3, 2], relu, rng=RNG(0))
    for use in (net.forward, net.predict):
        with pytest.raises(ValueError, match=message):
            use(x)


DRAWN = (data.moons, data.circles, data.spirals, data.sine)


@pytest.mark.parametrize("rng", [0, None, np.int64(3)])
def test_a_seed_is_not_a_generator(rng):
    net, x = mlp([3, 2], relu, rng=RNG(0)), np.zeros((4, 3))
    for use in (
        lambda: mlp([3, 2], relu, rng=rng),
        lambda: Dropout(0.5, rng=rng),
        lambda: train(net, MSE(), SGD(0.1), x, np.zeros((4, 2)), epochs=1, rng=rng),
        *(lambda draw=draw: draw(9, rng=rng) for draw in DRAWN),
        lambda: data.split(x, x, 0.5, rng=rng),
    ):
        with pytest.raises(TypeError, match=r"^rng must be np\.random\.default_rng\(seed\), but "):
            use()


def test_layers_can_be_used_again_after_a_seed_was_given_for_a_generator():
    layers = Input(3), Dense(2)
    with pytest.raises(TypeError, match=r"^rng must be"):
        Network(*layers, rng=0)
    assert Network(*layers, rng=RNG(0)).sizes == [3, 2]


@pytest.mark.parametrize("given", [Dense, relu, [Dense(2)]])
def test_what_is_no_layer_is_named(given):
    with pytest.raises(
        TypeError, match=r"^a layer must be an nnlib Layer such as Dense\(8, relu\), "
    ):
        Network(Input(3), given, Dense(2), rng=RNG(0))


def test_backward_without_forward_says_what_is_missing():
    net = mlp([3, 2], relu, rng=RNG(0))
    net.predict(np.zeros((4, 3)))
    with pytest.raises(RuntimeError, match=r"^`backward` needs what `forward` keeps; `predict`"):
        net.backward(np.zeros((4, 2)))


def test_other_wrong_uses_are_named():
    net = mlp([3, 2], relu, rng=RNG(0))
    with pytest.raises(ValueError, match=r"W of Dense.* has shape \(2, 3\), given \(3, 2\)"):
        net.layers[1].W = np.zeros((3, 2))
    net.forward(np.zeros((4, 3)))
    for shape in ((4, 3), (1, 2), (5, 2)):  # one row would be repeated for all four samples
        message = rf"^the gradient d_out has shape \({shape[0]}, {shape[1]}\), expected \(4, 2\)"
        with pytest.raises(ValueError, match=message):
            net.backward(np.zeros(shape))
    with pytest.raises(
        ValueError, match=r"^the input x .* 1 of 3 are not; the first is nan at index \(0, 1\)"
    ):
        net.predict([[0.0, np.nan, 0.0]])
