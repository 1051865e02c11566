"""Still pictures of explorers as small SVG, written by hand from the same computations as the live ones."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from nnlib.activations import Array

# The book's colours; where the style sheet reaches, it exchanges them for those of the dark page.
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#00806a", "#9b4f96"
YELLOW, GREY, INK, GRID = "#8a6d00", "#6b7280", "#1f2430", "#d5d9e0"
# Lines are told apart by colour and by pattern, in the same order as on the live page.
LINES = (
    (GREEN, ""), (PURPLE, "9 4"), (YELLOW, "2.5 3"), (GREY, "10 3 2.5 3"), (BLUE, "16 5"), (ORANGE, "6 2 2 2 2 2"),
)  # fmt: skip


def drawing(width: float, height: float, parts: list[str], alt: str) -> str:
    """Return the parts as one SVG with a description."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(alt)}" font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def label(x: float, y: float, text: str, anchor: str = "middle") -> str:
    """Return a text at a place in pixels."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'
    )


@dataclass(frozen=True)
class Panel:
    """Two axes in a box of a drawing.

    Parameters
    ----------
    left, top, width, height : float
        The box in pixels.
    x, y : pair of float
        The lowest and the highest value of each axis.
    log : str
        Which axes are logarithmic: ``""``, ``"x"``, ``"y"`` or ``"xy"``.
    """

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    log: str = ""

    def place(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return where points lie in pixels; what is outside the box is moved to its edge."""
        across = _share(x, *self.x, "x" in self.log)
        up = _share(y, *self.y, "y" in self.log)
        return self.left + self.width * across, self.top + self.height * (1 - up)

    def frame(
        self, x_ticks: dict[float, str], y_ticks: dict[float, str], x_title: str, y_title: str
    ) -> list[str]:
        """Return the box with ticks, given as value and text, and titles."""
        bottom, middle = self.top + self.height, self.top + self.height / 2
        parts = [
            f'<rect x="{self.left}" y="{self.top}" width="{self.width}" height="{self.height}" fill="none" '
            f'stroke="{GRID}"/>',
            label(self.left + self.width / 2, bottom + 34, x_title),
            f'<text transform="translate({self.left - 36} {middle}) rotate(-90)" text-anchor="middle" '
            f'fill="{INK}">{escape(y_title)}</text>',
        ]
        for value, text in x_ticks.items():
            parts.append(label(float(self.place(value, self.y[0])[0]), bottom + 16, text))
        for value, text in y_ticks.items():
            height = float(self.place(self.x[0], value)[1])
            parts.append(label(self.left - 6, height + 4, text, "end"))
        return parts

    def curve(
        self, x: ArrayLike, y: ArrayLike, colour: str = INK, dash: str = "", width: float = 2
    ) -> str:
        """Return a polyline; points outside the box, or that are not finite, are left out."""
        xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        (low_x, high_x), (low_y, high_y) = self.x, self.y
        kept = (low_x <= xs) & (xs <= high_x) & (low_y <= ys) & (ys <= high_y)
        places = zip(*self.place(xs[kept], ys[kept]), strict=True)
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
        pattern = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{pattern}/>'

    def dot(self, x: float, y: float, colour: str = INK, radius: float = 5) -> str:
        """Return a disc."""
        px, py = self.place(x, y)
        return f'<circle cx="{float(px):.1f}" cy="{float(py):.1f}" r="{radius}" fill="{colour}"/>'


def _share(value: ArrayLike, low: float, high: float, log: bool) -> Array:
    values = np.asarray(value, dtype=float)
    if log:
        values, low, high = np.log(np.maximum(values, low)), float(np.log(low)), float(np.log(high))
    return np.clip((values - low) / (high - low), 0, 1)
