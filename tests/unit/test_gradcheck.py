"""The judge is judged: it accepts right gradients and rejects wrong ones."""

import numpy as np
import pytest

from nnlib import (
    MSE,
    Dense,
    Dropout,
    GradientCheck,
    Input,
    Layer,
    Network,
    central_difference,
    check_gradient,
    mlp,
    relative_error,
    relu,
    tanh,
)

RNG = np.random.default_rng


def test_known_derivatives():
    assert central_difference(np.exp, 1.0) == pytest.approx(np.e, rel=1e-10)
    theta = np.array([[1.0, -2.0], [3.0, 0.0]])
    np.testing.assert_allclose(
        central_difference(lambda t: (t**2).sum(), theta), 2 * theta, atol=1e-8
    )
    np.testing.assert_array_equal(theta, [[1, -2], [3, 0]])  # left as it was
    # The step grows with the entry: at 1e6 a step of 6e-6 would be lost in rounding.
    assert central_difference(np.square, 1e6) == pytest.approx(2e6, rel=1e-9)


def test_f_may_return_or_change_what_it_was_given():
    assert central_difference(lambda t: t, 2.0) == pytest.approx(1, rel=1e-10)
    assert central_difference(lambda t: t if t > 0 else 0.01 * t, 2.0) == pytest.approx(1, rel=1e-9)
    doubled = central_difference(lambda t: np.multiply(t, 2, out=t).sum(), [1.0, 2.0])
    np.testing.assert_allclose(doubled, [2, 2], rtol=1e-9)


def test_f_returns_one_number():
    with pytest.raises(ValueError, match=r"f returned shape \(2,\), expected one number"):
        central_difference(np.square, [1.0, 2.0])


def test_the_step_is_the_cube_root_of_epsilon_times_the_entry_at_least_1():
    visited = []
    theta = np.array([0.5, -1e4])
    central_difference(lambda t: visited.append(t - theta) or 0.0, theta)
    h = np.finfo(float).eps ** (1 / 3)
    expected = [[h, 0], [-h, 0], [0, 1e4 * h], [0, -1e4 * h]]
    np.testing.assert_allclose(visited, expected, rtol=1e-9)


def test_the_error_has_the_sizes_the_book_states():
    def error(h):
        return abs(central_difference(lambda t: float(np.exp(t)), 1.0, h) - np.e)

    assert error(1e-5) < 1e-10
    assert error(1e-2) == pytest.approx(np.e * 1e-4 / 6, rel=1e-3)  # h^2/6 f'''
    assert error(1e-13) > 1e-5  # rounding


def test_float32_is_checked_in_float64():
    theta = np.array([0.1, 0.2], np.float32)
    assert central_difference(lambda t: (t**3).sum(), theta).dtype == np.float64


def test_relative_error():
    g = np.array([3.0, -4.0])
    assert relative_error(g, g) == 0
    assert relative_error(g, -g) == 2
    assert relative_error(2 * g, g) == 0.5
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.zeros(2), g) == relative_error(g, np.zeros(2)) == 1
    single = np.array([0.1, 0.3], np.float32)  # computed in float64 all the same
    assert relative_error(single, np.zeros(2)) == relative_error(np.zeros(2), single) == 1
    with pytest.raises(ValueError, match=r"\(2,\) and \(2, 1\)"):
        relative_error(g, g[:, None])


def test_an_error_as_large_as_the_tolerance_passes():
    result = GradientCheck({"W1": 1e-6, "b1": 0.0}, tolerance=1e-6)
    assert result.ok
    assert str(result).count("ok") == 2


def test_a_gradient_that_is_no_number_is_wrong_wherever_it_stands():
    for errors in ({"W1": 1e-9, "b1": np.nan}, {"W1": np.nan, "b1": 1e-9}):
        result = GradientCheck(errors, tolerance=1e-6)
        assert not result.ok
        assert str(result).count("WRONG") == 1


class Flawed(Dense):
    """A dense layer with one mistake of the kind people make."""

    def __init__(self, n, f, mistake):
        super().__init__(n, f)
        self.mistake = mistake

    def backward(self, d_a):
        super().backward(d_a)
        match self.mistake:
            case "sign":
                self.grads["W"] *= -1
            case "transpose":
                self.grads["W"][:] = self.grads["W"].T.copy()
            case "mean":
                self.grads["b"] /= len(d_a)
            case "derivative of a":
                self.delta = d_a * (1 - np.tanh(self.a) ** 2)
                self.grads["W"][:] = self.delta.T @ self.a_in
            case "none":
                pass


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("none", set()),
        ("sign", {"W2"}),
        ("transpose", {"W2"}),
        ("mean", {"b2"}),
        ("derivative of a", {"W2", "W1", "b1"}),
    ],
)
def test_mistakes_are_found_and_named_block_by_block(mistake, wrong):
    rng = RNG(0)
    net = Network(Input(3), Dense(4, tanh), Flawed(4, tanh, mistake), Dense(2), rng=rng)
    start = net.theta.copy()
    result = check_gradient(net, MSE(), rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))
    assert {name for name, error in result.errors.items() if error > result.tolerance} == wrong
    assert result.ok == (not wrong)
    assert str(result).count("WRONG") == len(wrong)
    assert list(result.errors) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    np.testing.assert_array_equal(net.theta, start)


def test_parameters_come_back_even_if_the_loss_raises():
    net = mlp([2, 2, 1], tanh, rng=RNG(0))
    start = net.theta.copy()

    class Fragile(MSE):
        calls = 0

        def value(self, out, y):
            self.calls += 1
            if self.calls == 5:
                raise RuntimeError("out of order")
            return super().value(out, y)

    with pytest.raises(RuntimeError, match="out of order"):
        check_gradient(net, Fragile(), np.ones((3, 2)), np.ones((3, 1)))
    np.testing.assert_array_equal(net.theta, start)


def test_parameters_that_are_not_finite_are_refused():
    net = mlp([2, 1], tanh, rng=RNG(0))
    net.theta[1] = np.nan
    with pytest.raises(ValueError, match=r"^net\.theta must be finite"):
        check_gradient(net, MSE(), np.ones((3, 2)), np.ones((3, 1)))


def test_a_network_that_predicts_something_else_cannot_be_checked():
    def check_with(p):
        net = Network(Input(2), Dense(8, tanh), Dropout(p, rng=RNG(1)), Dense(1), rng=RNG(0))
        return check_gradient(net, MSE(), np.ones((3, 2)), np.ones((3, 1)))

    assert check_with(0.0).ok
    with pytest.raises(ValueError, match=r"forward and predict differ.*Dropout"):
        check_with(0.5)


def test_a_layer_of_ones_own_that_predicts_something_else_is_not_taken_for_dropout():
    class BatchMean(Layer):
        def forward(self, a_in):
            return a_in - a_in.mean(axis=0)

        def predict(self, a_in):
            return a_in

    net = Network(Input(2), BatchMean(), Dense(1), rng=RNG(0))
    with pytest.raises(ValueError, match="any other layer that predicts otherwise than it trains"):
        check_gradient(net, MSE(), RNG(1).normal(size=(3, 2)), np.ones((3, 1)))


def test_outputs_that_are_not_numbers_are_wrong_and_no_other_network():
    net = mlp([1, 2, 1], relu, rng=RNG(0))
    net.layers[1].W[:] = net.layers[1].b[:] = 1e308  # their sum is infinite
    net.layers[2].W[:] = [1, -1]
    with np.errstate(all="ignore"):
        assert np.isnan(net.forward([[1.0]]))
        assert not check_gradient(net, MSE(), [[1.0]], [[1.0]]).ok


def test_float32_is_refused():
    net = mlp([2, 1], tanh, rng=RNG(0), dtype=np.float32)
    with pytest.raises(ValueError, match="needs float64, the network is float32"):
        check_gradient(net, MSE(), np.ones((3, 2)), np.ones((3, 1)))
