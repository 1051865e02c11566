"""The still picture of the universal approximation explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnlib.activations import Array
from nnlib.widgets.picture import BLUE, INK, ORANGE, Panel, drawing

if TYPE_CHECKING:
    from nnlib.widgets.approximation import ApproximationExplorer


def still(explorer: ApproximationExplorer) -> str:
    """Return the target, the network's sum with the bumps' heights, and the loss, as SVG."""
    x = np.arange(201) / 200
    losses = explorer.losses()
    low, high = loss_axis(losses)
    left = Panel(46, 10, 360, 250, (0, 1), (-1.6, 1.6))
    right = Panel(470, 10, 215, 250, (0, max(explorer.steps, 1)), (low, high), "y")
    powers = np.arange(round(np.log10(low)), round(np.log10(high)) + 1)
    decades = {float(10.0**p): f"{10.0**p:g}".replace("-", "−") for p in powers}
    heights: dict[float, str] = {-1: "−1", 0: "0", 1: "1"}
    parts = [
        *left.frame({0: "0", 0.5: "0.5", 1: "1"}, heights, "x", "y"),
        *right.frame({0: "0", right.x[1]: f"{right.x[1]:g}"}, decades, "steps of training", ""),
        left.curve(x, explorer.values(), INK, "6 3", 1.8),
        left.curve(x, explorer.output(), BLUE, "", 3),
        right.curve(np.arange(len(losses)), losses, BLUE),
        right.dot(explorer.steps, float(losses[-1]), BLUE),
    ]
    n = len(explorer.heights)
    if not explorer.steps:
        parts += [left.dot((j + 0.5) / n, h, INK, 4) for j, h in enumerate(explorer.heights)]
    error = explorer.errors()
    ends = [np.interp(error.at, x, curve) for curve in (explorer.values(), explorer.output())]
    parts.append(left.curve([error.at] * 2, ends, ORANGE, "", 3))
    return drawing(700, 302, parts, explorer.sentence())


def loss_axis(losses: Array) -> tuple[float, float]:
    """Return the ends of the loss axis: powers of ten around all losses, at least one decade."""
    inside = np.log10(np.maximum(losses, 1e-12))
    low, high = np.floor(inside.min()), np.ceil(inside.max())
    return float(10.0**low), float(10.0 ** max(high, low + 1))
