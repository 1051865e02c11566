"""Write the runs that the training explorer computes in Python, for node to hold the page's to.

Run ``python tests/js/make_runs.py`` after a change that is meant; a test in ``tests/unit`` fails when the file is
not what Python computes now.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from nnlib.widgets import seeds
from nnlib.widgets.branching import branch
from nnlib.widgets.runs import compute

FILE = Path(__file__).with_name("golden_runs.json")
FIRST: dict[str, Any] = {
    "dataset": "moons",
    "hidden": [6],
    "activation": "tanh",
    "optimizer": "SGD",
    "lr": 0.3,
    "batch_size": 20,
    "epochs": 8,
    "seed": 1,
    "start": "random",
    "weight_decay": 0.0,
}


def paused() -> list[dict[str, Any]]:
    """Return the settings of runs that are paused, within an epoch or between two."""
    return [
        FIRST | {"paused": [5, 0]},
        FIRST | {"paused": [3, 7], "optimizer": "Adam", "lr": 0.02},
        FIRST | {"paused": [2, 10]},
        FIRST | {"paused": [0, 2], "batch_size": 150, "optimizer": "Momentum", "weight_decay": 0.1},
        FIRST | {"paused": [4, 1], "batch_size": 0},
        FIRST | {"paused": [0, 0]},
        FIRST | {"paused": [6, 9], "lr": 1000.0, "hidden": [8, 8, 8], "activation": "leaky_relu"},
    ]


def branches() -> list[dict[str, Any]]:
    """Return the settings of branches, and of branches of those."""
    twice = branch(FIRST | {"optimizer": "Adam", "lr": 0.02}, 3, lr=0.1, weight_decay=0.01)
    chosen = [
        branch(FIRST, 4, lr=0.01),
        branch(FIRST, 2, optimizer="Momentum", batch_size=0, epochs=6),
        branch(FIRST | {"optimizer": "Momentum", "lr": 0.05}, 5, lr=0.05),  # the velocity is lost
        branch(twice, 6, optimizer="RMSProp", lr=0.01, batch_size=50),
        branch(twice, 2, lr=0.001),  # before it had branched itself
        branch(FIRST, 8, lr=0.03, epochs=12),
        branch(FIRST, 3, lr=1000.0) | {"activation": "leaky_relu", "hidden": [8, 8, 8]},
    ]
    return [*chosen, chosen[0] | {"paused": [4, 3]}, chosen[3] | {"paused": [7, 0]}]


def over_seeds() -> list[dict[str, Any]]:
    """Return the settings of runs over several seeds."""
    wild = {"lr": 5.0, "activation": "leaky_relu", "hidden": [6, 6, 6, 6], "seeds": 4}
    return [
        FIRST | {"seeds": 5},
        FIRST | {"seeds": 2, "seed": 2**32 - 1, "optimizer": "Adam", "lr": 0.03, "noise": 3.0},
        FIRST | {"seeds": 4, "paused": [3, 2]},
        branch(FIRST, 4, lr=0.01, epochs=6) | {"seeds": 3},
        FIRST | wild,  # one seed diverges
        FIRST | wild | {"lr": 8.0},  # three do
        FIRST | wild | {"lr": 20.0},  # all do, not at once
    ]


def band(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the medians, the lowest and the highest of what nnlib makes of them."""
    runs = seeds.compute(settings, {})
    columns = {
        "loss": runs.median,
        "low": runs.loss.min(axis=0),
        "high": runs.loss.max(axis=0),
        "validation": runs.median_validation,
        "held_low": runs.validation.min(axis=0),
        "held_high": runs.validation.max(axis=0),
    }
    lists = {name: values.tolist() for name, values in columns.items()}
    return {"settings": settings, "epochs": runs.epochs, **lists}


def described(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with what nnlib makes of them."""
    run = compute(settings, {})
    return {
        "settings": settings,
        "epochs": run.epochs,
        "loss": run.loss,
        "validation": run.validation,
        "theta": run.theta[-1].tolist(),
    }


def golden() -> dict[str, Any]:
    """Everything that the file holds."""
    return {
        "runs": [described(settings) for settings in [*paused(), *branches()]],
        "bands": [band(settings) for settings in over_seeds()],
    }


def storable(value: Any) -> Any:
    """Return numbers with 14 significant digits, and null for infinity, for which JSON has no word."""
    if isinstance(value, dict):
        return {key: storable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    if not isinstance(value, float):
        return value
    return float(f"{value:.14g}") if math.isfinite(value) else None


if __name__ == "__main__":
    FILE.write_text(json.dumps(storable(golden()), separators=(",", ":")) + "\n", "utf-8")
