"""How far nnlib, the page's JavaScript and PyTorch are apart after training the same networks.

The networks are those of ``tests/js/golden.json``: every activation with every loss, and every optimiser, fifty steps
each. Writes ENGINES.md beside this file, which the book shows; fails beyond 1e-10::

    python benchmarks/engines.py
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from run_tests import NODE

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "js" / "golden.json"
REPORT = Path(__file__).with_name("ENGINES.md")
TOLERANCE = 1e-10
F = torch.nn.functional
Result = dict[str, Any]  # "losses", "gradients" of the first steps, "theta" at the end

ACTIVATIONS: dict[str, Callable] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "softplus": F.softplus,
}
LOSSES: dict[str, Callable] = {
    "MSE": lambda out, y: ((out - y) ** 2).sum() / len(out),
    "BinaryCrossEntropy": lambda out, y: (
        F.binary_cross_entropy_with_logits(out, y, reduction="sum") / len(out)
    ),
    "SoftmaxCrossEntropy": F.cross_entropy,
}
OPTIMIZERS: dict[str, Callable] = {
    "SGD": torch.optim.SGD,
    "Momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
    "Nesterov": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "AdaGrad": torch.optim.Adagrad,
    "RMSProp": torch.optim.RMSprop,
    "Adam": torch.optim.Adam,
}


def in_pytorch(given: Result) -> Result:
    """Train one of the networks with PyTorch."""
    sizes, x, y = given["sizes"], *(torch.tensor(given[key]) for key in "xy")
    x, y = x.reshape(-1, sizes[0]), y.reshape(-1, sizes[-1])
    shapes = [s for n_in, n_out in itertools.pairwise(sizes) for s in ((n_out, n_in), (n_out,))]
    parts = torch.tensor(given["theta"]).split([int(np.prod(s)) for s in shapes])
    parameters = [p.reshape(s).requires_grad_() for p, s in zip(parts, shapes, strict=True)]
    optimizer = OPTIMIZERS[given["optimizer"]](parameters, lr=given["lr"])
    result: Result = {"losses": [], "gradients": []}
    for _ in given["losses"]:
        a = x
        for name, W, b in zip(given["activations"], parameters[::2], parameters[1::2], strict=True):
            a = ACTIVATIONS[name](a @ W.T + b)
        loss = LOSSES[given["loss"]](a, y)
        optimizer.zero_grad()
        loss.backward()
        result["losses"].append(loss.item())
        if len(result["gradients"]) < len(given["steps"]):
            result["gradients"].append(flat([p.grad for p in parameters]))
        optimizer.step()
    return result | {"theta": flat(parameters)}


def flat(parts: list[torch.Tensor]) -> list[float]:
    """Return all entries in one list."""
    return torch.cat([part.detach().ravel() for part in parts]).tolist()


def in_javascript() -> list[Result]:
    """Train all of the networks with the page's engine, in node."""
    command = [str(NODE), str(Path(__file__).with_suffix(".mjs")), str(GOLDEN)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def apart(one: Any, other: Any) -> float:
    """Return the largest difference, relative to numbers above 1."""
    one, other = np.asarray(one), np.asarray(other)
    return float((np.abs(one - other) / np.maximum(1, np.abs(other))).max())


def report(golden: list[Result]) -> tuple[str, float]:
    """Return ENGINES.md, and the largest difference of all."""
    rows, worst = [], 0.0
    for given, page in zip(golden, in_javascript(), strict=True):
        nnlib = {
            "losses": given["losses"],
            "gradients": [step["grad"] for step in given["steps"]],
            "theta": given["final"],
        }
        others = (page, in_pytorch(given))
        far = [max(apart(other[key], nnlib[key]) for key in nnlib) for other in others]
        worst = max(worst, *far)
        size, names = given["name"].split(",")[0].split(" ", 1)
        rows.append([size, names, given["loss"], given["optimizer"], *(f"{d:.0e}" for d in far)])
    head = ["network", "activations", "loss", "optimiser", "JavaScript", "PyTorch"]
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n", worst


def main() -> None:
    torch.set_default_dtype(torch.float64)
    table, worst = report(json.loads(GOLDEN.read_text())["networks"])
    REPORT.write_text(table)
    print(f"{table}\nlargest difference: {worst:.1e}")
    if worst > TOLERANCE:
        sys.exit(f"more than {TOLERANCE} apart")


if __name__ == "__main__":
    main()
