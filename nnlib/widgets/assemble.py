"""Join the hand-written ES modules of this folder into one script, without a bundler.

A module imports others of this folder with ``import { a, b } from "./other.js";`` and exports functions, classes
and constants. Joining keeps the text of every module, each after those that it imports, and drops the import
lines and the word ``export``. All modules then share one scope, so no two may declare the same name at their top
level: that is checked.

An explorer is a module that exports ``render``. In a kernel anywidget takes one ES module; a page takes one
classic script, because browsers do not load module scripts from ``file://``.

The standard library is enough for this file, and it imports nothing of ``nnlib``: the Sphinx extension that
ships the scripts loads it by its path.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
RUNTIME = "runtime.js"

_IMPORT = re.compile(r'^import\s*\{[^}]*\}\s*from\s*"\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) )", re.MULTILINE)
_DECLARATION = re.compile(r"^(?:function|class|const|let) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_RENDER = re.compile(r"^export function render\(", re.MULTILINE)


def explorers(folder: Path = FOLDER) -> list[str]:
    """Return the names of the explorers: the modules that export ``render``."""
    return sorted(
        path.stem for path in folder.glob("*.js") if _RENDER.search(path.read_text("utf-8"))
    )


def modules(*names: str, folder: Path = FOLDER) -> list[str]:
    """Return the file names needed by the modules ``names``, each after those that it imports."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for imported in _IMPORT.findall((folder / name).read_text("utf-8")):
                visit(imported)
            order.append(name)

    for name in names:
        visit(name)
    return order


def join(*names: str, folder: Path = FOLDER) -> str:
    """Return the modules ``names`` and all that they import as one text in one scope.

    Raises
    ------
    ValueError
        If two modules declare the same name, or an import or export is written in a form not known here.
    """
    owners: dict[str, str] = {}
    parts = []
    for name in modules(*names, folder=folder):
        text = _EXPORT.sub("", _IMPORT.sub("", (folder / name).read_text("utf-8")))
        if left_over := _LEFT_OVER.search(text):
            raise ValueError(f"{name}: this line cannot be joined: {left_over.group()}")
        for declared in _DECLARATION.findall(text):
            if declared in owners:
                raise ValueError(
                    f"{name} declares {declared}, which {owners[declared]} declares too"
                )
            owners[declared] = name
        parts.append(f"// ---- {name}\n{text}")
    return "\n".join(parts)


def kernel_module(name: str, folder: Path = FOLDER) -> str:
    """Return the explorer ``name`` as one ES module for anywidget."""
    return join(f"{name}.js", folder=folder) + "\nexport default { render };\n"


def page_script(name: str, folder: Path = FOLDER) -> str:
    """Return the explorer ``name`` and the runtime that mounts it as one classic script."""
    code = join(RUNTIME, f"{name}.js", folder=folder)
    return f'(() => {{\n"use strict";\n{code}\nregister("{name}", render);\n}})();\n'


def style(name: str, folder: Path = FOLDER) -> str:
    """Return the style sheet of the explorer ``name``: what all share, then those of the modules that have one.

    A page may hold several kinds, each with what all share. So that this does not undo, further down the page, what
    is an explorer's own, its rules are made the more specific ones: ``.nn-graph`` becomes ``.nn-view.nn-graph``.
    """
    sheets = [
        Path(module).with_suffix(".css").name for module in modules(f"{name}.js", folder=folder)
    ]
    own = [sheet for sheet in sheets if (folder / sheet).exists()]
    text = "\n".join((folder / file).read_text("utf-8") for file in ["explorer.css", *own])
    return re.sub(rf"(?<![\w-])\.nn-{name}(?![\w-])", f".nn-view.nn-{name}", text)
