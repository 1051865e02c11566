"""Checks of the labelled equations of the chapter "The chain rule".

The judges are differences, exact fractions, sums and paths written out, Jacobians by differences and PyTorch; where
nnlib computes an equation, it is held to it as well.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from nnlib import MSE, autodiff, dual, mlp, tanh
from nnlib.autodiff import Var
from nnlib.dual import Dual
from tests.formulas.labels import checks

H = 6e-6  # a step that suits central differences in float64


@pytest.fixture
def rng():
    return np.random.default_rng(17)


def slope(f, x):
    """The derivative of a function of one number, by its definition."""
    return (f(x + H) - f(x - H)) / (2 * H)


def jacobian(f, x):
    """One row for each output, one column for each input (arrays are flattened)."""
    x = np.asarray(x, float)
    columns = []
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = H
        columns.append(np.ravel(f(x + step) - f(x - step)) / (2 * H))
    return np.transpose(columns)


def close(a, b, tolerance=1e-8):
    assert np.shape(a) == np.shape(b)
    assert np.linalg.norm(b) > 1e-6, "two zeros agree whatever the formula"
    assert np.linalg.norm(np.subtract(a, b)) < tolerance * np.linalg.norm(b)


# One variable


@checks("eq-chain-rule")
def test_slopes_of_a_composition_multiply():
    f, g, u = math.sin, math.exp, 0.3
    assert slope(lambda u: f(g(u)), u) == pytest.approx(slope(f, g(u)) * slope(g, u), rel=1e-8)
    assert slope(lambda u: f(g(u)), u) != pytest.approx(slope(f, u) * slope(g, u), rel=0.1)


@checks("eq-chain-remainder")
def test_the_remainder_of_a_composition_is_what_the_two_remainders_leave():
    # Polynomials and fractions, so that both sides are exact.
    def g(x):
        return x**2

    def f(u):
        return u**3

    x = Fraction(3, 2)
    u, g_slope, f_slope = g(x), 2 * x, 3 * g(x) ** 2
    for h in (Fraction(1, 2), Fraction(-1, 10), Fraction(1, 1000)):

        def r_g(h):
            return g(x + h) - g(x) - g_slope * h

        def r_f(k):
            return f(u + k) - f(u) - f_slope * k

        remainder = f(g(x + h)) - f(g(x)) - f_slope * g_slope * h
        assert remainder == f_slope * r_g(h) + r_f(g_slope * h + r_g(h))
        assert abs(remainder / h) < 200 * abs(h), "small compared with h"


@checks("eq-chain-long")
def test_a_chain_has_one_factor_for_each_step_taken_where_it_receives_its_input():
    fs = [math.sin, math.exp, math.atan, lambda v: v**3]

    def whole(x):
        for f in fs:
            x = f(x)
        return x

    x, product = 0.4, 1.0
    v = x
    for f in fs:
        product *= slope(f, v)
        v = f(v)
    assert slope(whole, x) == pytest.approx(product, rel=1e-7)
    # nnlib's line: one elementwise function is one factor
    z = Var(0.4)
    autodiff.elementwise(np.arctan, lambda x, y: 1 / (1 + x * x))(autodiff.exp(z)).backward()
    assert float(z.grad) == pytest.approx(slope(lambda x: math.atan(math.exp(x)), 0.4), rel=1e-8)


# Several variables


@checks("eq-chain-sum")
def test_contributions_of_all_paths_are_added(rng):
    A = rng.normal(size=3)

    def v(u):
        return np.array([np.sin(u), u**2, np.exp(-u)])

    def loss(v):
        return np.tanh(A @ v) + v[0] * v[1] * v[2]

    u = 0.7
    by_path = jacobian(lambda v: np.atleast_1d(loss(v)), v(u))[0]
    total = sum(by_path[i] * slope(lambda u, i=i: v(u)[i], u) for i in range(3))
    assert slope(lambda u: loss(v(u)), u) == pytest.approx(total, rel=1e-8)


class Graph:
    """A random graph of products: step i multiplies two earlier ones. Node 0 to n - 1 are inputs."""

    def __init__(self, rng, n=2, steps=7):
        self.n, self.x = n, rng.uniform(0.5, 1.5, size=n)
        self.arguments = [tuple(rng.integers(0, i, size=2)) for i in range(n, n + steps)]
        self.arguments[-1] = (n + steps - 2, n + steps - 3)  # so that much of it counts

    def run(self, x):
        v = list(x)
        for a, b in self.arguments:
            v.append(v[a] * v[b])
        return v

    def arrows(self, v):
        """(step, argument, slope) for each arrow, in the order of computation."""
        for i, (a, b) in enumerate(self.arguments, start=self.n):
            yield i, a, v[b]
            yield i, b, v[a]

    def gradient(self):
        return jacobian(lambda x: np.atleast_1d(self.run(x)[-1]), self.x)[0]


@checks("eq-path-sum")
def test_the_derivative_is_the_sum_over_paths_of_the_products_of_slopes(rng):
    graph = Graph(rng)
    v = graph.run(graph.x)
    arrows = list(graph.arrows(v))
    last = len(v) - 1
    for start, right in enumerate(graph.gradient()):
        # Every subset of the arrows that forms a path from the input to the result, tried one by one.
        total = 0.0
        for length in range(1, 6):
            for path in itertools.combinations(arrows, length):
                ends = [start, *(step for step, _, _ in path)]
                begins = [argument for _, argument, _ in path]
                if begins == ends[:-1] and ends[-1] == last:
                    total += math.prod(s for _, _, s in path)
        longest = _longest(graph, start, last)
        assert longest <= 5, "the enumeration above must reach all paths"
        assert total == pytest.approx(right, rel=1e-7)


def _longest(graph, start, last):
    far = {start: 0}
    for i, (a, b) in enumerate(graph.arguments, start=graph.n):
        known = [far[j] for j in (a, b) if j in far]
        if known:
            far[i] = 1 + max(known)
    return far.get(last, 0)


@checks("eq-total")
def test_a_total_derivative_adds_what_follows_to_the_partial_one():
    def f(x, v):
        return math.sin(x * v) + x * x

    v, x = math.exp, 0.6
    partial = slope(lambda x: f(x, v(0.6)), x)
    followed = slope(lambda v: f(0.6, v), v(x)) * slope(v, x)
    total = slope(lambda x: f(x, v(x)), x)
    assert total == pytest.approx(partial + followed, rel=1e-8)
    assert abs(total - partial) > 0.1


@checks("eq-jacobian")
def test_the_jacobian_is_the_best_linear_approximation(rng):
    W, x, d = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=2)

    def y(x):
        return np.tanh(W @ x)

    J = (1 - np.tanh(W @ x) ** 2)[:, None] * W  # (m, n): derivative of output i by input j
    assert J.shape == (3, 2)
    remainders = [np.linalg.norm(y(x + h * d) - y(x) - J @ (h * d)) / h for h in (1e-2, 1e-3, 1e-4)]
    assert remainders[1] < 0.2 * remainders[0]
    assert remainders[2] < 0.2 * remainders[1]
    close(jacobian(y, x), J)


@checks("eq-chain-jacobian")
def test_jacobians_of_a_composition_multiply_the_outer_one_on_the_left(rng):
    A, B = rng.normal(size=(4, 2)), rng.normal(size=(3, 4))

    def g(x):
        return np.sin(A @ x)

    def f(u):
        return np.tanh(B @ u) * u[0]

    x = rng.normal(size=2)
    product = jacobian(f, g(x)) @ jacobian(g, x)
    assert product.shape == (3, 2)
    close(product, jacobian(lambda x: f(g(x)), x))
    entry = sum(jacobian(f, g(x))[2, q] * jacobian(g, x)[q, 1] for q in range(4))
    assert entry == pytest.approx(product[2, 1], rel=1e-12)


@checks("eq-chain-gradient")
def test_a_gradient_goes_back_through_the_transposed_jacobian(rng):
    A, c, x = rng.normal(size=(4, 2)), rng.normal(size=4), rng.normal(size=2)

    def u(x):
        return np.sin(A @ x)

    def loss(u):
        return np.array([np.exp(c @ u)])

    gradient_u = jacobian(loss, u(x))[0]
    close(jacobian(u, x).T @ gradient_u, jacobian(lambda x: loss(u(x)), x)[0])


# Graphs


@checks("eq-forward-mode")
def test_forward_accumulation_gives_the_derivative_along_a_direction(rng):
    graph, d = Graph(rng, n=3, steps=12), rng.normal(size=3)
    v = graph.run(graph.x)
    dot = [*d, *([0.0] * 12)]
    for step, argument, s in graph.arrows(v):
        dot[step] += s * dot[argument]
    by_nudging = [
        slope(lambda t, i=i: graph.run(graph.x + t * d)[i], 0.0) for i in range(3, len(v))
    ]
    close(dot[3:], by_nudging)
    close(graph.run([Dual(x, s) for x, s in zip(graph.x, d, strict=True)])[-1].dot, dot[-1], 1e-13)


@checks("eq-reverse-mode")
def test_reverse_accumulation_gives_the_derivative_by_every_node(rng):
    graph = Graph(rng, n=3, steps=12)
    v = graph.run(graph.x)
    consumers = [[] for _ in v]
    for step, argument, s in graph.arrows(v):
        consumers[argument].append((step, s))
    bar = [0.0] * len(v)
    bar[-1] = 1.0
    for j in reversed(range(len(v) - 1)):
        bar[j] = sum(bar[i] * s for i, s in consumers[j])
    close(bar[:3], graph.gradient())
    leaves = [Var(x) for x in graph.x]
    nodes = graph.run(leaves)
    nodes[-1].backward()
    close([float(node.grad) for node in nodes], bar, 1e-13)
    # ... and by a node inside: cut the graph there and nudge it.
    for cut in (4, 7):

        def from_here(value, cut=cut):
            w = [*v[:cut], value]
            for a, b in graph.arguments[cut + 1 - graph.n :]:
                w.append(w[a] * w[b])
            return w[-1]

        assert bar[cut] == pytest.approx(slope(from_here, v[cut]), rel=1e-7, abs=1e-9)


@checks("eq-adjoint")
def test_a_forward_and_a_reverse_sweep_give_the_same_number(rng):
    W, x, d, y_bar = (rng.normal(size=s) for s in ((3, 4), 4, 4, 3))
    J = jacobian(lambda x: np.tanh(W @ x), x)
    leaf = Var(x[:, None])
    (
        autodiff.elementwise(np.tanh, lambda z, a: 1 - a * a)(W @ leaf) * y_bar[:, None]
    ).sum().backward()
    forward = dual.tanh(Dual(W @ x, W @ d)).dot  # J d
    assert y_bar @ forward == pytest.approx(float(leaf.grad[:, 0] @ d), rel=1e-13)
    close(forward, J @ d)
    close(leaf.grad[:, 0], J.T @ y_bar)


# Dual numbers


@checks("eq-dual-product")
def test_dual_numbers_multiply_as_matrices_with_a_square_of_zero_do(rng):
    # a + b eps is the matrix [[a, b], [0, a]]: eps = [[0, 1], [0, 0]] has the square 0.
    a, b, c, d = rng.normal(size=4)
    product = np.array([[a, b], [0, a]]) @ np.array([[c, d], [0, c]])
    assert product[0].tolist() == pytest.approx([a * c, a * d + b * c], rel=1e-14)
    ours = Dual(a, b) * Dual(c, d)
    assert [ours.value, ours.dot] == pytest.approx(product[0].tolist(), rel=1e-14)


@checks("eq-dual")
@pytest.mark.parametrize(
    ("ours", "f"),
    [
        (dual.exp, math.exp),
        (dual.log, math.log),
        (dual.sin, math.sin),
        (dual.tanh, math.tanh),
        (lambda x: x**5, lambda x: x**5),
        (lambda x: 1 / (2 - x), lambda x: 1 / (2 - x)),
    ],
)
def test_a_function_of_a_dual_number_carries_its_slope_times_the_old_one(ours, f):
    a, b = 0.8, -1.7
    found = ours(Dual(a, b))
    assert found.value == pytest.approx(f(a), rel=1e-14)
    assert found.dot == pytest.approx(slope(f, a) * b, rel=1e-8)


# Vector-Jacobian products


def pulled_back(operation, x, y_bar):
    """What the tape returns for an operation on one array."""
    leaf = Var(x)
    (operation(leaf) * y_bar).sum().backward()
    return leaf.grad


@checks("eq-vjp-elementwise")
def test_back_through_an_elementwise_function(rng):
    x, y_bar = rng.normal(size=5), rng.normal(size=5)
    formula = np.array([slope(math.tanh, v) for v in x]) * y_bar
    close(formula, jacobian(np.tanh, x).T @ y_bar)
    op = autodiff.elementwise(tanh.f, tanh.df)
    close(pulled_back(op, x, y_bar), formula)


@checks("eq-vjp-affine")
def test_back_through_an_affine_map(rng):
    W, x, b, z_bar = (rng.normal(size=s) for s in ((3, 4), 4, 3, 3))
    close(W.T @ z_bar, jacobian(lambda x: W @ x + b, x).T @ z_bar)
    by_W = (jacobian(lambda W: W @ x + b, W).T @ z_bar).reshape(3, 4)
    close(z_bar[:, None] @ x[None, :], by_W)
    close(z_bar, jacobian(lambda b: W @ x + b, b).T @ z_bar)


@checks("eq-vjp-matmul")
def test_back_through_a_product_of_matrices(rng):
    A, B, C_bar = (rng.normal(size=s) for s in ((2, 3), (3, 4), (2, 4)))
    by_A = (jacobian(lambda A: A @ B, A).T @ C_bar.ravel()).reshape(2, 3)
    by_B = (jacobian(lambda B: A @ B, B).T @ C_bar.ravel()).reshape(3, 4)
    close(C_bar @ B.T, by_A)
    close(A.T @ C_bar, by_B)
    a, b = Var(A), Var(B)
    ((a @ b) * C_bar).sum().backward()
    close(a.grad, by_A)
    close(b.grad, by_B)


@checks("eq-vjp-copy")
def test_copying_forward_is_adding_backward(rng):
    b, Y_bar = rng.normal(size=3), rng.normal(size=(5, 3))
    formula = [sum(Y_bar[i, j] for i in range(5)) for j in range(3)]
    close(formula, jacobian(lambda b: np.tile(b, (5, 1)), b).T @ Y_bar.ravel())
    close(pulled_back(lambda b: np.zeros((5, 3)) + b, b, Y_bar), formula)


@checks("eq-vjp-softmax")
def test_back_through_softmax(rng):
    z, p_bar = rng.normal(size=4), rng.normal(size=4)
    p = np.array([math.exp(v) for v in z]) / sum(math.exp(v) for v in z)
    formula = p * (p_bar - (p_bar @ p) * np.ones(4))
    t = torch.tensor(z, requires_grad=True)
    (torch.softmax(t, dim=0) @ torch.tensor(p_bar)).backward()
    close(formula, t.grad.numpy(), 1e-13)
    assert sum(formula) == pytest.approx(0, abs=1e-15)


# Cost


@checks("eq-mode-cost")
@pytest.mark.parametrize(("n", "m"), [(1, 4), (3, 2), (5, 1)])
def test_a_sweep_for_each_input_or_for_each_output(n, m, rng):
    graph = Graph(rng, n=n, steps=15)
    v = graph.run(graph.x)
    arrows = list(graph.arrows(v))
    outputs, count = range(len(v) - m, len(v)), {"forward": 0, "reverse": 0}
    ahead, back = np.zeros((m, n)), np.zeros((m, n))
    for j in range(n):
        dot = [float(i == j) for i in range(len(v))]
        for step, argument, s in arrows:
            dot[step] += s * dot[argument]
            count["forward"] += 1
        ahead[:, j] = [dot[i] for i in outputs]
    for row, i in enumerate(outputs):
        bar = [float(k == i) for k in range(len(v))]
        for step, argument, s in reversed(arrows):
            bar[argument] += bar[step] * s
            count["reverse"] += 1
        back[row] = bar[:n]
    E = 2 * 15
    assert count == {"forward": n * E, "reverse": m * E}
    close(ahead, jacobian(lambda x: np.array(graph.run(x)[-m:]), graph.x))
    close(back, ahead, 1e-12)


@checks("eq-mode-chain")
@pytest.mark.parametrize("sizes", [(4, 7, 3, 2), (1, 5, 5, 6), (3, 3), (2, 6, 1, 6, 2)])
def test_the_price_of_a_chain_of_jacobians_from_either_end(sizes):
    def multiply(A, B, count):
        out = np.zeros((A.shape[0], B.shape[1]))
        for i, j, q in itertools.product(range(A.shape[0]), range(B.shape[1]), range(A.shape[1])):
            out[i, j] += A[i, q] * B[q, j]
            count[0] += 1
        return out

    rng, L = np.random.default_rng(0), len(sizes) - 1
    J = [rng.normal(size=(sizes[l], sizes[l - 1])) for l in range(1, L + 1)]  # J[0] at the input
    ahead, back = [0], [0]
    forward, reverse = J[0], J[-1]
    for matrix in J[1:]:
        forward = multiply(matrix, forward, ahead)
    for matrix in reversed(J[:-1]):
        reverse = multiply(reverse, matrix, back)
    close(forward, reverse, 1e-12)
    n = sizes
    assert ahead[0] == n[0] * sum(n[l] * n[l - 1] for l in range(2, L + 1))
    assert back[0] == n[L] * sum(n[l] * n[l - 1] for l in range(1, L))


@checks("eq-gradient-sum")
def test_the_gradient_of_a_sum_is_the_sum_of_the_gradients(rng):
    net, x, y = mlp([2, 3, 1], tanh, rng=rng), rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    start = net.theta.copy()

    def two_losses(theta):
        net.theta[:] = theta
        out = net.predict(x)
        return np.array([MSE()(out[:1], y[:1]), MSE()(out[1:], y[1:])])

    first, second = jacobian(two_losses, start)
    both = jacobian(lambda theta: np.atleast_1d(two_losses(theta).sum()), start)[0]
    close(first + second, both)
    w = Var(0.7)  # and two calls of the tape add
    (w * w).backward()
    autodiff.exp(w).backward()
    assert float(w.grad) == pytest.approx(slope(lambda w: w * w + math.exp(w), 0.7), rel=1e-8)
