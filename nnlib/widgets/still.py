"""Still pictures of explorers: small SVG written by hand, from the same computations as the live ones."""

from __future__ import annotations

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

Curve = tuple[list[float], list[float]]


def training_still(
    x: Array,
    y: Array,
    curves: list[Curve],
    net: Network | None,
    alt: str,
    validation: list[Curve | None],
) -> str:
    """Return the points, what ``net`` makes of the plane, and the loss curves, as one SVG.

    ``validation`` holds for each run its loss on points held out, if that is to be drawn.
    """
    parts = [*_plane(x, y, net), *_losses(curves, validation)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(alt)}" font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def _plane(x: Array, y: Array, net: Network | None) -> list[str]:
    left, top, side = PLANE
    middle = (x.min(axis=0) + x.max(axis=0)) / 2
    half = 0.56 * float(np.ptp(x, axis=0).max())
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


def _losses(curves: list[Curve], validation: list[Curve | None]) -> list[str]:
    left, top, width, height = LOSS
    bottom = top + height
    parts = [
        _box(left, top, width, height),
        _text(left + width / 2, bottom + 34, "epoch"),
        f'<text transform="translate({left - 38} {top + height / 2}) rotate(-90)" text-anchor="middle" '
        f'fill="{INK}">loss</text>',
    ]
    values = [value for _, losses in curves for value in losses if np.isfinite(value)]
    if not values:
        return parts
    firsts = [losses[0] for _, losses in curves if losses and np.isfinite(losses[0])]
    high = min(max(values), 4 * max(firsts, default=max(values))) * 1.05 or 1.0
    last = max(epochs[-1] for epochs, _ in curves if epochs) or 1
    parts += [_text(left - 18, bottom + 4, "0"), _text(left - 18, top + 10, f"{high:.2g}")]
    parts += [_text(left, bottom + 18, "0"), _text(left + width, bottom + 18, f"{last:g}")]

    def places(epochs: list[float], losses: list[float]) -> list[str]:
        return [
            f"{left + width * e / last:.1f},{bottom - height * min(value / high, 1):.1f}"
            for e, value in zip(epochs, losses, strict=True)
            if np.isfinite(value)
        ]

    for i, held in enumerate(validation):
        if held is not None:
            parts.append(
                f'<polyline points="{" ".join(places(*held))}" fill="none" stroke="{RUNS[i]}" '
                'stroke-width="1.2" stroke-dasharray="4 3"/>'
            )
    for i, (epochs, losses) in enumerate(curves):
        points = places(epochs, losses)
        dash = f' stroke-dasharray="{DASHES[i]}"' if DASHES[i] else ""
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{RUNS[i]}" stroke-width="2"{dash}/>'
        )
        if points:
            px, py = map(float, points[-1].split(","))
            parts.append(_text(px + 9, py + 4, str(i + 1)))
    return parts


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="none" stroke="{GRID}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{INK}">{text}</text>'
