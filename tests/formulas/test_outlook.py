"""Checks of the labelled equations of the chapter "Outlook": sums written out, differences, PyTorch."""

import itertools
import math

import numpy as np
import pytest
import torch

from nnlib import (
    BinaryCrossEntropy,
    Dense,
    Input,
    Network,
    data,
    dual,
    mlp,
    sigmoid,
    softplus,
    tanh,
)
from tests.formulas.labels import checks


@pytest.fixture
def rng():
    return np.random.default_rng(23)


def slope(f, at, h=1e-5):
    """The central difference of a function of one number."""
    return (f(at + h) - f(at - h)) / (2 * h)


def entropy(p):
    return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)


# ---- stability: seeds


@checks("eq-outlook-success")
def test_the_standard_error_is_the_root_of_the_binomial_variance():
    n, p = 6, 0.3
    chances = {
        s: math.comb(n, s) * p**s * (1 - p) ** (n - s) for s in range(n + 1)
    }  # of s successes
    mean = sum(chance * s / n for s, chance in chances.items())
    variance = sum(chance * (s / n - mean) ** 2 for s, chance in chances.items())
    assert mean == pytest.approx(p, rel=1e-12)
    assert math.sqrt(variance) == pytest.approx(math.sqrt(p * (1 - p) / n), rel=1e-12)


@checks("eq-outlook-levels")
@pytest.mark.parametrize("groups", [[[0, 1, 2, 3]], [[0], [3], [1, 2]], [[0, 1], [2], [3]]])
def test_confused_points_cost_the_entropy_of_their_mean_and_nothing_costs_less(groups):
    targets = data.xor()[1][:, 0]  # 0, 1, 1, 0
    level = sum(len(g) / 4 * entropy(np.mean(targets[g])) for g in groups)
    total = 0.0
    for g in groups:  # the best logit that the points of a group can share, among many
        shared = np.linspace(-40, 40, 80_001)[:, None]
        total += np.min(np.sum(softplus(shared) - targets[g] * shared, axis=1)) / 4
    assert level == pytest.approx(total, abs=1e-8)


@checks("eq-outlook-levels")
def test_the_three_levels_of_xor():
    targets = [0, 1, 1, 0]
    found = set()
    for labels in itertools.product(range(4), repeat=4):
        groups = [[i for i in range(4) if labels[i] == g] for g in set(labels)]
        level = sum(len(g) / 4 * entropy(sum(targets[i] for i in g) / len(g)) for g in groups)
        found.add(round(level, 4))
    assert found == {0.0, 0.3466, 0.4774, 0.6931}


# ---- stability: sharpness


@checks("eq-outlook-sharpness")
def test_the_sharpness_is_the_largest_curvature_over_all_directions(rng):
    A = rng.normal(size=(3, 3))
    H = A + A.T
    largest = np.linalg.eigvalsh(H)[-1]
    v = rng.normal(size=(200_000, 3))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    curvatures = np.einsum("ij,jk,ik->i", v, H, v)
    assert curvatures.max() <= largest + 1e-12
    assert curvatures.max() == pytest.approx(largest, rel=1e-3)


def quartic_gradient(w):
    """Of (w0^2 - 1)^2 / 4 + 3 (w1 - w0)^2 / 2, with a minimum at (1, 1)."""
    return np.array([w[0] * (w[0] ** 2 - 1) - 3 * (w[1] - w[0]), 3 * (w[1] - w[0])])


QUARTIC_HESSIAN = np.array([[5.0, -3.0], [-3.0, 3.0]])  # at (1, 1), by hand


@checks("eq-outlook-linearised")
def test_near_a_minimum_a_step_multiplies_the_error_by_one_minus_eta_h():
    eta, minimum, remainders = 0.2, np.ones(2), []
    for size in (1e-2, 1e-3):
        d = size * np.array([0.6, -0.8])
        after = minimum + d - eta * quartic_gradient(minimum + d) - minimum
        remainders.append(np.linalg.norm(after - (np.eye(2) - eta * QUARTIC_HESSIAN) @ d) / size)
    assert 0 < remainders[1] < 0.11 * remainders[0] < 1e-2  # small even compared with d


@checks("eq-outlook-stable")
@pytest.mark.parametrize(("factor", "stays"), [(0.97, True), (1.03, False)])
def test_a_minimum_holds_gradient_descent_up_to_two_over_its_sharpness(factor, stays):
    eta = factor * 2 / np.linalg.eigvalsh(QUARTIC_HESSIAN)[-1]
    w = np.array([1 + 1e-6, 1 - 1e-6])
    start, farthest = np.linalg.norm(w - 1), 0.0
    for _ in range(3000):
        w = w - eta * quartic_gradient(w)
        farthest = max(farthest, np.linalg.norm(w - 1))
    assert (np.linalg.norm(w - 1) < 1e-3 * start) == stays
    assert (farthest > 1e3 * start) == (not stays)


@checks("eq-outlook-two-weights")
@pytest.mark.parametrize("w_1", [0.5, 1.0, 2.0, 3.0])
def test_the_sharpness_of_two_weights_by_second_differences(w_1):
    def loss(w):
        return (w[0] * w[1] - 1) ** 2

    at, h = np.array([w_1, 1 / w_1]), 1e-4
    steps = h * np.eye(2)
    hessian = [
        [
            (loss(at + a + b) - loss(at + a - b) - loss(at - a + b) + loss(at - a - b))
            / (4 * h * h)
            for a in steps
        ]
        for b in steps
    ]
    eigenvalues = np.linalg.eigvalsh(hessian)
    assert eigenvalues[1] == pytest.approx(2 * (at @ at), rel=1e-5)
    assert eigenvalues[0] == pytest.approx(0, abs=1e-5)
    assert eigenvalues[1] >= 4 - 1e-5


@pytest.fixture
def small(rng):
    """A network, its data, and its loss in PyTorch as a function of theta."""
    net = mlp([2, 3, 1], tanh, rng=rng)
    net.theta[:] = rng.normal(size=net.theta.size)
    x, y = rng.normal(size=(7, 2)), rng.integers(0, 2, (7, 1)).astype(float)

    def loss(theta):
        w_1, b_1 = theta[:6].reshape(3, 2), theta[6:9]
        w_2, b_2 = theta[9:12].reshape(1, 3), theta[12:]
        z = torch.tanh(torch.tensor(x) @ w_1.T + b_1) @ w_2.T + b_2
        return torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(y))

    def gradient(theta):
        net.theta[:] = theta
        net.backward(BinaryCrossEntropy().grad(net.forward(x), y))
        return net.grad.copy()

    return net.theta.copy(), loss, gradient


@checks("eq-outlook-hvp")
def test_a_product_with_the_hessian_is_the_change_of_the_gradient_along_it(small, rng):
    theta, loss, _ = small
    v = rng.normal(size=theta.size)
    H = torch.autograd.functional.hessian(loss, torch.tensor(theta)).numpy()

    def gradient_at(s):
        at = torch.tensor(theta + s * v, requires_grad=True)
        return torch.autograd.grad(loss(at), at)[0].numpy()

    np.testing.assert_allclose(H @ v, slope(gradient_at, 0.0), rtol=0, atol=1e-9)
    at = torch.tensor(theta, requires_grad=True)
    along = torch.autograd.grad(loss(at), at, create_graph=True)[0] @ torch.tensor(v)
    np.testing.assert_allclose(torch.autograd.grad(along, at)[0], H @ v, rtol=0, atol=1e-12)


@checks("eq-outlook-hvp")
def test_dual_numbers_sent_through_a_gradient_bring_the_product_along():
    w, v = (2.0, 1.0), (0.3, -0.7)
    w_1, w_2 = (dual.Dual(*pair) for pair in zip(w, v, strict=True))
    e = w_1 * w_2 - 1
    found = [(2 * e * w_2).dot, (2 * e * w_1).dot]  # of (w1 w2 - 1)^2
    np.testing.assert_allclose(found, np.array([[2, 6], [6, 8]]) @ v, rtol=1e-13)


@checks("eq-outlook-hvp-difference")
def test_the_central_difference_of_gradients_has_an_error_of_order_h_squared(small, rng):
    theta, loss, gradient = small
    v = rng.normal(size=theta.size)
    v /= np.linalg.norm(v)
    right = torch.autograd.functional.hessian(loss, torch.tensor(theta)).numpy() @ v
    errors = [
        np.linalg.norm((gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h) - right)
        for h in (1e-1, 1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.05)


@checks("eq-outlook-power")
def test_power_iteration_keeps_its_bound(rng):
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    eigenvalues = np.array([5.0, -4.0, 2.0, -1.0])
    H = Q @ np.diag(eigenvalues) @ Q.T
    v = rng.normal(size=4)
    v /= np.linalg.norm(v)
    c_1 = v @ Q[:, 0]
    errors = []
    for k in range(30):
        rho = v @ H @ v
        errors.append(abs(rho - 5))
        assert errors[-1] <= 2 * 5 * (4 / 5) ** (2 * k) * (1 - c_1**2) / c_1**2 + 1e-12
        v = H @ v / np.linalg.norm(H @ v)
    assert errors[29] / errors[28] == pytest.approx((4 / 5) ** 2, rel=0.01)


# ---- interpretability


@pytest.fixture
def classifier(rng):
    net = mlp([4, 5, 3], tanh, rng=rng)
    net.theta[:] = rng.normal(size=net.theta.size)
    return net, rng.normal(size=4), 1


def score_of(net, c):
    return lambda x: net.predict(np.asarray(x)[None, :])[0, c]


def differences(f, x, h=1e-5):
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(len(x))])


@checks("eq-outlook-saliency")
def test_the_gradient_for_the_input_is_w_transposed_times_the_error_signal(classifier):
    net, x, c = classifier
    net.forward(x[None, :])
    net.backward(np.eye(3)[[c]])
    first = net.layers[1]
    by_sum = [
        sum(first.W[j, k] * first.delta[0, j] for j in range(5)) for k in range(4)
    ]  # W^T delta
    np.testing.assert_allclose(by_sum, differences(score_of(net, c), x), rtol=0, atol=1e-9)
    np.testing.assert_allclose(first.d_input()[0], by_sum, rtol=1e-12)


def integrated(f, x, baseline, pieces):
    step = x - baseline
    middles = [(k - 0.5) / pieces for k in range(1, pieces + 1)]
    return step * sum(differences(f, baseline + s * step) for s in middles) / pieces


@checks("eq-outlook-ig")
def test_integrated_gradients_of_a_function_whose_integral_is_known():
    def f(x):
        return x[0] ** 2 * x[1] + math.sin(x[2])

    x, b = np.array([2.0, 1.0, 0.7]), np.array([1.0, -1.0, 0.2])
    # by hand: x0 = 1 + s, x1 = -1 + 2 s; the integrals of 2 (1 + s)(2 s - 1) and of (1 + s)^2
    expected = [1 * (1 / 3), 2 * (7 / 3), math.sin(0.7) - math.sin(0.2)]
    np.testing.assert_allclose(integrated(f, x, b, 400), expected, rtol=0, atol=1e-5)


@checks("eq-outlook-completeness")
def test_integrated_gradients_add_up_to_the_difference_of_the_scores(classifier, rng):
    net, x, c = classifier
    f = score_of(net, c)
    for baseline in (np.zeros(4), rng.normal(size=4)):
        gap = integrated(f, x, baseline, 400).sum() - (f(x) - f(baseline))
        assert abs(gap) < 2e-5
        assert abs(f(x) - f(baseline)) > 0.1, "a difference near zero would prove nothing"


@checks("eq-outlook-ig-sum")
def test_the_error_of_the_sum_of_middles_falls_with_the_square_of_the_pieces(classifier):
    net, x, c = classifier
    f = score_of(net, c)
    right = f(x) - f(np.zeros(4))
    gaps = [integrated(f, x, np.zeros(4), n).sum() - right for n in (8, 16, 32)]
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(4, rel=0.1)


@checks("eq-outlook-occlusion")
def test_occlusion_of_a_linear_score_is_weight_times_ink_summed_over_the_patch(rng):
    net = Network(Input(6), Dense(2), rng=rng)
    x, patch = rng.uniform(size=6), [1, 2, 5]
    covered = x.copy()
    covered[patch] = 0
    f = score_of(net, 0)
    by_hand = sum(net.layers[1].W[0, k] * x[k] for k in patch)
    assert f(x) - f(covered) == pytest.approx(by_hand, rel=1e-12)


@checks("eq-outlook-rank")
def test_the_formula_of_ranks_is_the_correlation_of_the_ranks(rng):
    n = 64
    a, b = rng.normal(size=n), rng.normal(size=n)
    b += a
    r, s = (np.array([sum(v <= u for v in values) for u in values]) for values in (a, b))
    assert sorted(r) == list(range(1, n + 1))
    formula = 1 - 6 * sum((r - s) ** 2) / (n * (n**2 - 1))
    assert formula == pytest.approx(np.corrcoef(r, s)[0, 1], rel=1e-12)
    assert 1 - 6 * sum((r - (n + 1 - r)) ** 2) / (n * (n**2 - 1)) == pytest.approx(-1)


# ---- sample efficiency


@checks("eq-outlook-power-law")
def test_a_power_law_is_a_straight_line_on_logarithmic_axes():
    c, alpha = 2.1, 0.6
    n = np.array([25.0, 100, 400, 1600])
    error = [c / m**alpha for m in n]
    line = [math.log(c) - alpha * math.log(m) for m in n]
    np.testing.assert_allclose(np.log(error), line, rtol=1e-13)
    slopes = np.diff(np.log(error)) / np.diff(np.log(n))
    np.testing.assert_allclose(slopes, -alpha, rtol=1e-12)


@checks("eq-outlook-needed")
def test_the_samples_needed_have_the_error_asked_for():
    c, alpha = 2.7144, 2 / 3
    for error in (0.2, 0.05, 0.01):
        needed = (c / error) ** (1 / alpha)
        assert c * needed**-alpha == pytest.approx(error, rel=1e-12)
        assert (c / (error / 2)) ** (1 / alpha) / needed == pytest.approx(2 ** (1 / alpha))
    assert (c / 0.01) ** (1 / alpha) == pytest.approx(4472, abs=0.5)


def cubic(rng):
    """Draw a loss with a cubic part; return it, its gradient and its Hessian at any place."""
    A, u, s = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal()
    A = A @ A.T
    return (
        lambda w: 0.5 * w @ A @ w + (u @ w) ** 3 + s * w[0],
        lambda w: A @ w + 3 * (u @ w) ** 2 * u + s * np.eye(3)[0],
        lambda w: A + 6 * (u @ w) * np.outer(u, u),
    )


@checks("eq-outlook-reptile")
def test_reptile_goes_a_part_of_the_way_and_with_one_step_it_is_gradient_descent(rng):
    loss, grad, _ = cubic(rng)
    phi, eta, epsilon = rng.normal(size=3), 0.01, 0.25
    np.testing.assert_allclose(grad(phi), differences(loss, phi), atol=1e-7)
    theta = phi.copy()
    for _ in range(4):
        theta = theta - eta * differences(loss, theta)
    moved = phi + epsilon * (theta - phi)
    assert np.linalg.norm(moved - theta) == pytest.approx(0.75 * np.linalg.norm(phi - theta))
    one_step = phi + epsilon * ((phi - eta * grad(phi)) - phi)
    np.testing.assert_allclose(one_step, phi - epsilon * eta * grad(phi), rtol=1e-12)


@checks("eq-outlook-two-steps")
def test_two_steps_are_two_gradients_and_a_hessian_vector_product(rng):
    (_, g_1, _), (_, g_2, H_2) = cubic(rng), cubic(rng)
    phi = 0.3 * rng.normal(size=3)
    left_over = []
    for eta in (1e-2, 1e-3):
        theta = phi - eta * g_1(phi)
        theta = theta - eta * g_2(theta)
        formula = -eta * (g_1(phi) + g_2(phi)) + eta**2 * H_2(phi) @ g_1(phi)
        left_over.append(np.linalg.norm(theta - phi - formula))
        assert left_over[-1] < 0.1 * np.linalg.norm(eta**2 * H_2(phi) @ g_1(phi))
    assert left_over[0] / left_over[1] == pytest.approx(1000, rel=0.05)


@checks("eq-outlook-reptile-mean")
def test_on_average_two_steps_climb_the_product_of_the_gradients(rng):
    losses, phi = [cubic(rng) for _ in range(3)], 0.3 * rng.normal(size=3)
    pairs = list(itertools.product(losses, repeat=2))  # both batches drawn alike, independently

    def mean_step(eta):
        ends = []
        for (_, g_1, _), (_, g_2, _) in pairs:
            theta = phi - eta * g_1(phi)
            ends.append(theta - eta * g_2(theta) - phi)
        return np.mean(ends, axis=0)

    def product(w):
        return np.mean([g_1(w) @ g_2(w) for (_, g_1, _), (_, g_2, _) in pairs])

    sums = np.mean([g_1(phi) + g_2(phi) for (_, g_1, _), (_, g_2, _) in pairs], axis=0)
    climb = differences(product, phi)
    for eta in (1e-3, 1e-4):
        second = mean_step(eta) + eta * sums
        np.testing.assert_allclose(second / (eta**2 / 2), climb, rtol=0, atol=300 * eta)
    assert np.linalg.norm(climb) > 1


@checks("eq-outlook-maml")
def test_the_gradient_after_a_step_is_one_minus_eta_h_times_the_gradient_there(rng):
    loss, grad, hessian = cubic(rng)
    phi, eta = 0.3 * rng.normal(size=3), 0.05
    by_differences = differences(lambda w: loss(w - eta * grad(w)), phi)
    formula = (np.eye(3) - eta * hessian(phi)) @ grad(phi - eta * grad(phi))
    np.testing.assert_allclose(formula, by_differences, rtol=1e-6)
    assert np.abs(by_differences - grad(phi - eta * grad(phi))).max() > 0.01


def test_the_entropy_is_the_least_cross_entropy():
    p = 1 / 3
    values = [-p * math.log(q) - (1 - p) * math.log(1 - q) for q in (0.2, p, 0.5)]
    assert min(values) == pytest.approx(entropy(p)) == values[1]
    assert sigmoid(np.array([math.log(p / (1 - p))]))[0] == pytest.approx(p)
