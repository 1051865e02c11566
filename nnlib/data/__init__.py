"""Data sets: four to look at, a curve, and handwritten digits.

The drawn ones return ``x`` of shape ``(m, 2)`` and classes ``y`` of shape ``(m, 1)`` as 0.0 and 1.0, the form
that `BinaryCrossEntropy` and `MSE` take. Each needs an ``rng``: the same generator gives the same data.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from nnlib import checks
from nnlib.activations import Array

Data = tuple[Array, Array]


def xor() -> Data:
    """Return the four corners of the square and the exclusive or of their coordinates."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return x, y


def moons(m: int = 200, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on two interleaved half circles."""
    y = _classes(m)
    angle = rng.uniform(0, np.pi, m)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.where(y == 0, upper, lower) - [0.5, 0.25]  # centred
    return x + rng.normal(0, noise, x.shape), y


def circles(m: int = 200, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on a circle of radius 1 and on one of radius 0.5 inside it."""
    y = _classes(m)
    angle = rng.uniform(0, 2 * np.pi, m)
    x = np.column_stack([np.cos(angle), np.sin(angle)]) * np.where(y == 0, 1.0, 0.5)
    return x + rng.normal(0, noise, x.shape), y


def spirals(m: int = 200, noise: float = 0.05, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points on two spirals of one and a half turns, the second a half turn behind the first."""
    y = _classes(m)
    t = np.sqrt(rng.uniform(0.01, 1, m))  # the root spreads the points evenly along the arms
    angle = 3 * np.pi * t + np.pi * y[:, 0]
    x = np.column_stack([t * np.cos(angle), t * np.sin(angle)])
    return x + rng.normal(0, noise, x.shape), y


def sine(m: int = 100, noise: float = 0.1, *, rng: np.random.Generator) -> Data:
    """Draw ``m`` points of one period of a sine: ``x`` in [-1, 1], ``(m, 1)``, and noisy values ``(m, 1)``."""
    x = rng.uniform(-1, 1, (checks.positive_int(m, "m"), 1))
    return x, np.sin(np.pi * x) + rng.normal(0, noise, x.shape)


def digits() -> Data:
    """Return 1,797 handwritten digits: ``x`` of shape (1797, 64) in [0, 1], labels ``y`` (1797,) from 0 to 9.

    Each row of ``x`` is an image of 8 by 8 pixels; ``x[i].reshape(8, 8)`` shows it. Source: Alpaydin and Kaynak
    (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, CC BY 4.0. It is that
    set's test part; see ``nnlib/data/README.md``.
    """
    with files(__package__).joinpath("digits.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        return stored["pixels"] / 16.0, stored["labels"].astype(np.int64)


def split(
    x: Array, y: Array, fraction: float, *, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """Split at random into two parts: ``x_train, y_train, x_held, y_held``, with ``fraction`` in the second."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} rows, y has {len(y)}: expected the same number")
    held = round(len(x) * fraction)
    if not 0 < held < len(x):
        raise ValueError(
            f"fraction must leave samples in both parts: {fraction!r} of {len(x)} samples is {held}"
        )
    order = rng.permutation(len(x))
    return x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]


def _classes(m: int) -> Array:
    """Return ``m`` classes, 0 and 1 in turn, as a column ``(m, 1)``."""
    return (np.arange(checks.positive_int(m, "m")) % 2).astype(float)[:, None]
