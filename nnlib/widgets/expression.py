"""Expressions as computational graphs: the parser and the passes of ``graph_expression.js`` and ``graph_math.js``.

The grammar, from the loosest to the tightest::

    sum = product { (+ | -) product }      product = sign { (* | /) sign }
    sign = - sign | power                  power = atom [ ^ sign ]
    atom = number | name | function ( sum { , sum } ) | ( sum )

Equal parts become one node, so the graph of ``x^2 * (x^2 + x)`` has one node for the square, which is used twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from nnlib.widgets.words import number_text

NODES_MOST, INPUTS_MOST, TEXT_MOST = 40, 8, 160
VISITS_MOST = 300  # depth-first recursion can take exponentially many
ORDERS = ("topological", "once", "again")

Slopes = tuple[float, ...]


def _sigmoid(x: float) -> float:
    return 0.5 * (1 + np.tanh(0.5 * x))


# For each operation f(a, b) its value, and d(a, b, value): the derivative by each argument.
OPERATIONS: dict[str, tuple[Callable[..., float], Callable[[float, float, float], Slopes]]] = {
    "+": (lambda a, b: a + b, lambda a, b, y: (1, 1)),
    "-": (lambda a, b: a - b, lambda a, b, y: (1, -1)),
    "*": (lambda a, b: a * b, lambda a, b, y: (b, a)),
    "/": (lambda a, b: a / b, lambda a, b, y: (1 / b, -a / (b * b))),
    "^": (
        np.power,
        lambda a, b, y: (
            0.0 if b == 0 else b * np.power(a, b - 1),
            0.0 if a == 0 and b > 0 else y * np.log(a),
        ),
    ),
    "neg": (lambda a: -a, lambda a, b, y: (-1,)),
    "exp": (np.exp, lambda a, b, y: (y,)),
    "log": (np.log, lambda a, b, y: (1 / a if a > 0 else np.nan,)),
    "sin": (np.sin, lambda a, b, y: (np.cos(a),)),
    "cos": (np.cos, lambda a, b, y: (-np.sin(a),)),
    "tanh": (np.tanh, lambda a, b, y: (1 - y * y,)),
    "sigmoid": (_sigmoid, lambda a, b, y: (y * (1 - y),)),
    "relu": (lambda a: np.maximum(a, 0), lambda a, b, y: (1.0 if a > 0 else 0.0,)),
    "max": (np.maximum, lambda a, b, y: (1, 0) if a >= b else (0, 1)),  # a tie goes to the first
}
ARITY = {"exp": 1, "log": 1, "sin": 1, "cos": 1, "tanh": 1, "sigmoid": 1, "relu": 1, "max": 2}


class ExpressionError(ValueError):
    """What is wrong with an expression, and where: ``position`` counts the characters from 1."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"Character {position}: {reason}")
        self.position = position


@dataclass(frozen=True)
class Node:
    """One node of a graph.

    Attributes
    ----------
    op : str
        ``"input"``, ``"constant"`` or a key of `OPERATIONS`.
    args : tuple of int
        The nodes it is computed from.
    detail : str or float
        The name of an input, the value of a constant.
    active : bool
        Whether it depends on an input.
    name : str
        ``v1``, ``v2``, ... for operations, the detail for the others.
    """

    op: str
    args: tuple[int, ...] = ()
    detail: str | float = ""
    active: bool = False
    name: str = ""


@dataclass(frozen=True)
class Token:
    """A piece of an expression and the character at which it starts, from 1."""

    word: str
    position: int
    kind: str


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(?P<name>[a-z]\w*)|(?P<sign>[-+*/^(),])|(?P<other>\S))",
    re.IGNORECASE | re.ASCII,
)


def _tokens(text: str) -> list[Token]:
    tokens = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        word, position = found[kind], found.start(kind) + 1
        if kind == "other":
            raise ExpressionError(position, f"“{word}” is not part of an expression.")
        if kind == "number" and not np.isfinite(float(word)):
            raise ExpressionError(position, "this number is too large.")
        tokens.append(Token(word, position, kind))
    return [*tokens, Token("", len(text) + 1, "end")]


class _Parser:
    """Reads an expression by recursive descent, and makes nodes, arguments first."""

    def __init__(self, text: str) -> None:
        self.tokens, self.at = _tokens(text), 0
        self.nodes: list[Node] = []
        self.known: dict[Node, int] = {}

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def add(self, op: str, args: tuple[int, ...] = (), detail: str | float = "") -> int:
        active = op == "input" or any(self.nodes[i].active for i in args)
        node = Node(op, args, detail, active)
        if node not in self.known:
            self.nodes.append(node)
            self.known[node] = len(self.nodes) - 1
        return self.known[node]

    def take(self, words: str) -> str:
        token = self.token
        if token.kind != "sign" or token.word not in words:
            return ""
        self.at += 1
        return token.word

    def fail(self, expected: str) -> ExpressionError:
        found = f"“{self.token.word}”" if self.token.word else "the end"
        return ExpressionError(self.token.position, f"expected {expected}, found {found}.")

    def sum(self) -> int:
        left = self.product()
        while op := self.take("+-"):
            left = self.add(op, (left, self.product()))
        return left

    def product(self) -> int:
        left = self.sign()
        while op := self.take("*/"):
            left = self.add(op, (left, self.sign()))
        return left

    def sign(self) -> int:
        if not self.take("-"):
            return self.power()
        i = self.sign()
        node = self.nodes[i]
        if node.op == "constant":
            return self.add("constant", (), -float(node.detail))
        return self.add("neg", (i,))

    def power(self) -> int:
        base = self.atom()
        if not self.take("^"):
            return base
        exponent = self.sign()
        if self.nodes[exponent].op == "constant" and self.nodes[exponent].detail == 2:
            return self.add("*", (base, base))  # a square is a product
        return self.add("^", (base, exponent))

    def atom(self) -> int:
        token = self.token
        if self.take("("):
            return self.closed(self.sum())
        if token.kind not in ("number", "name"):
            raise self.fail("a number, a name or “(”")
        self.at += 1
        if token.kind == "number":
            return self.add("constant", (), float(token.word))
        if token.word in ARITY:
            return self.call(token)
        if self.token.word == "(":
            raise ExpressionError(
                token.position, f"“{token.word}” is no function known here; a product needs a *."
            )
        return self.add("input", (), token.word)

    def closed(self, i: int) -> int:
        if not self.take(")"):
            raise self.fail("an operator or “)”")
        return i

    def call(self, function: Token) -> int:
        if not self.take("("):
            raise self.fail(f"“(” after {function.word}")
        args = [self.sum()]
        while self.take(","):
            args.append(self.sum())
        self.closed(args[0])
        if len(args) == (n := ARITY[function.word]):
            return self.add(function.word, tuple(args))
        raise ExpressionError(
            function.position,
            f"{function.word} takes {n} argument{'s' if n > 1 else ''}, given {len(args)}.",
        )


def parse(text: str) -> list[Node]:
    """Return the nodes of an expression, each after its arguments: the last one is the result.

    Raises
    ------
    ExpressionError
        If ``text`` is no expression, or its graph is too large to be drawn.

    Examples
    --------
    >>> [f"{node.name}: {node.op} {node.args}" for node in parse("x^2 + 1")]
    ['x: input ()', 'v1: * (0, 0)', '1: constant ()', 'v2: + (1, 2)']
    >>> parse("2 x")
    Traceback (most recent call last):
    nnlib.widgets.expression.ExpressionError: Character 3: expected an operator or the end, found “x”.
    """
    if len(text) > TEXT_MOST:
        raise ExpressionError(TEXT_MOST + 1, f"an expression has at most {TEXT_MOST} characters.")
    parser = _Parser(text)
    root = parser.sum()
    if parser.token.kind != "end":
        raise parser.fail("an operator or the end")
    nodes = _reachable(parser.nodes, root)
    inputs = sum(node.op == "input" for node in nodes)
    if len(nodes) > NODES_MOST:
        raise ExpressionError(
            len(text), f"the graph has {len(nodes)} nodes, at most {NODES_MOST} can be drawn."
        )
    if inputs > INPUTS_MOST:
        raise ExpressionError(
            len(text), f"there are {inputs} variables, at most {INPUTS_MOST} can be set."
        )
    return _named(nodes)


def _reachable(nodes: list[Node], root: int) -> list[Node]:
    """Leave out what the result does not need: the 2 of x^2, the number before it was negated."""
    used = {root}
    for i in range(root, -1, -1):
        if i in used:
            used.update(nodes[i].args)
    place = {old: new for new, old in enumerate(sorted(used))}
    return [replace(nodes[i], args=tuple(place[j] for j in nodes[i].args)) for i in sorted(used)]


def _named(nodes: list[Node]) -> list[Node]:
    named, count = [], 0
    for node in nodes:
        count += bool(node.args)
        leaf = node.detail if isinstance(node.detail, str) else number_text(node.detail, 6)
        if leaf.startswith("−"):
            leaf = f"({leaf})"
        named.append(replace(node, name=f"v{count}" if node.args else leaf))
    return named


def input_names(nodes: list[Node]) -> list[str]:
    """Return the names of the variables, in order."""
    return sorted(node.name for node in nodes if node.op == "input")


def values(nodes: list[Node], inputs: Mapping[str, float]) -> list[float]:
    """Return the value of every node; where there is none, NaN or an infinity."""
    found: list[float] = []
    with np.errstate(all="ignore"):
        for node in nodes:
            if node.op == "constant":
                found.append(np.float64(node.detail))
            elif node.op == "input":
                found.append(np.float64(inputs[str(node.detail)]))
            else:
                found.append(OPERATIONS[node.op][0](*(found[i] for i in node.args)))
    return found


def local_derivatives(nodes: list[Node], found: list[float]) -> list[Slopes]:
    """Return for every node the derivative of its value by each argument: the numbers at the edges."""
    with np.errstate(all="ignore"):
        return [
            OPERATIONS[node.op][1](
                found[node.args[0]],
                found[node.args[-1]] if len(node.args) > 1 else np.nan,
                found[i],
            )
            if node.args
            else ()
            for i, node in enumerate(nodes)
        ]


@dataclass(frozen=True)
class Sent:
    """What a visit hands on along one edge: ``given * local = amount``, to the node ``to``."""

    to: int
    given: float
    local: float
    amount: float


@dataclass(frozen=True)
class Visit:
    """A node hands on its derivative; ``grads`` holds those of all nodes afterwards."""

    node: int
    sent: list[Sent]
    grads: list[float]


@dataclass(frozen=True)
class Backward:
    """A backward pass: the derivatives it ends with, its visits, and whether it came to an end."""

    grads: list[float]
    visits: list[Visit]
    complete: bool


def active_args(nodes: list[Node], i: int) -> list[tuple[int, int]]:
    """Return the edges into a node that a derivative flows along, as (argument, its number)."""
    return [(arg, k) for k, arg in enumerate(nodes[i].args) if nodes[arg].active]


def backward(
    nodes: list[Node],
    local: list[Slopes],
    *,
    overwrite: bool = False,
    order: str = "topological",
    twice: bool = False,
) -> Backward:
    """Pass derivatives from the last node back to the inputs: rightly, or wrongly if asked to.

    Parameters
    ----------
    nodes, local
        The graph and the derivatives along its edges.
    overwrite : bool
        Set a derivative where it should be added.
    order : str
        ``"topological"``: a node hands on after all that use it. ``"once"``: when it is first met. ``"again"``: each
        time it is met, as a plain recursion does.
    twice : bool
        Run the pass a second time, and clear nothing in between.
    """
    grads, visits, root = [0.0] * len(nodes), [], len(nodes) - 1

    def hand(node: int, only: int | None = None) -> None:
        edges = [(to, k) for to, k in active_args(nodes, node) if only is None or k == only]
        with np.errstate(all="ignore"):
            sent = [
                Sent(to, grads[node], local[node][k], grads[node] * local[node][k])
                for to, k in edges
            ]
            for one in sent:
                grads[one.to] = one.amount if overwrite else grads[one.to] + one.amount
        if sent:
            visits.append(Visit(node, sent, list(grads)))

    complete = True
    for _ in range(1 + twice):
        grads[root] = 1.0  # the derivative of the result by itself
        complete = complete and _visit_all(nodes, order, hand)
    return Backward(grads, visits, complete)


def _visit_all(nodes: list[Node], order: str, hand: Callable[..., None]) -> bool:
    """Visit nodes as a backward pass may do; false if it was stopped because it took too many visits."""
    root = len(nodes) - 1
    if order == "topological":
        for i in range(root, -1, -1):
            if nodes[i].active:
                hand(i)
        return True
    seen: set[int] = set()
    left = VISITS_MOST

    def descend(i: int) -> None:
        nonlocal left
        if (order == "once" and i in seen) or left <= 0:
            return
        seen.add(i)
        left -= 1
        if order == "once":
            hand(i)
        for arg, k in active_args(nodes, i):
            if order == "again":
                hand(i, k)
            descend(arg)

    descend(root)
    return left > 0


def tangents(nodes: list[Node], local: list[Slopes], name: str | None) -> list[float]:
    """Return the derivative of every node by one input, computed on the way forward."""
    found: list[float] = []
    for i, node in enumerate(nodes):
        if node.args:
            parts = [local[i][k] * found[arg] for arg, k in active_args(nodes, i)]
            found.append(sum(parts, 0.0))
        else:
            found.append(float(node.op == "input" and node.name == name))
    return found


def operation_counts(nodes: list[Node]) -> dict[str, int]:
    """Return how many multiplications and additions of derivatives each mode needs, once the local ones are known.

    ``sweep`` is one sweep of forward mode, ``forward`` one for each input, ``reverse`` one sweep backward.
    """
    edges = [to for i in range(len(nodes)) for to, _ in active_args(nodes, i)]
    operations = sum(node.active and bool(node.args) for node in nodes)
    inputs = sum(node.op == "input" for node in nodes)
    sweep = 2 * len(edges) - operations
    reverse = 2 * len(edges) - len(set(edges)) if inputs else 0
    counts = {"inputs": inputs, "operations": operations, "edges": len(edges), "sweep": sweep}
    return counts | {"forward": inputs * sweep, "reverse": reverse}
