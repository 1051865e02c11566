"""The mathematics of the descent explorer: four surfaces, paths on them, and the regions of rate and momentum.

The same as ``descent_math.js``, with nnlib's optimisers in place of the engine's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.activations import Array
from nnlib.optimizers import Momentum, Nesterov, Optimizer
from nnlib.widgets.runs import OPTIMIZERS

FAR = 1e6  # beyond this a path counts as diverging, and ends
S_MOST = {"Momentum": 4.4, "Nesterov": 2.2}  # how far the plane reaches in lr * lambda_max
REGIONS = ("steady", "swinging", "jumping", "diverging")


def _root(x: float) -> float:
    """Return a root of x^3 - x + 0.1 by Newton's method, the same number in every language."""
    for _ in range(20):
        x -= (x * x * x - x + 0.1) / (3 * x * x - 1)
    return x


SHALLOW, DEEP, CREST = _root(1.0), _root(-1.0), _root(0.0)  # the two basins, and the crest between
_D2 = 3 * DEEP * DEEP - 1  # half the curvature in the deep basin


def _basins(x: Array, y: Array, kappa: float) -> Array:
    """Return (x^2 - 1)^2 / 2 + x / 5 + y^2 above its lowest value, as a Taylor polynomial about the deep basin.

    The difference itself would drown in rounding there.
    """
    u = x - DEEP
    return u * u * (_D2 + u * (2 * DEEP + 0.5 * u)) + y * y


def _basins_gradient(x: float, y: float, kappa: float) -> tuple[float, float]:
    u = x - DEEP
    return 2 * u * (_D2 + u * (3 * DEEP + u)), 2 * y


@dataclass(frozen=True)
class Surface:
    """A loss over the plane, its lowest value 0.

    Attributes
    ----------
    text : str
        How it reads.
    quadratic : bool
        Whether the regions of rate and momentum hold everywhere, and not near the minimum alone.
    value, gradient : callable
        From x, y and the condition number; ``gradient`` returns both partial derivatives.
    minimum : pair of float
        Its lowest place (one of them, if there are two).
    curvatures : callable
        From the condition number: the smallest and the largest curvature at the minimum.
    levels : tuple of float
        The heights of its contour lines.
    """

    text: str
    quadratic: bool
    value: Callable[[Array, Array, float], Array]
    gradient: Callable[[float, float, float], tuple[float, float]]
    minimum: tuple[float, float]
    curvatures: Callable[[float], tuple[float, float]]
    levels: tuple[float, ...]


SURFACES = {
    "bowl": Surface(
        "the bowl",
        True,
        lambda x, y, kappa: 0.5 * (x * x + y * y),
        lambda x, y, kappa: (x, y),
        (0, 0),
        lambda kappa: (1, 1),
        (0.1, 0.5, 1, 1.6, 2.4),
    ),
    "ravine": Surface(
        "the ravine",
        True,
        lambda x, y, kappa: 0.5 * (x * x + kappa * y * y),
        lambda x, y, kappa: (x, kappa * y),
        (0, 0),
        lambda kappa: (1, kappa),
        (0.2, 0.8, 2, 5, 10, 20, 50),
    ),
    "saddle": Surface(
        "the saddle",
        False,
        lambda x, y, kappa: 0.5 * x * x + 0.25 * (y * y - 1) * (y * y - 1),
        lambda x, y, kappa: (x, y * y * y - y),
        (0, -1),
        lambda kappa: (1, 2),
        (0.08, 0.25, 0.6, 1.2, 2),
    ),
    "basins": Surface(
        "the two basins",
        False,
        _basins,
        _basins_gradient,
        (DEEP, 0),
        lambda kappa: (2, 2 * _D2),
        (0.1, 0.3, 0.5, 0.72, 1.4, 2.6),
    ),
}


def make_optimizer(name: str, lr: float, mu: float) -> Optimizer:
    """Return the optimiser of nnlib; ``mu`` counts for the two with momentum."""
    if has_momentum(name):
        return (Nesterov if name == "Nesterov" else Momentum)(lr, mu)
    return OPTIMIZERS[name](lr)


def has_momentum(name: str) -> bool:
    """Return whether an optimiser has a momentum to choose."""
    return name in ("Momentum", "Nesterov")


def has_regions(name: str) -> bool:
    """Return whether the regions of rate and momentum speak of an optimiser."""
    return name == "SGD" or has_momentum(name)


def descend(
    surface: Surface, kappa: float, start: tuple[float, float], optimizer: Optimizer, steps: int
) -> tuple[Array, bool]:
    """Walk down a surface.

    Returns
    -------
    path : ndarray, shape (t + 1, 2)
        The start and the place after each step; shorter than ``steps`` if it ran out of range.
    diverged : bool
        Whether it ran out of range.
    """
    place = np.array(start, dtype=float)
    path, diverged = [place.copy()], False
    while len(path) <= steps and not diverged:
        optimizer.step(place, np.array(surface.gradient(float(place[0]), float(place[1]), kappa)))
        diverged = not bool((np.abs(place) < FAR).all())
        if np.isfinite(place).all():
            path.append(place.copy())
    return np.array(path), diverged


def factor_along(optimizer: str, s: float, mu: float) -> float:
    r"""Return the factor by which the error along an eigenvector shrinks in the long run, with s = lr * lambda.

    The larger absolute value of the roots of :math:`r^2 - Tr + D`: for the heavy ball :math:`T = 1 + \mu - s` and
    :math:`D = \mu`, for Nesterov's momentum :math:`T = (1 + \mu)(1 - s)` and :math:`D = \mu(1 - s)`.
    """
    nesterov = optimizer == "Nesterov"
    trace = (1 + mu) * (1 - s) if nesterov else 1 + mu - s
    product = mu * (1 - s) if nesterov else mu
    discriminant = trace * trace - 4 * product
    if discriminant < 0:
        return math.sqrt(product)
    return (abs(trace) + math.sqrt(discriminant)) / 2


def spectral_radius(optimizer: str, lr: float, mu: float, curvatures: tuple[float, float]) -> float:
    """Return the same for a quadratic: its slowest direction decides."""
    return max(factor_along(optimizer, lr * curvature, mu) for curvature in curvatures)


def region_ends(optimizer: str, mu: float) -> tuple[float, float, float]:
    """Return from which lr * lambda_max on the error swings, jumps across, and grows."""
    if optimizer == "Nesterov":
        return ((1 - mu) / (1 + mu)) ** 2, 1.0, 2 * (1 + mu) / (1 + 2 * mu)
    return (1 - math.sqrt(mu)) ** 2, (1 + math.sqrt(mu)) ** 2, 2 * (1 + mu)


def region_of(optimizer: str, lr: float, mu: float, curvatures: tuple[float, float]) -> str:
    """Return the region of a rate and a momentum, a name of ``REGIONS``: the steepest direction names it."""
    s = lr * curvatures[1]
    return REGIONS[sum(s > end for end in region_ends(optimizer, mu))]


def best_setting(optimizer: str, curvatures: tuple[float, float]) -> tuple[float, float, float]:
    """Return the rate and momentum with the smallest spectral radius, and that radius.

    Sources: equations :eq:`eq-gd-rate` and :eq:`eq-momentum-rate`; for Nesterov's momentum Lessard, Recht and
    Packard (2016), Proposition 1.
    """
    low, high = curvatures
    kappa = high / low
    if optimizer == "SGD":
        return 2 / (low + high), 0.0, (kappa - 1) / (kappa + 1)
    if optimizer == "Nesterov":
        q = math.sqrt(3 * kappa + 1)
        return 4 / (3 * high + low), (q - 2) / (q + 2), 1 - 2 / q
    factor = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    return 4 / (math.sqrt(low) + math.sqrt(high)) ** 2, factor**2, factor
