"""Each loss and its gradient as one contract: the gradient is the derivative of that very number."""

import numpy as np
import pytest
import torch

from nnlib import MSE, BinaryCrossEntropy, SoftmaxCrossEntropy, log_sum_exp, softmax
from tests.unit.finite import gradient

M, N = 6, 3


def case(name):
    """Return a loss, outputs and targets of several outputs, and PyTorch's form of the same number."""
    rng = np.random.default_rng(3)
    out = rng.normal(0, 2, (M, N))
    functional = torch.nn.functional
    match name:
        case "MSE":  # PyTorch averages over the outputs too: ours is N times its value
            return MSE(), out, rng.normal(size=(M, N)), lambda o, y: N * functional.mse_loss(o, y)
        case "BinaryCrossEntropy":
            y = rng.uniform(size=(M, N))
            return (
                BinaryCrossEntropy(),
                out,
                y,
                lambda o, y: functional.binary_cross_entropy_with_logits(o, y, reduction="sum") / M,
            )
        case "classes":
            y = rng.integers(0, N, M)
            return SoftmaxCrossEntropy(), out, y, functional.cross_entropy
        case "distributions":
            y = rng.dirichlet(np.ones(N), M)
            return SoftmaxCrossEntropy(), out, y, functional.cross_entropy


EACH = pytest.mark.parametrize("name", ["MSE", "BinaryCrossEntropy", "classes", "distributions"])


@EACH
def test_value_and_gradient_are_those_of_pytorch(name):
    loss, out, y, in_torch = case(name)
    o = torch.tensor(out, requires_grad=True)
    value = in_torch(o, torch.tensor(y))
    value.backward()
    assert loss(out, y) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(loss.grad(out, y), o.grad.numpy(), rtol=1e-10, atol=1e-14)


@EACH
def test_gradient_is_the_derivative_of_the_value(name):
    loss, out, y, _ = case(name)
    np.testing.assert_allclose(loss.grad(out, y), gradient(lambda o: loss(o, y), out), atol=1e-9)


@EACH
def test_float32_stays_float32(name):
    loss, out, y, _ = case(name)
    assert loss.grad(out.astype(np.float32), y).dtype == np.float32
    assert isinstance(loss(out.astype(np.float32), y), float)


@EACH
def test_a_loss_is_printed_as_it_is_made(name):
    loss, *_ = case(name)
    assert type(eval(repr(loss))) is type(loss)


def test_values_worked_by_hand():
    out, y = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 2.0], [3.0, 2.0]])
    assert MSE()(out, y) == (1 + 0 + 0 + 9) / 2
    assert BinaryCrossEntropy()(np.zeros((4, 1)), np.ones((4, 1))) == pytest.approx(np.log(2))
    assert SoftmaxCrossEntropy()(np.zeros((2, 10)), np.array([3, 7])) == pytest.approx(np.log(10))


def test_large_logits_do_not_overflow():
    out = np.array([[1e4, -1e4]])
    assert SoftmaxCrossEntropy()(out, np.array([1])) == 2e4
    assert BinaryCrossEntropy()(out, np.array([[0.0, 1.0]])) == 2e4
    np.testing.assert_array_equal(softmax(out), [[1, 0]])
    np.testing.assert_array_equal(log_sum_exp(np.array([[-1e4, -1e4]])), [-1e4 + np.log(2)])


@pytest.mark.parametrize("loss", [MSE(), BinaryCrossEntropy(), SoftmaxCrossEntropy()])
def test_outputs_that_are_whole_numbers_cut_no_target_down(loss):
    out, y = [[1, 2], [0, 3]], [[0.5, 0.5], [0.25, 0.75]]
    right = np.array(out, float)
    for given in (out, np.array(out)):
        assert loss(given, y) == loss(right, y)
        np.testing.assert_array_equal(loss.grad(given, y), loss.grad(right, y))


def test_softmax_does_not_see_a_shift():
    z = np.random.default_rng(0).normal(size=(4, 5))
    np.testing.assert_allclose(softmax(z), softmax(z + 100), rtol=1e-12)
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1)


@pytest.mark.parametrize("f", [softmax, log_sum_exp])
def test_scores_are_a_matrix(f):
    np.testing.assert_array_equal(f([[1, 2]]), f(np.array([[1.0, 2.0]])))
    with pytest.raises(ValueError, match=r"^z has shape \(2,\), expected \(m, n\)"):
        f([1.0, 2.0])


@pytest.mark.parametrize("loss", [MSE(), BinaryCrossEntropy()])
def test_a_vector_of_targets_is_not_broadcast(loss):
    with pytest.raises(ValueError, match=r"targets have shape \(5,\).*\(5, 1\).*y\[:, None\]"):
        loss(np.zeros((5, 1)), np.zeros(5))
    with pytest.raises(ValueError, match=r"\(5,\)"):
        loss.grad(np.zeros((5, 1)), np.zeros(5))


@pytest.mark.parametrize("loss", [MSE(), BinaryCrossEntropy(), SoftmaxCrossEntropy()])
def test_outputs_are_a_matrix(loss):
    y = np.zeros(3, int if isinstance(loss, SoftmaxCrossEntropy) else float)
    for use in (loss, loss.grad):
        with pytest.raises(ValueError, match=r"^the output has shape \(3,\)"):
            use(np.zeros(3), y)


def test_distributions_may_be_whole_numbers_and_off_by_rounding():
    z = np.random.default_rng(0).normal(size=(3, 3))
    loss, classes = SoftmaxCrossEntropy(), np.array([2, 0, 1])
    assert loss(z, np.eye(3, dtype=int)[classes]) == pytest.approx(loss(z, classes), rel=1e-15)
    assert loss(z, np.eye(3) * (1 + 9e-6)) == pytest.approx(loss(z, np.eye(3)), rel=1e-3)
    with pytest.raises(ValueError, match="sum 1"):
        loss(z, np.eye(3) * (1 + 2e-5))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 3], r"labels must lie in 0\.\.2, given values from 0 to 3"),
        ([-1, 2], r"labels must lie in 0\.\.2, given values from -1 to 2"),
        ([0, 1, 2], "3 labels were given for 2 outputs"),
        ([0.0, 1.0], "class numbers must be integers, given float64"),
        ([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]], "sum 1"),
        ([[1.5, -0.5, 0.0], [0.0, 1.0, 0.0]], "no negative entries"),
        ([[1.0, 0.0], [0.0, 1.0]], r"\(2, 2\).*\(2, 3\)"),
    ],
)
def test_wrong_classes_are_named(y, message):
    with pytest.raises(ValueError, match=message):
        SoftmaxCrossEntropy()(np.zeros((2, 3)), np.array(y))


def test_probabilities_outside_zero_and_one_are_named():
    with pytest.raises(ValueError, match=r"\[0, 1\], given values from 0\.0 to 2\.0"):
        BinaryCrossEntropy()(np.zeros((2, 1)), np.array([[0.0], [2.0]]))
