"""Initial weights: random matrices whose spread keeps signals alive through many layers.

Every rule has the signature ``rule(n_out, n_in, *, rng)`` and returns a matrix of shape ``(n_out, n_in)``.
Biases start at zero in every case: the random weights alone make the units differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.activations import Activation, Array, leaky_relu, relu, softplus

Init = Callable[..., Array]
"""A rule for initial weights, called as ``rule(n_out, n_in, *, rng)``; it returns a matrix ``(n_out, n_in)``."""


def glorot(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
    """Draw weights ``(n_out, n_in)`` of variance ``2 / (n_in + n_out)``, for units nearly linear around 0 (tanh).

    Equation :eq:`eq-glorot` of chapter 4. Source: Glorot and Bengio (2010), equation 12, with a normal in place
    of the uniform distribution.

    Examples
    --------
    >>> W = init.glorot(300, 500, rng=np.random.default_rng(0))
    >>> W.shape
    (300, 500)
    >>> print(f"{W.var():.4f}, expected {2 / 800:.4f}")
    0.0025, expected 0.0025
    """
    return rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), (n_out, n_in))


def he(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
    """Draw weights ``(n_out, n_in)`` of variance ``2 / n_in``: a ReLU passes on half of the mean square it is given.

    Equation :eq:`eq-he` of chapter 4. Source: He, Zhang, Ren and Sun (2015), equation 10.

    Examples
    --------
    >>> W = init.he(300, 500, rng=np.random.default_rng(0))
    >>> print(f"{W.var():.4f}, expected {2 / 500:.4f}")
    0.0040, expected 0.0040
    """
    return rng.normal(0.0, np.sqrt(2.0 / n_in), (n_out, n_in))


def constant(value: float) -> Init:
    """Make a rule that sets every weight of ``(n_out, n_in)`` to ``value``: a mistake worth watching (chapter 4).

    Examples
    --------
    >>> layer = Dense(3, init=init.constant(0.5))
    >>> net = Network(Input(2), layer, rng=np.random.default_rng(0))
    >>> print(layer.W)
    [[0.5 0.5]
     [0.5 0.5]
     [0.5 0.5]]
    """

    def rule(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
        return np.full((n_out, n_in), value)

    return rule


def default_for(f: Activation) -> Init:
    """Return the usual rule for an activation: `he` for the ReLU family, `glorot` for all others.

    Examples
    --------
    >>> init.default_for(relu).__name__, init.default_for(tanh).__name__
    ('he', 'glorot')
    """
    return he if f in (relu, leaky_relu, softplus) else glorot
