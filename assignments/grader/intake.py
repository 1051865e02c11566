"""Read what was handed in, from any of the forms in which it arrives, and believe none of it.

A folder of submissions may hold, side by side,

- nbgrader's layout, ``STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`` with an optional ``timestamp.txt``;
- loose notebooks, ``STUDENT.ipynb``, also named as Canvas names them (``name_LATE_123_456_file.ipynb``);
- Moodle's folders, ``Full Name_123_assignsubmission_file_/file.ipynb``;
- zip files: one for a student, ``STUDENT.zip``, or a whole download of a learning platform.

Nothing is unpacked to disk, no link is followed, and only so much is read as a notebook may hold.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from assignments.grader.roster import Roster

LARGEST = 10 * 2**20
"""Largest notebook that is read, in bytes."""

CELLS = 500
"""Most cells of a notebook."""

MOST = 5000
"""Most files of one zip file that are looked at."""

CANVAS = re.compile(r"^(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_.+$")
MOODLE = re.compile(r"^(?P<name>.+)_\d+_assignsubmission_file_?$")


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes
    ----------
    student : str
        The id of the roster, or the name under which it came if the roster has none.
    data : bytes
        The notebook's file.
    remarks : tuple of str
        What is odd about it.
    handed_in : datetime or None
        When, if that is known.
    known : bool
        Whether the roster has the student.
    """

    student: str
    data: bytes = b""
    remarks: tuple[str, ...] = ()
    handed_in: datetime | None = None
    known: bool = True

    def notebook(self) -> Any:
        """Return the notebook, of version 4.

        Raises
        ------
        ValueError
            If it is none; the message is for the instructor and the student.
        """
        if not self.data.strip():
            raise ValueError("the file is empty" if not self.remarks else self.remarks[-1])
        try:
            cells = json.loads(self.data)["cells"]
            notebook = nbformat.from_dict({"cells": [plain_cell(cell) for cell in cells]})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("the file is no notebook that can be read") from error
        if len(notebook.cells) > CELLS:
            raise ValueError(
                f"the notebook has {len(notebook.cells)} cells; at most {CELLS} are read"
            )
        return notebook


def plain_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what the grader reads of a cell, in the types that it expects."""
    source = cell["source"]
    known = cell.get("metadata", {}).get("nbgrader")
    return {
        "cell_type": str(cell["cell_type"]),
        "source": "".join(source) if isinstance(source, list) else str(source),
        "metadata": {"nbgrader": {"grade_id": str(known["grade_id"])}} if known else {},
    }


@dataclass
class File:
    """A file of a submission, in a folder or in a zip file: where it lay, and how to read it."""

    parts: tuple[str, ...]
    read: Callable[[int], bytes]
    fault: str = ""


def read_folder(folder: Path, assignment: str, roster: Roster) -> list[Submission]:
    """Return one submission for each student who handed something in, sorted by student.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder of submissions at {folder}")
    files: dict[str, list[File]] = {}
    late: dict[str, bool] = {}
    for file in every_file(folder, roster):
        name, was_late = who(file.parts)
        student = roster.find(name) or name
        files.setdefault(student, []).append(file)
        late[student] = late.get(student, False) or was_late
    found = []
    for student, theirs in sorted(files.items()):
        if (one := choose(student, theirs, assignment)) is not None:
            if late[student]:
                one = replace(one, remarks=(*one.remarks, "late, says the platform"))
            if student not in roster.students:
                remark = f"no student of the roster is called {student!r}"
                one = replace(one, known=False, remarks=(*one.remarks, remark))
            found.append(one)
    return found


def every_file(folder: Path, roster: Roster) -> Iterator[File]:
    """Yield the files of a folder and of the zip files in it."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink():
            yield File(parts, lambda _: b"", "it is a link; links are not followed")
        elif path.is_file() and not any(part.startswith((".", "__")) for part in parts):
            if path.suffix == ".zip":
                yield from zipped(path, parts, roster)
            else:
                yield File(parts, partial(start_of, path))


def start_of(path: Path, most: int) -> bytes:
    """Return a file's first bytes."""
    with path.open("rb") as stream:
        return stream.read(most)


def zipped(path: Path, parts: tuple[str, ...], roster: Roster) -> Iterator[File]:
    """Yield the files in a zip file; its own name counts as a folder if it names a student, or lies in a folder."""
    own = (*parts[:-1], path.stem)
    of_one = len(parts) > 1 or roster.find(who(own)[0]) is not None
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        yield File(own, lambda _: b"", "the zip file is damaged")
        return
    for info in archive.infolist()[:MOST]:
        inside = PurePosixPath(info.filename.replace("\\", "/")).parts
        if info.is_dir() or any(part.startswith((".", "__")) and part != ".." for part in inside):
            continue
        name = (*own, inside[-1]) if of_one else inside
        if ".." in inside or info.filename.startswith(("/", "\\")) or ":" in info.filename:
            fault = "the zip file has a path that leads out of it"
            yield File(own if of_one else (inside[-1],), lambda _: b"", fault)
        else:
            yield File(name, partial(from_zip, archive, info))


def from_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return the first bytes of a file in an archive, however much it unpacks to."""
    try:
        with archive.open(info) as stream:
            return stream.read(most)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return b""  # damaged, or with a password


def who(parts: tuple[str, ...]) -> tuple[str, bool]:
    """Return the name under which a file was handed in, and whether the platform calls it late."""
    first = parts[0] if len(parts) > 1 else PurePosixPath(parts[0]).stem
    if match := MOODLE.match(first):
        return match["name"], False
    if match := CANVAS.match(first):
        return match["id"], bool(match["late"])
    return first, False


def choose(student: str, files: list[File], assignment: str) -> Submission | None:
    """Return the submission that a student's files make up, or None if they belong to another assignment."""
    in_layout = [f for f in files if len(f.parts) > 2]
    files = [f for f in files if len(f.parts) <= 2 or f.parts[1] == assignment] or (
        files if not in_layout else []
    )
    if not files:
        return None
    when = next((handed_in(f) for f in files if f.parts[-1] == "timestamp.txt"), None)
    if faults := [f.fault for f in files if f.fault]:
        return Submission(student, b"", (faults[0],), when)
    notebooks = [f for f in files if f.parts[-1].endswith(".ipynb")]
    if not notebooks:
        others = ", ".join(f.parts[-1] for f in files if f.parts[-1] != "timestamp.txt")
        return Submission(
            student, b"", (f"no notebook was handed in, but {others or 'nothing'}",), when
        )
    right = [f for f in notebooks if f.parts[-1] == f"{assignment}.ipynb"] or notebooks
    remarks = []
    if len(notebooks) > 1:
        remarks.append(f"{len(notebooks)} notebooks were handed in; {right[-1].parts[-1]} is taken")
    name = right[-1].parts[-1]
    if len(right[-1].parts) > 2 and name != f"{assignment}.ipynb":
        remarks.append(f"the notebook was renamed to {name}")
    data = right[-1].read(LARGEST + 1)
    if len(data) > LARGEST:
        return Submission(
            student, b"", (*remarks, f"the file is larger than {LARGEST >> 20} MB"), when
        )
    return Submission(student, data, tuple(remarks), when)


def handed_in(file: File) -> datetime | None:
    """Return the time in nbgrader's ``timestamp.txt``."""
    text = file.read(100).decode(errors="replace").strip()
    text = re.sub(r"\.\d+", "", text).removesuffix(" UTC").removesuffix(" Z")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
