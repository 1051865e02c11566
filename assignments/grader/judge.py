"""Mark one notebook: its cells run in the sandbox, the tests run here."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from assignments.grader.release import release
from assignments.grader.sandbox import Sandbox
from assignments.grader.session import Session
from assignments.grader.source import VARIANT, Assignment, Cell, grade_id
from assignments.grader.worker import RemoteError, describe

UNANSWERED = "not answered yet"


@dataclass
class Mark:
    """What one test gave."""

    test: str
    points: float
    out_of: float
    hint: str = ""


@dataclass
class Grading:
    """What became of a notebook.

    Attributes
    ----------
    marks : list of Mark
        One for each test, in order.
    remarks : list of str
        What the student and the instructor should know.
    answers : dict of str to str
        Text of the cells that a person marks, by ``grade_id``.
    code : dict of str to str
        Text of the solution cells, by ``grade_id``.
    prints : dict of str to str
        Solution cell -> digest of its code that does not depend on names and layout.
    variant : int or None
        The number that the notebook bears.
    """

    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    prints: dict[str, str] = field(default_factory=dict)
    variant: int | None = None

    @property
    def points(self) -> float:
        """The sum of the marks."""
        return sum(mark.points for mark in self.marks)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Grading:
        """Return what `dataclasses.asdict` was called on."""
        return cls(**{**data, "marks": [Mark(**mark) for mark in data["marks"]]})


def nothing(assignment: Assignment, why: str) -> Grading:
    """Return the grading of something that cannot be run."""
    marks = [Mark(test.id, 0.0, test.points, why) for test in assignment.of_kind("test")]
    return Grading(marks, [why])


def grade(
    assignment: Assignment,
    notebook: Any,
    variant: int,
    sandbox: Sandbox,
    slot: int = 0,
    only: Collection[str] | None = None,
) -> Grading:
    """Mark a notebook.

    Parameters
    ----------
    assignment : Assignment
        What was set.
    notebook : NotebookNode
        What was handed in; of version 4, with anything in its cells.
    variant : int
        The student's own number, whatever the notebook says.
    sandbox : Sandbox
        Where its code runs.
    slot : int
        Tells apart those that run at the same time.
    only : collection of str, optional
        The tests to run, if not all.
    """
    grading = Grading()
    cells = plan(assignment, notebook, variant, grading)
    settings = assignment.settings
    with Session(
        lambda: sandbox.start(slot, settings["nnlib"]),
        cells,
        settings["cell_seconds"],
        settings["budget_seconds"],
    ) as session:
        outside = set_up(assignment, variant)
        tests = assignment.of_kind("test")
        for test in tests if only is None else [t for t in tests if t.id in only]:
            hint = failure(test, session, assignment, dict(outside))
            points = test.points if hint is None else 0.0
            grading.marks.append(Mark(test.id, points, test.points, hint or ""))
        grading.remarks += [
            f"{name}: {how}"
            for name, how in session.failed.items()
            if not how.startswith("NotImplementedError")
        ]
    return grading


def failure(
    test: Cell, session: Session, assignment: Assignment, namespace: dict[str, Any]
) -> str | None:
    """Run a test against a notebook; return None if it passes, else what to tell the student."""
    try:
        session.begin()
        for name in used(test.source) & set(assignment.names):
            namespace[name] = lookup(name, session)
        exec(compile(test.source, f"<test {test.id}>", "exec"), namespace)
    except AssertionError as error:
        hint = str(error) or "the answer is not right yet"
    except RemoteError as error:
        hint = str(error)
    except Exception as error:  # what a student hands over may be anything
        hint = describe(error)
    else:
        return None
    return UNANSWERED if "NotImplementedError" in hint else hint.replace("RemoteError: ", "")


def used(source: str) -> set[str]:
    """Return the names that occur in a test."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def lookup(name: str, session: Session) -> Any:
    """Return what a cell defined, or say why it is not there."""
    try:
        return session.get(name)
    except RemoteError as error:
        if not str(error).startswith("NameError"):
            raise
        reasons = [f"{name} is not defined"]
        reasons += [f"{cell}: {how}" for cell, how in session.failed.items()]
        raise RemoteError("; ".join(reasons)) from error


def set_up(assignment: Assignment, variant: int) -> dict[str, Any]:
    """Return what the set-up cells define here, where the tests run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source in assignment.given(variant).values():
        exec(compile(source, "<given>", "exec"), namespace)
    return namespace


def plan(assignment: Assignment, notebook: Any, variant: int, grading: Grading) -> dict[str, str]:
    """Return the code cells to run, name -> source, in order; note in ``grading`` what is odd about them.

    Locked cells are taken from the assignment, tests are left out, and everything else is the student's.
    """
    given, ours = assignment.given(variant), released(assignment)
    seen: list[str] = []
    cells: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        known = assignment.cells.get(str(grade_id(cell)))
        if known is not None:
            seen.append(known.id)
            if known.kind == "written":
                grading.answers[known.id] = cell.source
            if known.id == VARIANT:
                grading.variant = bears(cell.source)
            elif known.kind in ("given", "demo", "test") and strip(cell.source) != ours[known.id]:
                grading.remarks.append(f"{known.kind} cell {known.id} was edited; ours is used")
        if cell.cell_type != "code" or (known and known.kind in ("test", "demo", "written")):
            continue
        if known and known.kind == "given":
            cells.setdefault(known.id, given[known.id])
        else:
            name = known.id if known else f"cell {number}"
            cells[name if name not in cells else f"{name}, cell {number}"] = plain(cell.source)
            if known:
                grading.code[known.id] = cell.source
                grading.prints[known.id] = fingerprint(cell.source)
    counts = {i: seen.count(i) for i in assignment.cells}
    grading.remarks += [f"cell {i} is there {n} times" for i, n in counts.items() if n > 1]
    grading.remarks += [f"cell {i} was deleted" for i, n in counts.items() if n == 0]
    return {**{i: text for i, text in given.items() if i not in cells}, **cells}


@lru_cache(maxsize=32)
def released(assignment: Assignment) -> dict[str, str]:
    """Return the text of the cells as students get them, by ``grade_id``."""
    cells = release(assignment, 0).cells
    return {name: strip(cell.source) for cell in cells if (name := grade_id(cell)) is not None}


def strip(source: str) -> str:
    """Return a text without what an editor may change by itself."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def plain(source: str) -> str:
    """Return a cell as plain Python: magics become calls, which do nothing in the sandbox."""
    try:
        return TransformerManager().transform_cell(source)
    except SyntaxError:  # the sandbox will say so
        return source


def bears(source: str) -> int | None:
    """Return the number in a variant's cell, or None."""
    try:
        statement = ast.parse(source).body[0]
        return int(ast.literal_eval(statement.value))  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None


def fingerprint(source: str) -> str:
    """Return a digest of code that stays the same when names, comments and layout change; empty if it is no code."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        for attribute in ("id", "arg", "name"):
            if isinstance(value := getattr(node, attribute, None), str):
                setattr(node, attribute, names.setdefault(value, f"n{len(names)}"))
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]
