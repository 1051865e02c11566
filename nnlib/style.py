"""The look of the book's figures: one palette, a dash pattern for each colour, SVG that is the same at every run.

The colours are these and no others. On the page each is exchanged for its twin of the reader's theme, light or
dark, which is why figures are stored as SVG with exactly these values.
"""

from __future__ import annotations

import matplotlib as mpl
from cycler import cycler

PALETTE = {
    "blue": "#0072b2",
    "orange": "#d55e00",
    "green": "#00806a",
    "purple": "#9b4f96",
    "yellow": "#8a6d00",
    "grey": "#6b7280",
    "ink": "#1f2430",
    "paper": "#ffffff",
    "grid": "#d5d9e0",
}
"""Name -> hex of every colour that a figure of the book may have."""
CYCLE = ["blue", "orange", "green", "purple", "yellow"]
"""The colours of the curves of a figure, in order."""
DASHES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
"""The dash pattern that goes with each colour of `CYCLE`, because colour is never the only sign."""
MARKERS = ["o", "s"]
"""The marks of class 0 and class 1."""


def book_style() -> None:
    """Set matplotlib to the book's look: SVG with text as text, the palette, the same bytes at every run.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> from nnlib import plots
    >>> plots.book_style()
    >>> mpl.rcParams["text.color"] == plots.PALETTE["ink"]
    True
    """
    ink, grid = PALETTE["ink"], PALETTE["grid"]
    cycle = cycler(color=[PALETTE[name] for name in CYCLE]) + cycler(linestyle=DASHES)
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycle,
            "axes.edgecolor": ink,
            "axes.labelcolor": ink,
            "axes.titlecolor": ink,
            "axes.titlesize": 11,
            "axes.labelsize": 10.5,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": grid,
            "grid.linewidth": 0.8,
            "text.color": ink,
            "xtick.color": ink,
            "ytick.color": ink,
            "figure.facecolor": PALETTE["paper"],
            "axes.facecolor": "none",
            "savefig.facecolor": PALETTE["paper"],
            "figure.figsize": (6.4, 3.6),
            "figure.constrained_layout.use": True,
            "lines.linewidth": 2,
            "legend.frameon": False,
            "font.family": "sans-serif",
            "svg.fonttype": "none",
            "svg.hashsalt": "book",
        }
    )
    _svg_in_notebooks()


def _svg_in_notebooks() -> None:
    """Make a running notebook store figures as SVG without the date in it."""
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return  # plain Python: figures go wherever the caller saves them
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches=None)
