"""Write graph.json: what Python says of many states of the graph explorer, for the page's engine to agree with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nnlib.widgets import GraphExplorer
from nnlib.widgets import expression as ex

FILE = Path(__file__).with_name("graph.json")

STATES: list[dict[str, Any]] = [
    *(
        {"overwrite": overwrite, "order": order, "twice": twice, "step": step}
        for overwrite in (False, True)
        for order in ex.ORDERS
        for twice in (False, True)
        for step in (4, 999)
    ),
    *({"step": step} for step in range(7)),
    *({"mode": "forward", "step": step} for step in (0, 2, 999)),
    *(
        {"expression": text, "inputs": inputs, "by": by, "step": step, "mode": mode}
        for text, inputs, by in [
            ("(sigmoid(w*x + b) - t)^2", {"w": -1.5, "x": 0.5, "b": 0.25, "t": 1.0}, "w"),
            ("log(exp(a) + exp(b) + exp(c))", {"a": 1.0, "b": -2.0, "c": 0.5}, "c"),
            ("a*b*c*d*e*f*g*h", {"a": 3.0, "b": 0.5}, "a"),
            ("max(x, relu(y)) / -y^3 - 2.5", {"x": 0.35, "y": -1.2}, "y"),
            ("max(x, y) + tanh(sin(x)*cos(y))", {"x": 1.0, "y": 1.0}, "y"),
            ("x^y + 2^x", {"x": 2.5, "y": -1.5}, "y"),
            ("-(x - 3)^2 - -4e-5", {"x": 3.0}, "x"),
            ("log(x) + 1/x", {"x": -1.0}, "x"),
            ("log(x) + 1/x", {"x": 0.0}, "x"),
            ("2*3 + 1", {}, "x"),
            ("x", {"x": 0.125}, "x"),
            ("exp(exp(x^2))", {"x": 5.0}, "x"),
        ]
        for step in (1, 3, 999)
        for mode in ("reverse", "forward")
    ),
]  # fmt: skip
BAD = [
    "", " ", "x +", "2 x", "x*(y", "sin x", "foo(2)", "x $ y", "max(1)", "))", "1e999", "x^", "x y", "(x",
    "exp(1, 2)", "x*" * 90 + "x", "+".join("abcdefghi"), "+".join(f"x*{i}.5" for i in range(22)), "x + é",
]  # fmt: skip


def entry(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state with what Python makes of it; what is no finite number is written as null."""
    explorer = GraphExplorer(**state)
    now = explorer.survey()
    numbers = {
        "values": now.values,
        "right": now.right,
        "tangents": now.tangents,
        "grads": now.visits[-1].grads if now.visits else [],
    }
    rounded = {key: [clean(value) for value in found] for key, found in numbers.items()}
    counts = ex.operation_counts(now.nodes)
    return {
        "state": explorer.page_state(), "sentence": explorer.sentence(), "counts": counts, **rounded,
    }  # fmt: skip


def clean(value: float) -> float | None:
    """Return a finite number to 14 digits, so that the file is the same everywhere; None for others."""
    return float(f"{value:.14g}") if abs(value) < 1e300 else None


def error(text: str) -> str:
    """Return what is wrong with an expression."""
    try:
        ex.parse(text)
    except ex.ExpressionError as wrong:
        return str(wrong)
    raise AssertionError(text)


def golden() -> dict[str, Any]:
    """Return all entries."""
    return {
        "states": [entry(state) for state in STATES],
        "errors": [[text, error(text)] for text in BAD],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
