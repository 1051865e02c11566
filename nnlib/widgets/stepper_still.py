"""The still picture of the backpropagation stepper: the network, and one entry of the step in numbers."""

from __future__ import annotations

from html import escape

from nnlib.dense import Dense
from nnlib.network import Network
from nnlib.widgets.picture import BLUE, GREY, INK, ORANGE, drawing, label
from nnlib.widgets.words import number_text

WIDTH, ROW, RADIUS = 640, 96, 25
# After which step the activation and the error of a layer are known.
KNOWN_A, KNOWN_DELTA = (0, 2, 4), (99, 9, 6)


def stepper_still(net: Network, step: int, line: str, alt: str) -> str:
    """Return the network with the numbers of the first sample that are known by now, as SVG."""
    sizes = [layer.n_out for layer in net.layers]
    height = max(sizes) * ROW + 50

    def place(layer: int, unit: int) -> tuple[float, float]:
        return 70 + layer * (WIDTH - 140) / 2, 14 + max(sizes) * ROW / 2 + ROW * (
            unit - (sizes[layer] - 1) / 2
        )

    lines, texts = [], []
    dense = [layer for layer in net.layers if isinstance(layer, Dense)]
    for number, layer in enumerate(dense, 1):
        for j in range(layer.n_out):
            x2, y2 = place(number, j)
            texts.append(label(x2, y2 - RADIUS - 8, f"b {number_text(layer.b[j], 3)}"))
            for k in range(layer.n_in):
                x1, y1 = place(number - 1, k)
                lines.append(
                    f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GREY}"/>'
                )
                texts.append(
                    label(
                        x1 + 0.27 * (x2 - x1),
                        y1 + 0.27 * (y2 - y1) - 5,
                        number_text(layer.W[j, k], 3),
                    )
                )
    for number, size in enumerate(sizes):
        for j in range(size):
            x, y = place(number, j)
            lines.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" stroke="{INK}" '
                'fill="var(--pst-color-background, #fff)"/>'
            )
            a = dense[number - 1].a[0, j] if number else dense[0].a_in[0, j]
            if step >= KNOWN_A[number]:
                texts.append(_coloured(x, y + 5, number_text(a, 3), BLUE))
            if step >= KNOWN_DELTA[number]:
                delta = number_text(dense[number - 1].delta[0, j], 3)
                texts.append(_coloured(x, y + RADIUS + 17, f"Δ {delta}", ORANGE))
    texts.append(label(WIDTH / 2, height - 8, line))
    return drawing(WIDTH, height, lines + texts, alt)


def _coloured(x: float, y: float, text: str, colour: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
    )
