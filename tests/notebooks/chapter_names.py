"""What a chapter defines, without running its experiments: for tests of the checks of its exercises."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def names_of(chapter: str) -> dict[str, Any]:
    """Return the imports, functions and classes of a chapter's cells, each as it stands first."""
    mpl.use("Agg")
    names: dict[str, Any] = {}
    for cell in nbformat.read(CHAPTERS / f"{chapter}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            for node in ast.parse(cell.source).body:
                if isinstance(node, DEFINITIONS) and getattr(node, "name", None) not in names:
                    exec(compile(ast.Module([node], []), chapter, "exec"), names)
    return names
