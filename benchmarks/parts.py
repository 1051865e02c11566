"""Where the time of one training step of nnlib goes, part by part, beside its bare matrix products."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from statistics import median

import numpy as np
from peers import Run, seconds

from nnlib import MSE, SGD, Adam, Loss, Network, SoftmaxCrossEntropy, mlp, relu
from nnlib.training import _norm_or_raise, batches


def microseconds(part: Run, rounds: int = 21, repeats: int = 300) -> float:
    """Return the median time of ``part`` over the rounds."""
    return 1e6 * median(seconds(part, repeats) / repeats for _ in range(rounds))


def forward_products(net: Network) -> None:
    """Do the products of the forward pass alone."""
    for layer in net.layers[1:]:
        layer.a_in @ layer.W.T


def backward_products(net: Network) -> None:
    """Do the products of BP3 and BP2 alone."""
    for layer in reversed(net.layers[1:]):
        np.matmul(layer.delta.T, layer.a_in, out=layer.grads["W"])
        if layer is not net.layers[1]:
            layer.delta @ layer.W


def parts(net: Network, loss: Loss, x: np.ndarray, y: np.ndarray) -> dict[str, Run]:
    """Return what one step of `nnlib.train` consists of, each part ready to be run again and again."""
    sgd, adam, rng = SGD(0.0), Adam(0.0), np.random.default_rng(0)
    out = net.forward(x)
    d_out = loss.grad(out, y)
    net.backward(d_out)
    endless = itertools.chain.from_iterable(
        batches(np.tile(x, (20, 1)), np.concatenate([y] * 20), len(x), rng)
        for _ in itertools.repeat(None)
    )
    return {
        "batch taken from the data": lambda: next(endless),
        "forward pass": lambda: net.forward(x),
        "of it, products forward": lambda: forward_products(net),
        "loss": lambda: loss(out, y),
        "gradient of the loss": lambda: loss.grad(out, y),
        "backward pass": lambda: net.backward(d_out),
        "of it, products backward": lambda: backward_products(net),
        "loss and gradient finite?": lambda: _norm_or_raise(net, 1.0, sgd, 1),
        "update, SGD": lambda: sgd.step(net.theta, net.grad),
        "update, Adam": lambda: adam.step(net.theta, net.grad),
    }


def table() -> Iterable[str]:
    """Yield the rows of the table, in microseconds."""
    rng = np.random.default_rng(0)
    columns = {}
    for sizes, m, loss in [
        ([10, 64, 2], 100, MSE()),
        ([64, 64, 10], 64, MSE()),
        ([64, 128, 10], 64, SoftmaxCrossEntropy()),
    ]:
        x = rng.normal(size=(m, sizes[0]))
        y = rng.normal(size=(m, sizes[-1])) if isinstance(loss, MSE) else rng.integers(10, size=m)
        net = mlp(sizes, relu, rng=rng)
        columns[f"{'-'.join(map(str, sizes))}, m = {m}, {loss!r}"] = parts(net, loss, x, y)
    yield f"| µs | {' | '.join(columns)} |"
    yield "|---|" + "---|" * len(columns)
    for name in next(iter(columns.values())):
        times = [f"{microseconds(column[name]):.1f}" for column in columns.values()]
        yield f"| {name} | {' | '.join(times)} |"
