"""The graph explorer in Python: known numbers, nnlib's tape and finite differences as judges, and its errors."""

from __future__ import annotations

import importlib.util
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib import autodiff
from nnlib.autodiff import Var
from nnlib.widgets import GraphExplorer
from nnlib.widgets import expression as ex

JS = Path(__file__).resolve().parents[1] / "js"
FUNCTIONS: dict[str, Callable[[Var], Var]] = {
    "exp": autodiff.exp,
    "log": autodiff.log,
    "tanh": autodiff.elementwise(np.tanh, lambda x, y: 1 - y**2),
    "sin": autodiff.elementwise(np.sin, lambda x, y: np.cos(x)),
    "cos": autodiff.elementwise(np.cos, lambda x, y: -np.sin(x)),
    "sigmoid": autodiff.elementwise(lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y)),
    "relu": autodiff.elementwise(lambda x: np.maximum(x, 0), lambda x, y: 1.0 * (x > 0)),
}
TEXTS = [
    "x^2 * (x^2 + x)",
    "tanh(w1*x1 + w2*x2 + b)",
    "(sigmoid(w*x + b) - t)^2",
    "log(exp(a) + exp(b) + exp(c))",
    "relu(x*y - 0.1)^3 / (1 + exp(-x)) - sin(x)*cos(y)",
    "x^-1.5 + 2/x - -x^4",
]


def test_golden_file_is_what_python_says_now() -> None:
    spec = importlib.util.spec_from_file_location("make_graph", JS / "make_graph.py")
    assert spec is not None
    assert spec.loader is not None
    make_graph = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_graph)
    stored, fresh = json.loads(make_graph.FILE.read_text("utf-8")), make_graph.golden()
    assert stored["errors"] == fresh["errors"]
    assert len(stored["states"]) == len(fresh["states"])
    for old, new in zip(stored["states"], fresh["states"], strict=True):
        for key in ("state", "sentence", "counts"):
            assert old[key] == new[key]
        for key in ("values", "right", "tangents", "grads"):
            as_arrays = [np.array(entry[key], dtype=float) for entry in (old, new)]  # None is NaN
            assert np.allclose(*as_arrays, rtol=1e-12, atol=1e-12, equal_nan=True), old["state"]


@pytest.mark.parametrize(
    ("how", "derivative"),
    [
        ({}, 135),
        ({"mode": "forward"}, 135),
        ({"overwrite": True, "order": "again"}, 9),
        ({"overwrite": True}, 27),
        ({"order": "once"}, 81),
        ({"twice": True}, 459),
    ],
)
def test_known_numbers(how: dict[str, Any], derivative: float) -> None:
    explorer = GraphExplorer(expression="x^2 * (x^2 + x)", inputs={"x": 3.0}, **how)
    assert explorer.value() == 108
    assert explorer.derivative() == derivative
    assert explorer.gradient() == {"x": 135}


def test_two_passes_that_clear_the_inside_give_twice_the_derivative() -> None:
    x = Var(3.0)
    square = x * x
    y = square * (square + x)
    y.backward()
    y.backward()
    assert x.grad == 270
    assert GraphExplorer(twice=True).survey().true_slope == 270


def by_tape(nodes: list[ex.Node], inputs: dict[str, float]) -> dict[str, float]:
    """Build the same graph of nnlib's `Var`, and return the derivatives by the inputs."""
    found: list[Any] = []
    leaves = {name: Var(value) for name, value in inputs.items()}
    for node in nodes:
        args = [found[i] for i in node.args]
        if node.op == "input":
            found.append(leaves[node.name])
        elif node.op == "constant":
            found.append(node.detail)
        elif node.op in FUNCTIONS:
            found.append(FUNCTIONS[node.op](*args))
        else:
            act = {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__"}
            act |= {"^": "__pow__", "neg": "__neg__"}
            first, *rest = (autodiff.lift(args[0]), *args[1:])
            found.append(getattr(first, act[node.op])(*rest))
    found[-1].backward()
    return {name: float(leaf.grad) for name, leaf in leaves.items()}


@pytest.mark.parametrize("text", TEXTS)
def test_the_tape_and_finite_differences_agree(text: str) -> None:
    nodes = ex.parse(text)
    names = ex.input_names(nodes)
    inputs = {name: 0.4 + 0.23 * i for i, name in enumerate(names)}
    explorer = GraphExplorer(expression=text, inputs=inputs)
    gradient = explorer.gradient()
    tape = by_tape(nodes, inputs)
    local = ex.local_derivatives(nodes, ex.values(nodes, inputs))
    for name in names:
        h = 1e-5
        ends = [float(ex.values(nodes, inputs | {name: inputs[name] + by})[-1]) for by in (h, -h)]
        assert gradient[name] == pytest.approx(tape[name], rel=1e-12)
        assert gradient[name] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7, abs=1e-8)
        assert ex.tangents(nodes, local, name)[-1] == pytest.approx(gradient[name], rel=1e-12)


def test_reverse_mode_pays_with_many_inputs_and_one_output() -> None:
    counts = [ex.operation_counts(ex.parse("*".join("abcdefgh"[:n]))) for n in (1, 2, 4, 8)]
    assert [c["reverse"] for c in counts] == [0, 2, 6, 14]
    assert [c["forward"] for c in counts] == [0, 6, 36, 168]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"expression": "2 x"}, "'2 x' is no expression. Character 3: expected an operator"),
        ({"expression": "sinn(x)"}, "Character 1: “sinn” is no function known here"),
        ({"inputs": {"x": 6.0}}, "must be a float, but a value of 6.0"),
        ({"order": "random"}, "order"),
        ({"step": -1}, "step"),
    ],
)
def test_bad_states_are_refused(state: dict[str, Any], words: str) -> None:
    with pytest.raises(traitlets.TraitError, match=words):
        GraphExplorer(**state)


def test_a_refused_expression_leaves_the_last_one() -> None:
    explorer = GraphExplorer()
    with pytest.raises(traitlets.TraitError):
        explorer.expression = "x *"
    assert explorer.derivative() == 135


@pytest.mark.parametrize("text", [*TEXTS, "2", "x", "log(0 - x)", "max(x, 1/0)"])
@pytest.mark.parametrize("step", [0, 3, 999])
def test_the_picture_is_well_formed_and_says_what_the_sentence_says(text: str, step: int) -> None:
    explorer = GraphExplorer(expression=text, step=step)
    root = ElementTree.fromstring(explorer.html())
    picture = root.find("div/{http://www.w3.org/2000/svg}svg")
    assert picture is not None
    assert picture.get("aria-label") == explorer.sentence()
    assert len(picture.findall(".//{*}rect")) == len(ex.parse(text))
    assert "nan" not in explorer.html().lower().replace("not a number", "")
