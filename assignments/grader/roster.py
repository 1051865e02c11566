"""The students of a course, as the learning platform lists them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("id", "first_name", "last_name", "email", "canvas_id")
"""The columns of ``roster.csv``; only the first is needed."""


@dataclass(frozen=True)
class Student:
    """One line of the roster; ``id`` is the name of the student's folder, and Moodle's "ID number"."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    canvas_id: str = ""

    @property
    def name(self) -> str:
        """The full name, or the id where there is none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class Roster:
    """The students by id."""

    students: dict[str, Student]

    def find(self, name: str) -> str | None:
        """Return the id of the student whom a platform calls so, if there is exactly one."""
        if name in self.students:
            return name
        name = name.casefold()
        fits = [s.id for s in self.students.values() if name in called(s)]
        return fits[0] if len(fits) == 1 else None


def called(student: Student) -> set[str]:
    """Return the ways in which a platform may call a student."""
    names = {
        student.id,
        student.email,
        student.email.partition("@")[0],
        student.canvas_id,
        student.name,
    }
    return {name.casefold() for name in names if name}


def read(path: Path) -> Roster:
    """Read ``roster.csv``.

    Raises
    ------
    ValueError
        If it has no column ``id``, a line has no id, an id is there twice, or it cannot be a folder's name.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    students: dict[str, Student] = {}
    for number, row in enumerate(rows, start=2):
        fields = {name: (row.get(name) or "").strip() for name in COLUMNS}
        name = fields["id"]
        if not name or set(name) & set("/\\\0") or name.startswith("."):
            raise ValueError(
                f"{path}, line {number}: a student needs an id that a folder can have, given {name!r}"
            )
        if name in students:
            raise ValueError(f"{path}, line {number}: the id {name!r} is there twice")
        students[name] = Student(**fields)
    return Roster(students)
