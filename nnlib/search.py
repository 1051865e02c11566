"""Hyperparameter search: try settings, in parallel, and lose nothing that is done.

The objective is any function of keyword arguments that returns the number to be made small; it is also given
``rng``, a generator of its own for each trial::

    def objective(lr, width, rng):
        net = mlp([2, width, 1], tanh, rng=rng)
        ...
        return validation_loss

    space = dict(lr=log_uniform(1e-4, 1), width=choice([8, 16, 32]))
    trials = random_trials(40, seed=0, **space)
    results = search(objective, trials, seed=0, journal="search.jsonl")
    print(results)
    results.best.settings

It runs on all cores through joblib. The same call runs on a Dask cluster inside ``with
joblib.parallel_config("dask")``, once a ``dask.distributed.Client`` is open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from nnlib.progress import bar
from nnlib.trials import Results, Settings, Trial


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
        If the journal belongs to another search, or is no journal. The file is left as it was.
    TypeError
        If there is a journal and a setting is nothing that it can hold, such as a function.

    Examples
    --------
    >>> from nnlib.search import search
    >>> def objective(x, rng):
    ...     return (x - 3) ** 2
    >>> results = search(objective, [{"x": 0}, {"x": 2}, {"x": 5}], seed=0, n_jobs=1)
    >>> results.best.settings, results.best.value
    ({'x': 2}, 1.0)
    """
    from joblib import Parallel, delayed  # only on demand: nnlib needs nothing but numpy

    trials = list(trials)
    done = _read_journal(Path(journal), trials, seed) if journal else {}
    seeds = np.random.SeedSequence(seed).spawn(len(trials))
    to_do = [i for i in range(len(trials)) if i not in done]
    # Batches of one: from a batch of several, joblib hands over nothing before the last is done.
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    running = parallel(delayed(_run)(objective, i, trials[i], seeds[i]) for i in to_do)
    for trial in bar(running, total=len(to_do), unit="trial", show=progress):
        if journal and trial.error is None:
            with Path(journal).open("a") as file:
                file.write(_json(vars(trial)))
        done[trial.number] = trial
    return Results(done[i] for i in range(len(trials)))


def _run(
    objective: Callable[..., float], number: int, settings: Settings, seed: np.random.SeedSequence
) -> Trial:
    start = perf_counter()
    value, error = None, None
    try:
        value = float(objective(**settings, rng=np.random.default_rng(seed)))
    except Exception as raised:  # one failed trial must not end the others: it goes into the table
        error = f"{type(raised).__name__}: {raised}"
    return Trial(number, settings, value, error, perf_counter() - start)


def _json(values: dict[str, Any]) -> str:
    """Return one line of a journal."""

    def plain(value: Any) -> Any:  # asked about what JSON does not know
        if isinstance(value, (np.generic, np.ndarray)):
            return value.tolist()
        raise TypeError(f"a journal holds numbers and texts, but a setting is {value!r}")

    return json.dumps(values, default=plain) + "\n"


def _read_journal(path: Path, trials: list[Settings], seed: int) -> dict[int, Trial]:
    """Return the trials that stand in the journal, which is begun if it is not there yet."""
    head, *lines = map(_json, ({"journal": "nnlib.search", "seed": seed}, *trials))
    text = path.read_bytes() if path.exists() else b""
    if head.encode().startswith(text):  # nothing of it is there, or no more than the beginning
        path.write_text(head)
        return {}
    whole, _, torn = text.rpartition(b"\n")
    try:
        first, *found = (json.loads(line) for line in whole.splitlines())
        done = {line["number"]: Trial(**line) for line in found}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is not a journal of nnlib.search: {error}") from error
    if first != json.loads(head):
        raise ValueError(
            f"{path} begins with {first}, expected {head.strip()}: give another search another journal"
        )
    for number, trial in done.items():
        if number not in range(len(trials)) or trial.settings != json.loads(lines[number]):
            raise ValueError(
                f"{path} holds trial {number} with {trial.settings}, which is not of this search"
            )
    if torn:  # the process was killed while writing the last line
        os.truncate(path, len(whole) + 1)
    return {number: replace(trial, settings=trials[number]) for number, trial in done.items()}
