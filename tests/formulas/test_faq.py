"""Checks of the labelled equations of the chapter "Questions and answers".

Each is judged by another route than the chapter's: exact fractions, enumeration, simulation, differences, PyTorch.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from nnlib import MSE, Dense, Input, Network, autodiff, data, identity, init, mlp, relu, tanh
from tests.formulas.labels import checks


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def slope_of(f, theta, h=1e-6):
    """The gradient of a number by central differences, for an array of any shape."""
    result = np.zeros_like(theta)
    for i in np.ndindex(*theta.shape):
        step = np.zeros_like(theta)
        step[i] = h
        result[i] = (f(theta + step) - f(theta - step)) / (2 * h)
    return result


@checks("eq-faq-collapse")
def test_affine_after_affine_is_affine(rng):
    net = mlp([3, 5, 2], identity, rng=rng)
    net.theta[:] = rng.normal(size=net.theta.size)
    one, two = net.layers[1:]
    weight, bias = two.W @ one.W, two.W @ one.b + two.b
    assert weight.shape == (2, 3)
    assert bias.shape == (2,)
    for x in rng.normal(size=(4, 3)):
        np.testing.assert_allclose(net.predict(x[None])[0], weight @ x + bias, rtol=1e-12)
    # and with tanh in between there is no such pair: the function is not affine
    bent = mlp([3, 5, 2], tanh, rng=rng)
    a, b = rng.normal(size=(2, 1, 3))
    middle = bent.predict((a + b) / 2)
    assert np.abs(middle - (bent.predict(a) + bent.predict(b)) / 2).max() > 1e-3


def tent(x):
    """In exact arithmetic, as printed."""
    return 2 * max(x, Fraction(0)) - 4 * max(x - Fraction(1, 2), Fraction(0))


def pieces(values):
    """How many straight pieces equally spaced exact values show."""
    slopes = [b - a for a, b in itertools.pairwise(values)]
    return 1 + sum(a != b for a, b in itertools.pairwise(slopes))


@checks("eq-faq-pieces")
def test_n_relu_units_make_at_most_n_plus_1_pieces_and_can_make_as_many():
    rng, grid = np.random.default_rng(0), [Fraction(i, 60) for i in range(-600, 601)]
    counts = []
    for _ in range(20):
        w, v = rng.choice([-2, -1, 1, 3], size=(2, 4)).tolist()
        b = [
            Fraction(int(k), 4) * abs(factor)
            for k, factor in zip(rng.integers(-9, 9, 4), w, strict=True)
        ]
        counts.append(
            pieces([sum(v[j] * max(w[j] * x + b[j], Fraction(0)) for j in range(4)) for x in grid])
        )
    assert max(counts) == 5
    assert min(counts) >= 1


@checks("eq-faq-fold")
@pytest.mark.parametrize("k", range(1, 7))
def test_k_tents_one_in_another_have_2_to_the_k_pieces(k):
    values = []
    for i in range(2**8 + 1):
        x = Fraction(i, 2**8)
        for _ in range(k):
            x = tent(x)
        values.append(x)
    assert pieces(values) == 2**k
    assert set(values) <= {Fraction(i, 2**8) for i in range(2**8 + 1)}
    # 2k units in k layers compute the same
    net = mlp([1] + [2] * k + [1], relu, rng=np.random.default_rng(0))
    net.theta[:] = [1, 1, 0, -0.5] + [2, -4, 2, -4, 0, -0.5] * (k - 1) + [2, -4, 0]
    x = np.arange(2**8 + 1)[:, None] / 2**8
    np.testing.assert_array_equal(net.predict(x)[:, 0], [float(value) for value in values])
    assert sum(layer.n_out for layer in net.layers[1:-1]) == 2 * k


@checks("eq-faq-subgradient")
def test_a_line_through_the_corner_stays_below_relu_exactly_for_slopes_from_0_to_1():
    z = np.linspace(-3, 3, 601)
    for s in np.linspace(-1, 2, 301).round(2):
        assert np.all(np.maximum(z, 0) >= s * z) == (0 <= s <= 1), s
    at_zero = torch.zeros(1, requires_grad=True)
    torch.relu(at_zero).backward()
    assert at_zero.grad.item() == relu.df(np.zeros(1), np.zeros(1))[0] == 0


@checks("eq-faq-twins")
def test_units_that_are_equal_get_equal_gradients_whose_entries_differ(rng):
    net = Network(Input(3), Dense(4, tanh), Dense(2, tanh), rng=rng)
    first, second = net.layers[1:]
    first.W = np.vstack([first.W[:1], first.W[:1], first.W[2:]])
    second.W = np.column_stack([second.W[:, :1], second.W[:, :1], second.W[:, 2:]])
    x, y, weights = rng.normal(size=(1, 3)), rng.normal(size=(1, 2)), first.W.copy()

    def loss_at(weights):
        hidden = np.tanh(x @ weights.T + first.b)
        return np.sum((np.tanh(hidden @ second.W.T + second.b) - y) ** 2)

    slopes = slope_of(loss_at, weights)
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-7)
    assert not np.allclose(slopes[0], slopes[2], rtol=0.1), "the third unit is no twin"
    np.testing.assert_allclose(slopes[0] / x[0], slopes[0, 0] / x[0, 0], rtol=1e-6)  # delta_1
    assert np.ptp(slopes[0]) > 1e-3, "the entries within a unit differ, as the inputs do"


class Counted:
    """A number that counts the multiplications it takes part in."""

    count = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.count += 1
        return Counted(self.value * other.value)


def chain(length, rng):
    """Weights, slopes and inputs of a chain of units, and the derivative of the loss, as counted numbers."""
    w = [None, *map(Counted, rng.normal(size=length))]
    a, slopes = [Counted(0.7)], [None]
    for weight in w[1:]:
        a.append(Counted(math.tanh(weight.value * a[-1].value)))
        slopes.append(Counted(1 - a[-1].value ** 2))
    return w, a, slopes, Counted(1.3)


@checks("eq-faq-chain")
@pytest.mark.parametrize("length", [1, 2, 5, 100])
def test_multiplications_along_a_chain_written_out_and_reused(length, rng):
    w, a, slopes, d_loss = chain(length, rng)
    Counted.count = 0
    written = []
    for l in range(1, length + 1):
        product = a[l - 1] * slopes[l]
        for k in range(l + 1, length + 1):
            product = product * w[k] * slopes[k]
        written.append((product * d_loss).value)
    assert Counted.count == length**2 + length

    Counted.count = 0
    delta = d_loss * slopes[length]
    reused = [(delta * a[length - 1]).value]
    for l in range(length - 1, 0, -1):
        delta = delta * w[l + 1] * slopes[l]
        reused.append((delta * a[l - 1]).value)
    assert Counted.count == 3 * length - 1
    np.testing.assert_allclose(reused[::-1], written, rtol=1e-12)
    if length == 100:
        assert (length**2 + length, 3 * length - 1) == (10_100, 299)


@checks("eq-faq-paths")
@pytest.mark.parametrize("sizes", [[2, 3, 1], [3, 2, 4, 2], [2, 3, 2, 3, 2]])
def test_paths_from_a_first_weight_to_the_loss(sizes, rng):
    successors = {
        (l, j): [(l + 1, i) for i in range(sizes[l + 1])]
        for l in range(1, len(sizes) - 1)
        for j in range(sizes[l])
    }

    def walk(node):
        return 1 if node not in successors else sum(walk(after) for after in successors[node])

    assert {walk((1, j)) for j in range(sizes[1])} == {math.prod(sizes[2:])}
    # the sum over these paths is the derivative
    net = mlp(sizes, tanh, rng=rng)
    x, y = rng.normal(size=(1, sizes[0])), rng.normal(size=(1, sizes[-1]))
    out = net.forward(x)
    slopes = [None] + [layer.f.df(layer.z, layer.a)[0] for layer in net.layers[1:]]
    total, paths = 0.0, 0
    for path in itertools.product([0], *map(range, sizes[2:])):
        factors = [x[0, 1], slopes[1][0], 2 * (out - y)[0, path[-1]]]
        for l in range(2, len(sizes)):
            factors += [net.layers[l].W[path[l - 1], path[l - 2]], slopes[l][path[l - 1]]]
        total, paths = total + math.prod(factors), paths + 1
    assert paths == math.prod(sizes[2:])
    weights = net.layers[1].W.copy()

    def loss_at(weights):
        net.layers[1].W = weights
        return MSE()(net.predict(x), y)

    assert total == pytest.approx(slope_of(loss_at, weights)[0, 1], rel=1e-6)


@checks("eq-faq-forget")
@pytest.mark.parametrize(("eta", "curvature"), [(0.1, 1.0), (0.5, 3.0), (0.01, 300.0)])
def test_a_gradient_that_is_never_cleared_makes_the_error_swing(eta, curvature):
    theta = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    optimizer, path = torch.optim.SGD([theta], lr=eta), [1.0]
    for _ in range(60):
        (curvature * theta**2 / 2).backward()  # and no zero_grad
        optimizer.step()
        path.append(theta.item())
    c = np.array(path)
    np.testing.assert_allclose(c[2:], (2 - eta * curvature) * c[1:-1] - c[:-2], rtol=0, atol=1e-9)
    omega = math.acos(1 - eta * curvature / 2)
    t = np.arange(61)
    waves = np.column_stack([np.cos(omega * t), np.sin(omega * t)])
    _, misfit, *_ = np.linalg.lstsq(waves, c, rcond=None)
    assert misfit[0] < 1e-14 * len(t)
    assert np.abs(c[40:]).max() > 0.9, "it does not come to rest"


@checks("eq-faq-micro")
def test_the_gradient_of_a_batch_is_the_weighted_mean_over_its_parts(rng):
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    layer = torch.nn.Linear(3, 2, dtype=torch.float64)

    def gradient(rows, factor=1.0):
        loss = ((layer(torch.tensor(x[rows])) - torch.tensor(y[rows])) ** 2).sum(dim=1).mean()
        (factor * loss).backward()

    gradient(slice(0, 7))
    whole = layer.weight.grad.clone()
    layer.zero_grad()
    for start, stop in ((0, 3), (3, 5), (5, 7)):
        gradient(slice(start, stop), (stop - start) / 7)  # the parts add up, as no one clears them
    torch.testing.assert_close(layer.weight.grad, whole, rtol=1e-12, atol=1e-14)
    layer.zero_grad()
    for start, stop in ((0, 3), (3, 5), (5, 7)):
        gradient(slice(start, stop), 1 / 3)
    assert not torch.allclose(layer.weight.grad, whole, rtol=1e-3)


@checks("eq-faq-shuffle")
@pytest.mark.parametrize("eta", [0.05, 0.3, 1.2])
def test_the_variance_after_shuffled_epochs_and_independent_draws(eta):
    c = np.array([-2.0, -0.5, 0.5, 2.0])
    q, n, s2 = 1 - eta, len(c), np.mean(c**2)

    def epoch_noise(orders):
        """The mean and the variance of what an epoch adds, over all orders."""
        added = []
        for order in orders:
            theta = 0.0
            for i in order:
                theta -= eta * (theta - c[i])
            added.append(theta)
        return np.mean(added), np.mean(np.square(added))

    for orders, formula in (
        (
            itertools.permutations(range(n)),
            s2 / (n - 1) * (n * eta / (2 - eta) - (1 - q**n) / (1 + q**n)),
        ),
        (itertools.product(range(n), repeat=n), s2 * eta / (2 - eta)),
    ):
        mean, square = epoch_noise(orders)
        assert mean == pytest.approx(0, abs=1e-12)
        variance = 0.0
        for _ in range(2000):
            variance = q ** (2 * n) * variance + square
        assert variance == pytest.approx(formula, rel=1e-10)


@checks("eq-faq-scaling")
def test_k_small_steps_and_one_large_step_differ_by_the_square_of_the_rate(rng):
    net = mlp([2, 4, 1], tanh, rng=rng)
    x, y = rng.normal(size=(5, 6, 2)), rng.normal(size=(5, 6, 1))
    start = net.theta.copy()

    def gradient(theta, k):
        net.theta[:] = theta
        net.backward(MSE().grad(net.forward(x[k]), y[k]))
        return net.grad.copy()

    def gap(eta):
        small = start.copy()
        for k in range(5):
            small -= eta * gradient(small, k)
        large = start - 5 * eta * np.mean([gradient(start, k) for k in range(5)], axis=0)
        assert np.linalg.norm(large - start) > 20 * np.linalg.norm(small - large)
        return np.linalg.norm(small - large)

    assert gap(1e-3) / gap(1e-4) == pytest.approx(100, rel=0.05)
    assert gap(1e-4) / gap(1e-5) == pytest.approx(100, rel=0.005)


@checks("eq-faq-rise")
def test_a_step_lowers_a_quadratic_exactly_below_the_limit(rng):
    for _ in range(20):
        factor, theta = rng.normal(size=(4, 4)), rng.normal(size=4)
        hessian = factor @ factor.T + 0.1 * np.eye(4)

        def loss_at(theta, hessian=hessian):
            return theta @ hessian @ theta / 2

        g = slope_of(loss_at, theta)
        limit = 2 * (g @ g) / (g @ hessian @ g)
        for eta in (0.3 * limit, 0.99 * limit, 1.01 * limit, 2 * limit):
            after = loss_at(theta - eta * g)
            taylor = loss_at(theta) - eta * g @ g + eta**2 / 2 * g @ hessian @ g
            assert after == pytest.approx(taylor, rel=1e-7, abs=1e-7)
            assert (after < loss_at(theta)) == (eta < limit)
        assert limit >= 2 / np.linalg.eigvalsh(hessian)[-1] * (1 - 1e-6)


@checks("eq-faq-search")
def test_trials_that_make_a_good_one_likely():
    for s, p in ((0.05, 0.95), (0.01, 0.9), (0.2, 0.999)):
        n = math.ceil(math.log(1 - p) / math.log(1 - s))
        missed = Fraction(1)
        for _ in range(n - 1):
            missed *= 1 - Fraction(str(s))
        assert 1 - missed < p <= 1 - missed * (1 - Fraction(str(s)))
    assert math.ceil(math.log(0.05) / math.log(0.95)) == 59


@checks("eq-faq-input-scale")
def test_scaled_inputs_scale_the_curvature_by_the_square(rng):
    x, y, c = torch.tensor(rng.normal(size=(6, 3))), torch.tensor(rng.normal(size=6)), 7.0

    def hessian(inputs):
        return torch.autograd.functional.hessian(
            lambda w: ((inputs @ w - y) ** 2).mean(), torch.zeros(3, dtype=torch.float64)
        )

    torch.testing.assert_close(hessian(x), 2 / 6 * x.T @ x, rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(hessian(c * x), c**2 * hessian(x), rtol=1e-12, atol=1e-12)
    largest = [torch.linalg.eigvalsh(hessian(inputs))[-1] for inputs in (x, c * x)]
    assert (2 / largest[1]).item() == pytest.approx((2 / largest[0]).item() / c**2, rel=1e-12)


@checks("eq-faq-min-norm")
def test_the_smallest_perfect_fit(rng):
    phi, t = rng.normal(size=(4, 9)), rng.normal(size=(4, 2))
    smallest = phi.T @ np.linalg.inv(phi @ phi.T) @ t
    np.testing.assert_allclose(phi @ smallest, t, atol=1e-12)
    lstsq, *_ = torch.linalg.lstsq(torch.tensor(phi), torch.tensor(t), driver="gelsd")
    np.testing.assert_allclose(lstsq.numpy(), smallest, atol=1e-12)
    _, _, vt = np.linalg.svd(phi)
    for _ in range(5):
        other = smallest + vt[4:].T @ rng.normal(size=(5, 2))  # moved within the null space
        np.testing.assert_allclose(phi @ other, t, atol=1e-11)
        both = np.sum(smallest**2) + np.sum((other - smallest) ** 2)
        assert np.sum(other**2) == pytest.approx(both, rel=1e-12)


def test_no_slope_at_0_is_right_for_both_programs():
    right = set()
    for s in (0.0, 0.25, 0.5, 1.0):
        f = autodiff.elementwise(relu.f, lambda z, a, s=s: np.where(z == 0, s, z > 0))
        one, two = autodiff.Var(0.0), autodiff.Var(0.0)
        (f(one) - f(-one)).backward()
        (f(f(two)) - f(two)).backward()
        right |= {(s, "first")} if one.grad == 1 else set()
        right |= {(s, "second")} if two.grad == 0 else set()
    assert right == {(0.5, "first"), (0.0, "second"), (1.0, "second")}


def test_three_pixels_of_the_digits_are_constant():
    x, _ = data.digits()
    assert np.flatnonzero(np.ptp(x, axis=0) == 0).tolist() == [0, 32, 39]
    assert init.constant(0.1)(2, 3, rng=None).tolist() == [[0.1] * 3] * 2
