"""The commands of the grader: ``python -m assignments.grader --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from assignments.grader import feedback, gradebook, sample, sandbox, source, tables
from assignments.grader.course import Course, Result

COURSE = Path(__file__).resolve().parents[2] / "_build" / "course"
"""Where the sample course lies."""


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    top = argparse.ArgumentParser(prog="python -m assignments.grader", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    known = source.names_of_assignments()

    def command(name: str, text: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=text, description=text)
        found.add_argument("--course", type=Path, default=COURSE, help="the folder of the course")
        return found

    make = command("release", "write the student versions, one for each student of the roster")
    make.add_argument(
        "assignment", nargs="*", default=known, help=f"of {', '.join(known)}; all if none is named"
    )
    grade = command("grade", "grade what was handed in, and write gradebook, marks and feedback")
    grade.add_argument("assignment", choices=known)
    grade.add_argument(
        "--submissions", type=Path, help="the folder or download; COURSE/submitted if not given"
    )
    grade.add_argument(
        "--sandbox", default="auto", choices=["auto", "bubblewrap", "container", "unsafe"]
    )
    grade.add_argument(
        "--jobs", type=int, help="how many at a time; one for each core if not given"
    )
    demo = command("sample", "write a sample class, and what it handed in")
    demo.add_argument("assignment", nargs="?", default="structure", choices=known)
    commands.add_parser("image", help="build the image for the container, with Docker or Podman")
    return top


def grade(course: Course, name: str, submissions: Path, kind: str, jobs: int | None) -> None:
    """Grade a folder, and write everything that comes of it."""
    assignment = source.load(name)
    results = course.grade(name, submissions, sandbox.choose(kind), jobs)
    marks = gradebook.store(course, assignment, results)
    title = assignment.settings["title"]
    folder = course.folder / "marks"
    tables.moodle(folder / f"{name}-moodle.csv", title, marks, course.roster)
    tables.canvas(folder / f"{name}-canvas.csv", title, assignment.points, marks, course.roster)
    tables.overview(folder / f"{name}.csv", results, marks, assignment.points)
    entered = gradebook.by_hand(course, name)
    for result in results:
        if result.known:
            gradebook.autograded(course, assignment, result)
            student = course.roster.students[result.student]
            path = course.folder / "feedback" / student.id / f"{name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                feedback.page(assignment, result, student.name, entered[student.id]),
                encoding="utf-8",
            )
    by_hand = sum(cell.points for cell in assignment.of_kind("written"))
    for result in results:
        print(line(result, marks.get(result.student), assignment.points))
    missing = sorted(set(course.roster.students) - {result.student for result in results})
    if missing:
        print(f"nothing handed in: {', '.join(missing)}")
    if by_hand:
        share = f"{by_hand:g} of the {assignment.points:g} points"
        print(f"{share} are given by hand, in nbgrader's Formgrader; then grade again")
    print(
        f"{len(results)} submissions; marks in {folder}, feedback in {course.folder / 'feedback'}"
    )


def line(result: Result, points: float | None, most: float) -> str:
    """Return a submission's line of the report."""
    shown = f"{result.grading.points if points is None else points:g}"
    return f"{result.student:20.20} {shown:>6} of {most:g}  {' | '.join(result.remarks)}"


def main(arguments: list[str] | None = None) -> None:
    """Run a command."""
    given = parser().parse_args(arguments)
    try:
        if given.command == "image":
            sandbox.build_image()
            return
        course = Course(given.course)
        if given.command == "sample":
            print(f"handed in: {sample.make(course, given.assignment)}")
        elif given.command == "release":
            for name in given.assignment:
                print(f"{name}: {course.release(name)} notebooks in {course.folder / 'release'}")
        else:
            submissions = given.submissions or course.folder / "submitted"
            grade(course, given.assignment, submissions, given.sandbox, given.jobs)
    except (ValueError, OSError, sandbox.NoSandboxError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
