"""Marks as the learning platforms import them, and the instructor's own list."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from assignments.grader.course import Result
from assignments.grader.roster import Roster

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def harmless(cell: object) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula."""
    text = " ".join(str(cell).split())
    return f"'{text}" if text.startswith(RISKY) else text


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([harmless(cell) for cell in row] for row in rows)


def moodle(path: Path, title: str, marks: dict[str, float], roster: Roster) -> None:
    """Write marks for Moodle: Grades, Import, CSV file; "ID number" is what it tells students by."""
    rows: list[Sequence[object]] = [("ID number", "Email address", "Full name", title)]
    for student in roster.students.values():
        if student.id in marks:
            rows.append((student.id, student.email, student.name, f"{marks[student.id]:g}"))
    write_rows(path, rows)


def canvas(path: Path, title: str, most: float, marks: dict[str, float], roster: Roster) -> None:
    """Write marks for Canvas: Grades, Import; students are told by Canvas's own ID, or by that of the SIS."""
    first = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", title)
    rows: list[Sequence[object]] = [first, ("    Points Possible", "", "", "", "", f"{most:g}")]
    for student in roster.students.values():
        if student.id in marks:
            name = f"{student.last_name}, {student.first_name}".strip(", ") or student.id
            row = (name, student.canvas_id, student.id, student.email, "", f"{marks[student.id]:g}")
            rows.append(row)
    write_rows(path, rows)


def overview(path: Path, results: list[Result], marks: dict[str, float], most: float) -> None:
    """Write a line for each submission: its marks, and what the instructor should know of it."""
    rows: list[Sequence[object]] = [("student", "points", "of", "handed in", "remarks")]
    for result in results:
        points = marks.get(result.student, result.grading.points)
        remarks = " | ".join(result.remarks)
        rows.append((result.student, f"{points:g}", f"{most:g}", result.handed_in or "", remarks))
    write_rows(path, rows)
