"""The still picture of the loss explorer."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib.activations import Array
from nnlib.widgets.picture import LINES, Panel, drawing, label
from nnlib.widgets.words import number_text

CIRCLES = 12  # on each validation curve
CAP = 4  # losses beyond this many times the largest first one are cut off


def loss_still(curves: list[dict[str, Any]], series: str, log: bool, alt: str) -> str:
    """Return the curves as SVG: validation losses as a thinner line with circles.

    Parameters
    ----------
    curves : list of dict
        As in `LossExplorer`.
    series : str
        Which losses are drawn: ``"both"``, ``"training"`` or ``"validation"``.
    log : bool
        Whether the loss has a logarithmic axis.
    alt : str
        The description.
    """
    drawn = [
        (i, name, np.array(curve["epochs"], dtype=float), _finite(curve[name]))
        for i, curve in enumerate(curves)
        for name in ("loss", "validation")
        if series in ("both", {"loss": "training"}.get(name, name))
    ]
    last = max((epochs[-1] for _, _, epochs, _ in drawn if len(epochs)), default=10.0)
    low, high = _limits([values for *_, values in drawn], log)
    panel = Panel(60, 10, 590, 240, (0, max(last, 1.0)), (low, high), "y" if log else "")
    ticks = {v: number_text(v, 2) for v in ((low, high) if log else (low, high / 2, high))}
    parts = panel.frame({0: "0", last: f"{last:g}"}, ticks, "epoch", "loss")
    for i, name, epochs, values in drawn:
        colour, dash = LINES[i]
        held = name == "validation"
        parts.append(panel.curve(epochs, values, colour, dash, 1.2 if held else 2))
        known = np.flatnonzero((values >= low) & (values <= high))
        if held:
            every = max(1, len(known) // CIRCLES)
            parts += [panel.dot(epochs[k], values[k], colour, 3) for k in known[::every]]
        elif len(known):
            x, y = panel.place(epochs[known[-1]], values[known[-1]])
            parts.append(label(float(x) + 12, float(y) + 4, str(i + 1)))
    return drawing(700, 300, parts, alt)


def _finite(values: list[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _limits(series: list[Array], log: bool) -> tuple[float, float]:
    shown = [values[np.isfinite(values) & ((values > 0) | (not log))] for values in series]
    shown = [values for values in shown if len(values)]
    if not shown:
        return (0.1, 1.0) if log else (0.0, 1.0)
    high = min(max(v.max() for v in shown), CAP * max(v[0] for v in shown)) or 1.0
    if not log:
        return 0.0, float(high * 1.05)
    low = max(min(v.min() for v in shown), high * 1e-12)
    return float(low * 0.8), float(max(high * 1.25, low * 10))
