"""Write approximation.json: what the approximation explorer computes in Python, for node to hold the page to.

Run ``python tests/js/make_approximation.py`` after a change that is meant; a test in ``tests/unit`` fails when the
file is not what Python computes now.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.widgets.approximation import STEPS_MOST, TARGETS, UNITS, ApproximationExplorer

FILE = Path(__file__).with_name("approximation.json")
AT = [0, 1, 10, 40, 100, STEPS_MOST]  # steps whose loss is written down


def golden() -> list[dict[str, Any]]:
    """Return states with their sentences, networks, outputs and losses."""
    rng = np.random.default_rng(5)
    cases = []
    for i, (target, units) in enumerate(product(TARGETS, UNITS)):
        n = (2, 3, 8, 16)[i % 4]
        heights = rng.uniform(-1.5, 1.5, n).round(2).tolist()
        steepness, rate = (20.0, 100.0, 1000.0)[i // 3 % 3], (0.01, 0.003)[i % 2]
        cases.append(
            case(target, units, heights, steepness, rate, (0, 40, STEPS_MOST)[(i + i // 3) % 3])
        )
    cases.append(case("wave", "sigmoid", [0.0] * 8, 100.0, 0.01, STEPS_MOST))
    return cases


def case(
    target: str, units: str, heights: list[float], steepness: float, rate: float, steps: int
) -> dict[str, Any]:
    """Return what Python computes for one state."""
    state = {"target": target, "units": units, "heights": heights, "steepness": steepness}
    explorer = ApproximationExplorer(**state, rate=rate, steps=steps)
    losses = explorer.losses()
    at = [step for step in AT if step <= steps]
    return {
        "state": explorer.page_state(),
        "sentence": explorer.sentence(),
        "theta": explorer.network(0).theta.tolist(),
        "by_hand": explorer.network(0).predict(np.arange(0, 201, 25)[:, None] / 200)[:, 0].tolist(),
        "at": at,
        "losses": losses[at].tolist(),
        "last": explorer.network().theta.tolist(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
