"""A sample class, to try the grader on: a dozen students, and what each of them handed in.

Their notebooks are made from the assignment's source, so they fit it whatever it becomes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from assignments.grader import answers, release, source
from assignments.grader.course import Course
from assignments.grader.intake import LARGEST
from assignments.grader.source import Assignment

DUE = "2026-10-12T23:59:00"

CLASS = """\
id,first_name,last_name,email,canvas_id
ada,Ada,Full,ada@example.org,1001
ben,Ben,Blank,ben@example.org,1002
cem,Cem,Half,cem@example.org,1003
dora,Dora,Late,dora@example.org,1004
emil,Emil,Renamed,emil@example.org,1005
fay,Fay,Empty,fay@example.org,1006
gus,Gus,Huge,gus@example.org,1007
hana,Hana,Photo,hana@example.org,1008
ivo,Ivo,Copied,ivo@example.org,1009
june,June,Loose,june@example.org,1010
"""


def solved(
    assignment: Assignment, variant: int, tasks: int | None = None, style: int | None = None
) -> Any:
    """Return a student's notebook with the first ``tasks`` of the tasks solved, or all.

    ``style`` counts the ways in which a task can be solved; without it, the author's own is taken.
    """
    notebook = release.release(assignment, variant)
    solutions = assignment.of_kind("solution") + assignment.of_kind("written")
    known = {cell.id: cell.source for cell in solutions[:tasks]}
    if style is not None:
        right: dict[str, list[str]] = {}
        for answer in answers.load(assignment.name):
            if not answer.slip:
                right.setdefault(answer.task, []).append(answer.code)
        known |= {t: right[t][style % len(right[t])] for t in known if t in right}
    return source.fill(notebook, known)


def make(course: Course, name: str) -> Path:
    """Write the sample class and what it handed in for an assignment; return the folder of submissions."""
    course.folder.mkdir(parents=True, exist_ok=True)
    (course.folder / "roster.csv").write_text(CLASS)
    lines = [f"{known} = {DUE}" for known in source.names_of_assignments()]
    (course.folder / "course.toml").write_text("\n".join(["[due]", *lines, ""]))
    folder = course.folder / "submitted"
    assignment = source.load(name)
    half = len(assignment.of_kind("solution")) // 2

    def hand_in(
        student: str, data: bytes, file: str = f"{name}.ipynb", when: str = "2026-10-12T20:00:00"
    ) -> None:
        place = folder / student / name
        place.mkdir(parents=True, exist_ok=True)
        (place / file).write_bytes(data)
        (place / "timestamp.txt").write_text(when)

    def work(
        student: str, tasks: int | None = None, of: str | None = None, style: int | None = None
    ) -> bytes:
        notebook = solved(assignment, course.variant(name, of or student), tasks, style)
        return nbformat.writes(notebook).encode()

    hand_in("ada", work("ada"))
    hand_in("ben", work("ben", 0))
    hand_in("cem", work("cem", half))
    hand_in("dora", work("dora", style=0), when="2026-10-13T06:30:00")
    hand_in("emil", work("emil", style=1), file="my homework (2).ipynb")
    hand_in("fay", b"")
    hand_in("gus", b"0" * (LARGEST + 1))
    hand_in("hana", b"\x89PNG\r\n\x1a\n", file="IMG_2041.png")
    hand_in("ivo", work("ivo", of="cem", tasks=half))
    (folder / "june.ipynb").write_bytes(work("june", style=2))
    return folder
