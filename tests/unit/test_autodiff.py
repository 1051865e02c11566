"""Both modes of automatic differentiation against known numbers, each other, nnlib and PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlib import dual
from nnlib.autodiff import Var, exp, log, unbroadcast
from nnlib.dual import Dual
from tests.unit.finite import derivative

RNG = np.random.default_rng


def test_the_number_of_the_book():
    x = Var(3.0)
    y = x**2 * (x**2 + x)
    y.backward()
    assert y.value == 108
    assert x.grad == 135
    assert (Dual(3.0, 1.0) ** 2 * (Dual(3.0, 1.0) ** 2 + Dual(3.0, 1.0))).dot == 135
    assert repr(x) == "Var(3.0, grad=135.0)"


@pytest.mark.parametrize("dtype", [int, np.float32])
def test_whatever_is_given_the_tape_computes_in_float64(dtype):
    x = Var(np.array([1, 2], dtype))
    x.sum().backward()
    assert x.value.dtype == x.grad.dtype == np.float64


def test_a_second_call_adds_to_the_leaves_and_forgets_what_lies_between():
    x = Var(3.0)
    y = x**2 * (x**2 + x)
    y.backward()
    y.backward()
    assert x.grad == 270  # not 459


def test_a_chain_of_a_hundred_thousand_operations():
    x = Var(1.0)
    y = x
    for _ in range(50_000):
        y = y * 1.0001 + 0.0
    y.backward()
    assert x.grad == pytest.approx(1.0001**50_000, rel=1e-9)


FORMULAS = {
    "arithmetic": lambda x, e, ln: (2 - x) / (1 + x * x) - 3 / x + x**-0.5 - (-x) * 4,
    "composed": lambda x, e, ln: e(-(x**2)) * ln(x + 1) / (1 + e(x)),
    "many paths": lambda x, e, ln: x * x * x * x + ln(x * x) * x - (x - 1) * (x + 1),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_forward_and_reverse_agree_with_central_differences(name):
    f = FORMULAS[name]
    at = np.array([0.3, 1.0, 2.7])
    x = Var(at)
    f(x, exp, log).backward()
    forward = f(Dual(at, np.ones(3)), dual.exp, dual.log)
    np.testing.assert_allclose(forward.value, f(at, np.exp, np.log))
    np.testing.assert_allclose(x.grad, forward.dot, rtol=1e-12)
    np.testing.assert_allclose(x.grad, derivative(lambda t: f(t, np.exp, np.log), at), rtol=1e-8)


@pytest.mark.parametrize("at", [0.0, -2.0, 3.0])
@pytest.mark.parametrize("k", [0, 1, 2, 3, 0.0, 2.0])
def test_powers_have_their_slope_at_zero_too(at, k):
    slope = 0 if k == 0 else k * at ** (k - 1)
    x = Var(at)
    (x**k).backward()
    assert x.grad == (Dual(at, 1.0) ** k).dot == slope
    assert (Dual(np.array([at]), np.ones(1)) ** k).dot == slope


def test_the_second_derivative_of_a_polynomial_at_zero():
    x = Dual(Dual(0.0, 1.0), Dual(1.0, 0.0))
    y = sum((c * x**i for i, c in enumerate([5.0, 4.0, 3.0, 2.0])), Dual(0.0))
    assert (y.value.value, y.value.dot, y.dot.dot) == (5, 4, 6)


def test_functions_of_dual_numbers():
    at = np.array([0.3, 1.2])
    for ours, numpys in ((dual.sin, np.sin), (dual.tanh, np.tanh)):
        result = ours(Dual(at, np.ones(2)))
        np.testing.assert_allclose(result.value, numpys(at))
        np.testing.assert_allclose(result.dot, derivative(numpys, at), rtol=1e-8)


def test_one_forward_pass_is_one_directional_derivative():
    direction = np.array([1.0, -2.0, 0.5])
    x = np.array([0.2, 0.4, 0.6])
    leaf = Var(x)
    (leaf * leaf * leaf).sum().backward()
    x_d = Dual(x, direction)
    assert np.sum((x_d * x_d * x_d).dot) == pytest.approx(leaf.grad @ direction)


def test_numpy_on_the_left():
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = Var(np.ones((2, 1)))
    (A @ x).sum().backward()
    np.testing.assert_array_equal(x.grad, [[4], [6]])
    y = Var(2.0)
    (np.array([1.0, 2.0]) * y).sum().backward()
    assert y.grad == 3
    assert Dual(2.0).dot == 0  # a constant
    assert (np.array([1.0, 2.0]) * Dual(2.0, 1.0)).dot.tolist() == [1, 2]
    assert (np.array([1.0, 2.0]) + Dual(2.0, 1.0)).dot.tolist() == [1, 1]


def test_a_matrix_times_a_vector():
    rng = np.random.default_rng(0)
    A, x, c = Var(rng.normal(size=(3, 3))), Var(rng.normal(size=3)), rng.normal(size=3)
    (c * (A @ x)).sum().backward()
    np.testing.assert_allclose(A.grad, np.outer(c, x.value))
    np.testing.assert_allclose(x.grad, A.value.T @ c)


@pytest.mark.parametrize("shapes", [((2,), (2, 2)), ((2,), (2,)), ((2, 2, 2), (2, 2, 2))])
def test_other_products_are_refused(shapes):
    a, b = map(np.ones, shapes)
    for product in (lambda: Var(a) @ b, lambda: a @ Var(b)):
        with pytest.raises(
            ValueError, match=r"a matrix, then a matrix or a vector; dimensions: \("
        ):
            product()


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_sums_and_broadcasting_are_pytorchs(axis):
    rng = RNG(0)
    a, b, c = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(3, 1))
    ours = [Var(v) for v in (a, b, c)]
    theirs = [torch.tensor(v, requires_grad=True) for v in (a, b, c)]
    x, y, z = ours
    ((x * y + z) ** 2 * (x + z)).sum(axis).backward()
    x, y, z = theirs
    ((x * y + z) ** 2 * (x + z)).sum().backward()
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), rtol=1e-10)


@given(
    sizes=st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=3),
    more=st.lists(st.integers(1, 3), max_size=2),
    seed=st.integers(0, 99),
)
def test_summing_backward_is_the_transpose_of_repeating_forward(sizes, more, seed):
    v = RNG(seed).normal(size=[1 if repeated else n for n, repeated in sizes])
    g = RNG(seed).normal(size=[*more, *(n for n, _ in sizes)])
    pulled = unbroadcast(g, v.shape)
    assert pulled.shape == v.shape
    assert np.sum(pulled * v) == pytest.approx(np.sum(g * np.broadcast_to(v, g.shape)), abs=1e-12)
