"""Training: the four steps, repeated.

`train` is a generator of progress records, so the loop stays in the reader's hands: ``break`` is early stopping,
setting ``optimizer.lr`` in the body is a schedule, plotting in the body is a live plot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.activations import Array
from nnlib.data import Data
from nnlib.history import Record
from nnlib.losses import Loss
from nnlib.network import Network
from nnlib.optimizers import Optimizer
from nnlib.progress import bar


class DivergedError(ArithmeticError):
    """The loss or its gradient is no longer finite. ``net.theta`` still is, unless the last update overflowed.

    Examples
    --------
    >>> rng, net = np.random.default_rng(0), mlp([1, 1], tanh, rng=np.random.default_rng(1))
    >>> try:
    ...     list(train(net, MSE(), SGD(lr=1e200), [[1.0]], [[2.0]], epochs=9, rng=rng))
    ... except DivergedError as error:
    ...     print(str(error)[:9])
    at step 2
    >>> bool(np.isfinite(net.theta).all())
    True
    """


def batches(x: Array, y: Array, batch_size: int | None, rng: np.random.Generator) -> Iterator[Data]:
    """Yield the data once, in batches of ``batch_size`` rows in random order; the last one may be smaller.

    Every sample comes exactly once (sampling without replacement). With ``batch_size=None`` there is one batch,
    the data as they are. ``x`` and ``y`` hold one sample a row.

    Raises
    ------
    ValueError
        If ``batch_size`` is not a whole number of at least 1.

    Examples
    --------
    >>> x = np.arange(5.0)[:, None]
    >>> [len(x_b) for x_b, y_b in batches(x, x, batch_size=2, rng=np.random.default_rng(0))]
    [2, 2, 1]
    """
    if batch_size is None:
        yield x, y
        return
    size = checks.positive_int(batch_size, "batch_size")
    order = rng.permutation(len(x))
    for start in range(0, len(x), size):
        chosen = order[start : start + size]
        yield x[chosen], y[chosen]


def train(
    net: Network,
    loss: Loss,
    optimizer: Optimizer,
    x: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    first: int = 1,
    progress: bool = False,
) -> Iterator[Record]:
    """Train ``net`` in place and yield a `Record` after each epoch.

    Parameters
    ----------
    net, loss, optimizer
        What is trained, what is made small, and how.
    x, y : array_like
        Inputs ``(m, n_0)``, one sample a row, and the targets that ``loss`` takes, one a row.
    epochs : int
        Passes through the data.
    batch_size : int, optional
        Rows per update; all of them if left out.
    rng : numpy.random.Generator
        Where the order of the samples comes from.
    validation : pair of array_like, optional
        Inputs and targets on which the loss is computed after each epoch; never trained on.
    first : int
        Number of the first epoch; more than 1 when an earlier training is taken up again.
    progress : bool
        Show a progress bar (needs tqdm).

    Raises
    ------
    ValueError
        If shapes or targets do not fit, the data hold a NaN or an infinity, or a count is no whole number above 0.
    TypeError
        If ``loss`` or ``optimizer`` is a class or a name, or ``rng`` a seed or None in place of a generator.
    DivergedError
        If the loss or the gradient stops being finite; says in which step.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> loss, (x, y), net = BinaryCrossEntropy(), data.xor(), mlp([2, 4, 1], tanh, rng=rng)
    >>> for record in train(net, loss, Adam(lr=0.1), x, y, epochs=200, rng=rng):
    ...     if record.loss < 0.1:  # early stopping
    ...         break
    >>> accuracy(net.predict(x), y)
    1.0
    """
    checks.instance(loss, Loss, "the loss", "MSE()")
    checks.instance(optimizer, Optimizer, "the optimizer", "Adam()")
    x, y = _data(net, loss, (x, y), "training")
    held = None if validation is None else _data(net, loss, validation, "validation")
    epochs, first = checks.positive_int(epochs, "epochs"), checks.positive_int(first, "first")
    if batch_size is not None:
        checks.positive_int(batch_size, "batch_size")
    checks.generator(rng)

    def records() -> Iterator[Record]:
        for epoch in bar(range(first, first + epochs), total=epochs, unit="epoch", show=progress):
            total = 0.0
            with np.errstate(over="ignore", invalid="ignore"):  # each step checks what overflows
                for x_b, y_b in batches(x, y, batch_size, rng):
                    out = net.forward(x_b)  # 1. forward pass
                    value = loss(out, y_b)  # 2. loss
                    net.backward(loss.grad(out, y_b))  # 3. backpropagation
                    norm = _norm_or_raise(net, value, optimizer, epoch)
                    optimizer.step(net.theta, net.grad)  # 4. update
                    total += value * len(x_b)
                held_loss = None if held is None else loss(net.predict(held[0]), held[1])
            yield Record(epoch, total / len(x), held_loss, norm)

    return records()  # a generator apart: bad arguments raise here, not at the first record


def _data(net: Network, loss: Loss, pair: tuple[ArrayLike, ArrayLike], which: str) -> Data:
    """Return a data set as arrays, checked against the network and the loss before the first step."""
    x, y = pair
    x = checks.matrix(x, net.layers[0].n_out, f"the {which} input x", net.dtype)
    y = np.asarray(y)
    checks.finite(x, f"the {which} input x")
    checks.finite(y, f"the {which} targets y")
    if y.shape[:1] != x.shape[:1]:
        raise ValueError(
            f"the {which} input x has {len(x)} rows, the targets y have shape {y.shape}: "
            "expected one target a sample"
        )
    loss.targets(np.zeros((len(x), net.layers[-1].n_out)), y)
    return x, y


def _norm_or_raise(net: Network, value: float, optimizer: Optimizer, epoch: int) -> float:
    """Return the norm of the gradient; raise before the update if it or the loss is not finite."""
    squared = float(net.grad @ net.grad)
    if math.isfinite(value) and math.isfinite(squared):
        return math.sqrt(squared)
    kept = "net.theta holds the last finite parameters; the step was not taken."
    if not np.isfinite(net.theta).all():
        kept = "net.theta was not finite before this step: the update before it overflowed."
    raise DivergedError(
        f"at step {optimizer.t + 1} (epoch {epoch}) the loss is {value:g} and the squared norm of the "
        f"gradient is {squared:g}. Usual causes: a learning rate that is too large "
        f"({optimizer!r}), inputs that are not scaled, weights that start too large. {kept}"
    )


def accuracy(out: Array, y: ArrayLike) -> float:
    """Return the share of samples whose class is right.

    ``out`` holds logits: ``(m, 1)``, where a positive one means class 1, or ``(m, n)``, where the largest wins.
    ``y`` holds the classes as numbers, ``(m,)`` or ``(m, 1)``. Equation :eq:`eq-intro-accuracy` of the introduction.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a class is no number.

    Examples
    --------
    >>> accuracy(np.array([[0.1, 0.9], [2.0, 1.0], [0.0, 5.0]]), [1, 0, 0])
    0.6666666666666666
    """
    out, y = checks.matrix(out, None, "the output"), np.asarray(y, dtype=float)
    if y.shape not in {(len(out),), (len(out), 1)}:
        raise ValueError(f"classes have shape {y.shape}, expected ({len(out)},) or ({len(out)}, 1)")
    chosen = (out[:, 0] > 0) if out.shape[1] == 1 else out.argmax(axis=1)
    return float(np.mean(chosen == y.reshape(-1)))
