"""Write neuron.json: what the neuron explorer says and shows in Python, for node to hold the page to.

Run ``python tests/js/make_neuron.py`` after a change that is meant; a test in ``tests/unit`` fails when the file is
not what Python computes now.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.widgets.neuron import DATA, NeuronExplorer, points
from nnlib.widgets.neuron_still import tint
from nnlib.widgets.words import number_text

FILE = Path(__file__).with_name("neuron.json")
NUMBERS = [0.0, 1.0, -0.125, 0.3125, 2.5, 1234.5, 99999.9, 1e5, -1e-3, 9.9951e-4, 1e-12, 1e300]


def golden() -> dict[str, Any]:
    """Return sentences of states, points of data sets, tints of outputs and texts of numbers."""
    rng = np.random.default_rng(7)
    sets = [name for name in DATA if name != "given"]
    states = []
    for name, activation in product(sets, ACTIVATIONS):
        w1, w2, b, x1, x2 = (float(v) for v in rng.uniform(-1, 1, 5) * (5, 5, 10, 2.5, 2.5))
        state = {"w1": w1, "w2": w2, "b": b, "x1": x1, "x2": x2}
        states.append(state | {"data": name, "activation": activation})
    states += [{"w1": 0.0, "w2": 0.0, "b": -2.0}, {"w1": 1.0, "w2": 1.0, "b": -1.0, "data": "or"}]
    explorers = [NeuronExplorer(**state) for state in states]
    heights = [-50.0, -3.0, -0.5, 0.0, 0.25, 1.0, 7.0]
    return {
        "states": [
            {"state": e.page_state(), "sentence": e.sentence(), "z": e.z(), "a": e.a()}
            for e in explorers
        ],
        "points": {name: np.column_stack(points(name)).tolist() for name in sets},
        "tints": {name: [float(tint(name, f(np.array(z)))) for z in heights] for name, f in ACTIVATIONS.items()},
        "heights": heights,
        "numbers": [[value, digits, number_text(value, digits)] for value in NUMBERS for digits in (2, 3, 6)],
    }  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
