"""Write stepper.json: what Python says of many states of the backpropagation stepper, for the page to agree with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nnlib.widgets import BackpropExplorer
from nnlib.widgets.stepper import STEPS, THETA

FILE = Path(__file__).with_name("stepper.json")

OTHER = {name: [round(1.7 * v + 0.31, 2) for v in theta] for name, theta in THETA.items()}
STATES: list[dict[str, Any]] = [
    {
        "network": network, "samples": samples, "theta": theta[network], "step": step,
        "entry": (2 * step + samples) % 9, "weight": (3 * step) % 17,
    }
    for theta in (THETA, OTHER)
    for network in THETA
    for samples in (1, 3)
    for step in range(len(STEPS))
]  # fmt: skip


def entry(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state with what Python makes of it, numbers to 15 digits."""
    explorer = BackpropExplorer(**state)
    return {
        "state": explorer.page_state(),
        "sentence": explorer.sentence(),
        "loss": float(f"{explorer.loss():.15g}"),
        "grad": [float(f"{value:.15g}") for value in explorer.net().grad],
        "result": [float(f"{value:.15g}") for value in explorer.current().result.ravel()],
    }


def golden() -> list[dict[str, Any]]:
    """Return all entries."""
    return [entry(state) for state in STATES]


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
