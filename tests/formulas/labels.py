"""Every labelled equation of the book has a numeric check here, and every check has its equation.

A check is a test function that says which equations it proves::

    @checks("eq-bp1")
    def test_the_error_signal_of_the_output_layer() -> None: ...

It is written from the mathematics (central differences, sums written out, PyTorch), so that it judges the formula
as printed and the code beside it, and does not call the code under test twice.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
CHAPTERS = FOLDER.parents[1] / "chapters"
# `$$ ... $$ (eq-name)`, and the directive's `:label: eq-name`
LABEL = re.compile(r"\$\$\s*\((eq-[\w-]+)\)|^:label:\s*(eq-[\w-]+)\s*$", re.MULTILINE)


def checks(*labels: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Say which labelled equations a test proves; read by `checked` from the source."""

    def mark(test: Callable[[], None]) -> Callable[[], None]:
        if not labels:
            raise TypeError("name at least one label: @checks('eq-...')")
        return test

    return mark


def checked(sources: Iterable[str]) -> list[str]:
    """Return the labels named in ``@checks(...)`` decorators of the given Python sources."""
    return [
        arg.value
        for source in sources
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for call in function.decorator_list
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "checks"
        for arg in call.args
    ]


def labelled(texts: Iterable[str]) -> list[str]:
    """Return the equation labels in the given Markdown texts, in order."""
    return [a or b for text in texts for a, b in LABEL.findall(text)]


def markdown_cells(folder: Path = CHAPTERS) -> Iterable[str]:
    """Yield the text of every Markdown cell of every chapter, and every page of the reference."""
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                if cell["cell_type"] == "markdown":
                    yield "".join(cell["source"])
    for path in sorted(folder.rglob("*.md")):
        yield path.read_text("utf-8")
