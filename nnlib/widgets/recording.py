"""Runs that nnlib trains in a kernel, as the training explorer keeps them: dicts that fit into JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib.history import Record
from nnlib.network import Network
from nnlib.widgets import runs

SYNC_SECONDS = 0.2  # how often a run that is being recorded is sent to the screen
PAGE_SNAPSHOTS = 60  # of a run's weights: a page has to stay light

Recorded = dict[str, Any]


def new(label: str, net: Network | None) -> Recorded:
    """Return a recording without records; weights will be kept if ``net`` maps the plane to one number."""
    recorded: Recorded = {
        "label": label,
        "diverged": False,
        "epochs": [],
        "loss": [],
        "validation": [],
    }
    recorded |= {"theta_epochs": [], "theta": [], "dtype": "float64"}
    if net is not None and net.sizes[0] == 2 and net.sizes[-1] == 1:
        recorded |= runs.describe_network(net)
    return recorded


def add(recorded: Recorded, record: Record) -> None:
    """Add an epoch's loss, and its validation loss if there was validation."""
    recorded["epochs"].append(int(record.epoch))
    recorded["loss"].append(_finite(record.loss))
    if record.validation is not None:
        held = recorded.setdefault("validation", [])
        held += [None] * (len(recorded["loss"]) - 1 - len(held))  # epochs before without
        held.append(_finite(record.validation))


def keep_weights(recorded: Recorded, net: Network, epoch: int) -> None:
    """Add the network's parameters as they are after ``epoch`` epochs.

    Raises
    ------
    ValueError
        If the recording was begun with a network of other widths.
    """
    if "sizes" not in recorded:
        return
    if net.sizes != recorded["sizes"]:
        raise ValueError(
            f"run {recorded['label']!r} has a network {recorded['sizes']}, given one with {net.sizes}"
        )
    recorded["theta_epochs"].append(epoch)
    recorded["theta"].append(runs.encode_theta(net.theta))


def network(recorded: Recorded, epoch: int) -> Network:
    """Return the network as it was after ``epoch`` epochs.

    Raises
    ------
    ValueError
        If no weights of that epoch were kept.
    """
    kept = recorded["theta_epochs"]
    if epoch not in kept:
        known = f"weights from epoch {kept[0]} to {kept[-1]}" if kept else "no weights"
        raise ValueError(f"run {recorded['label']!r} has {known}, none for epoch {epoch}")
    theta = recorded["theta"][kept.index(epoch)]
    return runs.network_of(recorded["sizes"], recorded["activations"], theta, recorded["dtype"])


def light(recorded: Recorded) -> Recorded:
    """Return the recording with five digits a loss, and weights in single precision for some epochs."""
    count = len(recorded["theta"])
    chosen = sorted({round(i) for i in np.linspace(0, count - 1, PAGE_SNAPSHOTS)}) if count else []
    thetas = [runs.decode_theta(recorded["theta"][i], recorded["dtype"]) for i in chosen]
    return {
        **recorded,
        **{
            name: [_short(value) for value in recorded.get(name, [])]
            for name in ("loss", "validation")
        },
        "theta_epochs": [recorded["theta_epochs"][i] for i in chosen],
        "theta": [runs.encode_theta(theta, "float32") for theta in thetas],
        "dtype": "float32",
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")
