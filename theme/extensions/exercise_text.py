"""Read a chapter's exercises, and what each of its labels stands in, from its notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

TITLE = re.compile(r"(.+) · (by hand|in code|investigate), (\d+) minutes, (easy|medium|hard)$")
START = re.compile(r"[`:]{3,}\{exercise(?:-start)?\}\s*(.*)")
PLACE = re.compile(r"\$\$ \((\S+)\)$|:name: (\S+)$|:label: (\S+)$")
REFERENCE = re.compile(r"\{(?:eq|ref|numref)\}`(?:[^`<]*<)?([^`<>]+)>?`")


@dataclass(frozen=True)
class Section:
    """A heading: the page, its text, and its label, if it has one."""

    page: str
    title: str
    label: str


@dataclass
class Exercise:
    """An exercise: its chapter's section, its title, its label, and the labels to which its text refers."""

    chapter: Section
    title: str
    label: str = ""
    refers: list[str] = field(default_factory=list)


def lines_of(notebook: Path) -> list[str]:
    """Return the lines of a notebook's text, and the names of its figures."""
    lines: list[str] = []
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            lines += "".join(cell["source"]).splitlines()
        lines.append(f":name: {cell['metadata'].get('mystnb', {}).get('figure', {}).get('name')}")
    return lines


def read(notebook: Path) -> tuple[list[Exercise], dict[str, Section], dict[str, Section]]:
    """Return a chapter's exercises, the section around each label, and the sections by their titles."""
    exercises: list[Exercise] = []
    around, titles, label, current = {}, {}, "", None
    chapter = section = Section(notebook.stem, notebook.stem, "")
    for line in lines_of(notebook):
        if heading := re.match(r"#{1,3} (.+)", line):
            section = around[label] = titles[heading[1]] = Section(notebook.stem, heading[1], label)
            chapter, current = (section if line.startswith("# ") else chapter), None
        label = named[1] if (named := re.match(r"\((\S+)\)=$", line)) else ""
        if start := START.match(line):
            current = Exercise(chapter, start[1])
            exercises.append(current)
        if place := PLACE.match(line.lstrip()):
            name = "".join(filter(None, place.groups()))
            around[name] = section
            if current and not current.label:
                current.label = name
        if current:
            current.refers += REFERENCE.findall(line)
    return exercises, around, titles
