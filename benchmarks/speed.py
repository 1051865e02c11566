"""Compare the speed of nnlib with PyTorch, scikit-learn and bare matrix products, as ratios of paired runs.

::

    python benchmarks/speed.py        # a few minutes; writes benchmarks/RESULTS.md

Each round times both sides one right after the other, so that whatever else the machine does hits both; the number
is the median of the rounds' ratios.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from statistics import median

# Some machines name a foreign kernel for OpenBLAS, which slows numpy; the defaults are what readers have.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import numpy as np
import parts
import peers
import sklearn
import torch
from peers import seconds
from threadpoolctl import threadpool_info, threadpool_limits

from nnlib import data

SIZES = [([10, 64, 2], 100), ([2, 16, 16, 1], 32), ([64, 64, 10], 64), ([784, 512, 512, 10], 256)]
WIDTH, BATCH_SIZE, EPOCHS = 128, 64, 30
READING = """\
A step of a small network is some thirty numpy calls of one to five microseconds each. The bare products are the floor
that no code in plain numpy can pass: where they take 0.4 of our step, 2.5 times our speed is the most there can be.

The last table says what the rest is. On the digits, a step has five passes over matrices of 64 by 128 beside its
products: add the bias, the ReLU, its derivative, the product in BP2, the sum in BP4, each four to seven microseconds in
one numpy call. Fused or preallocated arrays would win a part of them, at the price that no equation is one readable
line any more; so the lines were kept. Weighed and left for the same reason: one exponential for the softmax and its
loss, targets brought into form once for all steps (`train` would no longer be the four lines that the book shows), the
sum of BP4 as a product with ones, the bias added in place, Adam's two corrections folded into the rate. All of them
together were measured: an epoch of SGD is then 2.5 times as fast as scikit-learn's with one thread and 2.2 times with
two, one of Adam 2.0 and 1.8 times, for its update alone costs half as much as all the rest. The sign of the activation
in place of the comparison in the ReLU's derivative is slower. With one thread an epoch takes less time than with two:
products of this size are too small to be worth sharing out.

For the large network everything hangs on the library that multiplies matrices: where MKL outruns OpenBLAS, PyTorch
outruns numpy. Adam adds fourteen passes over its vectors, one of them a square root, that no product hides."""
RESULTS = Path(__file__).parent / "RESULTS.md"


def paired(ours: peers.Run, theirs: peers.Run, rounds: int = 15) -> tuple[float, float]:
    """Return our time a run, and the median over rounds of their time divided by ours."""
    repeats = max(1, int(0.05 / max(seconds(ours, 3) / 3, 1e-7)))
    seconds(theirs, repeats)  # warm up
    ours_s, ratios = [], []
    for _ in range(rounds):
        mine = seconds(ours, repeats)
        ratios.append(seconds(theirs, repeats) / mine)
        ours_s.append(mine / repeats)
    return median(ours_s), median(ratios)


def one_and_all_threads(
    ours: peers.Run, theirs: peers.Run, rounds: int = 15
) -> tuple[float, float, float]:
    """Return our time a run, and their time divided by ours with one thread each and with all."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1, "blas"):
        _, one = paired(ours, theirs, rounds)
    torch.set_num_threads(threads)
    time, every = paired(ours, theirs, rounds)
    return time, one, every


def steps() -> Iterable[str]:
    """Yield the rows of the table of single steps."""
    yield "| network | m | optimiser | nnlib, µs | PyTorch, 1 thread | PyTorch, all threads | bare products |"
    yield "|---|---|---|---|---|---|---|"
    for sizes, m in SIZES:
        for adam in (False, True):
            ours = peers.nnlib_step(sizes, m, adam)
            time, one, every = one_and_all_threads(ours, peers.torch_step(sizes, m, adam))
            _, products = paired(ours, peers.products_step(sizes, m))
            yield (
                f"| {'-'.join(map(str, sizes))} | {m} | {'Adam' if adam else 'SGD'} "
                f"| {time * 1e6:,.0f} | {one:.1f} | {every:.1f} | {products:.2f} |"
            )


def epochs() -> Iterable[str]:
    """Yield the rows of the table of epochs on the digits, with the accuracy that each side reaches."""
    rng = np.random.default_rng(0)
    x, y, x_held, y_held = data.split(*data.digits(), 0.2, rng=rng)
    yield "| optimiser | side | 1 thread | all threads | reads right, of the held-out digits |"
    yield "|---|---|---|---|---|"
    for adam in (False, True):
        name = "Adam" if adam else "SGD"
        mine, *others = (
            kind(WIDTH, BATCH_SIZE, EPOCHS, adam)
            for kind in (peers.NnlibClassifier, peers.TorchClassifier, peers.SklearnClassifier)
        )
        ours = partial(mine.fit, x, y)
        time = seconds(ours, 5) / 5 / EPOCHS
        yield f"| {name} | nnlib | | {time * 1e3:.1f} ms | {100 * mine.score(x_held, y_held):.1f} % |"
        for other in others:
            _, one, every = one_and_all_threads(ours, partial(other.fit, x, y), rounds=7)
            score = f"{100 * other.score(x_held, y_held):.1f} %"
            yield f"| {name} | {other.name} | {one:.1f} | {every:.1f} | {score} |"
        products = peers.products_epochs(WIDTH, BATCH_SIZE, EPOCHS, len(x))
        _, one, every = one_and_all_threads(ours, products, rounds=7)
        yield f"| {name} | bare products | {one:.2f} | {every:.2f} | |"


def report() -> str:
    """Return the text of RESULTS.md."""
    torch.set_default_dtype(torch.float64)
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, PyTorch {torch.__version__}"
    )
    blas = ", ".join(
        f"{p['internal_api']} {p['version']}" for p in threadpool_info() if p["user_api"] == "blas"
    )
    lines = [
        "# Speed of nnlib",
        "",
        "Written by `python benchmarks/speed.py`. Ratios above 1 mean that the other side takes longer.",
        f"{versions}, scikit-learn {sklearn.__version__}; numpy's products by {blas}, PyTorch's by "
        f"{'MKL' if torch.backends.mkl.is_available() else 'another library'}; "
        f"{os.cpu_count()} cores, {platform.machine()}, float64.",
        "",
        "## One training step",
        "",
        *steps(),
        "",
        "## One epoch",
        "",
        f"64-{WIDTH}-10 on 1,438 digits in batches of {BATCH_SIZE}, over {EPOCHS} epochs. "
        "The rate is 0.5 for SGD, 0.001 for Adam.",
        "",
        *epochs(),
        "",
        "## Where the time of a step goes",
        "",
        "Median times of the parts of one step of `nnlib.train`, each part run alone, with all threads.",
        "",
        *parts.table(),
        "",
        "## How to read this",
        "",
        READING,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    RESULTS.write_text(report(), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
