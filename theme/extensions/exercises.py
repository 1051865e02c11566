r"""The ``{exercise-table}`` directive: every exercise of the book in one table, to put together a sheet.

An exercise's title says what the table shows; a title that does not is a warning.

    ```{exercise-start} Count · by hand, 10 minutes, easy
    :label: ex-structure-count
    ```

An exercise builds on what its text refers to: the section of each formula, figure or heading. Where it refers to
nothing, a line of the directive's content names sections of its chapter, ``ex-label: Heading; Another heading``.
Without JavaScript the table is a table; ``exercises.js`` shows the controls that filter it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from mdit_py_plugins.anchors.index import slugify
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from theme.extensions.exercise_text import TITLE, Exercise, Section, read
from theme.extensions.listings import inline, link, table

logger = logging.getLogger(__name__)


class ExerciseTable(SphinxDirective):
    """Make the table from all notebooks of ``chapters``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the controls and the table."""
        rows, around = [], {}
        notebooks = sorted(Path(self.env.srcdir, "chapters").glob("*.ipynb"))
        chapters = [read(notebook) for notebook in notebooks]
        for notebook, (_exercises, labels, _titles) in zip(notebooks, chapters, strict=True):
            self.env.note_dependency(str(notebook))
            around |= labels
        named = dict(re.split(r":\s+", line, maxsplit=1) for line in self.content if line)
        for exercises, _labels, titles in chapters:
            for exercise in exercises:
                if not (facts := TITLE.match(exercise.title)) or not exercise.label:
                    text = (
                        "exercise %r needs a label and a title 'Name · by hand, 10 minutes, easy'"
                    )
                    logger.warning(text, exercise.title, location=exercise.chapter.page)
                    continue
                hand = [titles.get(t) for t in named.pop(exercise.label, "").split("; ") if t]
                if None in hand:
                    self._warn(f"{exercise.label}: no such heading in {exercise.chapter.page}")
                sections = [s for s in (*map(around.get, exercise.refers), *hand) if s]
                rows.append(self._row(exercise, facts.groups(), list(dict.fromkeys(sections))))
        for label in named:
            self._warn(f"{label}: there is no such exercise")
        head = [_("exercise"), _("chapter"), _("kind"), _("minutes"), _("level"), _("builds on")]
        return [nodes.raw("", controls(), format="html"), table("nn-exercises", head, rows)]

    def _warn(self, text: str) -> None:
        logger.warning("%s", text, location=self.get_location())

    def _row(self, exercise: Exercise, facts: Any, on: list[Section]) -> list[list[nodes.Node]]:
        name, *rest = facts
        ref = {"refdomain": "std", "reftype": "ref"}
        cells = [[link(self.env.docname, name, reftarget=exercise.label, **ref)]]
        cells += [inline(exercise.chapter.title), *map(inline, rest), []]
        for section in [s for s in on if not s.title.startswith("Exercises")]:
            cells[-1] += [nodes.Text("; ")] if cells[-1] else []
            page = f"chapters/{section.page}"
            doc = {"refdomain": "doc", "reftype": "myst", "reftarget": page}
            target = ref | {"reftarget": section.label} if section.label else doc
            if not section.label:
                target["reftargetid"] = slugify(re.sub(r"[`$]", "", section.title))
            cells[-1].append(link(self.env.docname, section.title, **target))
        return cells


def controls() -> str:
    """Return the controls, hidden until there is a script that answers them; it fills the choices in."""
    names = {1: _("Chapter"), 2: _("Kind"), 3: _("Minutes, at most"), 4: _("Level")}
    choices = "".join(
        f'<label>{name} <select data-column="{column}"><option value="">{_("all")}</option></select></label>'
        for column, name in names.items()
    )
    said = f'data-one="{_("exercise")}" data-many="{_("exercises")}" data-minutes="{_("minutes")}"'
    return (
        f'<form class="nn-filter" hidden {said}>{choices}<label>{_("Words")} <input type="search"></label>'
        '<p role="status"></p></form>'
    )


def add_script(
    app: Sphinx, page: str, _template: str, _context: Any, tree: nodes.document | None
) -> None:
    """Load the script on the pages that have such a table, and on no other."""
    if tree is not None and any("nn-exercises" in t["classes"] for t in tree.findall(nodes.table)):
        app.add_js_file("exercises.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("exercise-table", ExerciseTable)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
