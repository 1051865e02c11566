"""Dropout: switch units off at random while training."""

from __future__ import annotations

import numpy as np

from nnlib import checks
from nnlib.activations import Array
from nnlib.layers import Layer


class Dropout(Layer):
    r"""Set each activation to 0 with probability ``p`` in `Network.forward`, none in `Network.predict`.

    What is kept is divided by :math:`1 - p`, so that the mean stays what it was and prediction needs no
    correction. A batch ``(m, n)`` stays ``(m, n)``.
    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014).

    Parameters
    ----------
    p : float
        Probability of being switched off, at least 0 and below 1.
    rng : numpy.random.Generator
        Where the choice comes from, anew for each batch.

    Raises
    ------
    ValueError
        Unless ``0 <= p < 1``.
    TypeError
        If ``rng`` is a seed or None in place of a generator.

    Examples
    --------
    >>> layer, a = Dropout(0.5, rng=np.random.default_rng(0)), np.ones((1, 1000))
    >>> print(np.unique(layer.forward(a)), np.unique(layer.predict(a)))
    [0. 2.] [1.]
    """

    def __init__(self, p: float, *, rng: np.random.Generator) -> None:
        super().__init__()
        self.p, self.rng = checks.within(p, "p", 0, 1), checks.generator(rng)

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"

    def forward(self, a_in: Array) -> Array:
        kept = self.rng.random(a_in.shape) >= self.p
        self.mask = (kept / (1 - self.p)).astype(a_in.dtype)  # (m, n)
        self.a = a_in * self.mask
        return self.a

    def backward(self, d_a: Array) -> None:
        self.delta = d_a * self.mask

    def predict(self, a_in: Array) -> Array:
        return a_in
