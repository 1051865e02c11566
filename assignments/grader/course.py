"""A course: its folder, its students, and the grading of what they handed in.

The folder holds ``roster.csv``, ``course.toml`` (due dates, all optional), ``salt`` (the secret behind the students'
numbers), and what the commands make: ``release``, ``results``, ``autograded``, ``feedback``, ``marks`` and
``gradebook.db``.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
from tqdm import tqdm

from assignments.grader import judge, release, roster, source, variants
from assignments.grader.intake import Submission, read_folder
from assignments.grader.judge import Grading
from assignments.grader.sandbox import Sandbox
from assignments.grader.source import Assignment

GRADER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Result:
    """What became of a submission.

    Attributes
    ----------
    student : str
        Whose it is, as in `Submission`.
    grading : Grading
        Marks, and remarks that the student may see.
    suspicions : list of str
        Remarks that only the instructor sees, because they are about others, too.
    handed_in, known
        As in `Submission`.
    """

    student: str
    grading: Grading
    suspicions: list[str] = field(default_factory=list)
    handed_in: datetime | None = None
    known: bool = True

    @property
    def remarks(self) -> list[str]:
        """All that the instructor should know, a line each."""
        return [" ".join(text.split()) for text in (*self.grading.remarks, *self.suspicions)]


@dataclass(frozen=True)
class Course:
    """The folder of a course."""

    folder: Path

    @cached_property
    def roster(self) -> roster.Roster:
        """The students."""
        return roster.read(self.folder / "roster.csv")

    @cached_property
    def salt(self) -> str:
        """The secret behind the students' numbers."""
        return variants.course_salt(self.folder / "salt")

    @cached_property
    def due(self) -> dict[str, datetime]:
        """When each assignment is due, from ``[due]`` in ``course.toml``."""
        path = self.folder / "course.toml"
        return tomllib.loads(path.read_text()).get("due", {}) if path.exists() else {}

    def variant(self, assignment: str, student: str) -> int:
        """Return a student's own number."""
        return variants.variant(self.salt, assignment, student)

    def release(self, name: str) -> int:
        """Write the student versions of an assignment, one for each student; return how many."""
        assignment = source.load(name)
        for student in self.roster.students:
            path = self.folder / "release" / student / name / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(release.release(assignment, self.variant(name, student)), path)
        return len(self.roster.students)

    def grade(
        self,
        name: str,
        submissions: Path,
        sandbox: Sandbox,
        jobs: int | None = None,
        quiet: bool = False,
    ) -> list[Result]:
        """Grade a folder of submissions; what has been graded before, and has not changed since, is kept.

        Each result is in its file before the next is begun, so the grader may be stopped at any moment.
        """
        assignment = source.load(name)
        found = read_folder(submissions, name, self.roster)
        slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        jobs = jobs or os.cpu_count() or 1
        for slot in range(jobs):
            slots.put(slot)

        def work(submission: Submission) -> Result:
            slot = slots.get()
            try:
                return self.result(assignment, submission, sandbox, slot)
            finally:
                slots.put(slot)

        with ThreadPoolExecutor(jobs) as pool:
            waiting = [pool.submit(work, submission) for submission in found]
            bar = tqdm(
                as_completed(waiting), total=len(found), desc=name, disable=quiet, unit="notebook"
            )
            try:
                results = [done.result() for done in bar]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return copies(sorted(results, key=lambda r: r.student))

    def result(
        self, assignment: Assignment, submission: Submission, sandbox: Sandbox, slot: int
    ) -> Result:
        """Return the kept result of a submission, or grade it and keep the result."""
        variant = self.variant(assignment.name, submission.student)
        key = digest(assignment, submission, variant)
        path = self.path(assignment.name, submission.student)
        if path.exists() and (kept := json.loads(path.read_text()))["key"] == key:
            grading = Grading.from_dict(kept["grading"])
        else:
            grading = self.graded(assignment, submission, variant, sandbox, slot)
            write(path, json.dumps({"key": key, "grading": asdict(grading)}, indent=1))
        remarks = [*submission.remarks, *self.lateness(assignment.name, submission)]
        grading.remarks = list(dict.fromkeys([*remarks, *grading.remarks]))
        suspicions = list(self.foreign(assignment.name, grading.variant, variant))
        when, known = submission.handed_in, submission.known
        return Result(submission.student, grading, suspicions, when, known)

    def graded(
        self,
        assignment: Assignment,
        submission: Submission,
        variant: int,
        sandbox: Sandbox,
        slot: int,
    ) -> Grading:
        """Grade one submission, whatever it is: nothing in it stops the others."""
        try:
            return judge.grade(assignment, submission.notebook(), variant, sandbox, slot)
        except ValueError as error:
            return judge.nothing(assignment, str(error))
        except Exception as error:
            return judge.nothing(assignment, f"the grader stumbled over it: {error!r:.300}")

    def path(self, assignment: str, student: str) -> Path:
        """Return where a result is kept; a name that came from outside may hold anything."""
        safe = (
            student
            if student in self.roster.students
            else hashlib.sha256(student.encode()).hexdigest()
        )
        return self.folder / "results" / assignment / f"{safe}.json"

    def lateness(self, assignment: str, submission: Submission) -> Iterator[str]:
        """Yield how late a submission is, if it is."""
        due, when = self.due.get(assignment), submission.handed_in
        if due is not None and when is not None and when > due.replace(tzinfo=None):
            late = when - due.replace(tzinfo=None)
            yield f"late by {late.days} days {late.seconds // 3600} h {late.seconds // 60 % 60} min"

    def foreign(self, assignment: str, found: int | None, own: int) -> Iterator[str]:
        """Yield whose notebook it is, if it is another's."""
        if found not in (None, own):
            whose = variants.owner(found, self.salt, assignment, self.roster.students)
            yield f"the notebook was made for {whose or 'somebody else'}"


def digest(assignment: Assignment, submission: Submission, variant: int) -> str:
    """Return what a result depends on, in short: what was handed in, what was set, and the grader."""
    found = hashlib.sha256(submission.data + repr((variant, submission.remarks)).encode())
    found.update(what_was_set(assignment))
    return found.hexdigest()


@lru_cache(maxsize=8)
def what_was_set(assignment: Assignment) -> bytes:
    """Return a digest of the assignment and the grader: the same for all submissions of a class."""
    found = hashlib.sha256(json.dumps(assignment.notebook, sort_keys=True).encode())
    for path in sorted([*GRADER.glob("*.py"), *(GRADER.parents[1] / "nnlib").glob("*.py")]):
        found.update(path.read_bytes())
    return found.digest()


def write(path: Path, text: str) -> None:
    """Write a file so that it is there as a whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def copies(results: list[Result]) -> list[Result]:
    """Note who handed in the same code, names and layout aside, in all tasks that both answered."""
    seen: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        prints = tuple(result.grading.prints.values())
        if result.grading.points > 0 and len(prints) > 2:
            seen.setdefault(prints, []).append(result)
    for same in seen.values():
        for result in same if len(same) > 1 else []:
            names = [r.student for r in same if r is not result]
            others = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
            result.suspicions.append(f"the same code, names aside, as {others}")
    return results
