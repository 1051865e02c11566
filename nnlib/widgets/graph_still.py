"""The still picture of the graph explorer: the graph in layers, from left to right."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nnlib.widgets.picture import BLUE, GREY, INK, ORANGE, drawing
from nnlib.widgets.words import number_text

if TYPE_CHECKING:
    from nnlib.widgets.expression import Node
    from nnlib.widgets.graph import Survey

BOX = (84, 62)
ROW, ALONG = 84, 140


def layers(nodes: list[Node]) -> list[int]:
    """Return the layer of every node: operations after their arguments, leaves just before what uses them."""
    layer = [0] * len(nodes)
    for i, node in enumerate(nodes):
        if node.args:
            layer[i] = 1 + max(layer[j] for j in node.args)
    for i, node in enumerate(nodes):
        users = [layer[j] for j, other in enumerate(nodes) if i in other.args]
        if users and not node.args:
            layer[i] = min(users) - 1
    return layer


def places(nodes: list[Node]) -> tuple[list[tuple[float, float]], float, float]:
    """Return where the nodes stand in pixels, and the width and the height of it all."""
    layer = layers(nodes)
    rows = [[i for i, own in enumerate(layer) if own == at] for at in range(max(layer) + 1)]
    height = ROW * max(len(row) for row in rows) + 40
    along = min(ALONG, 600 / max(len(rows) - 1, 1))
    found = [(0.0, 0.0)] * len(nodes)
    for at, row in enumerate(rows):
        for j, i in enumerate(row):
            # Every other layer stands a little lower, so that an edge over a layer passes beside its node.
            shift = (at % 2) * 26 if len(rows) > 2 else 0
            y = height / 2 + ROW * (j - (len(row) - 1) / 2) + shift - 10
            found[i] = (BOX[0] / 2 + 8 + along * at, y)
    return found, along * (len(rows) - 1) + BOX[0] + 16, height


def graph_still(now: Survey, mode: str, alt: str) -> str:
    """Return the graph with its values, and the derivatives that it has by now, as SVG."""
    at, width, height = places(now.nodes)
    parts = []
    for i, node in enumerate(now.nodes):
        parts += [
            _edge(at[j], at[i], k - (len(node.args) - 1) / 2) for k, j in enumerate(node.args)
        ]
    derivatives = now.tangents if mode == "forward" else now.visit.grads if now.visit else []
    for i, node in enumerate(now.nodes):
        x, y = at[i]
        parts.append(
            f'<rect x="{x - BOX[0] / 2:.1f}" y="{y - BOX[1] / 2:.1f}" width="{BOX[0]}" height="{BOX[1]}" '
            f'rx="{5 if node.args else 14}" fill="var(--pst-color-background, #fff)" stroke="{INK}"/>'
        )
        if node.op == "constant":
            parts.append(_line(x, y + 5, node.name, INK))
            continue
        sign = {"*": "·", "-": "−", "neg": "−"}.get(node.op, node.op)
        parts.append(_line(x, y - 14, node.name + (f" ({sign})" if node.args else ""), INK))
        if now.has_value(i):
            parts.append(_line(x, y + 4, number_text(now.values[i], 4), BLUE))
        if derivatives and node.active:
            parts.append(_line(x, y + 22, f"← {number_text(derivatives[i], 4)}", ORANGE))
    return drawing(round(width), round(height), parts, alt)


def _line(x: float, y: float, text: str, colour: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
    )


def _edge(start: tuple[float, float], end: tuple[float, float], apart: float) -> str:
    (x1, y1), (x2, y2) = (
        (start[0] + BOX[0] / 2, start[1] + 14 * apart),
        (
            end[0] - BOX[0] / 2,
            end[1] + 14 * apart,
        ),
    )
    middle = (x1 + x2) / 2
    d = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return f'<path d="{d}" fill="none" stroke="{GREY}" stroke-width="1.4"/>'
