"""Learning-rate schedules: plain functions of the number of epochs that are done.

The loop's body sets ``optimizer.lr`` to what they say::

    for record in train(net, loss, optimizer, x, y, epochs=100, rng=rng):
        optimizer.lr = cosine(record.epoch, lr=0.1, epochs=100)

The body first runs when an epoch is done, so the first epoch has the rate that the optimiser was made with: make it
with the schedule's own, ``SGD(warmup(0, lr=0.1))``.
"""

from __future__ import annotations

import math


def step_decay(epoch: int, *, lr: float, factor: float = 0.1, every: int = 30) -> float:
    r"""Multiply the rate by ``factor`` after each ``every`` epochs: :math:`\eta\, c^{\lfloor t/k \rfloor}`.

    Source: Goodfellow, Bengio and Courville (2016), section 8.3.1, on rates that fall while training.

    Examples
    --------
    >>> [schedules.step_decay(t, lr=1.0, factor=0.5, every=10) for t in (0, 9, 10, 20)]
    [1.0, 1.0, 0.5, 0.25]
    """
    return lr * factor ** (epoch // every)


def inverse(epoch: int, *, lr: float, half_life: float = 10.0) -> float:
    r"""Let the rate fall as :math:`\eta / (1 + t/\tau)`.

    After ``half_life`` epochs, :math:`\tau`, it is half of ``lr``. The rates sum to infinity, their squares do
    not: the conditions for convergence. Source: Robbins and Monro (1951).

    Examples
    --------
    >>> [schedules.inverse(t, lr=1.0, half_life=10) for t in (0, 10, 30)]
    [1.0, 0.5, 0.25]
    """
    return lr / (1 + epoch / half_life)


def cosine(epoch: int, *, lr: float, epochs: int, lr_end: float = 0.0) -> float:
    """Go from ``lr`` to ``lr_end`` in ``epochs`` along half a cosine, then stay.

    Source: Loshchilov and Hutter (2017), equation 5, without restarts.

    Examples
    --------
    >>> [round(schedules.cosine(t, lr=1.0, epochs=10), 4) for t in (0, 5, 10, 11)]
    [1.0, 0.5, 0.0, 0.0]
    """
    share = min(epoch / epochs, 1.0)
    return lr_end + 0.5 * (lr - lr_end) * (1 + math.cos(math.pi * share))


def warmup(epoch: int, *, lr: float, epochs: int = 5) -> float:
    """Rise in a straight line to ``lr``, which the last of the first ``epochs`` has, then stay.

    Source: Goyal et al. (2017), section 2.2.

    Examples
    --------
    >>> [schedules.warmup(t, lr=1.0, epochs=4) for t in (0, 1, 3, 9)]
    [0.25, 0.5, 1.0, 1.0]
    """
    return lr * min((epoch + 1) / epochs, 1.0)
