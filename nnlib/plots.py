"""Figures in the book's one visual language. Each function takes an ``ax``, draws on it and returns it.

Call `book_style` once, before the first of them. It sets colours and dashes, which `nnlib.style` lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.activations import Array
from nnlib.network import Network
from nnlib.style import CYCLE, DASHES, MARKERS, PALETTE, book_style
from nnlib.trials import Results

# In the order in which they are read, which is the reference's, too.
__all__ = ["loss_curves", "points", "decision_boundary", "images", "trials",  # noqa: RUF022
           "book_style", "CYCLE", "DASHES", "MARKERS", "PALETTE"]  # fmt: skip


def loss_curves(
    ax: Axes,
    curves: Mapping[str, ArrayLike],
    *,
    log: bool = True,
    xlabel: str = "epoch",
    ylabel: str = "loss",
) -> Axes:
    """Draw one curve per label, each of shape ``(epochs,)``, the first epoch being 1.

    A curve of shape ``(seeds, epochs)`` is drawn as its median with a band from its smallest to its largest value.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> figure, ax = plt.subplots()
    >>> ax = plots.loss_curves(ax, {"one seed": [1, 0.5], "two": [[1, 0.5], [1, 0.3]]})
    >>> print(ax.lines[1].get_ydata())  # the median of the two
    [1.  0.4]
    """
    for label, values in curves.items():
        values = np.atleast_2d(np.asarray(values, dtype=float))
        epoch = np.arange(1, values.shape[1] + 1)
        (line,) = ax.plot(epoch, np.median(values, axis=0), label=label)
        if len(values) > 1:
            low, high = values.min(axis=0), values.max(axis=0)
            ax.fill_between(epoch, low, high, color=line.get_color(), alpha=0.18, linewidth=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if log:
        ax.set_yscale("log")
    if len(curves) > 1:
        ax.legend()
    return ax


def points(ax: Axes, x: ArrayLike, y: ArrayLike) -> Axes:
    """Draw points ``(m, 2)`` of two classes ``(m,)`` or ``(m, 1)``: blue circles and orange squares.

    Raises
    ------
    ValueError
        If ``x`` does not have shape ``(m, 2)``, or a class is neither 0 nor 1.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> figure, ax = plt.subplots()
    >>> x, y = data.xor()
    >>> [line.get_label() for line in plots.points(ax, x, y).lines]
    ['class 0', 'class 1']
    """
    x, y = checks.matrix(x, 2, "x"), np.asarray(y).reshape(-1)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"points draws the classes 0 and 1, given {np.unique(y)}")
    for value, colour, marker in zip((0, 1), ("blue", "orange"), MARKERS, strict=True):
        chosen = x[y == value]
        ax.plot(*chosen.T, linestyle="", marker=marker, markersize=4.5, color=PALETTE[colour],
                markeredgecolor=PALETTE["paper"], markeredgewidth=0.6, label=f"class {value}")  # fmt: skip
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def decision_boundary(
    ax: Axes, net: Network, x: ArrayLike, y: ArrayLike, *, grid: int = 120
) -> Axes:
    """Draw the points and, behind them, which class a network of one logit gives each place.

    The line is where the logit is 0, that is, where the network says one half. The points are ``(m, 2)``, their
    classes ``(m,)`` or ``(m, 1)``; the network is asked at ``grid * grid`` places.

    Raises
    ------
    ValueError
        If ``x`` does not have shape ``(m, 2)``, or the network more than one output.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> figure, ax = plt.subplots()
    >>> net, (x, y) = mlp([2, 4, 1], tanh, rng=np.random.default_rng(0)), data.xor()
    >>> plots.decision_boundary(ax, net, x, y) is ax
    True
    """
    x = checks.matrix(x, 2, "x")
    margin = 0.15 * np.ptp(x, axis=0).max()
    (low_1, low_2), (high_1, high_2) = x.min(axis=0) - margin, x.max(axis=0) + margin
    g_1, g_2 = np.meshgrid(np.linspace(low_1, high_1, grid), np.linspace(low_2, high_2, grid))
    logit = net.predict(np.column_stack([g_1.ravel(), g_2.ravel()]))
    if logit.shape[1] != 1:
        raise ValueError(
            f"decision_boundary needs a network with one output, given {logit.shape[1]}"
        )
    logit = logit.reshape(g_1.shape)
    ends = [-np.inf, 0, np.inf]
    ax.contourf(g_1, g_2, logit, ends, colors=[PALETTE["blue"], PALETTE["orange"]], alpha=0.16)
    if logit.min() < 0 < logit.max():
        ax.contour(g_1, g_2, logit, [0], colors=PALETTE["ink"], linewidths=1.2)
    ax.grid(False)
    return points(ax, x, y)


def images(figure: Figure, rows: Array, titles: Sequence[str], *, columns: int = 8) -> Figure:
    """Draw images of 8 by 8 pixels, given as rows ``(k, 64)``, each under its title. Takes and returns a figure.

    Raises
    ------
    ValueError
        If ``rows`` does not have 64 columns.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> x, y = data.digits()
    >>> figure = plots.images(plt.figure(), x[:16], [str(label) for label in y[:16]])
    >>> len(figure.axes), figure.axes[3].get_title()
    (16, '3')
    """
    rows = checks.matrix(rows, 64, "rows")
    lines = -(-len(rows) // columns)
    axes = figure.subplots(lines, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, pixels, title in zip(axes.flat, rows, titles, strict=False):
        _draw_pixels(ax, pixels.reshape(8, 8))
        ax.set_title(title, fontsize=9)
    return figure


def _draw_pixels(ax: Axes, pixels: Array) -> None:
    """Draw grey values from 0 (paper) to 1 (ink). Pixels of one value are one path: a quarter of the file."""
    rows, columns = pixels.shape
    for value in np.unique(pixels[pixels > 0]):
        corners = [(k, rows - 1 - j) for j, k in np.argwhere(pixels == value)]
        squares = [Path.unit_rectangle().transformed(Affine2D().translate(*c)) for c in corners]
        path = Path.make_compound_path(*squares)
        ax.add_patch(PathPatch(path, color=PALETTE["ink"], alpha=value, linewidth=0))
    ax.set(xlim=(0, columns), ylim=(0, rows), aspect="equal")


def trials(ax: Axes, results: Results, setting: str, *, log: bool = True) -> Axes:
    """Draw the value of each trial of a search over one of its settings; the best one is ringed.

    Raises
    ------
    ValueError
        If no trial has a finite value.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from nnlib import plots
    >>> from nnlib.trials import Results, Trial
    >>> trials = (Trial(i, {"lr": 10.0**i}, 1 / (1 + i), None, 1.5) for i in range(3))
    >>> figure, ax = plt.subplots()
    >>> plots.trials(ax, Results(trials), "lr").get_xlabel()
    'lr'
    """
    best, finished = results.best.settings[setting], results.finished
    x, y = ([t.settings[setting] for t in finished], np.array([t.value for t in finished], float))
    ax.plot(x, y, linestyle="", marker="o", markersize=5, color=PALETTE["blue"])
    (ring,) = ax.plot(best, y.min(), linestyle="", marker="o", markersize=11)
    ring.set(fillstyle="none", color=PALETTE["orange"])
    ax.set(xlabel=setting, ylabel="value")
    if log:
        ax.set(xscale="log", yscale="log")
    return ax
