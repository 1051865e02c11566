"""Backpropagation through networks drawn at random, before three judges: PyTorch, the tape, central differences."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    ACTIVATIONS,
    MSE,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    Input,
    Network,
    Skip,
    SoftmaxCrossEntropy,
    softplus,
)
from nnlib.autodiff import Var, elementwise, exp, log
from nnlib.extensions import Gain, Huber, sine
from tests.unit.test_activations import TORCH

RNG = np.random.default_rng
MSE_, BCE, CE, HUBER = MSE(), BinaryCrossEntropy(), SoftmaxCrossEntropy(), Huber()

widths = st.integers(1, 32)
functions = st.sampled_from([*ACTIVATIONS.values(), sine])
layer_plans = st.one_of(
    st.tuples(st.just("dense"), widths, functions),
    st.tuples(st.just("skip"), widths, functions),
    st.tuples(st.just("dropout"), st.floats(0, 0.9)),
    st.tuples(st.just("gain")),
)


def build(plan: list[tuple], n_in: int, n_out: int, rng: np.random.Generator) -> Network:
    """Return the planned layers, and a last one of ``n_out`` units, as a network of nnlib."""
    layers, width = [], n_in
    for kind, *how in plan:
        if kind == "dense":
            width = how[0]
            layers.append(Dense(*how))
        elif kind == "skip":
            layers.append(Skip(Dense(*how), Dense(width)))
        else:
            layers.append(Dropout(how[0], rng=rng) if kind == "dropout" else Gain())
    net = Network(Input(n_in), *layers, Dense(n_out), rng=rng)
    net.theta += rng.normal(0, 0.3, net.theta.shape)  # what starts at zero moves away from it
    return net


def parameters(net: Network, theta: np.ndarray) -> Iterator[np.ndarray]:
    """Yield W, b, W, b, ... of a vector of all parameters."""
    start = 0
    for layer in net.layers:
        for part in layer.parts():
            for shape in part.shapes().values():
                end = start + int(np.prod(shape))
                yield theta[start:end].reshape(shape)
                start = end


def outputs(
    plan: list[tuple], net: Network, p: Iterator, x: np.ndarray, apply: Callable, lift: Callable
) -> object:
    """Compute the network from its plan with another kind of arrays: ``lift`` makes one, as those in ``p`` are."""
    a = lift(x)
    for layer, (kind, *how) in zip(net.layers[1:], plan, strict=False):
        if kind == "dense":
            a = apply(how[1], a @ next(p).T + next(p))
        elif kind == "skip":
            inner = apply(how[1], a @ next(p).T + next(p))
            a = a + (inner @ next(p).T + next(p))
        elif kind == "dropout":
            a = a * lift(layer.mask)  # the units that the library switched off in this batch
        else:
            a = a * (next(p) + 1.0)
    return a @ next(p).T + next(p)


def by_pytorch(plan, net, loss, x, y):
    in_torch = TORCH | {"sine": torch.sin}
    p = [torch.tensor(part, requires_grad=True) for part in parameters(net, net.theta)]
    out = outputs(plan, net, iter(p), x, lambda f, z: in_torch[f.name](z), torch.tensor)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    huber = torch.nn.functional.huber_loss
    value = {
        MSE_: lambda: ((out - torch.tensor(y)) ** 2).sum() / len(x),
        BCE: lambda: cross_entropy(out, torch.tensor(y), reduction="sum") / len(x),
        CE: lambda: torch.nn.functional.cross_entropy(out, torch.tensor(y)),
        HUBER: lambda: huber(out, torch.tensor(y), reduction="sum") / len(x),
    }[loss]()
    value.backward()
    return value.item(), np.concatenate([part.grad.numpy().ravel() for part in p])


def by_tape(plan, net, loss, x, y):
    pieces = elementwise(
        lambda e: np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5),
        lambda e, _: np.clip(e, -1, 1),
    )
    p = [Var(part) for part in parameters(net, net.theta)]
    out = outputs(plan, net, iter(p), x, lambda f, z: elementwise(f.f, f.df)(z), Var)
    value = {
        MSE_: lambda: ((out - y) ** 2).sum(),
        BCE: lambda: (elementwise(softplus.f, softplus.df)(out) - out * y).sum(),
        CE: lambda: log(exp(out).sum(axis=1)).sum() - (out * y).sum(),
        HUBER: lambda: pieces(out - y).sum(),
    }[loss]() * (1 / len(x))
    value.backward()
    return float(value.value), np.concatenate([part.grad.ravel() for part in p])


def along(direction, plan, net, loss, x, y):
    """Return the derivative of the loss in a direction, by a central difference."""

    def value(theta):
        p = parameters(net, theta)
        return loss(outputs(plan, net, p, x, lambda f, z: f(z), np.asarray), y)

    h = 6e-6
    step = h * direction
    return (value(net.theta + step) - value(net.theta - step)) / (2 * h)


def near_a_kink(net: Network) -> bool:
    parts = [part for layer in net.layers[1:] for part in layer.parts() if isinstance(part, Dense)]
    kinked = [part for part in parts if part.f.name in {"relu", "leaky_relu"}]
    return any(np.abs(part.z).min() < 1e-3 for part in kinked)


@settings(max_examples=150)
@given(
    plan=st.lists(layer_plans, max_size=5),
    ends=st.tuples(widths, st.integers(1, 8)),
    m=st.integers(1, 64),
    loss=st.sampled_from([MSE_, BCE, CE, HUBER]),
    seed=st.integers(0, 2**32 - 1),
)
def test_three_judges_find_the_gradient_right(plan, ends, m, loss, seed):
    rng = RNG(seed)
    net = build(plan, *ends, rng)
    x, y = rng.normal(size=(m, ends[0])), rng.uniform(size=(m, ends[1]))
    y /= y.sum(axis=1, keepdims=True)  # a distribution, so that every loss takes it
    out = net.forward(x)
    net.backward(loss.grad(out, y))
    for judge in (by_pytorch, by_tape):
        value, gradient = judge(plan, net, loss, x, y)
        np.testing.assert_allclose(loss(out, y), value, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(
            np.linalg.norm(net.grad - gradient), 0, atol=1e-10 * np.linalg.norm(gradient) + 1e-13
        )
    if not near_a_kink(net):
        directions = rng.normal(size=(5, net.theta.size))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        numeric = [along(d, plan, net, loss, x, y) for d in directions]
        # The loss is known to some rounding of the largest outputs, its differences no better.
        size = max(np.linalg.norm(net.grad), 1e-3 * max(abs(loss(out, y)), np.abs(out).max()))
        assert np.abs(directions @ net.grad - numeric).max() <= 1e-6 * size
