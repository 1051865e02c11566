"""The differentiation explorer: a secant that turns into the tangent, and the error of three numerical derivatives."""

from __future__ import annotations

import numpy as np
import traitlets as t

from nnlib.activations import Array
from nnlib.widgets.differences import (
    CURVES,
    LOWEST,
    STEPS,
    Curve,
    best_step,
    exact_at,
    quotients,
    typical_errors,
)
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.picture import BLUE, GREEN, GREY, INK, ORANGE, Panel, drawing, label

COLOURS = {"forward": ORANGE, "central": BLUE, "complex": GREEN}
PRECISIONS = ("float64", "float32")


class DifferentiationExplorer(Explorer):
    """Numerical derivatives: the secant over a step h, and the error against h.

    Attributes
    ----------
    function : str
        ``"exp"``, ``"sin"``, ``"cube"``, ``"log"``, ``"abs"``, ``"kink"`` for max(x, c), or ``"noisy"`` for a sine
        each of whose values is wrong by up to 1e-6.
    x : float
        Where, within the function's domain. A new function moves it there.
    c : float
        The place of the kink of max(x, c), from -2 to 2.
    h : float
        The step, from 1e-16 to 1.
    secant : str
        Which secant is drawn: ``"forward"`` or ``"central"``.
    precision : str
        ``"float64"`` or ``"float32"``.
    zoom : bool
        Whether the picture of the function zooms in as h shrinks.

    Examples
    --------
    >>> explorer = DifferentiationExplorer(function="cube", x=1, h=0.1)
    >>> explorer.sentence()
    'x^3 at x = 1 has the slope 3. Errors with h = 0.1 in float64: forward 0.31, central 0.01, complex 0.01.'
    """

    kind = "differentiation"
    controls = ("function", "secant", "precision", "h", "zoom", "table")

    function = t.Enum(tuple(CURVES), "exp").tag(sync=True)
    x = t.Float(1.0, min=-3, max=3).tag(sync=True)
    c = t.Float(0.5, min=-2, max=2).tag(sync=True)
    h = t.Float(0.501, min=1e-16, max=1).tag(sync=True)
    secant = t.Enum(("forward", "central"), "forward").tag(sync=True)
    precision = t.Enum(PRECISIONS, "float64").tag(sync=True)
    zoom = t.Bool(False).tag(sync=True)

    @property
    def curve(self) -> Curve:
        """The function with its derivatives."""
        return CURVES[self.function]

    @t.validate("x")
    def _check_x(self, proposal: t.Bunch) -> float:
        low, high = self.curve.domain
        if not low <= proposal["value"] <= high:
            raise t.TraitError(
                f"x of {self.function!r} must lie in [{low:g}, {high:g}], but {proposal['value']!r} was given"
            )
        return proposal["value"]

    @t.observe("function")
    def _move_x(self, change: t.Bunch) -> None:
        self.x = float(np.clip(self.x, *self.curve.domain))

    @property
    def at_kink(self) -> bool:
        """Whether the function has no derivative at x."""
        return self.curve.kink is not None and self.curve.kink(self.c) == self.x

    def derivative(self) -> float:
        """Return the exact derivative at x; NaN where there is none."""
        return float("nan") if self.at_kink else exact_at(self.curve, self.x, self.c, "float64")[1]

    def quotients(self) -> dict[str, float]:
        """Return the numerical derivatives with the step ``h``: ``{"forward": 2.7, "central": 2.7, ...}``."""
        found = quotients(self.curve, self.x, self.c, np.array([self.h]), self.precision)
        return {name: float(values[0]) for name, values in found.items()}

    def errors(self, precision: str | None = None) -> dict[str, Array]:
        """Return the errors against the step: ``"h"``, ``"forward"``, ``"central"``, maybe ``"complex"``; (321,) each.

        Parameters
        ----------
        precision : str, optional
            ``"float64"`` or ``"float32"`` instead of the explorer's own.

        Raises
        ------
        ValueError
            If x is at a kink, where there is no derivative, or the precision is another one.
        """
        precision = precision or self.precision
        if precision not in PRECISIONS:
            raise ValueError(
                f"precision must be one of {', '.join(PRECISIONS)}, given {precision!r}"
            )
        if self.at_kink:
            raise ValueError(
                f"{self.curve.text} has a kink at x = {self.x:g}: no derivative, no error"
            )
        slope = exact_at(self.curve, self.x, self.c, precision)[1]
        found = quotients(self.curve, self.x, self.c, STEPS, precision)
        return {"h": STEPS.copy()} | {name: np.abs(d - slope) for name, d in found.items()}

    def best(self) -> dict[str, tuple[float, float]]:
        """Return the step with the lowest typical error and that error, for each method."""
        errors, slope = self.errors(), exact_at(self.curve, self.x, self.c, self.precision)[1]
        return {
            name: best_step(e, slope, self.precision) for name, e in errors.items() if name != "h"
        }

    def sentence(self) -> str:
        """Say what the explorer shows."""
        place, found = f"{self.curve.text} at x = {self.x:.3g}", self.quotients()
        with_h = f"with h = {self.h:.3g} in {self.precision}"
        if self.at_kink:
            values = f"forward {_short(found['forward'])}, central {_short(found['central'])}"
            return f"{place}: a kink, so there is no derivative. Quotients {with_h}: {values}."
        slope = exact_at(self.curve, self.x, self.c, self.precision)[1]
        errors = ", ".join(f"{name} {_short(abs(d - slope))}" for name, d in found.items())
        return f"{place} has the slope {slope:.6g}. Errors {with_h}: {errors}."

    def still(self) -> str:
        """Return the function with a secant, and the typical errors against h, as SVG."""
        low, high = self.curve.domain[0] - 0.3, self.curve.domain[1] + 1.1
        left = Panel(46, 10, 290, 250, (low, high), self.curve.y)
        right = Panel(396, 10, 290, 250, (1e-16, 1), (LOWEST, 100), "xy")
        parts = [
            *left.frame(
                {v: f"{v:g}" for v in self.curve.domain},
                {v: f"{v:g}" for v in self.curve.y},
                "x",
                "f(x)",
            ),
            *right.frame(
                {1e-15: "1e−15", 1e-10: "1e−10", 1e-5: "1e−5", 1: "1"},
                {1e-15: "1e−15", 1e-10: "1e−10", 1e-5: "1e−5", 1: "1"},
                "step h",
                "typical error",
            ),
        ]
        return drawing(
            700, 300, parts + self._secant(left, low, high) + self._errors(right), self.sentence()
        )

    def _secant(self, panel: Panel, low: float, high: float) -> list[str]:
        x = np.linspace(low, high, 401)
        with np.errstate(divide="ignore", invalid="ignore"):
            y = self.curve.f(x, self.c)
        here, slope = exact_at(self.curve, self.x, self.c, "float64")[:2]
        chord = self.quotients()[self.secant]
        end = self.x + self.h
        top = float(self.curve.f(np.array(end), self.c))
        parts = [panel.curve(x[::4], y[::4])]
        if not self.at_kink:
            parts.append(panel.curve(x, here + slope * (x - self.x), GREY, "2 4", 1.6))
        if np.isfinite(chord):
            parts.append(panel.curve(x, top + chord * (x - end), COLOURS[self.secant]))
        return [*parts, panel.dot(self.x, here), panel.dot(end, top)]

    def _errors(self, panel: Panel) -> list[str]:
        if self.at_kink:
            return [label(541, 140, "no derivative here, so no error")]
        errors = self.errors()
        h = errors.pop("h")[::4]
        parts = [panel.curve([self.h] * 2, [LOWEST, 100], INK, "", 1.4)]
        for (name, e), dash in zip(errors.items(), ("", "9 4", "2.5 3"), strict=False):
            typical = np.maximum(typical_errors(e)[::4], LOWEST)
            parts.append(panel.curve(h, typical, COLOURS[name], dash))
        return parts


def _short(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "no number"
