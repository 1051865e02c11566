"""Join the hand-written ES modules of this folder into scripts, without a bundler.

A module imports others of this folder with ``import { a, b } from "./other.js";`` and exports functions, classes
and constants. Joining keeps the text of every module, each after those that it imports, and drops the import
lines and the word ``export``. All modules then share one scope, so no two may declare the same name at their top
level: that is checked, and so is that every name imported is exported there.

An explorer is a module that exports ``render``. In a kernel anywidget takes one ES module. A page takes classic
scripts, because browsers do not load module scripts from ``file://``: first one with all modules that several
explorers need, then for each kind on the page one with the modules that it alone needs. The first leaves what its
modules export in ``window.nnExplorers``, the others take it from there. Style sheets go the same way.

The standard library is enough for this file, and it imports nothing of ``nnlib``: the Sphinx extension that
ships the scripts loads it by its path.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
RUNTIME = "runtime.js"

_IMPORT = re.compile(r'^import\s*\{([\w\s,]*)\}\s*from\s*"\./([\w.]+)";\n', re.MULTILINE)
_FUNCTION = r"(?:async )?function\*?"
_EXPORT = re.compile(rf"^export (?=(?:{_FUNCTION}|class|const) (\w+))", re.MULTILINE)
_DECLARATION = re.compile(rf"^(?:{_FUNCTION}|class|const|let) (\w+)", re.MULTILINE)
# Other ways to import, export or declare at the top level: their names would go unnoticed.
_LEFT_OVER = re.compile(r"^(?:(?:import|export|var)\b|(?:const|let) [\[{]).*", re.MULTILINE)


class Module(NamedTuple):
    """A module: its text without imports and exports, what it imports from which file, and its names."""

    text: str
    imports: dict[str, list[str]]
    exports: list[str]
    declares: list[str]


@functools.cache
def read(name: str, folder: Path = FOLDER) -> Module:
    """Read a module; raise ValueError if a line of it is written in a form not known here."""
    source = (folder / name).read_text("utf-8")
    text = _EXPORT.sub("", _IMPORT.sub("", source))
    if left_over := _LEFT_OVER.search(text):
        raise ValueError(f"{name}: this line cannot be joined: {left_over.group()}")
    imports = {file: re.findall(r"\w+", names) for names, file in _IMPORT.findall(source)}
    return Module(text, imports, _EXPORT.findall(source), _DECLARATION.findall(text))


def explorers(folder: Path = FOLDER) -> list[str]:
    """Return the names of the explorers: the modules that export ``render``."""
    return sorted(
        path.stem for path in folder.glob("*.js") if "render" in read(path.name, folder).exports
    )


def modules(*names: str, folder: Path = FOLDER) -> list[str]:
    """Return the file names needed by the modules ``names``, each after those that it imports.

    Raises
    ------
    ValueError
        If a module imports a name that the other does not export, or modules import each other in a circle.
    """
    order: list[str] = []

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in above:
            raise ValueError(f"{' imports '.join([*above, name])}: a circle")
        if name in order:
            return
        for file, imported in read(name, folder).imports.items():
            visit(file, (*above, name))
            missing = set(imported).difference(read(file, folder).exports)
            if missing:
                raise ValueError(f"{name} imports {', '.join(sorted(missing))}, not in {file}")
        order.append(name)

    for name in names:
        visit(name)
    return order


def shared(folder: Path = FOLDER) -> list[str]:
    """Return the modules of the first script: those that several explorers need, and the runtime."""
    uses = Counter(
        module for name in explorers(folder) for module in modules(f"{name}.js", folder=folder)
    )
    return modules(RUNTIME, *(module for module, n in uses.items() if n > 1), folder=folder)


def check_names(names: Sequence[str], folder: Path = FOLDER) -> None:
    """Raise ValueError if two of these modules declare the same name."""
    owners: dict[str, str] = {}
    for name in names:
        for declared in read(name, folder).declares:
            if declared in owners:
                raise ValueError(
                    f"{name} declares {declared}, which {owners[declared]} declares too"
                )
            owners[declared] = name


def text_of(names: Sequence[str], folder: Path = FOLDER) -> str:
    """Return the texts of these modules one after the other."""
    return "\n".join(f"// ---- {name}\n{read(name, folder).text}" for name in names)


def kernel_module(name: str, folder: Path = FOLDER) -> str:
    """Return the explorer ``name`` as one ES module for anywidget."""
    needed = modules(f"{name}.js", folder=folder)
    check_names(needed, folder)
    return text_of(needed, folder) + "\nexport default { render };\n"


def shared_script(folder: Path = FOLDER) -> str:
    """Return the script that a page loads first: the runtime, and what several explorers need."""
    common = shared(folder)
    check_names(common, folder)
    exports = ", ".join(name for module in common for name in read(module, folder).exports)
    code = text_of(common, folder)
    return _closed(f"{code}\nopenRegistry({{ {exports} }});")


def page_script(name: str, folder: Path = FOLDER) -> str:
    """Return what the explorer ``name`` needs besides, as a script that a page loads after the first."""
    common, needed = shared(folder), modules(f"{name}.js", folder=folder)
    own = [module for module in needed if module not in common]
    check_names(needed, folder)
    taken: set[str] = set()
    for module in own:
        for file, imported in read(module, folder).imports.items():
            taken.update(imported if file in common else ())
    return _closed(
        f"const {{ {', '.join(sorted(taken))} }} = window.nnExplorers.shared;\n{text_of(own, folder)}\n"
        f'window.nnExplorers.register("{name}", render);'
    )


def _closed(code: str) -> str:
    return f'(() => {{\n"use strict";\n{code}\n}})();\n'


def kernel_style(name: str, folder: Path = FOLDER) -> str:
    """Return the whole style sheet of the explorer ``name``, for anywidget."""
    needed = modules(f"{name}.js", folder=folder)
    return _sheets(["explorer", *needed], folder, own=name)


def shared_style(folder: Path = FOLDER) -> str:
    """Return the style sheet that a page loads first."""
    return _sheets(["explorer", *shared(folder)], folder)


def page_style(name: str, folder: Path = FOLDER) -> str:
    """Return the style sheet of the explorer ``name`` alone, which a page loads after the first."""
    common, needed = shared(folder), modules(f"{name}.js", folder=folder)
    return _sheets([module for module in needed if module not in common], folder, own=name)


def _sheets(names: Sequence[str], folder: Path, own: str = "") -> str:
    """Return the style sheets of those modules that have one.

    In a notebook each explorer brings what all share. So that this does not undo, further down the page, what is an
    explorer's own, its rules are made the more specific ones: ``.nn-graph`` becomes ``.nn-view.nn-graph``.
    """
    files = [folder / Path(name).with_suffix(".css").name for name in names]
    text = "\n".join(file.read_text("utf-8") for file in files if file.exists())
    return re.sub(rf"(?<![\w-])\.nn-{own}(?![\w-])", f".nn-view.nn-{own}", text) if own else text
