"""A small course to grade, and notebooks to hand in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from assignments.grader import sample, sandbox, source
from assignments.grader.course import Course, Result
from assignments.grader.sandbox import Sandbox

NAME = "structure"
MOST = source.load(NAME).points - 3  # what the tests give; the rest is marked by hand
ROSTER = "id,first_name,last_name,email,canvas_id\n" + "".join(
    f"{name},{name.title()},Test,{name}@example.org,{number}\n"
    for number, name in enumerate(["ada", "mallory", "zoe"], start=7)
)

KIND = os.environ.get("SANDBOX", "bubblewrap")
"""The kind of sandbox that is attacked; `SANDBOX=container` attacks the other."""

needs_sandbox = pytest.mark.skipif(
    not sandbox.works(KIND), reason=f"{KIND} is not there or may not be used on this machine"
)


def course_in(folder: Path) -> Course:
    """A course of three students, with nothing handed in."""
    (folder / "submitted").mkdir(parents=True)
    (folder / "roster.csv").write_text(ROSTER)
    (folder / "salt").write_text("the same at every run")
    return Course(folder)


def notebook_of(course: Course, student: str, answers: Mapping[str, str] | None = None) -> Any:
    """A notebook with all tasks solved, but for those that are answered here: ``grade_id`` -> code."""
    assignment = source.load(NAME)
    notebook = sample.solved(assignment, course.variant(NAME, student), style=2)
    return source.fill(notebook, answers or {})


def hand_in(course: Course, student: str, notebook: Any) -> None:
    """Put a notebook where nbgrader would."""
    place = course.folder / "submitted" / student / NAME
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, place / f"{NAME}.ipynb")


def graded(course: Course, kind: str = KIND, **options: Any) -> dict[str, Result]:
    """Grade what was handed in; return student -> result."""
    folder = course.folder / "submitted"
    results = course.grade(NAME, folder, Sandbox(kind), quiet=True, **options)
    return {result.student: result for result in results}


def points(result: Result, task: str = "") -> float:
    """The points of a task, or all."""
    return sum(mark.points for mark in result.grading.marks if mark.test.startswith(task))


def hint(result: Result, test: str) -> str:
    """What the student is told of a test."""
    return next(mark.hint for mark in result.grading.marks if mark.test == test)
