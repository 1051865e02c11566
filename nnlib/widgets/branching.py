"""Branches: runs of training that leave another one at an epoch and go on with other settings."""

from __future__ import annotations

import math
from typing import Any

STAGE = ("optimizer", "lr", "batch_size", "weight_decay")
"""Settings that may change in the middle of a run: the data and the network stay."""
MOST_BRANCHES = 5
"""So often a branch of a branch may have branched before."""
MOST_EPOCHS = 2000
"""So long a run may become, however often it is continued."""


def stages(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the settings of a run stage by stage, each with the epoch ``until`` which it holds.

    A run has one stage, a branch those of its ``past`` too.
    """
    own = {name: settings[name] for name in STAGE}
    return [*settings.get("past", ()), {"until": math.inf, **own}]


def last_epoch(settings: dict[str, Any]) -> int:
    """Return the last epoch of a run that can be looked at; of a paused one perhaps not complete."""
    if not settings.get("paused"):
        return settings["epochs"]
    whole, updates = settings["paused"]
    return whole + bool(updates)


def check(settings: dict[str, Any]) -> None:
    """Check where a run is paused and what its past was.

    Raises
    ------
    ValueError
        If one of them is not what the explorer writes.
    """
    paused, past = settings.get("paused") or [0, 0], settings.get("past", ())
    if len(paused) != 2 or not all(isinstance(n, int) and n >= 0 for n in paused):
        raise ValueError(f"a run is paused after [epochs, updates], given {paused}")
    before = 0
    for stage in past:
        missing = {"until", *STAGE} - stage.keys()
        if missing:
            raise ValueError(
                f"a stage of a run's past is a dict of until, {', '.join(STAGE)}: {stage}"
            )
        if stage["until"] <= before:
            raise ValueError(f"the stages of a run's past follow each other, given {past}")
        before = stage["until"]
