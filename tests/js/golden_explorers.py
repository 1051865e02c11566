"""Write what the Python side of explorers computes, for node to hold the page's side to.

Run ``python tests/js/golden_explorers.py`` after a change that is meant; tests in ``tests/unit`` fail when a file
is not what Python computes now.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from nnlib import BinaryCrossEntropy, mlp, tanh
from nnlib.activations import ACTIVATIONS
from nnlib.widgets import DescentExplorer, SignalFlowExplorer, TrainingExplorer, drawn, edited
from nnlib.widgets.descent_math import SURFACES, best_setting, region_ends, spectral_radius
from nnlib.widgets.runs import OPTIMIZERS
from nnlib.widgets.signal_math import RULES, expected_factors

FOLDER = Path(__file__).parent
PATHS: list[dict[str, Any]] = [
    {"lr": 0.04, "steps": 25},
    {"lr": 0.02, "mu": 0.93, "x": 1.8, "y": -0.6, "kappa": 60, "steps": 12},
]


def descent() -> dict[str, Any]:
    """Paths of every optimiser on every surface, with the sentence; regions and best settings."""
    paths = []
    for surface, optimizer, given in product(SURFACES, OPTIMIZERS, PATHS):
        explorer = DescentExplorer(surface=surface, optimizer=optimizer, **given)
        paths.append(
            {
                "state": explorer.page_state(),
                "path": explorer.path().tolist(),
                "losses": explorer.losses().tolist(),
                "sentence": explorer.sentence(),
            }
        )
    special = [
        {"optimizer": "SGD", "lr": 0.09, "steps": 300},  # out of range
        {
            "surface": "saddle",
            "optimizer": "SGD",
            "lr": 0.1,
            "y": 0.0,
            "steps": 100,
        },  # at the saddle
        {"surface": "basins", "x": 1.8, "y": 0.6, "lr": 0.02, "mu": 0.83, "steps": 300},
        {"surface": "bowl", "lr": 2.0, "mu": 0.0, "steps": 1},
        {"surface": "bowl", "x": 0.0, "y": 0.0, "optimizer": "Nesterov"},
        {"surface": "basins", "optimizer": "Momentum", "lr": 10, "mu": 0.99},
    ]
    sentences = [DescentExplorer(**state) for state in special]
    settings = [
        {"optimizer": optimizer, "lr": lr, "mu": mu, "curvatures": curvatures,
         "radius": spectral_radius(optimizer, lr, mu, curvatures)}
        for optimizer, lr, mu, curvatures in product(
            ("Momentum", "Nesterov"), (0.001, 0.03, 0.07, 0.1, 0.15), (0, 0.2, 0.5, 0.9, 0.99), ((1, 25), (1, 4))
        )
    ]  # fmt: skip
    return {
        "paths": paths,
        "sentences": [
            {"state": explorer.page_state(), "sentence": explorer.sentence()}
            for explorer in sentences
        ],
        "settings": settings,
        "ends": [
            {"optimizer": name, "mu": mu, "ends": region_ends(name, mu)}
            for name, mu in product(("Momentum", "Nesterov"), (0, 0.3, 0.9))
        ],
        "best": [
            {"optimizer": name, "curvatures": (1, kappa), "best": best_setting(name, (1, kappa))}
            for name, kappa in product(("SGD", "Momentum", "Nesterov"), (1, 25, 100))
        ],
    }


def signal_flow() -> dict[str, Any]:
    """Sizes, factors, singular values and sentences of every rule and activation; what theory expects."""
    states: list[dict[str, Any]] = [
        {"rule": rule, "activation": name, "width": 8, "depth": 6, "gain": 1.3, "seed": 5}
        for rule, name in product(RULES, ACTIVATIONS)
    ]
    states += [{}, {"rule": "orthogonal"}, {"activation": "sigmoid"}, {"rule": "zeros"}]
    states += [{"activation": "relu", "rule": rule, "depth": 30} for rule in ("glorot", "he")]
    states += [{"rule": "gain", "gain": 4, "width": 4, "depth": 2, "lr": 1, "seed": 999}]
    cases = []
    for state in states:
        explorer = SignalFlowExplorer(**state)
        cases.append(
            {
                "state": explorer.page_state(),
                "sizes": {name: values.tolist() for name, values in explorer.sizes().items()},
                "measured": explorer.measured(),
                "singular": explorer.singular_values().tolist(),
                "sentence": explorer.sentence(),
            }
        )
    expected = [
        {"activation": name, "depth": depth, "gain": gain,
         "expected": expected_factors(f, depth, gain)}
        for (name, f), depth, gain in product(ACTIVATIONS.items(), (2, 20), (0.05, 1.0, 3.0))
    ]  # fmt: skip
    return {"cases": cases, "expected": expected}


def laboratory() -> dict[str, Any]:
    """Drawn points with their text, and the run on them."""
    rng = np.random.default_rng(11)
    drawings = []
    for m in (1, 7, 100):
        x, y = rng.uniform(-2, 2, (m, 2)), rng.integers(0, 2, (m, 1)).astype(float)
        if m > 1:
            x[:2] = [[-2, 2], [2, -2]]
        text = drawn.encode(x, y)
        back = drawn.decode(text)
        run: dict[str, Any] = {"dataset": "drawn", "drawn": text, "hidden": [3], "epochs": 5}
        explorer = TrainingExplorer(**run, rates=[0.3])
        drawings.append(
            {
                "given": x.tolist(),
                "drawn": text,
                "x": back[0].ravel().tolist(),
                "y": back[1].ravel().tolist(),
                "settings": explorer.runs[0],
                "loss": explorer.losses(0).tolist(),
            }
        )
    return {"drawings": drawings, "gradients": gradients()}


def gradients() -> list[dict[str, Any]]:
    """Losses and gradients over all training points, at the start, on the way, and at weights set by hand."""
    loss = BinaryCrossEntropy()
    hand = mlp([2, 2, 1], tanh, rng=np.random.default_rng(0))
    hand.theta[:] = [5, 5, 5, 5, 3, -3, 3, -3, -3]
    start = TrainingExplorer(dataset="xor", noise=0.5)
    start.edit(hand)
    states: list[dict[str, Any]] = [
        {"hidden": [3], "activation": name, "epochs": 4} for name in ACTIVATIONS
    ]
    states += [
        {"dataset": "spirals", "hidden": [8, 8], "epochs": 3, "batch_size": 0},
        {"dataset": "circles", "hidden": [], "epochs": 2, "weight_decay": 0.1},
        {"dataset": "drawn", "drawn": drawn.encode(np.array([[1.0, -1], [0, 2]]), np.array([[0.0], [1]])),
         "hidden": [2, 1, 2], "epochs": 2, "init": "large"},
        {**start.settings(), "epochs": 3},
    ]  # fmt: skip
    cases = []
    for state in states:
        explorer = TrainingExplorer(**state, rates=[0.3])
        x, y = explorer.data()
        for epoch in (0, state["epochs"]):
            net = explorer.network(0, epoch)
            out = net.forward(x)
            net.backward(loss.grad(out, y))
            cases.append(
                {
                    "settings": explorer.runs[0],
                    "epoch": epoch,
                    "loss": loss(out, y),
                    "theta": net.theta.tolist(),
                    "rounded": net.theta.round(3).tolist(),
                    "edited": edited.encode(net.theta.round(3)),
                    "grad": net.grad.tolist(),
                }
            )
    return cases


GOLDEN = {"descent": descent, "signal_flow": signal_flow, "laboratory": laboratory}


def file_of(name: str) -> Path:
    """Return where the numbers of an explorer are kept."""
    return FOLDER / f"golden_{name}.json"


if __name__ == "__main__":
    for name, compute in GOLDEN.items():
        file_of(name).write_text(json.dumps(compute(), separators=(",", ":")) + "\n", "utf-8")
