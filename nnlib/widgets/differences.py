"""Numerical derivatives with every operation rounded: what ``differentiation_math.js`` computes on the page.

In float32 a function's value is its float64 value, rounded: the best that a float32 function can do, and the same on
every processor.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.activations import Array
from nnlib.widgets.seeded import SeededRandom

NOISE = 1e-6  # size of the error in each value of the noisy function
NEAR = 6  # 10 ** (6 / 20) is just below 2
LOWEST = 1e-17  # the lower end of the error axis

# The steps h: 20 a decade from 1e-16 to 1, each with three digits, so that all languages agree.
STEPS = np.array([float(f"{10 ** (i / 20 - 16):.3g}") for i in range(321)])


@dataclass(frozen=True)
class Curve:
    """A function to differentiate.

    Parameters
    ----------
    text : str
        How it reads.
    domain, y : pair of float
        Where x may lie, and the vertical axis.
    f : callable
        ``f(x, c)`` for an array, float64 or float32.
    exact : callable
        ``exact(x, c)``: the value and three derivatives.
    analytic : callable, optional
        The function of complex numbers; without it there is no complex step.
    kink : callable, optional
        ``kink(c)``: where there is no derivative.
    noise : float
        The size of the error in each value.
    """

    text: str
    domain: tuple[float, float]
    y: tuple[float, float]
    f: Callable[[Array, float], Array]
    exact: Callable[[float, float], tuple[float, ...]]
    analytic: Callable[[Array], Array] | None = None
    kink: Callable[[float], float] | None = None
    noise: float = 0.0


def rounded(function: Callable[[Array], Array]) -> Callable[..., Array]:
    """Return the function, computed in double precision and rounded to the type of its argument."""

    def f(x: Array, c: float = 0.0) -> Array:
        return function(x.astype(np.result_type(x.dtype, np.float64))).astype(x.dtype)

    return f


@np.vectorize
def noise_at(x: float) -> float:
    """Return noise from [-1, 1) that depends on every bit of ``x``, and is the same whenever ``x`` is."""
    high, low = struct.unpack(">II", struct.pack(">d", x + 0.0))
    return float(SeededRandom(high ^ (low * 0x9E3779B1 & 0xFFFFFFFF)).uniform(-1, 1, 1)[0])


def _sine(x: float, c: float) -> tuple[float, ...]:
    return np.sin(x), np.cos(x), -np.sin(x), -np.cos(x)


CURVES = {
    "exp": Curve(
        "e^x", (-2, 2), (-2, 9), rounded(np.exp), lambda x, c: (np.exp(x),) * 4, rounded(np.exp)
    ),
    "sin": Curve("sin x", (-3, 3), (-1.7, 1.7), rounded(np.sin), _sine, rounded(np.sin)),
    "cube": Curve(
        "x^3",
        (-1.5, 1.5),
        (-4, 6),
        lambda x, c: x * x * x,
        lambda x, c: (x**3, 3 * x * x, 6 * x, 6.0),
        lambda z: z * z * z,
    ),
    "log": Curve(
        "log x",
        (0.2, 3),
        (-2.2, 2.2),
        rounded(np.log),
        lambda x, c: (np.log(x), 1 / x, -1 / x**2, 2 / x**3),
        rounded(np.log),
    ),
    "abs": Curve(
        "|x|",
        (-2, 2),
        (-0.7, 3),
        lambda x, c: np.abs(x),
        lambda x, c: (abs(x), np.sign(x), 0.0, 0.0),
        kink=lambda c: 0.0,
    ),
    "kink": Curve(
        "max(x, c)",
        (-2, 2),
        (-2.6, 3),
        lambda x, c: np.maximum(x, x.dtype.type(c)),
        lambda x, c: (max(x, c), float(x > c), 0.0, 0.0),
        kink=lambda c: c,
    ),
    "noisy": Curve(
        "sin x with noise",
        (-3, 3),
        (-1.7, 1.7),
        rounded(lambda x: np.sin(x) + NOISE * noise_at(x)),
        _sine,
        noise=NOISE,
    ),
}


def quotients(curve: Curve, x: float, c: float, steps: Array, precision: str) -> dict[str, Array]:
    """Return the numerical derivatives at ``x`` for each step, computed in ``"float64"`` or ``"float32"``."""
    kind = np.dtype(precision).type
    at, h = kind(x), steps.astype(kind)
    with np.errstate(divide="ignore", invalid="ignore"):  # log of what is not positive
        above, here, below = (curve.f(at + d, c) for d in (h, 0 * h, -h))
        values = {"forward": (above - here) / h, "central": (above - below) / (kind(2) * h)}
        if curve.analytic:
            values["complex"] = curve.analytic(at + 1j * h).imag / h
    return {name: value.astype(np.float64) for name, value in values.items()}


def exact_at(curve: Curve, x: float, c: float, precision: str) -> tuple[float, ...]:
    """Return the value and three derivatives where the arithmetic has rounded ``x`` to."""
    kind = np.dtype(precision).type
    return tuple(float(value) for value in curve.exact(float(kind(x)), float(kind(c))))


def typical_errors(errors: Array) -> Array:
    """Return the median error over the steps within a factor of two: single errors cancel by chance."""
    windows = (np.sort(errors[max(i - NEAR, 0) : i + NEAR + 1]) for i in range(len(errors)))
    return np.array([window[len(window) // 2] for window in windows])


def best_step(errors: Array, slope: float, precision: str) -> tuple[float, float]:
    """Return the step with the lowest typical error, and that error.

    Where the error is no larger than the rounding of the result, it is the largest such step.
    """
    typical = typical_errors(np.where(np.isfinite(errors), errors, np.inf))
    floor = max(float(np.finfo(precision).eps) * abs(slope), LOWEST)
    exact = np.flatnonzero(typical <= floor)
    i = exact[-1] if len(exact) else typical.argmin()
    return float(STEPS[i]), float(typical[i])
