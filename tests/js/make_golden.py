"""Write golden.json: what nnlib computes, for node to hold the page's engine to.

Run ``python tests/js/make_golden.py`` after a change of nnlib that is meant; a test in ``tests/unit`` fails when
the file is not what nnlib computes now.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from nnlib import (
    ACTIVATIONS,
    MSE,
    BinaryCrossEntropy,
    Dense,
    Input,
    Network,
    SoftmaxCrossEntropy,
)
from nnlib.widgets.runs import OPTIMIZERS, compute
from nnlib.widgets.seeded import SeededRandom, dataset

FILE = Path(__file__).with_name("golden.json")
LOSSES = {loss.__name__: loss() for loss in (MSE, BinaryCrossEntropy, SoftmaxCrossEntropy)}
RATES = {
    "SGD": 0.2,
    "Momentum": 0.05,
    "Nesterov": 0.05,
    "AdaGrad": 0.1,
    "RMSProp": 0.01,
    "Adam": 0.02,
}
STEPS, IN_FULL = 50, 3  # steps of each network, and how many of them with gradient and parameters


def networks() -> list[dict[str, Any]]:
    """Random networks: each activation with each loss, each optimiser, each also without a hidden layer."""
    rng = np.random.default_rng(20)
    cases = [
        trained(rng, [3, 4, 2], [name, "identity"], loss, "SGD")
        for name in ACTIVATIONS
        for loss in LOSSES
    ]
    cases += [
        trained(rng, [2, 5, 4, 3], ["tanh", "softplus", "identity"], "MSE", name)
        for name in OPTIMIZERS
    ]
    cases += [trained(rng, [4, 3], ["identity"], loss, "Adam") for loss in LOSSES]
    cases.append(trained(rng, [2, 4, 1], ["tanh", "sigmoid"], "MSE", "Momentum"))
    return cases


def trained(
    rng: np.random.Generator,
    sizes: list[int],
    names: list[str],
    loss_name: str,
    optimizer_name: str,
) -> dict[str, Any]:
    """Train one network and write down its losses, and of the first steps every gradient and update."""
    layers = [Dense(n, ACTIVATIONS[name]) for n, name in zip(sizes[1:], names, strict=True)]
    net = Network(Input(sizes[0]), *layers, rng=rng)
    net.theta += rng.normal(0, 0.1, net.theta.shape)  # biases other than zero
    x, y = rng.normal(size=(7, sizes[0])), targets(rng, loss_name, sizes[-1])
    loss, optimizer = LOSSES[loss_name], OPTIMIZERS[optimizer_name](RATES[optimizer_name])
    case: dict[str, Any] = {
        "name": f"{'-'.join(map(str, sizes))} {' '.join(names)}, {loss_name}, {optimizer_name}",
        "sizes": sizes,
        "activations": names,
        "loss": loss_name,
        "optimizer": optimizer_name,
        "lr": optimizer.lr,
        "x": x.ravel().tolist(),
        "y": y.ravel().tolist(),
        "theta": net.theta.tolist(),
        "steps": [],
        "losses": [],
    }
    for step in range(STEPS):
        out = net.forward(x)
        case["losses"].append(loss(out, y))
        net.backward(loss.grad(out, y))
        optimizer.step(net.theta, net.grad)
        if step < IN_FULL:
            case["steps"].append({"grad": net.grad.tolist(), "theta": net.theta.tolist()})
    case["final"] = net.theta.tolist()
    return case


def targets(rng: np.random.Generator, loss_name: str, n: int) -> np.ndarray:
    """Targets that fit the loss, for seven samples."""
    if loss_name == "MSE":
        return rng.normal(size=(7, n))
    if loss_name == "BinaryCrossEntropy":
        return rng.integers(0, 2, (7, n)).astype(float)
    return np.eye(n)[rng.integers(0, n, 7)]


def random_numbers() -> dict[str, Any]:
    """The first numbers of one seed, of each kind."""
    rng = SeededRandom(7)
    return {
        "uniform": rng.uniform(-1, 3, 5).tolist(),
        "normal": rng.normal(1, 2, 5).tolist(),
        "permutation": rng.permutation(20).tolist(),
    }


def runs() -> list[dict[str, Any]]:
    """Whole runs of the training explorer: data, first weights, order of samples and training together."""
    first = {
        "dataset": "moons",
        "hidden": [6],
        "activation": "tanh",
        "optimizer": "SGD",
        "lr": 0.3,
        "batch_size": 20,
        "epochs": 8,
        "seed": 1,
        "start": "random",
    }
    changes: list[dict[str, Any]] = [
        {},
        {
            "dataset": "spirals",
            "hidden": [5, 4],
            "activation": "relu",
            "optimizer": "Adam",
            "lr": 0.01,
        },
        {"dataset": "circles", "hidden": [], "batch_size": 0, "seed": 4294967295},
        {
            "dataset": "xor",
            "activation": "leaky_relu",
            "optimizer": "Momentum",
            "lr": 0.02,
            "batch_size": 7,
        },
        {"activation": "leaky_relu", "hidden": [8, 8, 8], "lr": 1000.0},  # diverges
        {
            "noise": 2.5,
            "points": 33,
            "init": "small",
            "weight_decay": 0.03,
            "optimizer": "Nesterov",
        },
        {
            "dataset": "xor",
            "noise": 0.0,
            "points": 6,
            "init": "large",
            "weight_decay": 1e-3,
            "lr": 0.01,
            "optimizer": "RMSProp",
        },
        {"dataset": "circles", "init": "zeros", "weight_decay": 0.1, "optimizer": "AdaGrad"},
    ]
    written = []
    for change in changes:
        settings = first | change
        run = compute(settings, {})
        written.append(
            {
                "settings": settings,
                "loss": run.loss,
                "validation": run.validation,
                "theta": run.theta[-1].tolist(),
                "diverged": run.diverged,
            }
        )
    return written


def golden() -> dict[str, Any]:
    """Everything that golden.json holds."""
    sets = {
        name: dataset(name)[0][0][:4].ravel().tolist()
        for name in ("moons", "circles", "spirals", "xor")
    }
    return {"networks": networks(), "random": random_numbers(), "datasets": sets, "runs": runs()}


def rounded(value: Any) -> Any:
    """Floats with 14 significant digits: enough for a tolerance of 1e-12, and a smaller file."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.14g}") if isinstance(value, float) else value


if __name__ == "__main__":
    FILE.write_text(json.dumps(rounded(golden()), separators=(",", ":")) + "\n", "utf-8")
