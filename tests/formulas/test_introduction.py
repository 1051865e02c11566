"""Checks of the labelled equations of the chapter "Introduction": sums written out, differences, PyTorch."""

import math

import numpy as np
import pytest
import torch

from nnlib import SGD, SoftmaxCrossEntropy, accuracy, data, mlp, relu, softmax
from tests.formulas.labels import checks

SCORES = np.array([[2.0, 1.0, -1.0, 0.3], [-3.0, 0.5, 0.5, 4.0], [0.0, 0.0, 0.0, 0.0]])
LABELS = np.array([2, 3, 1])


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def probability(scores, j):
    """The softmax as printed, for one sample and one class."""
    return math.exp(scores[j]) / sum(math.exp(score) for score in scores)


@checks("eq-intro-network")
def test_the_network_is_affine_then_relu_then_affine(rng):
    net = mlp([3, 4, 2], relu, rng=rng)
    net.theta[:] = rng.normal(size=net.theta.size)  # biases too, which start at zero
    (w_1, b_1), (w_2, b_2) = ((layer.W, layer.b) for layer in net.layers[1:])
    x = rng.normal(size=(5, 3))
    for sample, out in zip(x, net.predict(x), strict=True):
        hidden = [max(sum(w_1[j, k] * sample[k] for k in range(3)) + b_1[j], 0.0) for j in range(4)]
        y = [sum(w_2[j, k] * hidden[k] for k in range(4)) + b_2[j] for j in range(2)]
        np.testing.assert_allclose(out, y, rtol=1e-13)


@checks("eq-intro-softmax")
def test_softmax_is_each_exponential_over_their_sum():
    by_hand = [[probability(scores, j) for j in range(4)] for scores in SCORES]
    np.testing.assert_allclose(softmax(SCORES), by_hand, rtol=1e-13)
    np.testing.assert_allclose(torch.softmax(torch.tensor(SCORES), dim=1), by_hand, rtol=1e-13)
    np.testing.assert_allclose(np.sum(by_hand, axis=1), 1.0, rtol=1e-13)


@checks("eq-intro-loss")
@pytest.mark.parametrize(("scores", "c"), list(zip(SCORES, LABELS, strict=True)))
def test_the_loss_of_one_image_is_minus_the_log_of_the_true_classs_probability(scores, c):
    expected = -math.log(probability(scores, c))
    assert SoftmaxCrossEntropy()(scores[None, :], np.array([c])) == pytest.approx(
        expected, rel=1e-13
    )
    torchs = torch.nn.functional.cross_entropy(torch.tensor(scores)[None, :], torch.tensor([c]))
    assert torchs.item() == pytest.approx(expected, rel=1e-13)


@checks("eq-intro-mean-loss")
def test_the_loss_of_a_batch_is_the_mean_over_its_images():
    total = 0.0
    for scores, c in zip(SCORES, LABELS, strict=True):
        total -= math.log(probability(scores, c))
    assert SoftmaxCrossEntropy()(SCORES, LABELS) == pytest.approx(total / 3, rel=1e-13)


@checks("eq-intro-chance")
def test_knowing_nothing_about_ten_classes_costs_log_10():
    _, y = data.digits()
    value = SoftmaxCrossEntropy()(np.full((len(y), 10), 0.7), y)
    assert value == pytest.approx(-math.log(1 / 10), rel=1e-12)
    assert value == pytest.approx(2.3026, abs=5e-5)


@checks("eq-intro-update")
def test_the_update_is_a_step_against_the_gradient(rng):
    net, x = mlp([2, 3, 4], relu, rng=rng), rng.normal(size=(3, 2))
    start, h, eta = net.theta.copy(), 1e-6, 0.05

    def mean_loss(theta):
        net.theta[:] = theta
        terms = zip(net.predict(x), LABELS, strict=True)
        return sum(-math.log(probability(scores, c)) for scores, c in terms) / 3

    steps = h * np.eye(start.size)
    gradient = np.array(
        [(mean_loss(start + step) - mean_loss(start - step)) / (2 * h) for step in steps]
    )
    net.theta[:] = start
    loss = SoftmaxCrossEntropy()
    net.backward(loss.grad(net.forward(x), LABELS))
    SGD(lr=eta).step(net.theta, net.grad)
    np.testing.assert_allclose(net.theta, start - eta * gradient, rtol=0, atol=1e-10)
    assert np.abs(gradient).max() > 0.1, "a gradient near zero would prove nothing"


@checks("eq-intro-accuracy")
def test_accuracy_is_the_share_of_largest_scores_in_the_right_place(rng):
    scores, labels = rng.normal(size=(40, 4)), rng.integers(0, 4, 40)
    right = 0
    for row, c in zip(scores, labels, strict=True):
        right += all(row[c] > row[j] for j in range(4) if j != c)
    assert 0 < right < 40
    assert accuracy(scores, labels) == pytest.approx(right / 40, rel=1e-13)
