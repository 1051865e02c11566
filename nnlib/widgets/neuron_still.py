"""The still picture of the neuron explorer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nnlib.activations import ACTIVATIONS, Array
from nnlib.widgets.picture import BLUE, GREEN, GREY, INK, ORANGE, Panel, drawing, label

if TYPE_CHECKING:
    from nnlib.widgets.neuron import NeuronExplorer

PLANE = (-2.5, 2.5)
ARROW = 0.5  # w is drawn at half its length
BANDS = 24  # the field is drawn in so many tints
STRONGEST = 0.42


def tint(name: str, a: Array) -> Array:
    """Return how an output is coloured: -1 is blue, 0 no colour, 1 orange. Unbounded outputs end at 4."""
    if name == "sigmoid":
        return 2 * a - 1
    return a if name == "tanh" else np.clip(a / 4, -1, 1)


def axis_most(z: Array) -> float:
    """Return the end of the z axis: the least of a few round numbers that holds all values, with some room."""
    return next(most for most in (2.0, 5.0, 10.0, 20.0, 50.0) if 0.95 * most > np.abs(z).max())


def still(explorer: NeuronExplorer) -> str:
    """Return the plane with its line, points and field, and the activation with the points' z, as SVG."""
    left, right = Panel(46, 10, 270, 270, PLANE, PLANE), _output_panel(explorer)
    ends: dict[float, str] = {-2: "−2", 0: "0", 2: "2"}
    z_low, z_high = right.x
    parts = [
        *_field(explorer, left),
        *left.frame(ends, ends, "x₁", "x₂"),
        *right.frame(
            {z_low: f"−{z_high:g}", 0: "0", z_high: f"{z_high:g}"},
            {v: f"{v:.3g}".replace("-", "−") for v in (right.y[0], 0, right.y[1])},
            "z = w · x + b",
            "a = f(z)",
        ),
        *_line(explorer, left),
    ]
    f, z = ACTIVATIONS[explorer.activation], np.linspace(z_low, z_high, 121)
    parts.append(right.curve(z, f(z), GREEN, width=2.5))
    x, y = explorer.points()
    heights = x @ explorer.w + explorer.b
    for place, height, kind in zip(x, heights, y[:, 0] > 0.5, strict=True):
        parts.append(_mark(left, float(place[0]), float(place[1]), bool(kind)))
        parts.append(_mark(right, float(height), float(f(height)), bool(kind)))
    parts.append(left.dot(explorer.x1, explorer.x2))
    parts.append(right.dot(explorer.z(), explorer.a()))
    px, py = left.place(explorer.x1, explorer.x2)
    parts.append(label(float(px) + 12, float(py) - 8, "x"))
    return drawing(700, 322, parts, explorer.sentence())


def _output_panel(explorer: NeuronExplorer) -> Panel:
    x, _ = explorer.points()
    most = axis_most(np.append(x @ explorer.w + explorer.b, explorer.z()))
    f = ACTIVATIONS[explorer.activation]
    ends = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
    given = (float(f(np.array(-most))), float(f(np.array(most))))
    return Panel(400, 10, 285, 270, (-most, most), ends.get(explorer.activation, given))


def _mark(panel: Panel, x: float, y: float, kind: bool) -> str:
    """Return a circle for class 0, a square for class 1."""
    if not kind:
        return panel.dot(x, y, BLUE)
    px, py = (float(v) for v in panel.place(x, y))
    return f'<rect x="{px - 4.5:.1f}" y="{py - 4.5:.1f}" width="9" height="9" fill="{ORANGE}"/>'


def _line(explorer: NeuronExplorer, panel: Panel) -> list[str]:
    """Return the line z = 0, the arrow w from the origin and the way from the origin to the line."""
    if not explorer.has_line():
        return []
    w, norm = explorer.w, float(np.hypot(*explorer.w))
    foot = -explorer.b * w / norm**2
    along = np.linspace(-8, 8, 801)
    line = foot[:, None] + np.array([[-w[1]], [w[0]]]) / norm * along
    way = np.outer(foot, np.linspace(0, 1, 41))
    tip = ARROW * w
    barbs = [tip + min(0.3, 0.35 * norm) * _turned(-w / norm, angle) for angle in (0.45, -0.45)]
    arrow = np.array([[0, 0], tip, barbs[0], tip, barbs[1]]).T
    return [
        panel.curve(line[0], line[1], INK, "", 2.5),
        panel.curve(way[0], way[1], GREY, "4 3", 1.5),
        panel.curve(arrow[0], arrow[1], GREEN, "", 3),
    ]


def _turned(v: Array, angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * v[0] - s * v[1], s * v[0] + c * v[1]])


def _field(explorer: NeuronExplorer, panel: Panel) -> list[str]:
    """Return the output over the plane, as parallel bands of one tint each."""
    corners = np.array([[-2.5, -2.5], [2.5, -2.5], [2.5, 2.5], [-2.5, 2.5]])
    w, b, name = explorer.w, explorer.b, explorer.activation
    z = corners @ w + b
    edges = np.linspace(z.min(), z.max(), BANDS + 1) if explorer.has_line() else np.array([b, b])
    parts = []
    for low, high in pairwise(edges):
        strength = float(tint(name, ACTIVATIONS[name](np.array((low + high) / 2))))
        if abs(strength) < 0.02:
            continue
        band = (
            corners if not explorer.has_line() else _half(_half(corners, w, b - low), -w, high - b)
        )
        if not len(band):
            continue
        places = " ".join(
            f"{px:.1f},{py:.1f}" for px, py in zip(*panel.place(*band.T), strict=True)
        )
        colour = ORANGE if strength > 0 else BLUE
        opacity = f"{STRONGEST * abs(strength):.2f}"
        parts.append(f'<polygon points="{places}" fill="{colour}" fill-opacity="{opacity}"/>')
    return parts


def _half(corners: Array, w: Array, b: float) -> Array:
    """Return the part of a polygon where w · x + b is not negative (Sutherland and Hodgman 1974)."""
    z = corners @ w + b
    kept = []
    for i, (place, height) in enumerate(zip(corners, z, strict=True)):
        before, last = corners[i - 1], z[i - 1]
        if (height < 0) != (last < 0):
            kept.append(before + last / (last - height) * (place - before))
        if height >= 0:
            kept.append(place)
    return np.array(kept)
