"""The ``{assignment-table}`` and ``{wrong-answers}`` directives: what can be set, and which slips are told apart.

Both are read from ``assignments/source/NAME/NAME.ipynb`` and ``assignments/answers/NAME.toml``, so a new assignment is
in the tables as soon as it is there.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

from theme.extensions.listings import inline, link, table

TASK = re.compile(r"^## (\d+\. .+?)(?: \(\d+ minutes?, \d+ points?\))?$", re.MULTILINE)


@dataclass
class Assignment:
    """An assignment's settings, its tasks' headings, the task of each cell, and the points."""

    name: str
    title: str
    chapter: str
    minutes: int
    tasks: list[str] = field(default_factory=list)
    task_of: dict[str, str] = field(default_factory=dict)
    points: float = 0
    by_hand: float = 0


def read(path: Path) -> Assignment:
    """Read an assignment's notebook."""
    notebook = json.loads(path.read_text("utf-8"))
    given = notebook["metadata"]["assignment"]
    found = Assignment(path.stem, given["title"], given.get("chapter", ""), given["minutes"])
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown" and not marks:
            found.tasks += TASK.findall("".join(cell["source"]))
        if "grade_id" in marks and found.tasks:
            found.task_of[marks["grade_id"]] = found.tasks[-1]
        points = (marks.get("points") or 0) if marks.get("grade") else 0
        found.points += points
        found.by_hand += points if marks.get("solution") else 0
    return found


class AssignmentDirective(SphinxDirective):
    """What both directives begin with."""

    def assignments(self) -> list[Assignment]:
        """Return all assignments, in the order of their chapters."""
        paths = sorted(Path(self.env.srcdir, "assignments", "source").glob("*/*.ipynb"))
        for path in paths:
            self.env.note_dependency(str(path))
        return sorted(map(read, paths), key=lambda a: (a.chapter, a.name))


class AssignmentTable(AssignmentDirective):
    """One line for each assignment."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        head = [_("assignment"), _("chapter"), _("minutes"), _("points"), _("tasks")]
        rows = []
        for a in self.assignments():
            tasks = [[nodes.Text(t), nodes.raw("", "<br>", format="html")] for t in a.tasks]
            share = f"{a.points:g}, {_('by hand')} {a.by_hand:g}" if a.by_hand else f"{a.points:g}"
            title = [nodes.literal("", a.name), nodes.Text(f": {a.title}")]
            cells = [title, self._chapter(a.chapter), inline(str(a.minutes)), inline(share)]
            rows.append([*cells, [node for task in tasks for node in task][:-1]])
        return [table("nn-assignments", head, rows)]

    def _chapter(self, number: str) -> list[nodes.Node]:
        """Return a link to a chapter; an assignment of a number that no chapter has is for the whole book."""
        pages = sorted(Path(self.env.srcdir, "chapters").glob(f"{number or 'none'}_*.ipynb"))
        to = {"refdomain": "std", "reftype": "doc"}
        name = self.env.docname
        return [
            link(name, str(int(number)), reftarget=f"/chapters/{p.stem}", **to) for p in pages[:1]
        ] or [nodes.Text(_("all"))]


class WrongAnswers(AssignmentDirective):
    """A folded table for each assignment."""

    def run(self) -> list[nodes.Node]:
        """Return the folded tables."""
        found: list[nodes.Node] = []
        for a in self.assignments():
            path = Path(self.env.srcdir, "assignments", "answers", f"{a.name}.toml")
            self.env.note_dependency(str(path))
            rows = [
                [inline(a.task_of.get(cell, cell)), inline(wrong["slip"]), inline(wrong["hint"])]
                for cell, given in tomllib.loads(path.read_text("utf-8")).items()
                for wrong in given["wrong"]
            ]
            summary = _("%(title)s: %(count)d wrong answers") % {
                "title": a.title,
                "count": len(rows),
            }
            opening = f'<details class="nn-fold"><summary>{escape(summary)}</summary>'
            head = [_("task"), _("what went wrong"), _("the hint says")]
            found += [
                nodes.raw("", opening, format="html"),
                table("nn-wrong", head, rows),
                nodes.raw("", "</details>", format="html"),
            ]
        return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("assignment-table", AssignmentTable)
    app.add_directive("wrong-answers", WrongAnswers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
