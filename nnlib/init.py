"""Initial weights: random matrices whose spread keeps signals alive through many layers.

Every rule has the signature ``rule(n_out, n_in, *, rng)`` and returns a matrix of shape ``(n_out,
n_in)``. Biases start at zero in every case: the random weights alone make the units differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.activations import Activation, Array, leaky_relu, relu, softplus

Init = Callable[..., Array]


def glorot(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
    """Draw weights with variance ``2 / (n_in + n_out)``, for units that are nearly linear around 0 (tanh).

    Source: Glorot and Bengio (2010), equation 12, with a normal in place of the uniform
    distribution.
    """
    return rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), (n_out, n_in))


def he(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
    """Draw weights with variance ``2 / n_in``: a ReLU passes on half of the mean square it is given.

    Source: He, Zhang, Ren and Sun (2015), equation 10.
    """
    return rng.normal(0.0, np.sqrt(2.0 / n_in), (n_out, n_in))


def constant(value: float) -> Init:
    """Make a rule that sets every weight to ``value``: a mistake worth watching (chapter 4)."""

    def rule(n_out: int, n_in: int, *, rng: np.random.Generator) -> Array:
        return np.full((n_out, n_in), value)

    return rule


def default_for(f: Activation) -> Init:
    """Return the usual rule for an activation: `he` for the ReLU family, `glorot` for all others."""
    return he if f in (relu, leaky_relu, softplus) else glorot
