"""Learning-rate schedules: plain functions of the epoch.

The loop's body sets ``optimizer.lr`` to what they say::

for record in train(net, loss, optimizer, x, y, epochs=100, rng=rng):
optimizer.lr = cosine(record.epoch, lr=0.1, epochs=100)
"""

from __future__ import annotations

import math


def step_decay(epoch: int, *, lr: float, factor: float = 0.1, every: int = 30) -> float:
    r"""Multiply the rate by ``factor`` after each ``every`` epochs: :math:`\eta\, c^{\lfloor t/k \rfloor}`."""
    return lr * factor ** (epoch // every)


def inverse(epoch: int, *, lr: float, half_life: float = 10.0) -> float:
    r"""Let the rate fall as :math:`\eta / (1 + t/\tau)`.

    It satisfies the conditions of Robbins and Monro (1951): the rates sum to infinity, their squares do not.
    """
    return lr / (1 + epoch / half_life)


def cosine(epoch: int, *, lr: float, epochs: int, lr_end: float = 0.0) -> float:
    """Go from ``lr`` to ``lr_end`` along half a cosine. Source: Loshchilov and Hutter (2017)."""
    share = min(epoch / epochs, 1.0)
    return lr_end + 0.5 * (lr - lr_end) * (1 + math.cos(math.pi * share))


def warmup(epoch: int, *, lr: float, epochs: int = 5) -> float:
    """Rise in a straight line to ``lr`` at the given number of epochs, then stay. Source: Goyal et al. (2017)."""
    return lr * min((epoch + 1) / epochs, 1.0)
