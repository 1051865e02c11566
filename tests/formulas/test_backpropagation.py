"""Checks of the labelled equations of the chapter "Backpropagation".

The judges are sums written out, differences of the loss and PyTorch; where nnlib computes an equation, it is held to
it as well.
"""

import itertools
import math

import numpy as np
import pytest
import torch

from nnlib import (
    MSE,
    Dense,
    Input,
    Network,
    SoftmaxCrossEntropy,
    check_gradient,
    init,
    mlp,
    relative_error,
    relu,
    sigmoid,
    tanh,
)
from tests.formulas.labels import checks

H = 6e-6  # a step that suits central differences in float64


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def slope(f, x):
    """The derivative of a function of one number, by its definition."""
    return (f(x + H) - f(x - H)) / (2 * H)


def differences(f, v):
    """The derivative of ``f`` by each entry of ``v``: the gradient, or one row of the Jacobian each."""
    v = np.asarray(v, float)
    rows = []
    for i in np.ndindex(v.shape):
        step = np.zeros_like(v)
        step[i] = H
        rows.append((f(v + step) - f(v - step)) / (2 * H))
    return np.reshape(rows, v.shape + np.shape(rows[0]))


class Sample:
    """A network 3-4-5-2 of tanh, tanh and sigmoid, one sample, and its squared error."""

    f = (None, np.tanh, np.tanh, lambda z: 1 / (1 + np.exp(-z)))

    def __init__(self, rng):
        sizes = (3, 4, 5, 2)
        self.W = [None] + [rng.normal(size=s) for s in zip(sizes[1:], sizes, strict=False)]
        self.b = [None] + [rng.normal(size=n) for n in sizes[1:]]
        self.x, self.target = rng.normal(size=3), rng.uniform(size=2)
        self.z, self.a = [None], [self.x]
        for l in (1, 2, 3):
            self.z.append(self.W[l] @ self.a[-1] + self.b[l])
            self.a.append(self.f[l](self.z[-1]))
        self.delta = [None] + [
            differences(lambda z, l=l: self.after(l, z), self.z[l]) for l in (1, 2, 3)
        ]

    def after(self, l, z):
        """The loss, if layer ``l`` has the pre-activation ``z``."""
        a = self.f[l](z)
        for k in range(l + 1, 4):
            a = self.f[k](self.W[k] @ a + self.b[k])
        return np.sum((a - self.target) ** 2)

    def slope(self, l):
        return np.array([slope(self.f[l], z) for z in self.z[l]])

    def nnlib(self):
        """The same network in nnlib, after a pass forward and backward."""
        layers = Dense(4, tanh), Dense(5, tanh), Dense(2, sigmoid)
        net = Network(Input(3), *layers, rng=np.random.default_rng(0))
        for l in (1, 2, 3):
            net.layers[l].W, net.layers[l].b = self.W[l], self.b[l]
        out = net.forward(self.x[None, :])
        net.backward(MSE().grad(out, self.target[None, :]))
        return net


@pytest.fixture
def sample(rng):
    return Sample(rng)


class Batch:
    """A network 3-4-3-5 of tanh, a batch of 7 with class numbers, in nnlib and in PyTorch."""

    m = 7

    def __init__(self, rng):
        self.net = mlp([3, 4, 3, 5], tanh, rng=rng)
        self.net.theta[:] = rng.normal(size=self.net.theta.size)
        self.x, self.y = rng.normal(size=(self.m, 3)), rng.integers(0, 5, self.m)
        self.loss = SoftmaxCrossEntropy()
        self.net.backward(self.loss.grad(self.net.forward(self.x), self.y))
        self.layers = self.net.layers[1:]
        self.torchs()

    def torchs(self):
        """Run the same in PyTorch, keeping the gradient of each z, a, W and b."""
        self.W = [torch.tensor(layer.W, requires_grad=True) for layer in self.layers]
        self.b = [torch.tensor(layer.b, requires_grad=True) for layer in self.layers]
        self.z, self.a = [], [torch.tensor(self.x)]
        for l, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            self.z.append(self.a[-1] @ W.T + b)
            self.a.append(torch.tanh(self.z[-1]) if l < 2 else self.z[-1])
            self.z[-1].retain_grad()
        torch.nn.functional.cross_entropy(self.a[-1], torch.tensor(self.y)).backward()


@pytest.fixture
def batch(rng):
    return Batch(rng)


def close(a, b, tolerance=1e-12):
    assert np.shape(a) == np.shape(b)
    assert relative_error(a, b) < tolerance
    assert np.linalg.norm(b) > 1e-6, "two zeros agree whatever the formula"


# One sample


@checks("eq-error-signal")
def test_an_error_signal_is_what_a_nudge_of_z_does_to_the_loss(sample):
    net = sample.nnlib()
    for l in (1, 2, 3):
        # A bias moves its z and nothing else.
        by_bias = differences(
            lambda b, l=l: sample.after(l, sample.z[l] - sample.b[l] + b), sample.b[l]
        )
        close(sample.delta[l], by_bias, 1e-8)
        close(net.layers[l].delta[0], sample.delta[l], 1e-8)


@checks("eq-bp1")
def test_bp1_starts_at_the_output(sample):
    loss_by_a = differences(lambda a: np.sum((a - sample.target) ** 2), sample.a[3])
    close(loss_by_a * sample.slope(3), sample.delta[3], 1e-8)
    close(sample.nnlib().layers[3].delta[0], loss_by_a * sample.slope(3), 1e-8)


@checks("eq-bp2", "eq-bp2-index")
def test_bp2_goes_back_a_layer(sample):
    net = sample.nnlib()
    for l in (1, 2):
        W, later = sample.W[l + 1], sample.delta[l + 1]
        matrix = (W.T @ later) * sample.slope(l)
        index = [
            sum(W[i, j] * later[i] for i in range(W.shape[0])) * sample.slope(l)[j]
            for j in range(W.shape[1])
        ]
        close(matrix, sample.delta[l], 1e-8)
        close(index, matrix)
        close(net.layers[l].delta[0], matrix, 1e-8)


@checks("eq-bp3", "eq-bp3-index")
def test_bp3_is_the_error_where_a_weight_ends_times_the_activation_where_it_starts(sample):
    net = sample.nnlib()
    for l in (1, 2, 3):
        by_nudging = differences(
            lambda W, l=l: sample.after(l, W @ sample.a[l - 1] + sample.b[l]), sample.W[l]
        )
        column, row = sample.delta[l][:, None], sample.a[l - 1][None, :]
        close(column @ row, by_nudging, 1e-8)
        n_out, n_in = sample.W[l].shape
        index = [
            [sample.delta[l][j] * sample.a[l - 1][k] for k in range(n_in)] for j in range(n_out)
        ]
        close(index, column @ row)
        close(net.layers[l].grads["W"], by_nudging, 1e-8)


@checks("eq-bp4")
def test_bp4_is_the_error_where_a_bias_ends(sample):
    net = sample.nnlib()
    for l in (1, 2, 3):
        z = sample.z[l] - sample.b[l]
        by_nudging = differences(lambda b, l=l, z=z: sample.after(l, z + b), sample.b[l])
        close(sample.delta[l], by_nudging, 1e-8)
        close(net.layers[l].grads["b"], by_nudging, 1e-8)


# A batch


@checks("eq-mean-gradient")
def test_the_gradient_of_the_mean_is_the_mean_of_the_gradients(batch):
    whole, mean = batch.net.grad.copy(), 0.0
    for i in range(batch.m):
        x, y = batch.x[i : i + 1], batch.y[i : i + 1]
        batch.net.backward(batch.loss.grad(batch.net.forward(x), y))
        mean = mean + batch.net.grad / batch.m
    close(whole, mean)
    by_torch = [p.grad.numpy().ravel() for pair in zip(batch.W, batch.b, strict=True) for p in pair]
    close(whole, np.concatenate(by_torch))


@checks("eq-bp1-batch")
def test_bp1_for_a_batch_holds_the_one_over_m(rng):
    x, y = rng.normal(size=(6, 3)), rng.uniform(size=(6, 2))
    net = Network(Input(3), Dense(2, sigmoid), rng=rng)
    net.backward(MSE().grad(net.forward(x), y))
    z = torch.tensor(net.layers[1].z, requires_grad=True)
    a = torch.sigmoid(z)
    a.retain_grad()
    (
        ((a - torch.tensor(y)) ** 2).sum() / 6
    ).backward()  # nnlib's MSE: sum over outputs, mean over samples
    formula = a.grad.numpy() * (net.layers[1].a * (1 - net.layers[1].a))
    close(formula, z.grad.numpy())
    close(net.layers[1].delta, z.grad.numpy())


@checks("eq-bp2-batch")
def test_bp2_for_a_batch(batch):
    for l in (0, 1):
        later = batch.z[l + 1].grad.numpy()
        formula = (later @ batch.layers[l + 1].W) * (1 - np.tanh(batch.layers[l].z) ** 2)
        close(formula, batch.z[l].grad.numpy())
        close(batch.layers[l].delta, batch.z[l].grad.numpy())


@checks("eq-bp3-batch", "eq-bp4-batch")
def test_bp3_and_bp4_for_a_batch(batch):
    for l, layer in enumerate(batch.layers):
        delta, a_in = batch.z[l].grad.numpy(), batch.a[l].detach().numpy()
        close(delta.T @ a_in, batch.W[l].grad.numpy())
        close(delta.T @ np.ones(batch.m), batch.b[l].grad.numpy())
        close(layer.grads["W"], batch.W[l].grad.numpy())
        close(layer.grads["b"], batch.b[l].grad.numpy())


# Softmax and cross-entropy


def probabilities(z):
    return np.array([math.exp(v) for v in z]) / sum(math.exp(v) for v in z)


@checks("eq-softmax-jacobian")
def test_every_probability_depends_on_every_logit(rng):
    z = rng.normal(size=4)
    p, by_nudging = probabilities(z), differences(probabilities, z)  # row j: derivatives by z_j
    formula = [[p[k] * ((j == k) - p[j]) for k in range(4)] for j in range(4)]
    close(formula, by_nudging, 1e-8)


@checks("eq-softmax-delta")
def test_softmax_and_cross_entropy_leave_p_minus_target_over_m(rng):
    z, target = rng.normal(size=(5, 4)), rng.dirichlet(np.ones(4), size=5)

    def mean_loss(z):
        terms = [-np.sum(t * np.log(probabilities(row))) for row, t in zip(z, target, strict=True)]
        return sum(terms) / 5

    by_nudging = differences(mean_loss, z)
    formula = (np.array([probabilities(row) for row in z]) - target) / 5
    close(formula, by_nudging, 1e-8)
    close(SoftmaxCrossEntropy().grad(z, target), formula)


# The sum over all later layers


def chain(rng, layers=5, n=3):
    W = [rng.normal(size=(n, n)) for _ in range(layers)]
    a = [torch.tensor(rng.normal(size=n), requires_grad=True)]
    for w in W:
        a.append(torch.tanh(torch.tensor(w) @ a[-1]))
    return W, a


@checks("eq-each-later", "eq-all-later")
def test_in_a_chain_each_term_of_the_sum_over_later_layers_is_the_whole_gradient(rng):
    W, a = chain(rng)
    value = (a[-1] ** 2).sum()
    g = [grad.numpy() for grad in torch.autograd.grad(value, a, retain_graph=True)]
    L = len(W)
    for l in range(1, L):
        terms = []
        for k in range(l + 1, L + 1):
            total = np.array(  # the total derivative of a_k by a_l: all paths
                [torch.autograd.grad(v, a[l], retain_graph=True)[0].numpy() for v in a[k]]
            )
            terms.append(g[k] @ total)
            close(terms[-1], g[l])
        close(sum(terms), (L - l) * g[l])


@checks("eq-successors")
def test_the_sum_over_direct_successors_is_right_with_a_skip_connection(rng):
    W_2, W_3, S = (rng.normal(size=(3, 3)) for _ in range(3))
    c, a_1 = rng.normal(size=3), rng.normal(size=3)

    def second(a_1):
        return np.tanh(W_2 @ a_1)

    def third(a_2, a_1):
        return np.tanh(W_3 @ a_2 + S @ a_1)

    a_2 = second(a_1)
    # Direct derivatives: one argument moves, the other stays. Row j: derivatives by entry j.
    g_2 = differences(lambda a_2: third(a_2, a_1), a_2) @ c
    terms = differences(second, a_1) @ g_2, differences(lambda a_1: third(a_2, a_1), a_1) @ c
    whole = differences(lambda a_1: c @ third(second(a_1), a_1), a_1)
    close(terms[0] + terms[1], whole, 1e-8)
    assert relative_error(terms[0] + whole, whole) > 0.1, "the sum over all later layers is not"


# Cost


class Multiplications:
    """Matrix products written out, which count what they do."""

    def __init__(self):
        self.count = 0

    def product(self, A, B):
        out = np.zeros((A.shape[0], B.shape[1]))
        for i, j, k in itertools.product(*map(range, (A.shape[0], B.shape[1], A.shape[1]))):
            out[i, j] += A[i, k] * B[k, j]
            self.count += 1
        return out


@pytest.mark.parametrize("sizes", [(3, 4, 5, 2), (4, 3), (2, 2, 1), (3, 3, 3, 3, 3)])
@checks("eq-cost-forward", "eq-cost-backward", "eq-cost-differences")
def test_costs_counted_one_multiplication_at_a_time(sizes, rng):
    m, L = 3, len(sizes) - 1
    net, counter = mlp(sizes, tanh, rng=rng), Multiplications()
    a = [rng.normal(size=(m, sizes[0]))]
    for layer in net.layers[1:]:
        a.append(layer.f(counter.product(a[-1], layer.W.T) + layer.b))
    ahead = counter.count
    assert ahead == m * sum(sizes[l] * sizes[l - 1] for l in range(1, L + 1))
    np.testing.assert_allclose(a[-1], net.forward(a[0]), rtol=1e-12)

    d_a = rng.normal(size=(m, sizes[-1]))
    net.backward(d_a)
    for l in range(L, 0, -1):
        layer = net.layers[l]
        delta = d_a * layer.f.df(layer.z, layer.a)
        np.testing.assert_allclose(counter.product(delta.T, a[l - 1]), layer.grads["W"], rtol=1e-10)
        if l > 1:
            d_a = counter.product(delta, layer.W)
    back = counter.count - ahead
    whole = sum(sizes[l] * sizes[l - 1] for l in range(1, L + 1))
    assert back == m * (2 * whole - sizes[1] * sizes[0])
    assert back <= 2 * ahead

    parameters = sum(sizes[l] * sizes[l - 1] + sizes[l] for l in range(1, L + 1))
    assert parameters == net.theta.size
    counter.count = 0

    def forward():
        out = a[0]
        for layer in net.layers[1:]:
            out = layer.f(counter.product(out, layer.W.T) + layer.b)
        return np.sum(out)

    start, gradient = forward(), np.empty(parameters)
    for i in range(parameters):
        net.theta[i] += 1e-6
        gradient[i] = (forward() - start) / 1e-6
        net.theta[i] -= 1e-6
    assert counter.count == (parameters + 1) * ahead
    net.forward(a[0])
    net.backward(np.ones((m, sizes[-1])))
    close(gradient, net.grad, 1e-4)


# Checking a gradient


@checks("eq-check-central")
def test_a_central_difference_is_exact_for_quadratics_and_of_second_order(rng):
    A, v = rng.normal(size=(4, 4)), rng.normal(size=4)
    close(differences(lambda v: v @ A @ v, v), (A + A.T) @ v, 1e-8)

    def error(h):
        return abs((math.exp(1 + h) - math.exp(1 - h)) / (2 * h) - math.e)

    assert error(1e-2) / error(1e-3) == pytest.approx(100, rel=1e-3)
    # nnlib's check agrees with a right gradient.
    net = mlp([3, 4, 2], tanh, rng=rng)
    assert check_gradient(net, MSE(), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))).ok


@checks("eq-check-step")
def test_the_best_step_balances_truncation_and_rounding():
    eps = np.finfo(float).eps
    f, third, x = math.exp, math.exp(1), 1.0

    def bound(h):
        return h**2 * third / 6 + eps * f(x) / h

    best = (3 * eps * f(x) / third) ** (1 / 3)
    grid = np.logspace(-8, -3, 5001)
    assert best == pytest.approx(grid[np.argmin([bound(h) for h in grid])], rel=3e-3)
    assert eps ** (1 / 3) == pytest.approx(6e-6, rel=0.02)
    assert 0.5 < best / eps ** (1 / 3) < 2

    def worst(h):  # over nearby points, since rounding is erratic
        points = x + 1e-3 * np.arange(50)
        return max(abs((f(p + h) - f(p - h)) / (2 * h) - f(p)) for p in points)

    assert worst(best) < worst(best * 30)
    assert worst(best) < worst(best / 30)


@checks("eq-relative-error")
def test_relative_errors_of_typical_mistakes(rng):
    g = rng.normal(size=9)
    other = g + rng.normal(size=9)
    formula = math.sqrt(sum((g - other) ** 2)) / max(math.sqrt(sum(g**2)), math.sqrt(sum(other**2)))
    assert relative_error(g, other) == pytest.approx(formula, rel=1e-13)
    assert relative_error(-g, g) == pytest.approx(2)
    assert relative_error(8 * g, g) == pytest.approx(1 - 1 / 8)


# Vanishing and exploding


@checks("eq-jacobian-product")
def test_error_signals_are_a_product_of_jacobians(sample):
    J = {k: sample.W[k] @ np.diag(sample.slope(k - 1)) for k in (2, 3)}
    # Row i of `differences` holds the derivatives by entry i: a transposed Jacobian.
    by_nudging = differences(lambda z: sample.W[2] @ np.tanh(z) + sample.b[2], sample.z[1]).T
    close(J[2], by_nudging, 1e-8)
    close(J[2].T @ J[3].T @ sample.delta[3], sample.delta[1], 1e-8)


@checks("eq-jacobian-bound")
@pytest.mark.parametrize("f", [sigmoid, tanh, relu])
def test_error_signals_are_bounded_by_singular_values_and_slopes(f, rng):
    for gain in (0.3, 1, 3):
        net = Network(Input(6), *[Dense(6, f) for _ in range(5)], rng=rng)
        for layer in net.layers[1:]:
            layer.W = rng.normal(0, gain, (6, 6))
        net.forward(rng.normal(size=(1, 6)))
        net.backward(rng.normal(size=(1, 6)))
        layers, bound = net.layers, np.linalg.norm(net.layers[-1].delta)
        for l in range(4, 0, -1):
            slopes = np.abs(f.df(layers[l].z, layers[l].a))
            bound *= np.linalg.svd(layers[l + 1].W, compute_uv=False)[0] * slopes.max()
            assert np.linalg.norm(layers[l].delta) <= bound * (1 + 1e-12)
    # The bound is reached: one unit a layer.
    net = Network(Input(1), Dense(1, f), Dense(1, f), rng=rng)
    net.theta[:] = [1.3, 0.2, -0.7, 0.4]
    net.forward([[0.5]])
    net.backward(np.array([[1.0]]))
    first, last = net.layers[1:]
    assert abs(first.delta) == pytest.approx(abs(last.delta) * 0.7 * f.df(first.z, first.a))


def mean_over_weights(f, n_in, n_out, variance, rng, draws=4000):
    """The mean squares of z and of W^T delta over random weights, for one fixed input and one fixed delta."""
    a, delta = f(rng.normal(size=n_in)), rng.normal(size=n_out)
    W = rng.normal(0, math.sqrt(variance), (draws, n_out, n_in))
    return a, delta, np.mean((W @ a) ** 2), np.mean((delta @ W) ** 2)


@checks("eq-variance-forward")
@pytest.mark.parametrize("f", [tanh, relu])
def test_the_mean_square_of_z(f, rng):
    a, _, z_square, _ = mean_over_weights(f, 30, 20, 0.07, rng)
    assert z_square == pytest.approx(30 * 0.07 * np.mean(a**2), rel=0.02)


@checks("eq-variance-backward")
def test_the_mean_square_of_delta(rng):
    _, delta, _, back = mean_over_weights(tanh, 30, 20, 0.07, rng)
    assert back == pytest.approx(20 * 0.07 * np.mean(delta**2), rel=0.02)
    slopes = (
        1 - np.tanh(rng.normal(size=30)) ** 2
    )  # independent of the weights, as the text assumes
    W = rng.normal(0, math.sqrt(0.07), (4000, 20, 30))
    with_slopes = np.mean(((delta @ W) * slopes) ** 2)
    expected = 20 * 0.07 * np.mean(slopes**2) * np.mean(delta**2)
    assert with_slopes == pytest.approx(expected, rel=0.03)


@checks("eq-glorot")
def test_glorot_averages_the_two_demands(rng):
    n_in, n_out = 300, 150
    W = init.glorot(n_out, n_in, rng=rng)
    assert W.shape == (n_out, n_in)
    assert W.var() == pytest.approx(2 / (n_in + n_out), rel=0.03)
    # One over the variance lies midway between what the forward and the backward pass ask for.
    assert 1 / W.var() == pytest.approx((n_in + n_out) / 2, rel=0.03)
    seeded = torch.Generator().manual_seed(0)
    torchs = torch.nn.init.xavier_normal_(torch.empty(n_out, n_in), generator=seeded)
    assert W.var() == pytest.approx(torchs.var().item(), rel=0.05)


@checks("eq-he")
def test_he_keeps_the_mean_square_through_a_relu(rng):
    n_in, n_out = 300, 150
    W = init.he(n_out, n_in, rng=rng)
    assert W.var() == pytest.approx(2 / n_in, rel=0.03)
    z = rng.normal(size=200_000)
    assert np.mean(relu(z) ** 2) == pytest.approx(0.5, rel=0.02)
    assert np.mean((z > 0) ** 2) == pytest.approx(0.5, rel=0.02)
    z_in = rng.normal(size=(400, n_in))
    squares = [np.mean((relu(z_in) @ init.he(n_out, n_in, rng=rng).T) ** 2) for _ in range(20)]
    assert np.mean(squares) == pytest.approx(np.mean(z_in**2), rel=0.03)
    # Backward a layer multiplies by the ratio of its widths, as the text says.
    delta = rng.normal(size=(400, n_out))
    back = [np.mean(((delta @ init.he(n_out, n_in, rng=rng)) * (z_in > 0)) ** 2) for _ in range(20)]
    assert np.mean(back) == pytest.approx(n_out / n_in * np.mean(delta**2), rel=0.03)


@checks("eq-skip")
def test_a_skip_connection_adds_the_identity(rng):
    W, c, a = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)
    g = differences(lambda a: np.sin(c @ a), a + np.tanh(W @ a))  # the loss by the layer's output
    J = differences(lambda a: np.tanh(W @ a), a).T
    whole = differences(lambda a: np.sin(c @ (a + np.tanh(W @ a))), a)
    close((np.eye(4) + J).T @ g, whole, 1e-8)
    close(g + J.T @ g, whole, 1e-8)
