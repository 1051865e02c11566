"""Hyperparameter search: try settings, in parallel, and lose nothing that is done.

The objective is any function of keyword arguments that returns the number to be made small; it is also given
``rng``, a generator of its own for each trial::

    def objective(lr, width, rng):
        net = mlp([2, width, 1], tanh, rng=rng)
        ...
        return validation_loss

    trials = random_trials(40, lr=log_uniform(1e-4, 1), width=choice([8, 16, 32]), seed=0)
    results = search(objective, trials, seed=0, journal="search.jsonl")
    print(results)
    results.best.settings

It runs on all cores through joblib. The same call runs on a Dask cluster inside ``with
joblib.parallel_config("dask")``, once a ``dask.distributed.Client`` is open.
"""

from __future__ import annotations

import itertools
import json
import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from nnlib import checks
from nnlib.progress import bar

Settings = dict[str, Any]
Draw = Callable[[np.random.Generator], Any]


def uniform(low: float, high: float) -> Draw:
    """Draw a number evenly between ``low`` and ``high``."""
    return lambda rng: float(rng.uniform(low, high))


def log_uniform(low: float, high: float) -> Draw:
    """Draw a number whose logarithm is even: as often between 0.001 and 0.01 as between 0.01 and 0.1."""
    if not 0 < low < high:
        raise ValueError(f"log_uniform needs 0 < low < high, given {low!r} and {high!r}")
    return lambda rng: float(math.exp(rng.uniform(math.log(low), math.log(high))))


def choice(values: Sequence[Any]) -> Draw:
    """Draw one of the values, each as likely as another."""
    return lambda rng: values[int(rng.integers(len(values)))]


def grid_trials(**values: Sequence[Any]) -> list[Settings]:
    """Return every combination of the given values."""
    return [dict(zip(values, row, strict=True)) for row in itertools.product(*values.values())]


def random_trials(n: int, *, seed: int, **draws: Draw) -> list[Settings]:
    """Return ``n`` settings drawn independently. With few important settings this covers them better than a grid.

    Source: Bergstra and Bengio (2012). A larger ``n`` begins with the same settings.
    """
    rng = np.random.default_rng(seed)
    n = checks.positive_int(n, "n")
    return [{name: draw(rng) for name, draw in draws.items()} for _ in range(n)]


@dataclass(frozen=True)
class Trial:
    """One setting and what became of it: a value, or the error that ended it; and the time in seconds."""

    number: int
    settings: Settings
    value: float | None
    error: str | None
    seconds: float


class Results(list[Trial]):
    """Trials in the order of their numbers; printing gives a table, the best first."""

    @property
    def best(self) -> Trial:
        """The trial with the smallest value; trials without a finite one do not count."""
        finished = [t for t in self if t.value is not None and math.isfinite(t.value)]
        if not finished:
            raise ValueError(f"none of the {len(self)} trials gave a finite value")
        return min(finished, key=lambda trial: (trial.value, trial.number))

    def sort_by(self, name: str) -> Results:
        """Return the trials sorted by a setting, or by ``value``, ``seconds`` or ``number``; none and NaN last."""

        def key(trial: Trial) -> tuple[bool, Any]:
            entry = trial.settings[name] if name in trial.settings else getattr(trial, name)
            missing = entry is None or entry != entry  # only NaN differs from itself
            return missing, 0 if missing else entry

        return Results(sorted(self, key=key))

    def __str__(self) -> str:
        names = list(dict.fromkeys(name for trial in self for name in trial.settings))
        rows = [["trial", *names, "value", "seconds"]]
        for trial in self.sort_by("value"):
            outcome = trial.error if trial.value is None else f"{trial.value:.5g}"
            settings = [_short(trial.settings.get(name, "")) for name in names]
            rows.append([str(trial.number), *settings, str(outcome), f"{trial.seconds:.2f}"])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.rjust, row, widths)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)


def search(
    objective: Callable[..., float],
    trials: Iterable[Settings],
    *,
    seed: int,
    journal: str | os.PathLike[str] | None = None,
    n_jobs: int = -1,
    progress: bool = False,
) -> Results:
    """Run the objective with each of the settings and return what came of it.

    Parameters
    ----------
    objective : callable
        Called as ``objective(**settings, rng=generator)``; returns the number to be made small.
    trials : iterable of dict
        The settings, from `grid_trials` or `random_trials`.
    seed : int
        Trial ``i`` gets the ``i``-th generator spawned from it, whatever runs beside it.
    journal : path, optional
        A file to which each finished trial is written at once, a line of JSON. If the search is interrupted and
        called again, what stands there is not computed again. A trial that failed is tried again.
    n_jobs : int
        Processes to use; -1 is one a core.
    progress : bool
        Show a progress bar.

    Raises
    ------
    ValueError
        If the journal belongs to another search.
    """
    from joblib import Parallel, delayed  # only on demand: nnlib needs nothing but numpy

    trials = list(trials)
    done = _read_journal(Path(journal), trials, seed) if journal else {}
    seeds = np.random.SeedSequence(seed).spawn(len(trials))
    to_do = [i for i in range(len(trials)) if i not in done]
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    running = parallel(delayed(_run)(objective, i, trials[i], seeds[i]) for i in to_do)
    for trial in bar(running, total=len(to_do), unit="trial", show=progress):
        if journal and trial.error is None:
            with Path(journal).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(trial)) + "\n")
        done[trial.number] = trial
    return Results(done[i] for i in range(len(trials)))


def _run(
    objective: Callable[..., float], number: int, settings: Settings, seed: np.random.SeedSequence
) -> Trial:
    start = perf_counter()
    value, error = None, None
    try:
        value = float(objective(**settings, rng=np.random.default_rng(seed)))
    except (
        Exception
    ) as raised:  # one failed trial must not end the others; the table shows what it was
        error = f"{type(raised).__name__}: {raised}"
    return Trial(number, settings, value, error, perf_counter() - start)


def _read_journal(path: Path, trials: list[Settings], seed: int) -> dict[int, Trial]:
    """Return the trials that stand in the journal, which is begun if it is not there yet."""
    head = {"journal": "nnlib.search", "seed": seed}
    if not path.exists() or not path.stat().st_size:
        path.write_text(json.dumps(head) + "\n", encoding="utf-8")
        return {}
    text = path.read_text(encoding="utf-8")
    whole, _, torn = text.rpartition("\n")
    if torn:  # the process was killed while writing the last line
        path.write_text(whole + "\n", encoding="utf-8")
    try:
        first, *lines = (json.loads(line) for line in whole.splitlines())
        done = {line["number"]: Trial(**line) for line in lines}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is not a journal of nnlib.search: {error}") from error
    if first != head:
        raise ValueError(
            f"{path} begins with {first}, expected {head}: give another search another journal"
        )
    for number, trial in done.items():
        if number >= len(trials) or json.loads(json.dumps(trials[number])) != trial.settings:
            raise ValueError(
                f"{path} holds trial {number} with {trial.settings}, which is not of this search"
            )
    return done


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
