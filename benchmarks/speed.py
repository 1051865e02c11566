"""Compare the speed of nnlib with PyTorch, scikit-learn and bare matrix products, as ratios of paired runs.

::

    python benchmarks/speed.py        # a few minutes; writes benchmarks/RESULTS.md

Each round times both sides one right after the other, so that whatever else the machine does hits both; the number
is the median of the rounds' ratios. Both sides compute in float64 and do the same work: forward pass, the loss as
a number, gradient, update.
"""

from __future__ import annotations

import os
import platform
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from time import perf_counter

# Some machines name a foreign kernel for OpenBLAS, which slows numpy; the defaults are what readers have.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import itertools

import numpy as np
import sklearn
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from nnlib import MSE, SGD, Adam, SoftmaxCrossEntropy, accuracy, data, mlp, relu, train

Step = Callable[[], object]

SIZES = [([10, 64, 2], 100), ([2, 16, 16, 1], 32), ([64, 64, 10], 64), ([784, 512, 512, 10], 256)]
RESULTS = Path(__file__).parent / "RESULTS.md"


def nnlib_step(sizes: list[int], m: int, adam: bool) -> Step:
    """Return a function that does one training step of nnlib."""
    rng = np.random.default_rng(0)
    net, loss, optimizer = mlp(sizes, relu, rng=rng), MSE(), Adam(1e-3) if adam else SGD(1e-3)
    x, y = rng.normal(size=(m, sizes[0])), rng.normal(size=(m, sizes[-1]))

    def step() -> float:
        out = net.forward(x)
        value = loss(out, y)
        net.backward(loss.grad(out, y))
        optimizer.step(net.theta, net.grad)
        return value

    return step


def torch_step(sizes: list[int], m: int, adam: bool) -> Step:
    """Return a function that does the same step in PyTorch, eagerly."""
    layers: list[torch.nn.Module] = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    kind = torch.optim.Adam if adam else torch.optim.SGD
    criterion, optimizer = torch.nn.MSELoss(), kind(net.parameters(), lr=1e-3)
    x, y = torch.randn(m, sizes[0]), torch.randn(m, sizes[-1])

    def step() -> float:
        loss = criterion(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def products_step(sizes: list[int], m: int) -> Step:
    """Return a function that does the step's matrix products and nothing else."""
    rng = np.random.default_rng(0)
    a = [rng.normal(size=(m, n)) for n in sizes]
    W = [rng.normal(size=(n_out, n_in)) for n_in, n_out in itertools.pairwise(sizes)]

    def step() -> None:
        for l in range(1, len(sizes)):
            a[l - 1] @ W[l - 1].T  # z
        for l in range(len(sizes) - 1, 0, -1):
            a[l].T @ a[l - 1]  # the gradient of W
            if l > 1:
                a[l] @ W[l - 1]  # the error signal of the layer before

    return step


def seconds(step: Step, repeats: int) -> float:
    """Return the time of ``repeats`` steps."""
    start = perf_counter()
    for _ in range(repeats):
        step()
    return perf_counter() - start


def paired(ours: Step, theirs: Step, rounds: int = 15) -> tuple[float, float]:
    """Return our time a step, and the median over rounds of their time divided by ours."""
    repeats = max(1, int(0.05 / max(seconds(ours, 3) / 3, 1e-7)))
    seconds(theirs, repeats)  # warm up
    ours_s, ratios = [], []
    for _ in range(rounds):
        mine = seconds(ours, repeats)
        ratios.append(seconds(theirs, repeats) / mine)
        ours_s.append(mine / repeats)
    return median(ours_s), median(ratios)


def steps() -> Iterable[str]:
    """Yield the rows of the table of single steps."""
    yield "| network | m | optimiser | nnlib, µs a step | PyTorch, 1 thread | PyTorch, all threads | bare products |"
    yield "|---|---|---|---|---|---|---|"
    threads = torch.get_num_threads()
    for sizes, m in SIZES:
        for adam in (False, True):
            ours = nnlib_step(sizes, m, adam)
            torch.set_num_threads(1)
            with threadpool_limits(1, "blas"):
                _, single = paired(ours, torch_step(sizes, m, adam))
            torch.set_num_threads(threads)
            time, every = paired(ours, torch_step(sizes, m, adam))
            _, products = paired(ours, products_step(sizes, m))
            name = "-".join(map(str, sizes))
            yield (
                f"| {name} | {m} | {'Adam' if adam else 'SGD'} | {time * 1e6:,.0f} "
                f"| {single:.1f} | {every:.1f} | {products:.2f} |"
            )


def digits() -> Iterable[str]:
    """Yield the comparison with scikit-learn: one epoch on the digits, and the accuracy both reach."""
    rng = np.random.default_rng(0)
    x, y, x_held, y_held = data.split(*data.digits(), 0.2, rng=rng)
    epochs, width, size = 30, 128, 64
    reached: dict[str, float] = {}

    def ours() -> None:
        net = mlp([64, width, 10], relu, rng=rng)
        options = {"epochs": epochs, "batch_size": size, "rng": rng}
        for _ in train(net, SoftmaxCrossEntropy(), Adam(1e-3), x, y, **options):
            pass
        reached["nnlib"] = accuracy(net.predict(x_held), y_held)

    def theirs() -> None:
        model = MLPClassifier(
            (width,), batch_size=size, max_iter=epochs, alpha=0, tol=0, random_state=0
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is fixed
            model.fit(x, y)
        reached["scikit-learn"] = model.score(x_held, y_held)

    time, ratio = paired(ours, theirs, rounds=7)
    network = f"64-{width}-10 on {len(x)} digits in batches of {size}, with Adam"
    scores = [f"{name} reads {100 * score:.1f} %" for name, score in reached.items()]
    yield f"One epoch of {network}: nnlib takes {time / epochs * 1e3:.1f} ms, scikit-learn's"
    yield f"`MLPClassifier` {ratio:.1f} times as long. Of the held-out digits, after {epochs} epochs,"
    yield f"{', '.join(scores)}."


def report() -> str:
    """Return the text of RESULTS.md."""
    torch.set_default_dtype(torch.float64)
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, PyTorch {torch.__version__}"
    )
    lines = [
        "# Speed of nnlib",
        "",
        "Written by `python benchmarks/speed.py`. Ratios above 1 mean that the other side takes longer.",
        f"{versions}, scikit-learn {sklearn.__version__}; {os.cpu_count()} cores, {platform.machine()}, float64.",
        "",
        *steps(),
        "",
        *digits(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    RESULTS.write_text(report(), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
