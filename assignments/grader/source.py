"""An assignment as its author wrote it: one notebook with solutions, hidden tests and points.

It lies in ``assignments/source/NAME/NAME.ipynb``, in nbgrader's format, and everything else is made from it: what
students get, what is run in the sandbox, what is tested outside.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

SOURCE = Path(__file__).resolve().parents[1] / "source"
"""Where the assignments of the book lie."""

LIMITS = {"cell_seconds": 10, "budget_seconds": 60}
"""How long a cell or a test may take, and all of them together, unless an assignment says otherwise."""

VARIANT = "variant"
"""The ``grade_id`` of the cell that holds a student's own number."""


@dataclass(frozen=True)
class Cell:
    """A cell that nbgrader knows.

    Attributes
    ----------
    id : str
        Its ``grade_id``.
    kind : str
        ``"given"`` (set-up, locked), ``"demo"`` (given, and for the reader only), ``"solution"``, ``"test"``, or
        ``"written"`` (marked by a person).
    source : str
        Its text.
    points : float
        What it is worth; 0 for cells that bear no mark.
    """

    id: str
    kind: str
    source: str
    points: float


@dataclass(frozen=True, eq=False)
class Assignment:
    """An assignment's notebook, and what the grader wants to know of it."""

    name: str
    notebook: Any

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The notebook's own settings: title, chapter, minutes, whether nnlib may be used, and time limits."""
        return (
            {"title": self.name, "nnlib": False}
            | LIMITS
            | dict(self.notebook.metadata.get("assignment", {}))
        )

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """The cells by their ``grade_id``, in order."""
        found = (read_cell(cell) for cell in self.notebook.cells)
        return {cell.id: cell for cell in found if cell is not None}

    def of_kind(self, kind: str) -> list[Cell]:
        """Return the cells of one kind, in order."""
        return [cell for cell in self.cells.values() if cell.kind == kind]

    @cached_property
    def names(self) -> list[str]:
        """The names that students are to define."""
        return [name for cell in self.of_kind("solution") for name in defined(cell.source)]

    @cached_property
    def points(self) -> float:
        """The most that can be reached."""
        return sum(cell.points for cell in self.cells.values())

    def given(self, variant: int) -> dict[str, str]:
        """Return the set-up cells, name -> source, with a student's own number."""
        cells = {cell.id: cell.source for cell in self.of_kind("given")}
        if VARIANT in cells:
            cells[VARIANT] = variant_cell(variant)
        return cells


def grade_id(cell: Any) -> str | None:
    """Return the name by which nbgrader knows a notebook's cell, or None."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return None if name is None else str(name)


def fill(notebook: Any, texts: Mapping[str, str]) -> Any:
    """Put texts, ``grade_id`` -> text, into a notebook's cells, and return it."""
    for cell in notebook.cells:
        cell.source = texts.get(str(grade_id(cell)), cell.source)
    return notebook


def variant_cell(variant: int) -> str:
    """Return the text of the cell that holds a student's own number."""
    return f"VARIANT = {variant}  # your own number: the tasks' data are drawn with it"


def read_cell(cell: Any) -> Cell | None:
    """Return a notebook's cell as the grader sees it, or None if nbgrader does not know it."""
    name = grade_id(cell)
    if name is None:
        return None
    marks = cell.metadata["nbgrader"]
    if marks.get("solution"):
        kind = "written" if marks.get("grade") else "solution"
    elif marks.get("grade"):
        kind = "test"
    else:
        kind = "demo" if "demo" in cell.metadata.get("tags", []) else "given"
    if cell.cell_type != "code" and kind in ("given", "demo"):
        return None
    points = float(marks.get("points") or 0) if marks.get("grade") else 0.0
    return Cell(name, kind, cell.source, points)


def defined(source: str) -> list[str]:
    """Return the names that a cell defines at its top level."""
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return names


def names_of_assignments(folder: Path = SOURCE) -> list[str]:
    """Return the names of all assignments, in the order of their chapters."""
    found = [load(path.name, folder) for path in folder.iterdir() if path.is_dir()]
    return [a.name for a in sorted(found, key=lambda a: (a.settings.get("chapter", ""), a.name))]


def load(name: str, folder: Path = SOURCE) -> Assignment:
    """Read an assignment.

    Raises
    ------
    ValueError
        If there is none of that name, or two of its cells have one ``grade_id``.
    """
    path = folder / name / f"{name}.ipynb"
    if not path.is_file():
        known = ", ".join(sorted(p.name for p in folder.iterdir() if p.is_dir()))
        raise ValueError(f"there is no assignment {name!r}; there are: {known}")
    notebook = nbformat.read(path, as_version=4)
    ids = [cell.id for cell in map(read_cell, notebook.cells) if cell is not None]
    if twice := {i for i in ids if ids.count(i) > 1}:
        raise ValueError(f"{path}: two cells have one grade_id: {sorted(twice)}")
    return Assignment(name, notebook)
