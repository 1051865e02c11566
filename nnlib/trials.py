"""Trials of a search: which settings to try, and the table of what became of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib import checks

Settings = dict[str, Any]
"""The names and values that the objective is called with."""
Draw = Callable[[np.random.Generator], Any]
"""A function that draws one value of a setting from a generator."""


def uniform(low: float, high: float) -> Draw:
    """Draw a number evenly from [``low``, ``high``).

    Examples
    --------
    >>> from nnlib.trials import uniform
    >>> draw = uniform(0.0, 0.5)
    >>> 0 <= draw(np.random.default_rng(0)) < 0.5
    True
    """
    return lambda rng: float(rng.uniform(low, high))


def log_uniform(low: float, high: float) -> Draw:
    """Draw a number whose logarithm is even: as often between 0.001 and 0.01 as between 0.01 and 0.1.

    Raises
    ------
    ValueError
        Unless ``0 < low < high``.

    Examples
    --------
    >>> from nnlib.trials import log_uniform
    >>> draw, rng = log_uniform(0.001, 0.1), np.random.default_rng(0)
    >>> print(f"{np.mean([draw(rng) < 0.01 for _ in range(10_000)]):.1f}")
    0.5
    """
    if not 0 < low < high:
        raise ValueError(f"log_uniform needs 0 < low < high, given {low!r} and {high!r}")
    return lambda rng: float(math.exp(rng.uniform(math.log(low), math.log(high))))


def choice(values: Sequence[Any]) -> Draw:
    """Draw one of the values, each as likely as another.

    Examples
    --------
    >>> from nnlib.trials import choice
    >>> choice([8, 16, 32])(np.random.default_rng(0)) in (8, 16, 32)
    True
    """
    return lambda rng: values[int(rng.integers(len(values)))]


def grid_trials(**values: Sequence[Any]) -> list[Settings]:
    """Return every combination of the given values.

    Examples
    --------
    >>> from nnlib.trials import grid_trials
    >>> grid_trials(lr=[0.1, 1.0], width=[8])
    [{'lr': 0.1, 'width': 8}, {'lr': 1.0, 'width': 8}]
    """
    return [dict(zip(values, row, strict=True)) for row in itertools.product(*values.values())]


def random_trials(n: int, *, seed: int, **draws: Draw) -> list[Settings]:
    """Return ``n`` settings drawn independently. With few important settings this covers them better than a grid.

    Source: Bergstra and Bengio (2012). A larger ``n`` begins with the same settings.

    Raises
    ------
    ValueError
        If ``n`` is not a whole number of at least 1.

    Examples
    --------
    >>> from nnlib.trials import choice, log_uniform, random_trials
    >>> trials = random_trials(3, seed=0, lr=log_uniform(1e-4, 1), width=choice([8, 16]))
    >>> len(trials), list(trials[0])
    (3, ['lr', 'width'])
    """
    rng = np.random.default_rng(seed)
    n = checks.positive_int(n, "n")
    return [{name: draw(rng) for name, draw in draws.items()} for _ in range(n)]


@dataclass(frozen=True)
class Trial:
    """One setting and what became of it: a value, or the error that ended it; and the time in seconds.

    Examples
    --------
    >>> from nnlib.trials import Trial
    >>> Trial(number=0, settings={"lr": 0.1}, value=0.25, error=None, seconds=1.5).settings
    {'lr': 0.1}
    """

    number: int
    settings: Settings
    value: float | None
    error: str | None
    seconds: float


class Results(list[Trial]):
    """Trials in the order of their numbers; printing gives a table, the best first.

    Examples
    --------
    >>> from nnlib.trials import Results, Trial
    >>> results = Results([Trial(0, {"lr": 0.1}, 0.25, None, 1.5)])
    >>> results.append(Trial(1, {"lr": 1.0}, 0.125, None, 1.5))
    >>> print(results)
    trial   lr  value  seconds
        1    1  0.125     1.50
        0  0.1   0.25     1.50
    >>> results.best.settings
    {'lr': 1.0}
    """

    @property
    def finished(self) -> Results:
        """The trials that have a finite value."""
        return Results(t for t in self if t.value is not None and math.isfinite(t.value))

    @property
    def best(self) -> Trial:
        """The trial with the smallest value; trials without a finite one do not count.

        Raises
        ------
        ValueError
            If no trial has a finite value.
        """
        if not self.finished:
            raise ValueError(f"none of the {len(self)} trials gave a finite value")
        return min(self.finished, key=lambda trial: (trial.value, trial.number))

    def sort_by(self, name: str) -> Results:
        """Return the trials sorted by a setting, or by ``value``, ``seconds`` or ``number``.

        Those come last that do not have it, or where it is None or NaN.

        Raises
        ------
        ValueError
            If no trial has it.
        """
        if self and not any(name in vars(trial) | trial.settings for trial in self):
            raise ValueError(f"no trial has a setting {name!r} to sort by")

        def key(trial: Trial) -> tuple[bool, Any]:
            entry = (vars(trial) | trial.settings).get(name)
            missing = entry is None or entry != entry  # only NaN differs from itself
            return missing, 0 if missing else entry

        return Results(sorted(self, key=key))

    def __str__(self) -> str:
        names = list(dict.fromkeys(name for trial in self for name in trial.settings))
        rows = [["trial", *names, "value", "seconds"]]
        for trial in self.sort_by("value"):
            # An error's message may have several lines; the table has one for each trial.
            outcome = (
                " ".join(str(trial.error).split()) if trial.value is None else f"{trial.value:.5g}"
            )
            settings = [_short(trial.settings.get(name, "")) for name in names]
            rows.append([str(trial.number), *settings, outcome, f"{trial.seconds:.2f}"])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.rjust, row, widths)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
