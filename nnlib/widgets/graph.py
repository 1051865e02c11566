"""The graph explorer: an expression as a computational graph, its values forward, its derivatives backward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import traitlets as t

from nnlib.widgets import expression as ex
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.graph_still import graph_still
from nnlib.widgets.words import number_text

INPUT_MOST, NEW_INPUT, LAST_STEP = 5.0, 2.0, 999
SIGNS = {"+": " + ", "-": " − ", "*": " · ", "/": " / ", "^": " ^ "}


@dataclass(frozen=True)
class Survey:
    """Everything that the explorer's state amounts to."""

    nodes: list[ex.Node]
    inputs: dict[str, float]
    by: str | None
    values: list[float]
    local: list[ex.Slopes]
    right: list[float]
    tangents: list[float]
    operations: list[int]
    visits: list[ex.Visit]
    step: int
    last: int
    complete: bool
    slope: float
    true_slope: float

    @property
    def visit(self) -> ex.Visit | None:
        """The visit of the present step, if it is one backward."""
        n = len(self.operations)
        return self.visits[self.step - n - 1] if self.step > n else None

    def has_value(self, i: int) -> bool:
        """Whether a node has been computed by now."""
        return not self.nodes[i].args or self.operations.index(i) < self.step

    @property
    def is_right(self) -> bool:
        """Whether what comes out is the derivative."""
        return same(self.slope, self.true_slope)


class GraphExplorer(Explorer):
    """An expression as a graph, stepped forward and backward, rightly or wrongly.

    Attributes
    ----------
    expression : str
        Numbers, variables, ``+ - * / ^``, brackets and the functions ``exp log sin cos tanh sigmoid relu max``.
    inputs : dict
        The value of each variable, from -5 to 5; one without a value is 2.
    by : str
        The variable by which forward mode differentiates, and along which the curve is drawn.
    mode : str
        ``"reverse"`` or ``"forward"``.
    step : int
        How many steps have been taken; 999 stands for all.
    overwrite, order, twice
        What is done wrongly; see `nnlib.widgets.expression.backward`.

    Examples
    --------
    >>> explorer = GraphExplorer(expression="x^2 * (x^2 + x)", inputs={"x": 3.0})
    >>> explorer.derivative()
    135.0
    >>> explorer.overwrite = True
    >>> explorer.derivative()
    27.0
    """

    kind = "graph"
    controls = (
        "expression", "inputs", "mode", "by", "step", "overwrite", "twice", "order", "table",
    )  # fmt: skip

    expression = t.Unicode("x^2 * (x^2 + x)").tag(sync=True)
    inputs = t.Dict(
        per_key_traits=None,
        value_trait=t.Float(min=-INPUT_MOST, max=INPUT_MOST),
        default_value={"x": 3.0},
    ).tag(sync=True)
    by = t.Unicode("x").tag(sync=True)
    mode = t.Enum(("reverse", "forward"), "reverse").tag(sync=True)
    step = t.Int(LAST_STEP, min=0, max=LAST_STEP).tag(sync=True)
    overwrite = t.Bool(False).tag(sync=True)
    order = t.Enum(ex.ORDERS, "topological").tag(sync=True)
    twice = t.Bool(False).tag(sync=True)

    @t.validate("expression")
    def _parse(self, proposal: dict[str, Any]) -> str:
        try:
            ex.parse(proposal["value"])
        except ex.ExpressionError as error:
            raise t.TraitError(f"{proposal['value']!r} is no expression. {error}") from None
        return str(proposal["value"])

    def survey(self) -> Survey:
        """Return everything that the state amounts to."""
        nodes = ex.parse(self.expression)
        inputs = {name: self.inputs.get(name, NEW_INPUT) for name in ex.input_names(nodes)}
        by = self.by if self.by in inputs else next(iter(inputs), None)
        values = ex.values(nodes, inputs)
        local = ex.local_derivatives(nodes, values)
        reverse = self.mode == "reverse"
        passes = 1 + (reverse and self.twice)
        # Two passes add up at the inputs, as they should; inside, what the first has left must be cleared.
        right = [
            grad * (passes if node.op == "input" else 1)
            for node, grad in zip(nodes, ex.backward(nodes, local).grads, strict=True)
        ]
        passed = ex.backward(
            nodes, local, overwrite=self.overwrite, order=self.order, twice=self.twice
        )
        tangents = ex.tangents(nodes, local, by)
        operations = [i for i, node in enumerate(nodes) if node.args]
        visits = passed.visits if reverse else []
        last = len(operations) + len(visits)
        place = next((i for i, n in enumerate(nodes) if n.op == "input" and n.name == by), -1)
        slope = passed.grads[place] if reverse else tangents[-1]
        return Survey(
            nodes, inputs, by, values, local, right, tangents, operations, visits, min(self.step, last), last,
            passed.complete or not reverse, float(slope if by else 0), float(right[place] if by else 0),
        )  # fmt: skip

    def value(self) -> float:
        """Return the value of the expression."""
        return float(self.survey().values[-1])

    def derivative(self) -> float:
        """Return the derivative by `by` that comes out, which is wrong if something is done wrongly."""
        return self.survey().slope

    def gradient(self) -> dict[str, float]:
        """Return the right derivative by each variable."""
        nodes, inputs = ex.parse(self.expression), self.survey().inputs
        grads = ex.backward(nodes, ex.local_derivatives(nodes, ex.values(nodes, inputs))).grads
        return {
            node.name: float(grad)
            for node, grad in zip(nodes, grads, strict=True)
            if node.op == "input"
        }

    def sentence(self) -> str:
        """Say what the explorer shows."""
        now = self.survey()
        return f"{self._result(now)} {step_text(now, self.mode)}"

    def _result(self, now: Survey) -> str:
        value = text4(now.values[-1])
        if now.by is None:
            return f"The result is {value}; there is no variable, so there is no derivative."
        at = ", ".join(f"{name} = {text4(v)}" for name, v in now.inputs.items())
        start = f"At {at} the value is {value}."
        if not now.complete:
            return f"{start} This order visits nodes so often that it was stopped: no result."
        twice = self.twice and self.mode == "reverse"
        what = f"{'twice ' if twice else ''}the derivative by {now.by}"
        if now.is_right:
            return f"{start} {what[0].upper()}{what[1:]} is {text4(now.true_slope)}."
        wrong, right = text4(now.slope), text4(now.true_slope)
        return f"{start} This way gives {wrong} as {what}: wrong, it is {right}."

    def still(self) -> str:
        """Return the graph as SVG."""
        return graph_still(self.survey(), self.mode, self.sentence())


def text4(value: float) -> str:
    """Return a number with four digits."""
    return number_text(float(value), 4)


def same(a: float, b: float) -> bool:
    """Whether two derivatives are the same but for rounding."""
    if np.isnan(a) and np.isnan(b):
        return True
    return bool(a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b)))


def _bracketed(value: float) -> str:
    return f"({text4(value)})" if value < 0 else text4(value)


def operation_text(node: ex.Node, words: list[str]) -> str:
    """Return how an operation reads with these words for its arguments: "v1 · x"."""
    if node.op == "neg":
        return f"−{words[0]}"
    return SIGNS[node.op].join(words) if node.op in SIGNS else f"{node.op}({', '.join(words)})"


def step_text(now: Survey, mode: str) -> str:
    """Say what the present step does."""
    if now.step == 0:
        return (
            "Nothing is computed yet but the inputs."
            if now.last
            else "There is nothing to compute."
        )
    head = f"Step {now.step} of {now.last}, "
    if now.visit:
        sent = " and ".join(
            f"{text4(one.given)} · {_bracketed(one.local)} = {text4(one.amount)} to {now.nodes[one.to].name}"
            for one in now.visit.sent
        )
        return f"{head}backward: {now.nodes[now.visit.node].name} hands on {sent}."
    i = now.operations[now.step - 1]
    node = now.nodes[i]
    formula = operation_text(node, [now.nodes[j].name for j in node.args])
    numbers = operation_text(node, [_bracketed(now.values[j]) for j in node.args])
    value = f"{node.name} = {formula} = {numbers} = {text4(now.values[i])}"
    if mode == "reverse" or now.by is None:
        return f"{head}forward: {value}."
    return f"{head}forward: {value}, its derivative by {now.by} is {text4(now.tangents[i])}."
