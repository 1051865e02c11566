"""The four extensions that the book shows: right, short, and at home in every part of the library."""

import ast
import inspect

import numpy as np
import pytest
import torch

from nnlib import (
    MSE,
    Adam,
    Dense,
    Input,
    Network,
    check_gradient,
    extensions,
    mlp,
    relu,
    tanh,
    train,
)
from nnlib.extensions import Gain, Huber, SignDescent, sine
from tests.unit.finite import derivative, gradient

RNG = np.random.default_rng


def code_lines(source):
    """Return the number of lines of code, without docstrings and blank lines."""
    docstrings = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    lines = enumerate(source.splitlines(), start=1)
    return sum(1 for number, line in lines if line.strip() and number not in docstrings)


@pytest.mark.parametrize("extension", [Huber, SignDescent, Gain])
def test_each_is_under_ten_lines(extension):
    assert 3 <= code_lines(inspect.getsource(extension)) < 10


def test_no_fifth_one_without_a_test():
    own = {
        name
        for name, thing in vars(extensions).items()
        if getattr(thing, "__module__", "") == extensions.__name__
    }
    assert own == {"Huber", "SignDescent", "Gain"}
    assert "sine" in vars(extensions)


def test_the_activation():
    z = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(sine.df(z, sine(z)), derivative(np.sin, z), rtol=1e-8, atol=1e-10)
    assert repr(sine) == "sine"
    net = mlp([3, 6, 2], sine, rng=RNG(0))
    assert check_gradient(net, MSE(), RNG(1).normal(size=(5, 3)), RNG(2).normal(size=(5, 2))).ok


def test_the_loss_is_pytorchs():
    out, y = 2 * RNG(0).normal(size=(6, 3)), RNG(1).normal(size=(6, 3))
    assert (np.abs(out - y) > 1).any()
    assert (np.abs(out - y) < 1).any()
    theirs = torch.nn.functional.huber_loss(torch.tensor(out), torch.tensor(y), reduction="sum") / 6
    assert Huber()(out, y) == pytest.approx(theirs.item(), rel=1e-12)
    np.testing.assert_allclose(
        Huber().grad(out, y), gradient(lambda o: Huber()(o, y), out), atol=1e-9
    )
    with pytest.raises(
        ValueError, match="expected the same"
    ):  # the checks come with the base class
        Huber()(out, y[:, 0])


def test_the_optimiser():
    theta = np.array([1.0, 1.0, 1.0])
    SignDescent(0.5).step(theta, np.array([3.0, -0.1, 0.0]))
    np.testing.assert_array_equal(theta, [0.5, 1.5, 1.0])
    assert repr(SignDescent(0.5)) == "SignDescent(lr=0.5)"


def test_the_layer():
    rng = RNG(2)
    net = Network(Input(3), Dense(4, tanh), Gain(), Dense(2), rng=rng)
    np.testing.assert_array_equal(net.layers[2].g, np.zeros(4))
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    net.theta += rng.normal(0, 0.2, net.theta.shape)
    result = check_gradient(net, MSE(), x, y)
    assert result.ok, str(result)
    assert list(result.errors) == ["W1", "b1", "g2", "W3", "b3"]
    assert repr(net.layers[2]) == "Gain()"
    np.testing.assert_array_equal(net.predict(x), net.forward(x))


@pytest.mark.parametrize("optimizer", [SignDescent(0.005), Adam(0.02)])
def test_all_of_them_together_learn_a_curve(optimizer):
    rng = RNG(0)
    net = Network(Input(1), Dense(16, sine), Gain(), Dense(8, relu), Dense(1), rng=rng)
    x = rng.uniform(-1, 1, (64, 1))
    options = {"epochs": 200, "batch_size": 16, "rng": rng}
    losses = [r.loss for r in train(net, Huber(), optimizer, x, np.sin(3 * x), **options)]
    assert losses[-1] < 0.1 * losses[0]
