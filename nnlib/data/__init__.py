"""Data sets: four to look at, a curve, and handwritten digits.

The drawn ones return ``x`` of shape ``(m, 2)`` and classes ``y`` of shape ``(m, 1)`` as 0.0 and 1.0, the form
that `BinaryCrossEntropy` and `MSE` take. Each needs an ``rng``: the same generator gives the same data. A seed
or None in its place raises a TypeError.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from nnlib import checks
from nnlib.activations import Array

Data = tuple[Array, Array]
"""Inputs ``x`` and targets ``y``, one sample a row."""


def xor() -> Data:
    """Return the corners of the unit square, ``(4, 2)``, and the exclusive or of each one's coordinates, ``(4, 1)``.

    Examples
    --------
    >>> x, y = data.xor()
    >>> print(np.column_stack([x, y]))
    [[0. 0. 0.]
     [0. 1. 1.]
     [1. 0. 1.]
     [1. 1. 0.]]
    """
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return x, y


def moons(m: int = 200, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on two interleaved half circles of radius 1.

    Returns ``x`` of shape ``(m, 2)`` and ``y`` of shape ``(m, 1)``. What is added to each coordinate has the standard
    deviation ``noise``.

    Raises
    ------
    ValueError
        If ``m`` is not a whole number of at least 1.

    Examples
    --------
    >>> x, y = data.moons(100, rng=np.random.default_rng(0))
    >>> x.shape, y.shape, float(y.mean())
    ((100, 2), (100, 1), 0.5)
    """
    y = _classes(m)
    angle = checks.generator(rng).uniform(0, np.pi, m)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.where(y == 0, upper, lower) - [0.5, 0.25]  # centred
    return x + rng.normal(0, noise, x.shape), y


def circles(m: int = 200, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on a circle of radius 1, class 0, and on one of radius 0.5 inside it, class 1.

    The shapes, ``(m, 2)`` and ``(m, 1)``, and ``noise`` are as in `moons`.

    Raises
    ------
    ValueError
        If ``m`` is not a whole number of at least 1.

    Examples
    --------
    >>> x, y = data.circles(100, noise=0, rng=np.random.default_rng(0))
    >>> radius = np.hypot(x[:, 0], x[:, 1])
    >>> print(np.unique(radius.round(4)))
    [0.5 1. ]
    """
    y = _classes(m)
    angle = checks.generator(rng).uniform(0, 2 * np.pi, m)
    x = np.column_stack([np.cos(angle), np.sin(angle)]) * np.where(y == 0, 1.0, 0.5)
    return x + rng.normal(0, noise, x.shape), y


def spirals(m: int = 200, noise: float = 0.05, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on two spirals of one and a half turns, the second a half turn behind the first.

    The shapes, ``(m, 2)`` and ``(m, 1)``, and ``noise`` are as in `moons`.

    Raises
    ------
    ValueError
        If ``m`` is not a whole number of at least 1.

    Examples
    --------
    >>> x, y = data.spirals(100, noise=0, rng=np.random.default_rng(0))
    >>> radius = np.hypot(x[:, 0], x[:, 1])
    >>> bool((radius >= 0.1).all() and (radius <= 1).all())
    True
    """
    y = _classes(m)
    # The root spreads the points evenly along the arms.
    t = np.sqrt(checks.generator(rng).uniform(0.01, 1, m))
    angle = 3 * np.pi * t + np.pi * y[:, 0]
    x = np.column_stack([t * np.cos(angle), t * np.sin(angle)])
    return x + rng.normal(0, noise, x.shape), y


def sine(m: int = 100, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points of one period of a sine: ``x`` in [-1, 1], ``(m, 1)``, and noisy values ``(m, 1)``.

    Raises
    ------
    ValueError
        If ``m`` is not a whole number of at least 1.

    Examples
    --------
    >>> x, y = data.sine(50, noise=0, rng=np.random.default_rng(0))
    >>> x.shape, y.shape, np.allclose(y, np.sin(np.pi * x))
    ((50, 1), (50, 1), True)
    """
    x = checks.generator(rng).uniform(-1, 1, (checks.positive_int(m, "m"), 1))
    return x, np.sin(np.pi * x) + rng.normal(0, noise, x.shape)


def digits() -> Data:
    """Return 1,797 handwritten digits: ``x`` of shape (1797, 64) in [0, 1], labels ``y`` (1797,) from 0 to 9.

    Each row of ``x`` is an image of 8 by 8 pixels; ``x[i].reshape(8, 8)`` shows it. Source: Alpaydin and Kaynak
    (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, CC BY 4.0. It is that
    set's test part; see ``nnlib/data/README.md``.

    Examples
    --------
    >>> x, y = data.digits()
    >>> x.shape, y.shape, int(y[0])
    ((1797, 64), (1797,), 0)
    >>> print((16 * x[0]).astype(int).reshape(8, 8)[0])  # its top row, in sixteenths
    [ 0  0  5 13  9  1  0  0]
    """
    with files(__package__).joinpath("digits.npz").open("rb") as file:
        stored = np.load(file)
        return stored["pixels"] / 16.0, stored["labels"].astype(np.int64)


def split(
    x: Array, y: Array, fraction: float, *, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """Split at random into two parts: ``x_train, y_train, x_held, y_held``, with ``fraction`` in the second.

    Of ``x`` with shape ``(m, n)`` and ``y`` with ``m`` rows, ``round(m * fraction)`` rows are held back.

    Raises
    ------
    ValueError
        If ``x`` and ``y`` differ in their number of rows, or a part would be empty.

    Examples
    --------
    >>> x, y = data.digits()
    >>> rng = np.random.default_rng(0)
    >>> x_train, y_train, x_held, y_held = data.split(x, y, 0.2, rng=rng)
    >>> len(x_train), len(x_held)
    (1438, 359)
    """
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} rows, y has {len(y)}: expected the same number")
    held = round(len(x) * fraction)
    if not 0 < held < len(x):
        raise ValueError(
            f"fraction must leave samples in both parts: {fraction!r} of {len(x)} samples is {held}"
        )
    order = checks.generator(rng).permutation(len(x))
    return x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]


def _classes(m: int) -> Array:
    """Return ``m`` classes, 0 and 1 in turn, as a column ``(m, 1)``."""
    return (np.arange(checks.positive_int(m, "m")) % 2).astype(float)[:, None]
