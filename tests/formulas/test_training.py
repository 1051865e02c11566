"""Checks of the labelled equations of the chapter "Training": sums written out, differences, PyTorch."""

import itertools
import math

import numpy as np
import pytest
import torch

from nnlib import (
    MSE,
    SGD,
    AdaGrad,
    Adam,
    BinaryCrossEntropy,
    Dense,
    Input,
    Momentum,
    Nesterov,
    Network,
    RMSProp,
    SoftmaxCrossEntropy,
    central_difference,
    data,
    log_sum_exp,
    mlp,
    tanh,
)
from tests.formulas.labels import checks

EPS = np.finfo(float).eps


@pytest.fixture
def rng():
    return np.random.default_rng(17)


def slope(f, at, h=1e-5):
    """The central difference of a function of one number."""
    return (f(at + h) - f(at - h)) / (2 * h)


def logistic(z):
    return 1 / (1 + math.exp(-z))


# ---- forward pass and losses


@checks("eq-forward")
def test_a_layer_is_an_affine_map_and_an_activation(rng):
    net = mlp([3, 4, 2], tanh, rng=rng)
    net.theta[:] = rng.normal(size=net.theta.size)  # biases too, which start at zero
    x = rng.normal(size=3)
    out = net.forward(x[None, :])
    a = list(x)
    for layer, f in zip(net.layers[1:], (math.tanh, lambda z: z), strict=True):
        z = [
            sum(layer.W[j, k] * a[k] for k in range(layer.n_in)) + layer.b[j]
            for j in range(layer.n_out)
        ]
        a = [f(entry) for entry in z]
        np.testing.assert_allclose(layer.z[0], z, rtol=1e-13)
        np.testing.assert_allclose(layer.a[0], a, rtol=1e-13)
    np.testing.assert_allclose(out[0], a, rtol=1e-13)


@checks("eq-likelihood")
def test_the_loss_is_minus_the_log_of_the_joint_probability_over_m(rng):
    z, y = rng.normal(size=(6, 1)), np.array([[0.0], [1], [1], [0], [1], [0]])
    joint = math.prod(
        logistic(z_i) if y_i == 1 else 1 - logistic(z_i)
        for z_i, y_i in zip(z[:, 0], y[:, 0], strict=True)
    )
    assert BinaryCrossEntropy()(z, y) == pytest.approx(-math.log(joint) / 6, rel=1e-13)


@checks("eq-mse")
def test_squared_error_is_the_gaussian_likelihood_up_to_scale_and_shift(rng):
    out, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    by_hand = sum((out[i, j] - y[i, j]) ** 2 for i in range(5) for j in range(3)) / 5
    assert MSE()(out, y) == pytest.approx(by_hand, rel=1e-13)
    s = 0.7  # any standard deviation will do
    normal = torch.distributions.Normal(torch.tensor(out), s)
    minus_log = -normal.log_prob(torch.tensor(y)).sum().item() / 5
    expected = by_hand / (2 * s**2) + 1.5 * math.log(2 * math.pi * s**2)
    assert minus_log == pytest.approx(expected, rel=1e-12)


@checks("eq-bce")
@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_both_forms_of_the_binary_cross_entropy_are_the_same_number(target):
    for z in (-3.0, -0.2, 0.0, 1.7, 5.0):
        first = -target * math.log(logistic(z)) - (1 - target) * math.log(1 - logistic(z))
        second = math.log(1 + math.exp(z)) - target * z
        assert first == pytest.approx(second, rel=1e-12)
        assert BinaryCrossEntropy()(np.array([[z]]), [[target]]) == pytest.approx(first, rel=1e-12)


@checks("eq-softmax-ce")
@pytest.mark.parametrize("target", [[0.0, 1, 0], [0.2, 0.5, 0.3]])
def test_both_forms_of_the_softmax_cross_entropy_are_the_same_number(target):
    z = [0.3, -1.2, 2.0]
    total = sum(math.exp(z_k) for z_k in z)
    first = -sum(t * math.log(math.exp(z_j) / total) for t, z_j in zip(target, z, strict=True))
    second = math.log(total) - sum(t * z_j for t, z_j in zip(target, z, strict=True))
    assert first == pytest.approx(second, rel=1e-13)
    assert SoftmaxCrossEntropy()(np.array([z]), [target]) == pytest.approx(first, rel=1e-13)


@checks("eq-ce-gradient")
def test_the_gradient_of_both_cross_entropies_is_probability_minus_target(rng):
    z, y = rng.normal(size=4), np.array([0.1, 0.2, 0.3, 0.4])
    for j in range(4):
        binary = slope(lambda v, t=y[j]: math.log(1 + math.exp(v)) - t * v, z[j])
        assert logistic(z[j]) - y[j] == pytest.approx(binary, abs=1e-9)

        def softmax_loss(v, j=j):
            moved = [v if k == j else z[k] for k in range(4)]
            return math.log(sum(map(math.exp, moved))) - sum(y * moved)

        p_j = math.exp(z[j]) / sum(map(math.exp, z))
        assert p_j - y[j] == pytest.approx(slope(softmax_loss, z[j]), abs=1e-9)
        assert BinaryCrossEntropy().grad(z[:, None], y[:, None])[j, 0] * 4 == pytest.approx(binary)
        assert SoftmaxCrossEntropy().grad(z[None, :], y[None, :])[0, j] == pytest.approx(p_j - y[j])


@checks("eq-log-sum-exp")
def test_taking_out_the_largest_changes_nothing_but_the_overflow():
    z = [0.5, -2.0, 3.0]
    c = max(z)
    shifted = c + math.log(sum(math.exp(z_k - c) for z_k in z))
    assert shifted == pytest.approx(math.log(sum(map(math.exp, z))), rel=1e-14)
    assert log_sum_exp(np.array([z]))[0] == pytest.approx(shifted, rel=1e-14)
    assert log_sum_exp(np.array([z]) + 1000)[0] == pytest.approx(shifted + 1000, rel=1e-14)


@checks("eq-mse-sigmoid")
def test_squared_error_after_a_sigmoid_is_damped_by_its_slope():
    for z, target in itertools.product((-6.0, -0.7, 0.0, 2.0), (0.0, 1.0)):
        formula = 2 * (logistic(z) - target) * logistic(z) * (1 - logistic(z))
        numeric = slope(lambda v, t=target: (logistic(v) - t) ** 2, z)
        assert formula == pytest.approx(numeric, abs=1e-10)
        assert formula == pytest.approx((logistic(z) - target) * 2 * slope(logistic, z), abs=1e-10)


# ---- differentiation


@checks("eq-derivative")
def test_the_remainder_of_the_tangent_is_small_compared_with_h_and_of_no_other_line():
    def ratio(f, derivative, at, h):
        return (f(at + h) - f(at) - derivative * h) / h

    cases = [(math.exp, math.e, 1.0), (math.sin, math.cos(2.0), 2.0), (lambda t: t * t, 6.0, 3.0)]
    for f, derivative, at in cases:
        sizes = [abs(ratio(f, derivative, at, 10.0**-k)) for k in (1, 2, 3, 4)]
        assert all(later < earlier / 5 for earlier, later in itertools.pairwise(sizes))
        assert abs(ratio(f, derivative + 0.1, at, 1e-4)) == pytest.approx(0.1, rel=1e-2)


def a_loss(rng):
    """A network's loss as a function of theta, a point, and the gradient there from PyTorch."""
    x, y = rng.normal(size=(7, 2)), rng.normal(size=(7, 1))
    net = mlp([2, 3, 1], tanh, rng=rng)
    theta = rng.normal(size=net.theta.size)

    def loss_at(point):
        net.theta[:] = point
        return MSE()(net.predict(x), y)

    t = torch.tensor(theta, requires_grad=True)
    hidden = torch.tanh(torch.tensor(x) @ t[:6].reshape(3, 2).T + t[6:9])
    out = hidden @ t[9:12].reshape(1, 3).T + t[12:]
    ((out - torch.tensor(y)) ** 2).sum(1).mean().backward()
    net.theta[:] = theta
    net.backward(MSE().grad(net.forward(x), y))
    np.testing.assert_allclose(net.grad, t.grad.numpy(), rtol=1e-11)
    return loss_at, theta, t.grad.numpy()


@checks("eq-gradient")
def test_the_gradient_holds_the_partial_derivatives_and_approximates_in_every_direction(rng):
    loss_at, theta, gradient = a_loss(rng)
    for i in range(len(theta)):

        def along(value, i=i):
            return loss_at(np.where(np.arange(len(theta)) == i, value, theta))

        assert gradient[i] == pytest.approx(slope(along, theta[i]), abs=1e-8)
    d = rng.normal(size=theta.size)
    d /= np.linalg.norm(d)
    rest = [
        abs(loss_at(theta + t * d) - loss_at(theta) - t * gradient @ d) / t for t in (1e-2, 1e-3)
    ]
    assert rest[1] < rest[0] / 5


@checks("eq-directional")
def test_the_slope_along_a_unit_vector_is_its_dot_product_with_the_gradient(rng):
    loss_at, theta, gradient = a_loss(rng)
    for u in rng.normal(size=(5, theta.size)):
        u /= np.linalg.norm(u)
        dot = sum(g_i * u_i for g_i, u_i in zip(gradient, u, strict=True))
        assert dot == pytest.approx(slope(lambda t, u=u: loss_at(theta + t * u), 0.0), abs=1e-8)


@checks("eq-steepest")
def test_no_unit_vector_descends_faster_than_minus_the_gradient(rng):
    loss_at, theta, gradient = a_loss(rng)
    size = math.sqrt(sum(gradient**2))
    best = -gradient / size
    assert slope(lambda t: loss_at(theta + t * best), 0.0) == pytest.approx(-size, rel=1e-7)
    near = best + 0.05 * rng.normal(size=(500, theta.size))  # the hardest rivals are the close ones
    for u in np.vstack([near, rng.normal(size=(500, theta.size))]):
        assert u @ gradient / np.linalg.norm(u) > -size


@checks("eq-forward-difference", "eq-central")
def test_the_leading_errors_of_both_differences():
    # h large enough for rounding not to count; f = sin, so that f, f'' and f''' are all different
    at, h = 0.8, 1e-3
    exact = math.cos(at)
    forward = (math.sin(at + h) - math.sin(at)) / h
    central = (math.sin(at + h) - math.sin(at - h)) / (2 * h)
    assert forward - exact == pytest.approx(h / 2 * -math.sin(at), abs=h**2)
    assert central - exact == pytest.approx(h**2 / 6 * -math.cos(at), abs=h**4)
    of_nnlib = central_difference(lambda theta: math.sin(theta[0]), np.array([at]), h)[0]
    assert of_nnlib == pytest.approx(central, rel=1e-11)


@checks("eq-central-error")
def test_the_central_error_stays_below_truncation_plus_rounding_and_is_smallest_where_said():
    powers = range(2, 45)
    errors = []
    for k in powers:
        h = 2.0**-k  # a power of two, so that 1 + h and 1 - h are exact
        error = abs((math.exp(1 + h) - math.exp(1 - h)) / (2 * h) - math.e)
        assert error <= h**2 / 6 * math.exp(1 + h) + EPS * math.e / h
        errors.append(error)
    smooth = [np.median(errors[i - 1 : i + 2]) for i in range(1, len(errors) - 1)]
    best = 2.0 ** -(powers[1] + int(np.argmin(smooth)))
    predicted = (3 * EPS) ** (1 / 3)  # f = f''' for the exponential
    assert predicted / 8 < best < predicted * 8
    h = predicted * np.array([0.99, 1, 1.01])
    bound = h**2 / 6 + EPS / h
    assert bound[1] < min(bound[0], bound[2])


# ---- gradient descent


@checks("eq-gd")
def test_a_step_subtracts_the_rate_times_the_gradient():
    theta, gradient = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.1, -4.0])
    expected = [t - 0.25 * g for t, g in zip(theta, gradient, strict=True)]
    SGD(lr=0.25).step(theta, gradient)
    np.testing.assert_allclose(theta, expected, rtol=1e-15)


def a_quadratic(rng, eigenvalues):
    """A symmetric matrix with these eigenvalues, in directions that are no axes, and a minimum."""
    q, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
    return q @ np.diag(eigenvalues) @ q.T, rng.normal(size=len(eigenvalues))


def error_after(matrix, minimum, rate, steps, start):
    """How far from the minimum nnlib's gradient descent is after so many steps."""
    theta, optimizer = start.copy(), SGD(lr=rate)
    for _ in range(steps):
        optimizer.step(theta, matrix @ (theta - minimum))
    return np.linalg.norm(theta - minimum)


@checks("eq-gd-quadratic")
def test_on_a_quadratic_the_error_is_multiplied_by_one_matrix(rng):
    matrix, minimum = a_quadratic(rng, [0.5, 2.0, 7.0])
    theta, rate = rng.normal(size=3), 0.1

    def loss_at(point):
        return 0.5 * sum(
            (point[i] - minimum[i]) * matrix[i, j] * (point[j] - minimum[j])
            for i in range(3)
            for j in range(3)
        )

    gradient = [slope(lambda t, e=e: loss_at(theta + t * e), 0.0) for e in np.eye(3)]
    after = theta - rate * np.array(gradient)
    expected = (np.eye(3) - rate * matrix) @ (theta - minimum)
    np.testing.assert_allclose(after - minimum, expected, atol=1e-8)


@checks("eq-gd-condition")
def test_it_converges_below_the_limit_and_not_at_it(rng):
    matrix, minimum = a_quadratic(rng, [0.5, 2.0, 7.0])
    start = minimum + rng.normal(size=3)
    limit = 2 / 7.0
    assert error_after(matrix, minimum, 0.99 * limit, 3000, start) < 1e-8
    assert error_after(matrix, minimum, limit, 3000, start) > 1e-2  # oscillates for ever
    assert error_after(matrix, minimum, 1.01 * limit, 3000, start) > 1e8


@checks("eq-gd-rate")
def test_no_rate_is_better_than_the_best_rate_and_its_factor_is_as_said(rng):
    low, high = 1.0, 25.0
    matrix, _ = a_quadratic(rng, [low, 3.0, high])
    best = 2 / (low + high)

    def factor(rate):
        return max(abs(np.linalg.eigvalsh(np.eye(3) - rate * matrix)))

    kappa = high / low
    assert factor(best) == pytest.approx((kappa - 1) / (kappa + 1), rel=1e-12)
    for rate in np.linspace(0.001, 0.1, 300):
        assert factor(rate) >= factor(best) - 1e-12


@checks("eq-descent-lemma")
def test_a_step_gains_at_least_what_the_lemma_promises(rng):
    x, y = data.moons(60, noise=0.2, rng=rng)
    rows = np.column_stack([x, np.ones(60)])
    beta = max(np.linalg.eigvalsh(rows.T @ rows)) / (4 * 60)
    net, loss = Network(Input(2), Dense(1), rng=rng), BinaryCrossEntropy()

    def loss_at(theta):
        net.theta[:] = theta
        return loss(net.predict(x), y)

    tight = math.inf
    for theta in rng.normal(size=(50, 3)):
        gradient = central_difference(loss_at, theta)
        squared = sum(gradient**2)
        for eta in np.array([0.1, 0.5, 1.0, 1.9, 3.0]) / beta:
            promised = loss_at(theta) - eta * (1 - beta * eta / 2) * squared
            tight = min(tight, promised - loss_at(theta - eta * gradient))
    assert tight > -1e-10
    # with equality where the curvature is beta everywhere
    theta, eta = 3.0, 0.3
    quadratic = beta / 2 * (theta - eta * beta * theta) ** 2
    promised = beta / 2 * theta**2 - eta * (1 - beta * eta / 2) * (beta * theta) ** 2
    assert quadratic == pytest.approx(promised, rel=1e-12)


# ---- mini-batches


def sample_gradients(rng, n=5):
    """The gradient of each sample's loss, one a row, and that of the mean, all from nnlib."""
    x, y = data.moons(n, noise=0.3, rng=rng)
    net, loss = mlp([2, 2, 1], tanh, rng=rng), BinaryCrossEntropy()

    def gradient(rows):
        net.backward(loss.grad(net.forward(x[rows]), y[rows]))
        return net.grad.copy()

    return np.array([gradient([i]) for i in range(n)]), gradient


@checks("eq-sgd-unbiased")
def test_the_mean_over_all_possible_batches_is_the_full_gradient(rng):
    singles, gradient = sample_gradients(rng)
    full = gradient(list(range(5)))
    with_replacement = [gradient(list(rows)) for rows in itertools.product(range(5), repeat=2)]
    different = [gradient(list(rows)) for rows in itertools.combinations(range(5), 2)]
    np.testing.assert_allclose(np.mean(with_replacement, axis=0), full, atol=1e-14)
    np.testing.assert_allclose(np.mean(different, axis=0), full, atol=1e-14)
    np.testing.assert_allclose(gradient([1, 3]), (singles[1] + singles[3]) / 2, atol=1e-14)


@checks("eq-sgd-variance")
@pytest.mark.parametrize("m", [1, 2, 3])
def test_the_mean_squared_error_over_all_possible_batches(rng, m):
    singles, gradient = sample_gradients(rng)
    full = gradient(list(range(5)))
    tau2 = sum(sum((row - full) ** 2) for row in singles) / 5

    def mean_square(batches):
        errors = [sum((gradient(list(rows)) - full) ** 2) for rows in batches]
        return sum(errors) / len(errors)

    independent = mean_square(list(itertools.product(range(5), repeat=m)))
    different = mean_square(list(itertools.combinations(range(5), m)))
    assert independent == pytest.approx(tau2 / m, rel=1e-10)
    assert different == pytest.approx(tau2 / m * (5 - m) / (5 - 1), rel=1e-10)


@checks("eq-noise-ball")
@pytest.mark.parametrize(("eta", "curvature", "m"), [(0.1, 1.0, 4), (0.3, 2.0, 1), (0.9, 2.0, 8)])
def test_the_variance_settles_at_the_size_of_the_noise_ball(eta, curvature, m):
    tau2 = 1.7
    expected = eta * tau2 / (m * curvature * (2 - eta * curvature))
    noise, variance = np.random.default_rng(3).normal(0, math.sqrt(tau2 / m), 200_000), []
    theta = 0.0
    for error in noise:  # one long run: its mean square is the stationary variance
        theta -= eta * (curvature * theta + error)
        variance.append(theta * theta)
    assert np.mean(variance) == pytest.approx(expected, rel=0.05)


# ---- optimisers: the formulas with numbers, nnlib and PyTorch on the same path

RATES = [0.1, 0.1, 0.05, 0.05]  # a change of rate tells the conventions of momentum apart
GRADIENTS = [[0.5, -2.0], [0.3, 0.4], [-0.7, 0.1], [0.2, 0.2]]


def compare(optimizer, torchs, by_hand):
    """Hold nnlib, PyTorch and the formula, each entry for itself, to the same four steps."""
    theta = np.array([1.0, -1.0])
    t_theta = torch.tensor([1.0, -1.0], dtype=torch.float64, requires_grad=True)
    t_optimizer = torchs([t_theta])
    paths = [by_hand([g[i] for g in GRADIENTS], [1.0, -1.0][i]) for i in range(2)]
    for step, (rate, gradient) in enumerate(zip(RATES, GRADIENTS, strict=True)):
        optimizer.lr = t_optimizer.param_groups[0]["lr"] = rate
        optimizer.step(theta, np.array(gradient))
        t_theta.grad = torch.tensor(gradient, dtype=torch.float64)
        t_optimizer.step()
        np.testing.assert_allclose(theta, [path[step] for path in paths], rtol=1e-13)
        np.testing.assert_allclose(theta, t_theta.detach().numpy(), rtol=1e-12)


@checks("eq-momentum")
def test_momentum():
    def by_hand(gradients, theta):
        v, path = 0.0, []
        for rate, g in zip(RATES, gradients, strict=True):
            v = 0.8 * v + g
            theta = theta - rate * v
            path.append(theta)
        return path

    compare(Momentum(0.1, mu=0.8), lambda p: torch.optim.SGD(p, 0.1, momentum=0.8), by_hand)


@checks("eq-momentum-rate")
def test_the_best_momentum_takes_the_root_of_the_condition_number():
    low, high = 1.0, 25.0
    root = math.sqrt(high / low)
    rho = (root - 1) / (root + 1)

    def factor(eta, mu):
        """The largest modulus of an eigenvalue of one step, (theta, v) to (theta, v)."""
        steps = [
            np.array([[1 - eta * curvature, -eta * mu], [curvature, mu]])
            for curvature in (low, 3.0, high)
        ]
        return max(abs(np.linalg.eigvals(step)).max() for step in steps)

    eta = 4 / (math.sqrt(low) + math.sqrt(high)) ** 2
    assert factor(eta, rho**2) == pytest.approx(
        rho, abs=1e-6
    )  # a double eigenvalue: half the digits
    for other_eta, other_mu in itertools.product(
        np.linspace(0.01, 0.2, 39), np.linspace(0, 0.95, 39)
    ):
        assert factor(other_eta, other_mu) > rho - 1e-6
    theta, optimizer = np.array([1.0, 1.0]), Momentum(eta, mu=rho**2)
    for _ in range(200):
        optimizer.step(theta, np.array([low, high]) * theta)
    assert np.linalg.norm(theta) == pytest.approx(0, abs=1000 * rho**200)


@checks("eq-nesterov")
def test_nesterov():
    def by_hand(gradients, theta):
        v, path = 0.0, []
        for rate, g in zip(RATES, gradients, strict=True):
            v = 0.8 * v + g
            theta = theta - rate * (g + 0.8 * v)
            path.append(theta)
        return path

    compare(
        Nesterov(0.1, mu=0.8),
        lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, nesterov=True),
        by_hand,
    )


@checks("eq-nesterov")
def test_nesterovs_theta_is_the_looked_ahead_point_of_his_method():
    eta, mu, curvature = 0.1, 0.8, 3.0
    theta, velocity = 1.0, 0.0  # the classical form: look ahead, take the gradient there, move
    place, optimizer = np.array([1.0]), Nesterov(eta, mu=mu)
    for _ in range(10):
        velocity = mu * velocity - eta * curvature * (theta + mu * velocity)
        theta += velocity
        optimizer.step(place, curvature * place)
        assert place[0] == pytest.approx(theta + mu * velocity, rel=1e-12)


@checks("eq-adagrad")
def test_adagrad():
    def by_hand(gradients, theta):
        s, path = 0.0, []
        for rate, g in zip(RATES, gradients, strict=True):
            s = s + g**2
            theta = theta - rate * g / (math.sqrt(s) + 1e-3)
            path.append(theta)
        return path

    compare(AdaGrad(0.1, eps=1e-3), lambda p: torch.optim.Adagrad(p, 0.1, eps=1e-3), by_hand)


@checks("eq-rmsprop")
def test_rmsprop():
    def by_hand(gradients, theta):
        s, path = 0.0, []
        for rate, g in zip(RATES, gradients, strict=True):
            s = 0.9 * s + 0.1 * g**2
            theta = theta - rate * g / (math.sqrt(s) + 1e-3)
            path.append(theta)
        return path

    compare(
        RMSProp(0.1, rho=0.9, eps=1e-3),
        lambda p: torch.optim.RMSprop(p, 0.1, alpha=0.9, eps=1e-3),
        by_hand,
    )


@checks("eq-adam")
def test_adam():
    def by_hand(gradients, theta):
        m = v = 0.0
        path = []
        for t, (rate, g) in enumerate(zip(RATES, gradients, strict=True), start=1):
            m = 0.8 * m + 0.2 * g
            v = 0.95 * v + 0.05 * g**2
            m_hat, v_hat = m / (1 - 0.8**t), v / (1 - 0.95**t)
            theta = theta - rate * m_hat / (math.sqrt(v_hat) + 1e-3)
            path.append(theta)
        return path

    compare(
        Adam(0.1, beta1=0.8, beta2=0.95, eps=1e-3),
        lambda p: torch.optim.Adam(p, 0.1, betas=(0.8, 0.95), eps=1e-3),
        by_hand,
    )


@checks("eq-weight-decay")
def test_the_penalty_shrinks_each_parameter_before_the_step_of_gradient_descent():
    theta, target, eta, decay = np.array([1.0, -3.0, 0.5]), np.array([0.2, 0.1, -1.0]), 0.1, 0.4

    def loss_at(point):
        return sum((point - target) ** 4)

    def penalised(point):
        return loss_at(point) + decay / 2 * sum(p * p for p in point)

    g = np.array([slope(lambda t, e=e: loss_at(theta + t * e), 0.0) for e in np.eye(3)])
    whole = np.array([slope(lambda t, e=e: penalised(theta + t * e), 0.0) for e in np.eye(3)])
    left, right = theta - eta * whole, (1 - eta * decay) * theta - eta * g
    np.testing.assert_allclose(left, right, atol=1e-8)
    by_nnlib = theta.copy()
    SGD(lr=eta, weight_decay=decay).step(by_nnlib, g)
    np.testing.assert_allclose(by_nnlib, right, atol=1e-12)
