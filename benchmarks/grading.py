"""How long a class takes to grade, and how long nbgrader itself takes for the same notebooks.

Writes ``benchmarks/GRADING.md``::

    python benchmarks/grading.py
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from assignments.grader import __main__ as commands
from assignments.grader import sample, source
from assignments.grader.course import Course

ROOT = Path(__file__).resolve().parents[1]
NAME = "structure"
CLASS = 200
PEERS = 10
"""How many of them nbgrader grades; its time is proportional to their number."""


def hand_in(course: Course, students: list[str]) -> None:
    """Hand in a mixture: right answers in three styles, half of them, none, and one in fifty that never ends."""
    assignment = source.load(NAME)
    for number, student in enumerate(students):
        tasks = {0: 0, 1: 3}.get(number % 5)
        notebook = sample.solved(assignment, course.variant(NAME, student), tasks, style=number % 3)
        if number % 50 == 49:
            endless = "def count_parameters(widths):\n    while True:\n        pass\n"
            source.fill(notebook, {"count": endless})
        place = course.folder / "submitted" / student / NAME
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{NAME}.ipynb")


def ours(folder: Path) -> float:
    """Return the seconds that the whole class takes, gradebook, marks and feedback included."""
    students = [f"s{number:03}" for number in range(CLASS)]
    folder.mkdir()
    (folder / "roster.csv").write_text("\n".join(["id", *students]))
    hand_in(Course(folder), students)
    begun = time.perf_counter()
    commands.main(["grade", NAME, "--course", str(folder)])
    return time.perf_counter() - begun


def nbgraders(folder: Path) -> float:
    """Return the seconds that ``nbgrader autograde`` takes for notebooks that all come to an end."""
    students = [f"s{number:03}" for number in range(PEERS)]
    folder.mkdir()
    (folder / "roster.csv").write_text("\n".join(["id", *students]))
    hand_in(Course(folder), students)
    place = folder / "source" / NAME
    place.mkdir(parents=True)
    nbformat.write(source.load(NAME).notebook, place / f"{NAME}.ipynb")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *arguments, f"--course-dir={folder}"]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)

    run("generate_assignment", NAME, "--create")
    begun = time.perf_counter()
    run("autograde", NAME, "--create")
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        class_seconds, peer_seconds = ours(Path(name, "ours")), nbgraders(Path(name, "peer"))
    ratio = (peer_seconds / PEERS) / (class_seconds / CLASS)
    text = f"""# How long grading takes

Written by `python benchmarks/grading.py` on {os.cpu_count()} cores, Python {platform.python_version()}.

| what | submissions | seconds | seconds for one |
|---|---|---|---|
| our grader, with marks and feedback | {CLASS} | {class_seconds:.0f} | {class_seconds / CLASS:.2f} |
| `nbgrader autograde` | {PEERS} | {peer_seconds:.0f} | {peer_seconds / PEERS:.2f} |

A notebook is graded {ratio:.0f} times faster. Of the {CLASS}, {CLASS // 50} hold an endless loop, which costs its time
limit of ten seconds in each of two tests; nbgrader's have none.
"""
    (ROOT / "benchmarks" / "GRADING.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
