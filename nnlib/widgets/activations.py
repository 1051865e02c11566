"""The activations explorer: the functions, their derivatives, a tangent, and where they are saturated."""

from __future__ import annotations

import numpy as np
import traitlets as t

from nnlib.activations import ACTIVATIONS
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.picture import LINES, Panel, drawing
from nnlib.widgets.words import activation_text

NAMES = tuple(ACTIVATIONS)


class ActivationsExplorer(Explorer):
    """Activation functions and their derivatives, with a tangent that can be dragged.

    Attributes
    ----------
    functions : list of str
        Which are drawn, by their names in `nnlib.ACTIVATIONS`; ``selected`` always is.
    selected : str
        Which one has the tangent.
    z : float
        Where, from -6 to 6.

    Examples
    --------
    >>> explorer = ActivationsExplorer(selected="tanh", z=0)
    >>> explorer.sentence()
    'tanh at z = 0: value 0, slope 1.'
    """

    kind = "activations"
    controls = ("functions", "selected", "z")

    functions = t.List(t.Enum(NAMES), ["sigmoid", "tanh", "relu"]).tag(sync=True)
    selected = t.Enum(NAMES, "sigmoid").tag(sync=True)
    z = t.Float(1.0, min=-6, max=6).tag(sync=True)

    def value_and_slope(self) -> tuple[float, float]:
        """Return f(z) and f'(z) of the selected function."""
        f, z = ACTIVATIONS[self.selected], np.array([self.z])
        a = f(z)
        return float(a[0]), float(f.df(z, a)[0])

    def sentence(self) -> str:
        """Say what the explorer shows."""
        a, slope = self.value_and_slope()
        return f"{activation_text(self.selected)} at z = {self.z:.3g}: value {a:.3g}, slope {slope:.3g}."

    def still(self) -> str:
        """Return the functions, their derivatives and the tangent as SVG."""
        z = np.linspace(-6, 6, 121)
        panels = (
            Panel(46, 10, 290, 250, (-6, 6), (-2, 4)),
            Panel(396, 10, 290, 250, (-6, 6), (-0.1, 1.15)),
        )
        ticks: dict[float, str] = {-6: "−6", -3: "−3", 0: "0", 3: "3", 6: "6"}
        parts = [
            *panels[0].frame(ticks, {-2: "−2", 0: "0", 2: "2", 4: "4"}, "z", "f(z)"),
            *panels[1].frame(ticks, {0: "0", 0.5: "0.5", 1: "1"}, "z", "f′(z)"),
        ]
        for name, (colour, dash) in zip(NAMES, LINES, strict=True):
            if name in self.functions or name == self.selected:
                f = ACTIVATIONS[name]
                width = 3 if name == self.selected else 1.7
                parts.append(panels[0].curve(z, f(z), colour, dash, width))
                parts.append(panels[1].curve(z, f.df(z, f(z)), colour, dash, width))
        a, slope = self.value_and_slope()
        near = np.array([self.z - 1.5, self.z + 1.5])
        parts.append(panels[0].curve(near, a + slope * (near - self.z), dash="2 3"))
        parts += [panels[0].dot(self.z, a), panels[1].dot(self.z, slope)]
        return drawing(700, 300, parts, self.sentence())
