"""The tables of exercises, assignments and wrong answers: complete, and loud where something is missing."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.site.book import Build
from theme.extensions import assignments
from theme.extensions.exercise_text import TITLE, lines_of, read

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SOURCES = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))

CHAPTER = """# One
(sec-a)=
## Slopes
$$
y = x
$$ (eq-a)

## Exercises
```{exercise-start} A slope · by hand, 10 minutes, easy
:label: ex-a
```
By {eq}`eq-a`, and {ref}`again <sec-a>`.
```{exercise-start} A `step` · in code, 25 minutes, hard
:label: ex-b
```
## Summary
{eq}`eq-a`"""
PAGE = "(sec-a)=\n## Slopes\n\n(ex-a)=\n## A\n\n(ex-b)=\n## B\n\n```{exercise-table}\n%s\n```\n"


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A notebook of one cell, with two exercises."""
    path = tmp_path / "chapters" / "01_one.ipynb"
    path.parent.mkdir()
    write(path, CHAPTER)
    return path


def write(path: Path, text: str) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}
    path.write_text(json.dumps({"cells": [cell]}), "utf-8")


def rows(html: str) -> list[list[str]]:
    """Return the texts of a page's first table, row by row."""
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"(?s)<td>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in cells]


def test_a_line_for_each_exercise_with_what_its_text_refers_to(build: Build, chapter: Path) -> None:
    html, warnings = build(PAGE % "ex-b: Slopes")
    assert warnings == ""
    assert rows(html) == [
        ["A slope", "One", "by hand", "10", "easy", "Slopes"],
        ["A step", "One", "in code", "25", "hard", "Slopes"],
    ]
    assert html.count('href="#ex-a"') == 1
    assert re.search(r'<form class="nn-filter" hidden [^>]*>.*<select.*<input type="search">', html)


def test_an_exercise_without_minutes_is_a_warning(build: Build, chapter: Path) -> None:
    write(chapter, CHAPTER.replace(", 10 minutes", ""))
    html, warnings = build(PAGE % "")
    assert len(rows(html)) == 1
    assert "WARNING: exercise 'A slope · by hand, easy' needs a label and a title" in warnings
    assert "01_one" in warnings


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ex-z: Slopes", "ex-z: there is no such exercise"),
        ("ex-b: Hills", "ex-b: no such heading in 01_one"),
    ],
)
def test_what_an_exercise_builds_on_must_be_there(
    build: Build, chapter: Path, line: str, said: str
) -> None:
    _html, warnings = build(PAGE % line)
    assert f"WARNING: {said}" in warnings


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda path: path.stem)
def test_every_exercise_of_the_book_is_found_once_with_its_facts(notebook: Path) -> None:
    exercises, _around, _titles = read(notebook)
    labels = re.findall(r"(?m)^:label: (ex-\S+)$", "\n".join(lines_of(notebook)))
    assert [exercise.label for exercise in exercises] == labels
    assert len(set(labels)) == len(labels) >= 5
    for exercise in exercises:
        assert TITLE.match(exercise.title), exercise.title


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_assignment_is_read_whole(path: Path) -> None:
    found = assignments.read(path)
    first = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
    assert first.startswith(f"# {found.title}\n")
    assert f"{found.points:g} points" in " ".join(first.split())
    assert [int(task.split(".")[0]) for task in found.tasks] == [*range(1, len(found.tasks) + 1)]
    answers = tomllib.loads((ROOT / f"assignments/answers/{path.stem}.toml").read_text("utf-8"))
    assert set(answers) <= set(found.task_of), "the answers name cells of the notebook"


def test_assignments_and_wrong_answers_are_in_the_page(build: Build, tmp_path: Path) -> None:
    (tmp_path / "assignments").mkdir()
    for part in ("source", "answers"):  # the README would be taken for a page
        (tmp_path / "assignments" / part).symlink_to(ROOT / "assignments" / part)
    html, warnings = build("```{assignment-table}\n```\n\n```{wrong-answers}\n```")
    assert warnings == ""
    assert html.count('<details class="nn-fold">') == len(SOURCES)
    for path in SOURCES:
        assert f">{path.stem}</span>" in html
        answers = tomllib.loads((ROOT / f"assignments/answers/{path.stem}.toml").read_text("utf-8"))
        slips = [wrong["slip"] for given in answers.values() for wrong in given["wrong"]]
        assert f"{len(slips)} wrong answers" in html
