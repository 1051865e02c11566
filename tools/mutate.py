"""Make mutants: copies of a source file, each changed in one place as a slip of the pen would change it.

What can be changed into what comes from mutmut's table of operators: ``+`` into ``-``, ``<`` into ``<=``,
1 into 2, an argument left out. mutmut's own runner only changes the bodies of functions; in nnlib the
derivatives are lambdas at the top of a module, so the walk through the file is done here.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

# What is read by people or by mypy, and not computed with.
NOT_CHANGED = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
# Besides XX...XX, the table offers a string in lower and in upper case: the same slip three times.
CASES = (str.lower, str.upper)


@dataclass(frozen=True)
class Mutant:
    """One change: in which file and function, what it does to the lines, and the whole file with it."""

    path: str
    where: str
    change: str
    lines: range
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by in a list: no line number, so it stays the same when the file grows."""
        return self.path, self.where, self.change


class Places(cst.CSTVisitor):
    """Collects every change, with the function it stands in and the statement it belongs to."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.statements: list[cst.CSTNode] = []
        self.found: list[tuple[str, range, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, NOT_CHANGED) or is_prose(node) or is_list_of_exports(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.names.append(node.name.value)
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            self.statements.append(node)
        for changed in changes(node):
            where = ".".join(self.names) or "module"
            self.found.append((where, self.lines(), node, changed))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self.statements and original_node is self.statements[-1]:
            self.statements.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.names.pop()

    def lines(self) -> range:
        """Return the lines whose tests can notice a change in the statement we are in."""
        statement = self.statements[-1]
        position = self.get_metadata(PositionProvider, statement)
        start, end = position.start.line, position.end.line
        if isinstance(statement, cst.BaseCompoundStatement) and not isinstance(
            statement,
            cst.FunctionDef,  # a default value is used anywhere in the function
        ):
            body = self.get_metadata(PositionProvider, statement.body)
            end = max(start, body.start.line - 1)
        return range(start, end + 1)


def changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what mutmut's table puts in the place of a node."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            for changed in operator(node):
                if not (isinstance(node, cst.SimpleString) and other_case(node, changed)):
                    yield changed


def is_prose(node: cst.CSTNode) -> bool:
    """Tell whether a string is words for a reader (a docstring, a message), which may be put in other words."""
    return isinstance(node, cst.SimpleString) and " " in node.raw_value


def other_case(node: cst.SimpleString, changed: cst.CSTNode) -> bool:
    """Tell whether a changed string is the string in lower or upper case."""
    return isinstance(changed, cst.SimpleString) and changed.value.lower() == node.value.lower()


def is_list_of_exports(node: cst.CSTNode) -> bool:
    """Tell whether a node assigns ``__all__``."""
    names = [t.target for t in node.targets] if isinstance(node, cst.Assign) else []
    return any(isinstance(name, cst.Name) and name.value == "__all__" for name in names)


def mutants(path: str, source: str) -> list[Mutant]:
    """Return every mutant of a file that can be compiled, each text once."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    places = Places()
    wrapper.visit(places)
    statements = {id(part): i for i, s in enumerate(wrapper.module.body) for part in parts(s)}
    found: dict[str, Mutant] = {}
    times = Counter[tuple[str, str]]()
    for where, lines, node, changed in places.found:
        body = list(wrapper.module.body)
        i = statements[id(node)]
        body[i] = body[i].deep_replace(node, changed)
        text = wrapper.module.with_changes(body=body).code
        if text not in found and compiles(text):
            change = line_change(source, text)
            times[where, change] += 1
            if times[where, change] > 1:  # the same line stands there more than once
                where = f"{where} ({times[where, change]})"
            found[text] = Mutant(path, where, change, lines, text)
    return list(found.values())


def parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a node and everything in it."""
    yield node
    for child in node.children:
        yield from parts(child)


def compiles(text: str) -> bool:
    """Tell whether a text is Python."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def line_change(old: str, new: str) -> str:
    """Return what a change does to the lines, without their indentation: first ``- old``, then ``+ new``."""
    gone, come = ([line.strip() for line in text.splitlines()] for text in (old, new))
    for end in (0, -1):
        while gone and come and gone[end] == come[end]:
            del gone[end], come[end]
    return "\n".join([f"- {line}" for line in gone] + [f"+ {line}" for line in come])
