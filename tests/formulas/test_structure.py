"""Checks of the labelled equations of the chapter "Structure": sums written out, geometry, differences, PyTorch."""

import itertools
import math

import numpy as np
import pytest
import torch

from nnlib import (
    Dense,
    Input,
    Network,
    identity,
    leaky_relu,
    mlp,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from tests.formulas.labels import checks

Z = np.array([-4.1, -1.3, -0.2, 0.7, 2.4])


@pytest.fixture
def rng():
    return np.random.default_rng(23)


def slope(f, at, h=1e-5):
    """The central difference of a function of numbers, entry by entry."""
    return (f(at + h) - f(at - h)) / (2 * h)


def with_random_biases(net, rng):
    """Fill all parameters at random: biases start at zero, where a slip would not show."""
    net.theta[:] = rng.normal(size=net.theta.size)
    return net


# ---- one neuron


@checks("eq-neuron")
def test_a_neuron_is_a_weighted_sum_a_bias_and_an_activation(rng):
    net = with_random_biases(Network(Input(4), Dense(1, tanh), rng=rng), rng)
    w, b = net.theta[:4], net.theta[4]
    for x in rng.normal(size=(5, 4)):
        z = sum(w[k] * x[k] for k in range(4)) + b
        assert net.forward(x[None, :])[0, 0] == pytest.approx(math.tanh(z), rel=1e-13)
        assert net.layers[1].z[0, 0] == pytest.approx(z, rel=1e-13)


@checks("eq-hyperplane-distance")
def test_the_signed_distance_is_the_least_distance_to_the_points_of_the_hyperplane(rng):
    w, b = np.array([3.0, -4.0]), 2.5
    along = np.array([4.0, 3.0]) / 5
    on_line = np.array([0.0, 2.5 / 4]) + np.linspace(-20, 20, 400_001)[:, None] * along
    assert np.abs(on_line @ w + b).max() < 1e-12
    for x in rng.normal(size=(6, 2)):
        t = (w @ x + b) / np.linalg.norm(w)
        nearest = np.sqrt(((on_line - x) ** 2).sum(axis=1)).min()
        assert abs(t) == pytest.approx(nearest, abs=1e-7)
        # positive on the side to which w points: from the foot point, t times the unit normal leads to x
        foot = on_line[((on_line - x) ** 2).sum(axis=1).argmin()]
        np.testing.assert_allclose(foot + t * w / 5, x, atol=2e-4)


@checks("eq-xor-sum")
def test_the_two_diagonals_of_the_square_have_one_sum(rng):
    net = with_random_biases(Network(Input(2), Dense(50), rng=rng), rng)
    z = {corner: net.predict([list(corner)])[0] for corner in itertools.product((0, 1), repeat=2)}
    np.testing.assert_allclose(z[0, 0] + z[1, 1], z[0, 1] + z[1, 0], rtol=0, atol=1e-13)
    assert np.ptp(z[0, 0] - z[0, 1]) > 1, "units that are all alike would prove nothing"


# ---- activations


def derivative_is_right(activation, torchs, at=Z):
    """Compare f with PyTorch's and df with differences and with PyTorch's gradient."""
    z = torch.tensor(at, requires_grad=True)
    a = torchs(z)
    a.sum().backward()
    np.testing.assert_allclose(activation(at), a.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(activation.df(at, activation(at)), slope(activation, at), atol=1e-9)
    np.testing.assert_allclose(activation.df(at, activation(at)), z.grad.numpy(), atol=1e-12)


@checks("eq-sigmoid")
def test_the_sigmoid_and_its_slope_in_terms_of_its_output():
    derivative_is_right(sigmoid, torch.sigmoid)
    for z in Z:
        s = 1 / (1 + math.exp(-z))
        assert sigmoid(np.array(z)) == pytest.approx(s, rel=1e-13)
        assert slope(lambda z: 1 / (1 + np.exp(-z)), z) == pytest.approx(s * (1 - s), abs=1e-10)


@checks("eq-tanh")
def test_tanh_is_a_sigmoid_rescaled_and_its_slope_is_one_minus_its_square():
    derivative_is_right(tanh, torch.tanh)
    for z in Z:
        t = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))
        assert math.tanh(z) == pytest.approx(t, rel=1e-13)
        assert 2 / (1 + math.exp(-2 * z)) - 1 == pytest.approx(t, rel=1e-12)
        assert slope(math.tanh, z) == pytest.approx(1 - t**2, abs=1e-10)


@checks("eq-relu")
def test_relu_is_the_larger_of_z_and_0():
    derivative_is_right(relu, torch.relu)
    assert [relu(np.array(z)) for z in Z] == [z if z > 0 else 0 for z in Z]


@checks("eq-leaky-relu")
def test_the_leaky_relu_keeps_a_small_slope():
    derivative_is_right(leaky_relu, torch.nn.functional.leaky_relu)
    assert slope(leaky_relu, -2.0) == pytest.approx(0.01, abs=1e-9)


@checks("eq-softplus")
def test_softplus_has_the_sigmoid_as_its_slope():
    derivative_is_right(softplus, torch.nn.functional.softplus)
    for z in Z:
        assert softplus(np.array(z)) == pytest.approx(math.log(1 + math.exp(z)), rel=1e-12)
        found = slope(lambda z: np.log(1 + np.exp(z)), z)
        assert found == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-10)


@checks("eq-relu-subgradient")
def test_subgradients_of_relu_at_0_are_the_numbers_from_0_to_1():
    z = np.linspace(-3, 3, 601)
    for g in np.linspace(-0.5, 1.5, 201):
        below = bool((np.maximum(z, 0) >= g * z - 1e-12).all())
        assert below == (-1e-9 <= g <= 1 + 1e-9), g


# ---- layers and networks


@checks("eq-layer")
def test_each_unit_of_a_layer_is_a_neuron(rng):
    layer = with_random_biases(Network(Input(3), Dense(5, sigmoid), rng=rng), rng).layers[1]
    a_in = rng.normal(size=3)
    layer.forward(a_in[None, :])
    for j in range(5):
        z = sum(layer.W[j, k] * a_in[k] for k in range(3)) + layer.b[j]
        assert layer.z[0, j] == pytest.approx(z, rel=1e-13)
        assert layer.a[0, j] == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-13)


@checks("eq-composition")
def test_a_network_is_its_layers_one_after_the_other(rng):
    net = with_random_biases(
        Network(Input(3), Dense(4, tanh), Dense(2, relu), Dense(3), rng=rng), rng
    )
    x = rng.normal(size=3)
    W, b = zip(*((layer.W, layer.b) for layer in net.layers[1:]), strict=True)
    inner = np.tanh(W[0] @ x + b[0])
    y = W[2] @ np.maximum(W[1] @ inner + b[1], 0) + b[2]
    np.testing.assert_allclose(net.predict(x[None, :])[0], y, rtol=1e-12)


@checks("eq-layer-batch")
def test_the_rows_of_a_batch_are_transposed_columns(rng):
    W, b, A = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=(6, 3))
    Z_rows = A @ W.T + np.ones((6, 1)) @ b[None, :]
    for i in range(6):
        for j in range(4):
            z = sum(W[j, k] * A[i, k] for k in range(3)) + b[j]
            assert Z_rows[i, j] == pytest.approx(z, rel=1e-12)
    net = Network(Input(3), Dense(4), rng=rng)
    net.layers[1].W, net.layers[1].b = W, b
    np.testing.assert_allclose(net.forward(A), Z_rows, rtol=1e-12)


@checks("eq-parameter-count")
@pytest.mark.parametrize("sizes", [[2, 3, 1], [64, 256, 10], [5, 1, 7, 2]])
def test_the_count_of_parameters_is_that_of_pytorch(sizes, rng):
    P = sum(n * (before + 1) for before, n in itertools.pairwise(sizes))
    layers = [torch.nn.Linear(before, n) for before, n in itertools.pairwise(sizes)]
    assert sum(p.numel() for layer in layers for p in layer.parameters()) == P
    assert mlp(sizes, relu, rng=rng).theta.size == P


@checks("eq-xor-network")
def test_two_relus_compute_xor():
    for x_1, x_2 in itertools.product((0, 1), repeat=2):
        assert max(x_1 + x_2, 0) - 2 * max(x_1 + x_2 - 1, 0) == x_1 ^ x_2


@checks("eq-affine-collapse")
def test_affine_after_affine_is_affine(rng):
    net = with_random_biases(mlp([3, 5, 2], identity, rng=rng), rng)
    first, second = net.layers[1:]
    W, b = second.W @ first.W, second.W @ first.b + second.b
    for x in rng.normal(size=(4, 3)):
        np.testing.assert_allclose(net.predict(x[None, :])[0], W @ x + b, rtol=1e-12)
    # b is what is put out at 0, and the columns of W are the differences from there
    origin = net.predict(np.zeros((1, 3)))[0]
    np.testing.assert_allclose(origin, b, rtol=1e-12)
    np.testing.assert_allclose(net.predict(np.eye(3)) - origin, W.T, atol=1e-12)


# ---- approximation


@checks("eq-bumps")
def test_bumps_are_a_network_with_one_unit_for_each_edge(rng):
    n, k, h = 5, 300.0, rng.normal(size=5)
    s = np.sort(rng.uniform(0, 1, n + 1))
    net = Network(Input(1), Dense(n + 1, sigmoid), Dense(1), rng=rng)
    net.layers[1].W, net.layers[1].b = np.full((n + 1, 1), k), -k * s
    net.layers[2].W = [np.diff(h, prepend=0, append=0)]

    def step(x, at):
        return 1 / (1 + math.exp(-k * (x - at)))

    for x in rng.uniform(0, 1, 20):
        N = sum(h[j] * (step(x, s[j]) - step(x, s[j + 1])) for j in range(n))
        assert net.predict([[x]])[0, 0] == pytest.approx(N, abs=1e-12)
    steep = [sum(h[j] * (s[j] < x < s[j + 1]) for j in range(n)) for x in (s[1:] + s[:-1]) / 2]
    np.testing.assert_allclose(steep, h)  # what it tends to: height j between edges j-1 and j


@checks("eq-relu-interpolation")
def test_relus_join_the_dots(rng):
    s = np.array([-1.0, -0.4, 0.3, 0.5, 2.0])
    g = rng.normal(size=5)
    m = [0.0, *((g[j + 1] - g[j]) / (s[j + 1] - s[j]) for j in range(4))]
    for x in np.linspace(-1, 2, 61):
        N = g[0] + sum((m[j + 1] - m[j]) * max(x - s[j], 0) for j in range(4))
        assert pytest.approx(np.interp(x, s, g), abs=1e-12) == N


@checks("eq-interpolation-error")
@pytest.mark.parametrize(
    ("g", "curvature"), [(np.sin, 1.0), (np.exp, math.e), (lambda x: x**2, 2.0)]
)
def test_the_error_of_joining_dots_is_at_most_h_squared_over_8(g, curvature):
    low, high = (0, math.pi) if g is np.sin else (0, 1)
    x = np.linspace(low, high, 20_001)
    for n in (2, 5, 20):
        s = np.linspace(low, high, n + 1)
        error = np.abs(np.interp(x, s, g(s)) - g(x)).max()
        bound = (s[1] - s[0]) ** 2 / 8 * curvature
        assert error <= bound * (1 + 1e-9)
        assert error > 0.5 * bound, "a bound far away would prove nothing"
    if curvature == 2.0:
        assert error == pytest.approx(bound, rel=1e-3)  # met by a parabola


@checks("eq-universal")
def test_one_hidden_layer_comes_close_unless_its_activation_is_a_polynomial(rng):
    x = np.stack(np.meshgrid(*2 * [np.linspace(-1, 1, 31)]), axis=-1).reshape(-1, 2)
    g = np.abs(x[:, 0] - 0.3) * np.cos(2 * x[:, 1])

    def best_error(f, n):
        draw = np.random.default_rng(0)
        hidden = f(x @ draw.normal(0, 2, (2, n)) + draw.uniform(-2, 2, n))
        v, *_ = np.linalg.lstsq(hidden, g, rcond=None)
        return np.abs(hidden @ v - g).max()

    for f in (np.tanh, lambda z: np.maximum(z, 0)):
        errors = [best_error(f, n) for n in (10, 50, 250)]
        assert errors[0] > errors[1] > errors[2]
        assert errors[2] < 0.05
    assert best_error(np.square, 250) == pytest.approx(best_error(np.square, 50), rel=1e-6)
    assert best_error(np.square, 250) > 0.15


# ---- pieces


@checks("eq-relu-piece")
def test_on_one_pattern_a_relu_network_is_one_affine_map(rng):
    net = with_random_biases(mlp([3, 6, 2], relu, rng=rng), rng)
    (W_1, b_1), (W_2, b_2) = ((layer.W, layer.b) for layer in net.layers[1:])
    for x in rng.normal(size=(5, 3)):
        D = np.diag((W_1 @ x + b_1 > 0).astype(float))
        slope_there, shift = W_2 @ D @ W_1, W_2 @ D @ b_1 + b_2
        np.testing.assert_allclose(net.predict(x[None, :])[0], slope_there @ x + shift, rtol=1e-11)
        steps = 1e-7 * np.eye(3)  # the slope by differences: nearby, the pattern is the same
        differences = (net.predict(x + steps) - net.predict(x - steps)).T / 2e-7
        np.testing.assert_allclose(differences, slope_there, atol=1e-6)


@checks("eq-regions")
@pytest.mark.parametrize(("n", "d"), [(1, 1), (4, 1), (3, 2), (6, 2), (4, 3), (5, 3)])
def test_hyperplanes_in_general_position_make_so_many_regions(n, d, rng):
    W, b = rng.normal(size=(n, d)), 0.2 * rng.normal(size=n)
    # far more points than regions, at many scales, so that bounded and unbounded ones are met
    points = rng.normal(size=(400_000, d)) * np.exp(rng.uniform(-5, 4, size=(400_000, 1)))
    if n >= d:  # around the corners, too
        corners = [
            np.linalg.solve(W[list(some)], -b[list(some)])
            for some in itertools.combinations(range(n), d)
        ]
        near = [c + 10.0**-e * rng.normal(size=(400, d)) for c in corners for e in range(7)]
        points = np.concatenate([points, *near])
    patterns = {row.tobytes() for row in points @ W.T + b > 0}
    assert len(patterns) == sum(math.comb(n, i) for i in range(d + 1))


@checks("eq-tent")
@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_every_fold_of_the_tent_doubles_its_pieces(depth):
    grid = np.arange(64 * 2**depth + 1) / (64 * 2**depth)
    y = grid
    for _ in range(depth):
        y = 2 * np.maximum(y, 0) - 4 * np.maximum(y - 0.5, 0)
    bends = np.abs(np.diff(y, n=2)) > 1e-9
    assert bends.sum() + 1 == 2**depth
    np.testing.assert_allclose(y[:: 64 * 2], 0, atol=1e-12)  # every other joint is a valley,
    np.testing.assert_allclose(y[64 :: 64 * 2], 1, atol=1e-12)  # and between two is a peak


# ---- symmetries


@checks("eq-permutation")
@pytest.mark.parametrize("f", [tanh, relu, softplus])
def test_hidden_units_may_be_exchanged(f, rng):
    W_1, b_1, W_2, b_2 = (rng.normal(size=shape) for shape in ((4, 3), 4, (2, 4), 2))
    x = rng.normal(size=3)
    y = W_2 @ f(W_1 @ x + b_1) + b_2
    for order in itertools.permutations(range(4)):
        Q = np.eye(4)[list(order)]
        exchanged = W_2 @ Q.T @ f(Q @ W_1 @ x + Q @ b_1) + b_2
        np.testing.assert_allclose(exchanged, y, rtol=1e-12)


@checks("eq-rescale")
@pytest.mark.parametrize("c", [0.01, 0.5, 3.0, 200.0])
def test_a_positive_factor_may_move_through_a_relu(c, rng):
    for _ in range(20):
        w, x, b, out = rng.normal(size=3), rng.normal(size=3), rng.normal(), rng.normal()
        z = sum(w[k] * x[k] for k in range(3))
        moved = out / c * max(c * z + c * b, 0)
        assert moved == pytest.approx(out * max(z + b, 0), rel=1e-12)
