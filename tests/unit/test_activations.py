"""Each activation against its definition, central differences and PyTorch."""

import copy
import pickle

import cloudpickle
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlib import ACTIVATIONS, Activation, init, leaky_relu, relu, sigmoid, softplus, tanh
from tests.unit.finite import derivative

Z = np.array([-30.0, -3.3, -1.0, -0.2, -1e-3, 1e-3, 0.4, 1.0, 2.5, 30.0])  # kinks are at 0 only
EACH = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=str)

TORCH = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "softplus": lambda z: torch.nn.functional.softplus(z, threshold=100.0),
}


@EACH
def test_value_and_derivative_are_those_of_pytorch(f):
    z = torch.tensor(Z, requires_grad=True)
    a = TORCH[f.name](z)
    a.sum().backward()
    np.testing.assert_allclose(f(Z), a.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(f.df(Z, f(Z)), z.grad.numpy(), rtol=1e-10, atol=1e-15)


@EACH
def test_derivative_is_the_central_difference(f):
    np.testing.assert_allclose(f.df(Z, f(Z)), derivative(f, Z), rtol=1e-7, atol=1e-9)


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_of_the_numbers_is_kept(f, dtype):
    z = Z.astype(dtype)
    assert f(z).dtype == dtype
    assert f.df(z, f(z)).dtype == dtype


@EACH
def test_whole_numbers_have_the_same_slopes(f):
    z = np.array([-2, -1, 0, 1, 2])
    np.testing.assert_array_equal(f.df(z, f(z)), f.df(z.astype(float), f(z.astype(float))))


@EACH
def test_no_overflow_at_the_ends(f):
    z = np.array([-1e4, 1e4])
    assert np.isfinite(f(z)).all()
    assert np.isfinite(f.df(z, f(z))).all()


@given(st.floats(-700, 700))
def test_sigmoid_and_tanh_are_one_function(z):
    assert tanh(np.float64(z)) == pytest.approx(2 * sigmoid(2 * np.float64(z)) - 1, abs=1e-15)
    assert sigmoid(np.float64(-z)) == pytest.approx(1 - sigmoid(np.float64(z)), abs=1e-15)


@given(st.floats(-100, 100), st.floats(1e-6, 10))
def test_all_rise(z, step):
    for f in ACTIVATIONS.values():
        assert f(np.float64(z + step)) >= f(np.float64(z))


def test_softplus_minus_its_mirror_image_is_the_identity():
    np.testing.assert_allclose(softplus(Z) - softplus(-Z), Z, rtol=1e-12)


def test_the_convention_at_a_kink_is_the_slope_on_the_left():
    zero = np.zeros(1)
    assert relu.df(zero, relu(zero)) == 0
    assert leaky_relu.df(zero, leaky_relu(zero)) == 0.01  # as in PyTorch


@EACH
@pytest.mark.parametrize("package", [pickle, cloudpickle])
def test_another_process_gets_the_librarys_own(f, package):
    """A search's objective is sent to its processes so; equality decides how a layer's weights start."""
    there = package.loads(package.dumps(f))
    assert there is f
    assert copy.deepcopy(f) is f
    assert init.default_for(there) is init.default_for(f)


def test_an_activation_of_ones_own_reaches_another_process_though_its_name_is_taken():
    mine = Activation("relu", f=lambda z: z**3, df=lambda z, a: 3 * z**2)
    there = cloudpickle.loads(cloudpickle.dumps(mine))
    assert (there.name, there(2.0), there.df(2.0, 8.0)) == ("relu", 8.0, 12.0)
