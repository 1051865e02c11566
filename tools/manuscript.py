"""The chapters as they are written: their Markdown, and what their labels are called in the built book.

The site numbers equations and figures through the whole book, in the order of the table of contents. Whatever is
made from the chapters without building the site, the quiz bank and the slides, takes its numbers from here;
``tests/browser/test_slides.py`` compares them with the site's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]

_EQUATION = re.compile(r"\$\$[ \t]*\((eq-[\w-]+)\)|^:label:[ \t]*(eq-[\w-]+)[ \t]*$", re.MULTILINE)
_EXERCISE = re.compile(
    r"^`{3,}\{exercise-start\}[ \t]*(.*)\n(?::.*\n)*?:label:[ \t]*(\S+)", re.MULTILINE
)
_HEADING = re.compile(r"^\(([\w-]+)\)=\n+#+[ \t]+(.+)$", re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)
_WITH_TEXT = re.compile(r"(.+?)\s*<([^<>]+)>$", re.DOTALL)


class UnknownLabelError(KeyError):
    """A role refers to a label that no chapter and no entry of the bibliography has."""


@dataclass(frozen=True)
class Chapter:
    """One notebook of the book."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without its ending, such as ``04_backpropagation``."""
        return self.path.stem

    @cached_property
    def cells(self) -> list[Any]:
        """The cells, as nbformat reads them."""
        return list(nbformat.read(self.path, as_version=4).cells)

    @cached_property
    def text(self) -> str:
        """The Markdown of all cells."""
        return "\n\n".join(c.source for c in self.cells if c.cell_type == "markdown") + "\n"

    @cached_property
    def title(self) -> str:
        """The heading of the chapter."""
        title = _TITLE.search(self.text)
        return title[1].strip() if title else self.name

    @property
    def figures(self) -> list[str]:
        """The labels of the figures, in order."""
        named = [c.metadata.get("mystnb", {}).get("figure", {}).get("name") for c in self.cells]
        return [name for name in named if name]


def chapters(root: Path = ROOT) -> list[Chapter]:
    """Return the chapters in the order of the table of contents."""
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    files = [contents["root"]]
    files += [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    paths = (root / f"{file}.ipynb" for file in files)
    return [Chapter(path) for path in paths if path.exists()]


class Book:
    """What every label of the book is called: ``equation (32)``, ``Fig. 13``, a section's heading, an author."""

    def __init__(self, parts: list[Chapter], bibliography: Path = ROOT / "references.bib") -> None:
        self.chapters = parts
        self._bibliography = bibliography
        self.equations = dict(
            _counted(a or b for part in parts for a, b in _EQUATION.findall(part.text))
        )
        self.figures = dict(_counted(name for part in parts for name in part.figures))
        self.sections = {
            label: title for part in parts for label, title in _HEADING.findall(part.text)
        }
        self.exercises = {
            label: title for part in parts for title, label in _EXERCISE.findall(part.text)
        }

    @cached_property
    def sources(self) -> dict[str, str]:
        """Bibliography key -> ``Strang and Herman (2016)``."""
        entries = parse_file(str(self._bibliography)).entries
        return {key: _cited(entry) for key, entry in entries.items()}

    def refer(self, role: str, target: str) -> str:
        """Return in words, as Markdown, what a role such as ``eq`` or ``cite:t`` says.

        Raises
        ------
        UnknownLabelError
            If nothing has that label.
        """
        text = _WITH_TEXT.match(target)
        if text and not role.startswith("cite"):
            return text[1]
        try:
            return self._called(role, target)
        except KeyError as error:
            raise UnknownLabelError(f"{{{role}}}`{target}` refers to nothing") from error

    def _called(self, role: str, target: str) -> str:
        if role == "eq":
            return f"({self.equations[target]})"
        if role == "numref":
            return f"Fig. {self.figures[target]}"
        if role == "doc":
            return {part.name: part.title for part in self.chapters}[Path(target).name]
        if role == "ref":
            return (self.sections | self.exercises)[target]
        if role.startswith("cite"):
            return ", ".join(self.sources[key.strip()] for key in target.split(","))
        return target


def _counted(names: Iterator[str]) -> Iterator[tuple[str, int]]:
    return ((name, number) for number, name in enumerate(names, start=1))


def _cited(entry: Any) -> str:
    people = [" ".join(person.last_names) for person in entry.persons.get("author", [])]
    names = " and ".join(people) if len(people) < 3 else f"{people[0]} and others"
    return f"{names} ({entry.fields.get('year', 'no year')})".replace("{", "").replace("}", "")
