"""Checks of the labelled equations of the chapter "Practice": sums written out, random draws, differences, PyTorch."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from nnlib import (
    MSE,
    SGD,
    Momentum,
    SoftmaxCrossEntropy,
    batches,
    mlp,
    relu,
    softmax,
    tanh,
    train,
)
from nnlib.trials import grid_trials, log_uniform, random_trials
from tests.formulas.labels import checks


@pytest.fixture
def rng():
    return np.random.default_rng(23)


# ---- the article's program


@checks("eq-practice-accumulated")
def test_without_zero_grad_pytorch_steps_by_the_sum_of_all_gradients():
    eta, start = 0.1, [1.0, -2.0, 0.5]
    curvature = torch.tensor([0.5, 2.0, 3.0], dtype=torch.float64)
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=eta)
    seen, by_sum = [], np.array(start)
    for _ in range(6):
        seen.append(by_sum.copy())
        by_sum = by_sum - eta * sum(curvature.numpy() * each for each in seen)
        (0.5 * (curvature * theta**2).sum()).backward()  # and no zero_grad
        optimizer.step()
        np.testing.assert_allclose(theta.detach().numpy(), by_sum, rtol=1e-13)


@checks("eq-practice-accumulated")
def test_that_is_momentum_without_friction():
    theta, eta = np.array([1.0]), 0.1
    optimizer, by_sum, total = Momentum(eta, mu=0.999999999999), 1.0, 0.0
    for _ in range(20):
        optimizer.step(theta, 3.0 * theta)
        total += 3.0 * by_sum
        by_sum -= eta * total
        assert theta[0] == pytest.approx(by_sum, abs=1e-9)


@checks("eq-practice-frictionless")
@pytest.mark.parametrize("eta_lambda", [0.01, 0.5, 2.0, 3.9])
def test_on_a_quadratic_the_error_swings_for_ever(eta_lambda):
    e, total, errors = 1.0, 0.0, []
    for _ in range(4000):
        errors.append(e)
        total += eta_lambda * e
        e -= total
    e = np.array(errors)
    np.testing.assert_allclose(
        e[2:], (2 - eta_lambda) * e[1:-1] - e[:-2], atol=1e-9 * np.abs(e).max()
    )
    roots = np.roots([1, -(2 - eta_lambda), 1])
    np.testing.assert_allclose(np.abs(roots), 1, rtol=1e-12)
    assert abs(roots[0].imag) > 0
    early, late = np.abs(e[:1000]).max(), np.abs(e[3000:]).max()
    assert late == pytest.approx(early, rel=0.02), "neither shrinks nor grows"


@checks("eq-practice-frictionless")
def test_beyond_4_it_diverges():
    assert np.abs(np.roots([1, -(2 - 4.1), 1])).max() > 1


@checks("eq-practice-mse")
def test_pytorchs_mse_is_ours_over_the_number_of_outputs(rng):
    out, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
    written_out = sum((out[i, j] - y[i, j]) ** 2 for i in range(7) for j in range(3)) / (7 * 3)
    theirs = torch.nn.MSELoss()(torch.tensor(out), torch.tensor(y)).item()
    assert theirs == pytest.approx(written_out, rel=1e-13)
    assert MSE()(out, y) / 3 == pytest.approx(written_out, rel=1e-13)


@checks("eq-practice-rate")
def test_a_rate_over_the_number_of_outputs_takes_the_same_step(rng):
    x, y = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    net, eta = mlp([4, 3], tanh, rng=rng), 0.3
    theta = torch.tensor(net.theta, requires_grad=True)
    W, b = theta[:12].reshape(3, 4), theta[12:]
    torch.nn.MSELoss()(torch.tensor(x) @ W.T + b, torch.tensor(y)).backward()
    expected = net.theta - eta * theta.grad.numpy()
    net.backward(MSE().grad(net.forward(x), y))
    SGD(eta / 3).step(net.theta, net.grad)
    np.testing.assert_allclose(net.theta, expected, rtol=1e-13)
    assert theta.grad.abs().max().item() > 0.01


@checks("eq-practice-linear")
def test_nn_linear_draws_weights_and_biases_from_a_uniform_distribution():
    torch.manual_seed(0)
    layer = torch.nn.Linear(25, 8000)
    for values in (layer.weight.detach().numpy(), layer.bias.detach().numpy()):
        assert np.abs(values).max() <= 1 / 5
        assert np.abs(values).max() > 0.999 / 5
        assert values.var() == pytest.approx(1 / (3 * 25), rel=0.03)
        share = np.mean(np.abs(values) < 0.1)  # half of a uniform distribution, more of others
        assert share == pytest.approx(0.5, abs=0.02)


@checks("eq-practice-updates")
@pytest.mark.parametrize(("n", "m", "epochs"), [(286, 16, 3), (30, 10, 2), (7, 8, 4), (5, 1, 1)])
def test_the_updates_of_a_training_are_counted(n, m, epochs, rng):
    optimizer = SGD(0.0)
    net = mlp([2, 1], tanh, rng=rng)
    x, y = rng.normal(size=(n, 2)), rng.normal(size=(n, 1))
    list(train(net, MSE(), optimizer, x, y, epochs=epochs, batch_size=m, rng=rng))
    assert optimizer.t == epochs * math.ceil(n / m)
    assert len(list(batches(x, y, m, rng))) == math.ceil(n / m)


def test_the_counts_in_the_text():
    assert 100 * math.ceil(286 / 16) == 1800


# ---- the project


@checks("eq-practice-standardise")
def test_standardised_training_pixels_have_mean_0_and_spread_1_above_the_floor(rng):
    x = np.column_stack([rng.normal(3, 2, 500), rng.normal(-1, 0.01, 500), np.full(500, 7.0)])
    floor, scaled = 0.1, np.empty_like(x)
    for k in range(3):
        mu = sum(x[:, k]) / 500
        s = math.sqrt(sum((value - mu) ** 2 for value in x[:, k]) / 500)
        scaled[:, k] = [(value - mu) / max(s, floor) for value in x[:, k]]
    by_numpy = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), floor)
    np.testing.assert_allclose(by_numpy, scaled, atol=1e-12)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    assert scaled[:, 0].std() == pytest.approx(1, rel=1e-12)
    assert 0.09 < scaled[:, 1].std() < 0.11
    assert np.isfinite(scaled).all()


@checks("eq-practice-entropy")
def test_no_constant_answer_costs_less_than_the_entropy(rng):
    y = rng.choice(4, size=400, p=[0.5, 0.3, 0.15, 0.05])
    q = [np.mean(y == k) for k in range(4)]
    entropy = -sum(share * math.log(share) for share in q)

    def cost(p):
        return -sum(math.log(p[c]) for c in y) / len(y)

    assert cost(q) == pytest.approx(entropy, rel=1e-12)
    assert all(cost(p) > entropy for p in rng.dirichlet(np.ones(4), size=300))
    logits = np.tile(np.log(q), (len(y), 1))
    assert SoftmaxCrossEntropy()(logits, y) == pytest.approx(entropy, rel=1e-12)


@checks("eq-practice-range")
def test_the_range_test_multiplies_by_one_factor_and_gives_each_decade_as_many_updates():
    low, high, updates = 1e-3, 10.0, 401
    rates = [low * (high / low) ** (t / (updates - 1)) for t in range(updates)]
    assert rates[0] == low
    assert rates[-1] == pytest.approx(high)
    ratios = [b / a for a, b in itertools.pairwise(rates)]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-12)
    assert ratios[0] ** 100 == pytest.approx(10)


@checks("eq-practice-stop")
def test_the_best_epoch_is_that_of_the_smallest_validation_loss(rng):
    net = mlp([2, 16, 1], tanh, rng=rng)
    x, x_held = rng.normal(size=(12, 2)), rng.normal(size=(40, 2))
    y, y_held = (np.sign(each[:, :1] + rng.normal(size=(len(each), 1))) for each in (x, x_held))
    best, kept, seen = np.inf, None, []
    for record in train(
        net, MSE(), SGD(0.05), x, y, epochs=300, rng=rng, validation=(x_held, y_held)
    ):
        seen.append(np.mean((net.predict(x_held) - y_held) ** 2))
        if record.validation < best:
            best, best_epoch, kept = record.validation, record.epoch, net.theta.copy()
    assert 1 <= best_epoch < 300, "it overfits, or this would prove nothing"
    assert best_epoch == 1 + int(np.argmin(seen))
    net.theta[:] = kept
    assert np.mean((net.predict(x_held) - y_held) ** 2) == pytest.approx(min(seen), rel=1e-12)


@checks("eq-practice-binomial")
def test_an_accuracy_scatters_as_the_root_of_p_times_1_minus_p_over_m(rng):
    p, m = 0.968, 359
    drawn = (rng.uniform(size=(20_000, m)) < p).mean(axis=1)
    assert drawn.std() == pytest.approx(math.sqrt(p * (1 - p) / m), rel=0.03)


@checks("eq-practice-binomial")
def test_exactly_for_four_answers():
    p = Fraction(3, 4)
    outcomes = list(itertools.product((0, 1), repeat=4))
    chance = [p ** sum(o) * (1 - p) ** (4 - sum(o)) for o in outcomes]
    mean = sum(c * Fraction(sum(o), 4) for c, o in zip(chance, outcomes, strict=True))
    variance = sum(
        c * (Fraction(sum(o), 4) - mean) ** 2 for c, o in zip(chance, outcomes, strict=True)
    )
    assert mean == p
    assert variance == p * (1 - p) / 4


def calibration_error(confidence, right, edges):
    """The formula as printed, bin by bin."""
    total = 0.0
    for low, high in itertools.pairwise(edges):
        inside = [i for i, c in enumerate(confidence) if low < c <= high]
        if inside:
            share = sum(right[i] for i in inside) / len(inside)
            mean = sum(confidence[i] for i in inside) / len(inside)
            total += len(inside) / len(confidence) * abs(share - mean)
    return total


@checks("eq-practice-ece")
def test_calibration_error_of_the_example_and_of_a_calibrated_oracle(rng):
    by_hand = calibration_error([0.95, 0.85, 0.55, 0.65], [1, 0, 0, 1], [0, 0.75, 1])
    assert by_hand == pytest.approx(0.25, rel=1e-12)
    confidence = rng.uniform(0.1, 1, 40_000)
    edges = np.linspace(0, 1, 11)
    honest = rng.uniform(size=40_000) < confidence
    boastful = rng.uniform(size=40_000) < confidence - 0.1
    assert calibration_error(confidence, honest, edges) < 0.01
    assert calibration_error(confidence, boastful, edges) == pytest.approx(0.1, abs=0.01)


@checks("eq-practice-temperature")
def test_temperature_keeps_the_order_and_flattens(rng):
    z = rng.normal(0, 3, size=(50, 5))
    written_out = {
        T: np.array(
            [[math.exp(v / T) / sum(math.exp(u / T) for u in row) for v in row] for row in z]
        )
        for T in (0.5, 1.0, 2.0, 50.0)
    }
    for T, p in written_out.items():
        np.testing.assert_allclose(softmax(z / T), p, rtol=1e-12)
        assert (p.argsort(axis=1) == z.argsort(axis=1)).all()
    tops = [p.max(axis=1) for p in written_out.values()]
    assert all((a > b).all() for a, b in itertools.pairwise(tops))
    np.testing.assert_allclose(written_out[50.0], 0.2, atol=0.08)


# ---- the gallery


@checks("eq-practice-double")
@pytest.mark.parametrize("n", [2, 10, 1000])
def test_two_softmaxes_have_a_floor(n, rng):
    floor = math.log(1 + (n - 1) / math.e)
    assert -math.log(math.e / (math.e + (n - 1))) == pytest.approx(floor, rel=1e-12)
    certain = torch.zeros((1, n), dtype=torch.float64)
    certain[0, 1] = 500.0
    lowest = torch.nn.CrossEntropyLoss()(torch.softmax(certain, dim=1), torch.tensor([1])).item()
    assert lowest == pytest.approx(floor, rel=1e-12)
    p = torch.tensor(rng.dirichlet(np.full(n, 0.1), size=200))
    losses = torch.nn.functional.cross_entropy(
        p, torch.ones(200, dtype=torch.long), reduction="none"
    )
    assert losses.min().item() >= floor


@checks("eq-practice-direction")
def test_the_slope_along_a_direction_is_the_gradient_times_it(rng):
    net, loss = mlp([5, 7, 4], tanh, rng=rng), SoftmaxCrossEntropy()
    x, y = rng.normal(size=(9, 5)), rng.integers(0, 4, 9)
    start, h = net.theta.copy(), 1e-5

    def at(theta):
        net.theta[:] = theta
        return loss(net.predict(x), y)

    steps = h * np.eye(start.size)
    gradient = np.array([(at(start + s) - at(start - s)) / (2 * h) for s in steps])
    for _ in range(5):
        v = rng.normal(size=start.size)
        v /= np.linalg.norm(v)
        slope = (at(start + h * v) - at(start - h * v)) / (2 * h)
        assert v @ gradient == pytest.approx(slope, rel=1e-6, abs=1e-9)
        net.theta[:] = start
        net.backward(loss.grad(net.forward(x), y))
        assert v @ net.grad == pytest.approx(slope, rel=1e-6, abs=1e-9)


# ---- the search


@checks("eq-practice-grid")
@pytest.mark.parametrize(("k", "d"), [(3, 3), (2, 5), (4, 1)])
def test_a_grid_of_n_trials_has_the_dth_root_of_n_values(k, d):
    trials = grid_trials(**{f"s{i}": range(k) for i in range(d)})
    n = len(trials)
    assert n == k**d
    assert k == pytest.approx(n ** (1 / d))
    assert {len({t[f"s{i}"] for t in trials}) for i in range(d)} == {k}
    at_random = random_trials(n, seed=0, **{f"s{i}": log_uniform(1, 2) for i in range(d)})
    assert {len({t[f"s{i}"] for t in at_random}) for i in range(d)} == {n}


@checks("eq-practice-hit")
@pytest.mark.parametrize(("q", "n"), [(0.05, 59), (0.2, 4), (0.01, 100)])
def test_the_chance_that_one_of_n_trials_is_good(q, n, rng):
    hit = (rng.uniform(size=(20_000, n)) < q).any(axis=1).mean()
    assert hit == pytest.approx(1 - (1 - q) ** n, abs=0.012)


def test_29_trials_are_the_fewest_for_the_best_tenth_and_59_for_the_best_twentieth():
    assert 1 - 0.9**29 > 0.95 > 1 - 0.9**28
    assert round(0.9**29, 3) == 0.047
    assert 1 - 0.95**59 > 0.95 > 1 - 0.95**58


@checks("eq-practice-loguniform")
def test_log_uniform_is_even_on_the_logarithm():
    low, high = 1e-3, 10.0
    drawn = np.array([t["lr"] for t in random_trials(8000, seed=1, lr=log_uniform(low, high))])
    assert low <= drawn.min()
    assert drawn.max() <= high
    place = np.sort((np.log(drawn) - math.log(low)) / (math.log(high) - math.log(low)))
    assert np.abs(place - np.linspace(0, 1, 8000)).max() < 0.02  # Kolmogorov and Smirnov's distance
    evenly = np.random.default_rng(0).uniform(low, high, 8000)
    assert np.mean(evenly > 1) == pytest.approx(0.9, abs=0.02), "nine of ten, as the text says"


# ---- what the chapter shows of both libraries


@pytest.mark.parametrize("batch_size", [None, 16])
@pytest.mark.parametrize("seed", [0, 1])
def test_pytorch_and_nnlib_have_the_same_curve_over_100_epochs_of_the_articles_network(
    batch_size, seed
):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 10))
    y = np.column_stack([np.sin(x[:, 0]), x[:, 1] * x[:, 2]])
    torch.manual_seed(seed)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(10, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2)
    ).double()
    ours = mlp([10, 64, 2], relu, rng=rng)
    ours.theta[:] = torch.nn.utils.parameters_to_vector(theirs.parameters()).detach().numpy()
    criterion, optimizer = torch.nn.MSELoss(), torch.optim.SGD(theirs.parameters(), lr=0.01)
    order = np.random.default_rng(9)
    curve = []
    for _ in range(100):
        total = 0.0
        for x_b, y_b in batches(x, y, batch_size, order):
            loss = criterion(theirs(torch.tensor(x_b)), torch.tensor(y_b))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x_b) / len(x)
        curve.append(total)
    records = train(
        ours, MSE(), SGD(0.01 / 2), x, y, epochs=100, batch_size=batch_size, rng=np.random.default_rng(9)
    )  # fmt: skip
    np.testing.assert_allclose([r.loss / 2 for r in records], curve, rtol=0, atol=1e-10)
    parameters = torch.nn.utils.parameters_to_vector(theirs.parameters()).detach().numpy()
    np.testing.assert_allclose(ours.theta, parameters, rtol=0, atol=1e-10)
    assert curve[-1] < 0.9 * curve[0]
