"""The descent explorer: optimisers on four surfaces, and the rates and momenta at which they converge."""

from __future__ import annotations

import numpy as np
import traitlets as t

from nnlib.activations import Array
from nnlib.widgets.descent_math import (
    CREST,
    S_MOST,
    SURFACES,
    Surface,
    best_setting,
    descend,
    has_momentum,
    has_regions,
    make_optimizer,
    region_ends,
    region_of,
    spectral_radius,
)
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.level_lines import level_lines
from nnlib.widgets.picture import BLUE, GREY, ORANGE, Panel, drawing, label
from nnlib.widgets.runs import OPTIMIZERS
from nnlib.widgets.words import number_text

OPTIMIZER_TEXTS = {"SGD": "Gradient descent", "Nesterov": "Nesterov’s momentum"}
REGION_TEXTS = {
    "steady": "no overshooting",
    "swinging": "swings about the minimum",
    "jumping": "jumps across at every step",
    "diverging": "diverges",
}


class DescentExplorer(Explorer):
    """The path of an optimiser down a surface, its loss, and the plane of rate and momentum.

    Attributes
    ----------
    surface : str
        ``"bowl"``, ``"ravine"`` for (x^2 + kappa y^2) / 2, ``"saddle"`` for x^2 / 2 + (y^2 - 1)^2 / 4, or ``"basins"``
        for two basins, the deeper one on the left.
    kappa : float
        The condition number of the ravine, from 1 to 100.
    x, y : float
        The start, from -2 to 2 and from -1.5 to 1.5.
    optimizer : str
        ``"SGD"``, ``"Momentum"``, ``"Nesterov"``, ``"AdaGrad"``, ``"RMSProp"`` or ``"Adam"``: nnlib's, with the full
        gradient and their defaults.
    lr : float
        The learning rate, from 1e-4 to 10.
    mu : float
        The momentum, from 0 to 0.99; for ``"Momentum"`` and ``"Nesterov"``.
    steps : int
        How many steps are taken, from 1 to 300.
    log_loss : bool
        Whether the axis of the loss is logarithmic.

    Examples
    --------
    >>> explorer = DescentExplorer(optimizer="SGD", lr=0.05, x=1, y=0.4)
    >>> explorer.region(), round(explorer.spectral_radius(), 4)
    ('jumping', 0.95)
    >>> explorer.path()[:2]
    array([[ 1.  ,  0.4 ],
           [ 0.95, -0.1 ]])
    """

    kind = "descent"
    controls = ("surface", "optimizer", "kappa", "lr", "mu", "steps", "log_loss")

    surface = t.Enum(tuple(SURFACES), "ravine").tag(sync=True)
    kappa = t.Float(25.0, min=1, max=100).tag(sync=True)
    x = t.Float(-1.6, min=-2, max=2).tag(sync=True)
    y = t.Float(0.8, min=-1.5, max=1.5).tag(sync=True)
    optimizer = t.Enum(tuple(OPTIMIZERS), "Momentum").tag(sync=True)
    lr = t.Float(0.04, min=1e-4, max=10).tag(sync=True)
    mu = t.Float(0.8, min=0, max=0.99).tag(sync=True)
    steps = t.Int(60, min=1, max=300).tag(sync=True)
    log_loss = t.Bool(True).tag(sync=True)

    @property
    def ground(self) -> Surface:
        """The surface with its gradient."""
        return SURFACES[self.surface]

    def curvatures(self) -> tuple[float, float]:
        """Return the smallest and the largest curvature at the minimum."""
        return self.ground.curvatures(self.kappa)

    def path(self) -> Array:
        """Return the start and the place after each step, ``(steps + 1, 2)``; shorter if it ran out of range."""
        return self._descend()[0]

    def losses(self) -> Array:
        """Return the loss at each place of the path."""
        return self._losses(self.path())

    def diverged(self) -> bool:
        """Return whether the path ran out of range."""
        return self._descend()[1]

    def spectral_radius(self) -> float:
        """Return by how much a step multiplies the error near the minimum, in the long run.

        Raises
        ------
        ValueError
            If the optimiser has a rate for each parameter: its steps are no linear function of the error.
        """
        return spectral_radius(self.optimizer, self.lr, self._momentum(), self.curvatures())

    def region(self) -> str:
        """Return ``"steady"``, ``"swinging"``, ``"jumping"`` or ``"diverging"``; errors as `spectral_radius`."""
        return region_of(self.optimizer, self.lr, self._momentum(), self.curvatures())

    def _momentum(self) -> float:
        if not has_regions(self.optimizer):
            raise ValueError(
                f"rate and momentum have regions for SGD, Momentum and Nesterov, not for {self.optimizer}"
            )
        return self.mu if has_momentum(self.optimizer) else 0.0

    def _descend(self) -> tuple[Array, bool]:
        optimizer = make_optimizer(self.optimizer, self.lr, self.mu)
        return descend(self.ground, self.kappa, (self.x, self.y), optimizer, self.steps)

    def _losses(self, path: Array) -> Array:
        return self.ground.value(path[:, 0], path[:, 1], self.kappa)

    def _place_text(self, end: Array) -> str:
        if self.surface == "basins":
            return f" It is in the {'deep' if end[0] < CREST else 'shallow'} basin."
        if self.surface == "saddle" and np.hypot(*end) < 0.05:
            return " It is at the saddle."
        return ""

    def sentence(self) -> str:
        """Say what the explorer shows."""
        path, diverged = self._descend()
        first, last = (number_text(float(loss), 3) for loss in self._losses(path)[[0, -1]])
        where = self.ground.text
        if self.surface == "ravine":
            where += f" (condition number {number_text(self.kappa, 3)})"
        name = OPTIMIZER_TEXTS.get(self.optimizer, self.optimizer)
        momentum = f", momentum {number_text(self.mu, 3)}" if has_momentum(self.optimizer) else ""
        steps = "1 step" if len(path) == 2 else f"{len(path) - 1} steps"
        outcome = (
            f"after {steps} it has run out of range."
            if diverged
            else f"{steps} {'takes' if len(path) == 2 else 'take'} the loss from {first} to {last}."
            + self._place_text(path[-1])
        )
        start = f"from ({number_text(self.x, 3)}, {number_text(self.y, 3)})"
        text = f"{name} on {where}, rate {number_text(self.lr, 3)}{momentum}, {start}: {outcome}"
        if not has_regions(self.optimizer):
            return text
        near = "" if self.ground.quadratic else "near the minimum, "
        return (
            f"{text} Region: {REGION_TEXTS[self.region()]}; {near}a step multiplies the error by "
            f"{number_text(self.spectral_radius(), 3)} in the long run."
        )

    def still(self) -> str:
        """Return the path on the surface, the loss, and the regions of rate and momentum, as SVG."""
        path = self.path()
        losses = self._losses(path)
        return drawing(
            700,
            275,
            self._surface(path) + self._loss(losses) + self._regions(),
            self.sentence(),
        )

    def _surface(self, path: Array) -> list[str]:
        panel = Panel(46, 10, 200, 200, (-2, 2), (-2, 2))
        grid = np.linspace(-2, 2, 41)
        field = self.ground.value(grid, grid[::-1, None], self.kappa) + np.zeros((41, 41))
        d = "".join(level_lines(field, level) for level in self.ground.levels)
        ticks: dict[float, str] = {-2: "−2", 0: "0", 2: "2"}
        x, y = panel.place(*self.ground.minimum)
        return [
            *panel.frame(ticks, ticks, "x", "y"),
            f'<path d="{d}" transform="translate(46 10) scale(5)" fill="none" stroke="{GREY}" stroke-width="0.2"/>',
            f'<path d="M{x - 5:.1f} {y:.1f}h10m-5 -5v10" stroke="{ORANGE}" stroke-width="2"/>',
            panel.curve(path[:, 0], path[:, 1], BLUE, "", 1.6),
            panel.dot(self.x, self.y),
        ]

    def _loss(self, losses: Array) -> list[str]:
        positive = losses[losses > 1e-20]
        low, high = (
            (float(positive.min()), float(min(positive.max(), 1e6 * positive[0])))
            if positive.size
            else (1e-3, 1.0)
        )
        bottom, top = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
        bottom = min(bottom, top - 1)
        panel = Panel(296, 10, 164, 200, (0, self.steps), (10.0**bottom, 10.0**top), "y")
        ends = {10.0**bottom: number_text(10.0**bottom), 10.0**top: number_text(10.0**top)}
        shown = np.maximum(losses, 10.0**bottom)
        return [
            *panel.frame({0: "0", self.steps: str(self.steps)}, ends, "step", ""),
            label(452, 26, "loss", "end"),
            panel.curve(np.arange(len(losses)), shown, BLUE),
        ]

    def _regions(self) -> list[str]:
        if not has_regions(self.optimizer):
            return []
        curvatures = self.curvatures()
        rule = "Nesterov" if self.optimizer == "Nesterov" else "Momentum"
        high = S_MOST[rule] / curvatures[1]
        panel = Panel(515, 10, 170, 200, (0, high), (0, 1))
        mu = np.linspace(0, 1, 41) ** 2
        ends = np.array([region_ends(rule, m) for m in mu]) / curvatures[1]
        best = best_setting(self.optimizer, curvatures)
        places = (
            [(0.08, 0.3), (0.75, 0.3), (1.25, 0.5), (1.85, 0.5)]
            if rule == "Nesterov"
            else [(0.14, 0.2), (1.9, 0.72), (1.72, 0.05), (3.6, 0.3)]
        )
        parts = panel.frame({0: "0", high: number_text(high)}, {0: "0", 1: "1"}, "rate", "momentum")
        parts += [panel.curve(end, mu) for end in ends.T]
        for i, (s, m) in enumerate(places):
            x, y = panel.place(s / curvatures[1], m)
            parts.append(label(float(x), float(y) + 4, str(i + 1)))
        key = "  ".join(f"{i + 1} {text}" for i, text in enumerate(REGION_TEXTS.values()))
        return [
            *parts,
            label(685, 268, f"Rate and momentum: {key}", "end"),
            panel.dot(best[0], best[1], ORANGE, 3.5),
            panel.dot(self.lr, self._momentum()),
        ]
