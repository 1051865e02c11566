"""The explorers' random numbers, in Python: what ``random.js`` and ``datasets.js`` draw, number for number.

An explorer on a page describes a run of training by its settings and a seed. With the same random numbers here,
`nnlib` trains that very run: the still pictures come from it, and so does ``explorer.network(run, epoch)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnlib import data
from nnlib.activations import Array

Shape = int | tuple[int, ...]


class SeededRandom:
    """Mulberry32 (T. Ettinger, 2017), with those methods of `numpy.random.Generator` that nnlib calls.

    Parameters
    ----------
    seed : int
        Its lowest 32 bits count.
    """

    def __init__(self, seed: int) -> None:
        self.state = seed & 0xFFFFFFFF

    def next(self) -> float:
        """Return the next number in [0, 1)."""
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    def uniform(self, low: float, high: float, size: Shape) -> Array:
        """Draw from [low, high), in the order of the array's memory."""
        return self._fill(size, lambda: low + (high - low) * self.next())

    def normal(self, mean: float, deviation: float, size: Shape) -> Array:
        """Draw from a normal distribution by Box and Muller (1958), two uniform numbers each."""

        def draw() -> float:
            radius = math.sqrt(-2 * math.log(1 - self.next()))
            return mean + deviation * radius * math.cos(2 * math.pi * self.next())

        return self._fill(size, draw)

    def permutation(self, n: int) -> Array:
        """Return 0, ..., n - 1 in random order (Fisher and Yates)."""
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = math.floor(self.next() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return np.array(order)

    def _fill(self, size: Shape, draw: Callable[[], float]) -> Array:
        return np.array([draw() for _ in range(int(np.prod(size)))]).reshape(size)


M = 200


def xor_clouds(m: int, noise: float, *, rng: SeededRandom) -> data.Data:
    """Draw ``m`` points in four clouds at the corners of a square, opposite corners of one class."""
    corners = np.array([[-0.6, -0.6], [-0.6, 0.6], [0.6, 0.6], [0.6, -0.6]])  # classes 0, 1, 0, 1
    number = np.arange(m)
    return corners[number % 4] + rng.normal(0, noise, (m, 2)), (number % 2).astype(float)[:, None]


def dataset(name: str, m: int = M, noise: float = 1.0) -> tuple[data.Data, data.Data]:
    """Return the points of an explorer's data set, and further ones that are held out from training.

    They are always the same, so that runs can be compared.

    Parameters
    ----------
    name : str
        ``"moons"``, ``"circles"``, ``"spirals"`` or ``"xor"``.
    m : int
        How many points to train on; 200 are held out whatever it is.
    noise : float
        A multiple of the data set's usual noise.
    """
    draw, usual = {
        "moons": (data.moons, 0.15),
        "circles": (data.circles, 0.1),
        "spirals": (data.spirals, 0.03),
        "xor": (xor_clouds, 0.2),
    }[name]
    rng = SeededRandom(1)
    spread = noise * usual
    return draw(m, spread, rng=rng), draw(M, spread, rng=rng)  # type: ignore[operator]
