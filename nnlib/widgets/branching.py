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


def branch_epoch(settings: dict[str, Any]) -> int:
    """Return the epoch at which a branch left its parent, or 0 for a run that is none."""
    past = settings.get("past")
    return past[-1]["until"] if past else 0


def name(settings: dict[str, Any]) -> str:
    """Return what to call a run."""
    epoch = branch_epoch(settings)
    place = f" from epoch {epoch} of another run" if epoch else ""
    count = settings.get("seeds", 1)
    seeds = f", {count} seeds" if count > 1 else ""
    return f"learning rate {settings['lr']:g}{seeds}{place}"


def branch(settings: dict[str, Any], epoch: int, **changes: Any) -> dict[str, Any]:
    """Return a branch: the run with these settings until ``epoch``, then with some of `STAGE` changed.

    ``epochs`` may be changed too.

    Raises
    ------
    ValueError
        If another setting is to be changed, or the run does not come to that epoch.
    """
    if not changes.keys() <= {*STAGE, "epochs"}:
        raise ValueError(f"a branch can change {', '.join(STAGE)} and epochs, given {[*changes]}")
    whole = (settings.get("paused") or [settings["epochs"]])[0]
    if not 1 <= epoch <= whole:
        raise ValueError(f"a run of {whole} epochs cannot branch at epoch {epoch}")
    all_stages = stages(settings)
    past = [stage for stage in all_stages if stage["until"] < epoch]
    past.append(all_stages[len(past)] | {"until": epoch})
    if len(past) > MOST_BRANCHES:
        raise ValueError(f"a run can branch {MOST_BRANCHES} times, not more")
    unpaused = {name: value for name, value in settings.items() if name != "paused"}
    return {**unpaused, **changes, "past": past}


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
    before, ends = 0, settings["epochs"]
    for stage in past:
        missing = {"until", *STAGE} - stage.keys()
        if missing:
            raise ValueError(
                f"a stage of a run's past is a dict of until, {', '.join(STAGE)}: {stage}"
            )
        if not before < stage["until"] < ends:
            raise ValueError(
                f"the stages of a run's past end one after the other, before its {ends} epochs, given {past}"
            )
        before = stage["until"]
