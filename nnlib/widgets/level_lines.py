"""Contour lines of a field on a grid, for still pictures: the Python side of ``contours.js``."""

from __future__ import annotations

import numpy as np

from nnlib.activations import Array

CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))  # of a cell, clockwise: how far right and how far down


def level_lines(field: Array, level: float) -> str:
    """Return the line where a field ``(rows, columns)`` takes a value, as an SVG path in units of cells.

    By marching squares, as on the page; a cell with a corner that is not finite is left out.
    """
    corners = np.stack([field[:-1, :-1], field[:-1, 1:], field[1:, 1:], field[1:, :-1]])
    above = corners > level
    crossed = above.any(axis=0) & ~above.all(axis=0) & np.isfinite(corners).all(axis=0)
    return "".join(
        _pieces(corners[:, r, c], level, int(r), int(c)) for r, c in np.argwhere(crossed)
    )


def _pieces(corners: Array, level: float, r: int, c: int) -> str:
    crossings = []
    for k, (x, y) in enumerate(CORNERS):
        to = (k + 1) % 4
        if (corners[k] > level) != (corners[to] > level):
            share = (level - corners[k]) / (corners[to] - corners[k])
            across = c + x + share * (CORNERS[to][0] - x)
            down = r + y + share * (CORNERS[to][1] - y)
            crossings.append(f"{across:.1f} {down:.1f}")
    if len(crossings) == 4 and (corners.mean() > level) != (corners[0] > level):
        crossings.insert(0, crossings.pop())
    return "".join(
        f"M{a}L{b}" for a, b in zip(crossings[::2], crossings[1::2], strict=True) if a != b
    )
