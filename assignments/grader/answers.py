"""Right and wrong answers to the tasks, kept beside the assignments, and what the tests say to each."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assignments.grader import judge
from assignments.grader.sandbox import Sandbox
from assignments.grader.source import Assignment, fill

ANSWERS = Path(__file__).resolve().parents[1] / "answers"


@dataclass(frozen=True)
class Answer:
    """One answer to a task.

    Attributes
    ----------
    task : str
        ``grade_id`` of the solution cell; the ids of its tests begin with it and a hyphen.
    code : str
        What stands in the cell.
    slip : str
        What went wrong, in words; empty for a right answer.
    hint : str
        A part of the hint that it must get; empty for a right answer.
    """

    task: str
    code: str
    slip: str = ""
    hint: str = ""


def load(name: str) -> list[Answer]:
    """Read the answers to an assignment."""
    tasks = tomllib.loads((ANSWERS / f"{name}.toml").read_text(encoding="utf-8"))
    found = []
    for task, given in tasks.items():
        found += [Answer(task, code) for code in given["right"]]
        found += [Answer(task, w["code"], w["slip"], w["hint"]) for w in given["wrong"]]
    return found


def tests_of(assignment: Assignment, task: str) -> list[str]:
    """Return the ids of a task's tests."""
    return [test.id for test in assignment.of_kind("test") if test.id.startswith(f"{task}-")]


def hints(assignment: Assignment, answer: Answer, sandbox: Sandbox, variant: int) -> Iterator[str]:
    """Yield what a student is told who gives this answer, and right ones to all other tasks."""
    notebook = fill(copy.deepcopy(assignment.notebook), {answer.task: answer.code})
    wanted = tests_of(assignment, answer.task)
    for mark in judge.grade(assignment, notebook, variant, sandbox, only=wanted).marks:
        if mark.points < mark.out_of:
            yield mark.hint
