"""Still pictures of explorers: small SVG written by hand, from the same computations as the live ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import numpy as np

from nnlib.activations import Array
from nnlib.network import Network

CLASSES = ("#0072b2", "#d55e00")  # class 0 a circle, class 1 a square
RUNS = ("#00806a", "#9b4f96", "#8a6d00", "#6b7280", "#0072b2", "#d55e00")
DASHES = ("", "9 4", "2.5 3", "10 3 2.5 3", "16 5", "6 2 2 2 2 2")
INK, GRID = "#1f2430", "#d5d9e0"
WIDTH, HEIGHT = 700, 330
PLANE = (30.0, 10.0, 280.0)  # left, top, side
LOSS = (380.0, 10.0, 300.0, 280.0)  # left, top, width, height
CELLS = 28  # the field is drawn as squares, so many each way
LEVELS = 5  # and in so many tints of each colour


@dataclass(frozen=True)
class Curve:
    """The losses of a run, at some epochs.

    Attributes
    ----------
    epochs, loss : list of float
        Equally many.
    validation : list of float
        On points held out, for the first of these epochs; empty if it is not to be drawn.
    low, high, held_low, held_high : list of float
        The lowest and the highest of both over several seeds; empty if there is one, or nothing is to be drawn.
    """

    epochs: list[float]
    loss: list[float]
    validation: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    held_low: list[float] = field(default_factory=list)
    held_high: list[float] = field(default_factory=list)


def training_still(
    x: Array,
    y: Array,
    curves: list[Curve],
    net: Network | None,
    alt: str,
) -> str:
    """Return the points, what ``net`` makes of the plane, and the loss curves, as one SVG."""
    parts = [*_plane(x, y, net), *_losses(curves)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(alt)}" font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def _plane(x: Array, y: Array, net: Network | None) -> list[str]:
    left, top, side = PLANE
    corners = x if len(x) else np.array([[-1.0, -1.0], [1.0, 1.0]])
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    half = 0.56 * float(np.ptp(corners, axis=0).max()) or 1.0  # one point alone has no size
    place = np.array([1, -1]) * (x - middle) / half * side / 2 + [left + side / 2, top + side / 2]
    parts = [] if net is None else _field(net, middle, half)
    # A line of no length with a round end is a disc, with a square end a square: the shortest way to
    # write two hundred points.
    for kind, end in enumerate(("round", "square")):
        d = "".join(f"M{px:.1f} {py:.1f}h0" for px, py in place[y[:, 0] == kind])
        parts.append(
            f'<path d="{d}" stroke="{CLASSES[kind]}" stroke-width="6" stroke-linecap="{end}"/>'
        )
    return [*parts, _box(left, top, side, side)]


def _field(net: Network, middle: Array, half: float) -> list[str]:
    """Return the plane in a few tints, by the probability that the network gives; one path a tint."""
    left, top, side = PLANE
    offsets = (np.arange(CELLS) + 0.5) / CELLS * 2 - 1
    across, down = np.meshgrid(middle[0] + half * offsets, middle[1] - half * offsets)
    out = net.predict(np.column_stack([across.ravel(), down.ravel()])).reshape(CELLS, CELLS)
    levels = np.rint(np.tanh(out / 2) * LEVELS).astype(int)  # 2 p - 1 in steps
    return [
        f'<path d="{_cells(levels == level)}" fill="{CLASSES[int(level > 0)]}" '
        f'fill-opacity="{abs(level) / LEVELS * 0.42:.2f}" transform="translate({left} {top}) scale({side / CELLS})"/>'
        for level in np.unique(levels)
        if level
    ]


def _cells(chosen: Array) -> str:
    """Return the cells of a grid that are chosen, as a path; neighbours in a row are joined."""
    pieces = []
    for r, row in enumerate(chosen):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
        pieces += [
            f"M{a} {r}H{b}V{r + 1}H{a}z" for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]
    return "".join(pieces)


def _losses(curves: list[Curve]) -> list[str]:
    left, top, width, height = LOSS
    bottom = top + height
    parts = [
        _box(left, top, width, height),
        _text(left + width / 2, bottom + 34, "epoch"),
        f'<text transform="translate({left - 38} {top + height / 2}) rotate(-90)" text-anchor="middle" '
        f'fill="{INK}">loss</text>',
    ]
    drawn = [(*curve.loss, *curve.high, *curve.held_high) for curve in curves]
    values = [v for losses in drawn for v in losses if np.isfinite(v)]
    if not values:
        return parts
    firsts = [curve.loss[0] for curve in curves if curve.loss and np.isfinite(curve.loss[0])]
    high = min(max(values), 4 * max(firsts, default=max(values))) * 1.05 or 1.0
    last = max(curve.epochs[-1] for curve in curves if curve.epochs) or 1
    parts += [_text(left - 18, bottom + 4, "0"), _text(left - 18, top + 10, f"{high:.2g}")]
    parts += [_text(left, bottom + 18, "0"), _text(left + width, bottom + 18, f"{last:g}")]

    def places(epochs: list[float], losses: list[float], beyond: bool = False) -> list[str]:
        return [
            f"{left + width * e / last:.1f},{bottom - height * min(value / high, 1):.1f}"
            for e, value in zip(epochs, losses, strict=False)
            if beyond or np.isfinite(value)
        ]

    def line(points: list[str], i: int, style: str) -> str:
        return f'<polyline points="{" ".join(points)}" fill="none" stroke="{RUNS[i]}" {style}/>'

    dashes = [f' stroke-dasharray="{dash}"' if dash else "" for dash in DASHES]
    for i, curve in enumerate(curves):
        if curve.low:  # a band that goes on beyond the frame, or to infinity, is cut off there
            edges = [places(curve.epochs, edge, beyond=True) for edge in (curve.low, curve.high)]
            area = " ".join([*edges[0], *reversed(edges[1])])
            parts.append(f'<polygon points="{area}" fill="{RUNS[i]}" fill-opacity="0.18"/>')
            parts += [line(edge, i, f'stroke-width="0.9"{dashes[i]}') for edge in edges]
    for i, curve in enumerate(curves):
        if curve.validation:
            held = places(curve.epochs, curve.validation)
            parts.append(line(held, i, 'stroke-width="1.2" stroke-dasharray="4 3"'))
            dotted = 'stroke-width="1.6" stroke-linecap="round" stroke-dasharray="0 4"'
            edges = [places(curve.epochs, edge) for edge in (curve.held_low, curve.held_high)]
            parts += [line(edge, i, dotted) for edge in edges if edge]
    for i, curve in enumerate(curves):
        points = places(curve.epochs, curve.loss)
        parts.append(line(points, i, f'stroke-width="2"{dashes[i]}'))
        if points:
            px, py = map(float, points[-1].split(","))
            parts.append(_text(px + 9, py + 4, str(i + 1)))
    return parts


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="none" stroke="{GRID}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{INK}">{text}</text>'
