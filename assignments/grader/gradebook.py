"""Marks in nbgrader's gradebook, where written answers are marked by hand and everything is kept together."""

from __future__ import annotations

import os
import re
import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Comment, Grade, Gradebook
from sqlalchemy.exc import SAWarning

from assignments.grader import release
from assignments.grader.course import Course, Result
from assignments.grader.source import Assignment, grade_id


def open_book(course: Course) -> Gradebook:
    """Open the gradebook of a course, and make it if there is none."""
    programs = str(Path(sys.executable).parent)  # nbgrader calls a bare `alembic`
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    # nbgrader and the database's library disagree on when an entry is in its session.
    warnings.filterwarnings("ignore", message="Object of type <Submitted", category=SAWarning)
    return Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}")


def store(course: Course, assignment: Assignment, results: list[Result]) -> dict[str, float]:
    """Enter results of the roster's students, and return everybody's marks, those given by hand included.

    Marks and comments that a person has entered are kept.
    """
    due = course.due.get(assignment.name)
    write_notebook(assignment.notebook, course, "source", assignment.name)  # or it is not listed
    with open_book(course) as book:
        book.update_or_create_assignment(assignment.name, duedate=due)
        book.update_or_create_notebook(assignment.name, assignment.name)
        for cell in assignment.cells.values():
            enter_cell(book, assignment, cell.id)
        marks = {}
        for result in results:
            if result.known:
                marks[result.student] = enter(book, course, assignment, result)
        book.db.commit()
        return marks


def enter_cell(book: Gradebook, assignment: Assignment, cell_id: str) -> None:
    """Make known to the gradebook a cell that bears marks or is an answer."""
    cell, name = assignment.cells[cell_id], assignment.name
    text = "markdown" if cell.kind == "written" else "code"
    if cell.points or cell.kind == "test":
        book.update_or_create_grade_cell(cell.id, name, name, max_score=cell.points, cell_type=text)
    if cell.kind in ("solution", "written"):
        book.update_or_create_solution_cell(cell.id, name, name)
    book.update_or_create_source_cell(cell.id, name, name, cell_type=text, source=cell.source)


def enter(book: Gradebook, course: Course, assignment: Assignment, result: Result) -> float:
    """Enter one result and return the student's marks."""
    name, student = assignment.name, course.roster.students[result.student]
    details = {
        "first_name": student.first_name,
        "last_name": student.last_name,
        "email": student.email,
    }
    book.update_or_create_student(student.id, **details)
    when = result.handed_in or datetime.fromtimestamp(0)
    handed_in = book.update_or_create_submission(name, student.id, timestamp=when)
    add_new_cells(book, handed_in.notebooks[0])
    earned = {mark.test: mark.points for mark in result.grading.marks}
    for grade in handed_in.notebooks[0].grades:
        if grade.name in earned:
            grade.auto_score = earned[grade.name]
            grade.needs_manual_grade = False
        else:
            grade.auto_score = None
            empty = release.is_blank(result.grading.answers.get(grade.name))
            grade.needs_manual_grade = grade.manual_score is None and not empty
    return sum(score(grade) for grade in handed_in.notebooks[0].grades)


def add_new_cells(book: Gradebook, notebook: Any) -> None:
    """Make places for the marks and comments of cells that are newer than what the student handed in.

    nbgrader makes them when a submission is first entered, so a test that the author adds later had none.
    """
    marked = {grade.cell_id for grade in notebook.grades}
    for cell in notebook.notebook.grade_cells:
        if cell.id not in marked:
            book.db.add(Grade(cell_id=cell.id, notebook=notebook))
    commented = {comment.cell_id for comment in notebook.comments}
    for cell in notebook.notebook.solution_cells:
        if cell.id not in commented:
            book.db.add(Comment(cell_id=cell.id, notebook=notebook))
    book.db.flush()
    book.db.refresh(notebook)


def score(grade: object) -> float:
    """Return a grade as nbgrader counts it: what a person gave, or what the test gave, and extra credit."""
    manual, auto = getattr(grade, "manual_score", None), getattr(grade, "auto_score", None)
    return float((manual if manual is not None else auto) or 0) + float(
        getattr(grade, "extra_credit", 0) or 0
    )


Entered = dict[str, tuple[float | None, str]]
"""What a person entered for one student: cell -> points, and a comment."""


def by_hand(course: Course, assignment: str) -> dict[str, Entered]:
    """Return what a person entered, student by student."""
    with open_book(course) as book:
        submissions = book.assignment_submissions(assignment)
        return {one.student_id: entered(one.notebooks[0]) for one in submissions}


def entered(notebook: Any) -> Entered:
    """Return what a person entered in one of the gradebook's notebooks."""
    comments = {c.name: c.manual_comment or "" for c in notebook.comments}
    return {
        g.name: (g.manual_score, comments.get(g.name, ""))
        for g in notebook.grades
        if g.manual_score is not None or comments.get(g.name)
    }


def autograded(course: Course, assignment: Assignment, result: Result) -> None:
    """Write the notebook that nbgrader's formgrader shows: ours, with the student's answers and no outputs."""
    notebook = release.release(assignment, course.variant(assignment.name, result.student))
    grading = result.grading
    for cell in notebook.cells:
        answer = {**grading.code, **grading.answers}.get(str(grade_id(cell)))
        if answer is not None:
            cell.source = answer if cell.cell_type == "code" else harmless_markdown(answer)
    write_notebook(notebook, course, "autograded", result.student, assignment.name)


def write_notebook(notebook: Any, course: Course, *parts: str) -> None:
    """Write a notebook where nbgrader looks for it; the last part is the assignment's name."""
    folder = course.folder.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{parts[-1]}.ipynb")


def harmless_markdown(text: str) -> str:
    """Return a student's text such that the page on which it is marked runs nothing of it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"(?i)(javascript|vbscript|data)\s*:", r"\1 :", text)  # links that are programs
