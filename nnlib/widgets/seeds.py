"""Runs of training over several seeds: what they have in common, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.activations import Array
from nnlib.widgets import runs as computing
from nnlib.widgets.still import Curve

MOST_SEEDS = 10


@dataclass(frozen=True)
class SeedRuns:
    """One run for each seed, all else the same.

    Attributes
    ----------
    runs : list of ComputedRun
        The runs.
    epochs : list of float
        As far as the longest of them has come.
    loss, validation : ndarray
        A row for each seed, ``(seeds, len(epochs))``. A seed that has diverged counts as infinite from there on.
        Without points held out ``validation`` has no columns.
    """

    runs: list[computing.ComputedRun]
    epochs: list[float]
    loss: Array
    validation: Array

    @property
    def median(self) -> Array:
        """The median loss at each epoch; with one seed its loss."""
        return np.median(self.loss, axis=0)

    @property
    def median_validation(self) -> Array:
        """The median loss on points held out."""
        return np.median(self.validation, axis=0) if self.validation.size else np.array([])

    def curve(self, start: int, *, validation: bool) -> Curve:
        """Return what is drawn: from epoch ``start`` on, the validation loss or not, and the bands if there are any."""

        def band(losses: Array) -> list[Array]:
            several = len(self.runs) > 1 and losses.size
            return [losses.min(axis=0), losses.max(axis=0)] if several else [np.array([])] * 2

        held = self.validation if validation else np.array([])
        median_held = self.median_validation if validation else np.array([])
        curves = [np.array(self.epochs), self.median, median_held, *band(self.loss), *band(held)]
        return Curve(*(list(values[start:]) for values in curves))


def compute(settings: dict[str, Any], given: dict[str, Any]) -> SeedRuns:
    """Train what the explorer trains with these settings, over as many ``seeds`` as they say, from ``seed`` on."""
    settings = computing.USUAL | settings
    seeds = [(settings["seed"] + k) % 2**32 for k in range(settings["seeds"])]
    runs = [computing.compute(settings | {"seed": seed}, given) for seed in seeds]
    epochs = max((run.epochs for run in runs), key=len)

    def rows(name: str) -> Array:
        curves = [getattr(run, name) for run in runs]
        length = max(map(len, curves))
        return np.array([[*curve, *[np.inf] * (length - len(curve))] for curve in curves])

    return SeedRuns(runs, epochs, rows("loss"), rows("validation"))
