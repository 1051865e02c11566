"""What of a chapter goes on slides, by a rule simple enough to predict.

For each section, in the order of the chapter:

- its key sentences, at most three: those with **bold** words; where these and equations are fewer than two, also the
  first sentences of paragraphs, if they can stand alone;
- the items of a list that have bold words;
- each labelled equation, with the sentence that leads to it; theorems, and what a box says "in short", whole;
- each piece of Python of at most ten lines that stands in the text;
- each figure, each quiz, and each table of at most nine rows and 700 letters, on a slide of its own.

What does not fit on one slide goes on to the next, unless it is nothing but sentences that are not key ones.
``slide_deck.py`` estimates how much fits, in lines of text; ``tests/browser/test_slides.py`` sees that it does.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from markdown_it.token import Token
from nbformat import NotebookNode

from manuscript import Chapter
from markup import Markup, directive
from quizzes import Quiz, pieces
from slide_text import CITATION, RUN_IN, lead_of, letters, sentences
from slide_units import Code, Equation, Figure, Outline, Section, Sentence, Table

MOST_CODE_LINES = 10
MOST_TABLE_ROWS, MOST_TABLE_LETTERS = 9, 700
STATEMENTS = (
    "important",
    "tip",
)  # classes of admonitions that say the main thing: a theorem, "In short"
_ASIDES = ("**Task", "**More", "**The reason in full")  # for the reader at the page


def outline(chapter: Chapter, markup: Markup) -> Outline:
    """Take a chapter apart."""
    reader = _Reader(chapter, markup)
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            reader.text(cell.source)
        elif figure := figure_of(cell):
            reader.section.units.append(figure)
    return reader.outline


def figure_of(cell: NotebookNode) -> Figure | None:
    """Return the figure that a code cell stores, if it has a caption and is a drawing."""
    settings = cell.metadata.get("mystnb", {})
    drawings = [
        o.data["image/svg+xml"] for o in cell.outputs if "image/svg+xml" in o.get("data", {})
    ]
    if not drawings or "figure" not in settings:
        return None
    figure, alt = settings["figure"], settings.get("image", {}).get("alt", "")
    return Figure(figure["name"], drawings[0], alt, figure.get("caption", ""))


class _Reader:
    """Reads the Markdown of a chapter, cell by cell."""

    def __init__(self, chapter: Chapter, markup: Markup) -> None:
        self.chapter, self.markup, self.outline = chapter, markup, Outline()
        self.section = Section(chapter.title)
        self.outline.sections.append(self.section)
        self.within = False  # an exercise or a solution
        self.lead = ""  # what leads to an equation that comes now

    def text(self, source: str) -> None:
        for piece in pieces(self.chapter, source):
            if isinstance(piece, Quiz):
                self.section.units.append(piece)
            else:
                for group in blocks(self.markup.parse(piece)):
                    self._block(group)

    def _block(self, group: list[Token]) -> None:
        first = group[0]
        if (found := directive(first)) is not None:
            self._directive(*found)
        elif first.type == "heading_open":
            self._heading(group[1].content, int(first.tag[1]))
        elif self.within:
            return
        elif first.type == "paragraph_open":
            self._paragraph(group[1].content)
        elif first.type == "math_block_label":
            self._equation(first)
        elif first.type == "fence" and first.info.strip() == "python":
            if first.content.count("\n") <= MOST_CODE_LINES:
                self.section.units.append(Code(textwrap.dedent(first.content).rstrip()))
        elif first.type == "table_open":
            rows = sum(token.type == "tr_open" for token in group) - 1
            words = sum(letters(token.content) for token in group if token.type == "inline")
            if rows <= MOST_TABLE_ROWS and words <= MOST_TABLE_LETTERS:
                self.section.units.append(Table(tuple(group)))
        elif first.type in ("bullet_list_open", "ordered_list_open"):
            self._list(group)

    def _equation(self, token: Token) -> None:
        self.section.units.append(Equation(token.content.strip(), token.info, self.lead))
        self.lead = ""

    def _list(self, group: list[Token]) -> None:
        self.section.items += items(group)
        bold = (item for item in items(group) if "**" in item)
        self.section.units += [Sentence(item, item=True) for item in bold]
        for token in group:
            if token.type == "inline":
                self.lead = lead_of(token.content)
            elif token.type == "math_block_label":
                self._equation(token)
        self.lead = ""

    def _heading(self, title: str, level: int) -> None:
        if level > 1:
            self.section = Section(title)
            self.outline.sections.append(self.section)
            self.lead = ""

    def _paragraph(self, text: str) -> None:
        if text.startswith(("```", ":::")):
            return  # a directive that was not closed, or not understood: no prose
        text = CITATION.sub("", text)
        found = [
            s for s in sentences(text) if not RUN_IN.fullmatch(s) and not s.startswith(_ASIDES)
        ]
        goes_on = found and found[0][0].islower()  # the sentence in which an equation stands
        before = self.section.units[-1] if self.section.units else None
        if goes_on and not isinstance(before, Equation):
            found = found[1:]
        self.section.units += [Sentence(s, "**" in s) for s in found if "**" in s or s is found[0]]
        self.lead = lead_of(text)

    def _directive(self, name: str, argument: str, options: dict[str, str], content: str) -> None:
        if name in ("exercise-start", "solution-start"):
            self.within = True
            if name == "exercise-start":
                self.outline.exercises.append((options["label"], argument))
        elif name in ("exercise-end", "solution-end"):
            self.within = False
        elif name == "admonition" and argument.startswith("What you will"):
            groups = blocks(self.markup.parse(content))
            self.outline.goals += [item for group in groups for item in items(group)]
        elif name == "admonition" and options.get("class") in STATEMENTS:
            self._statement(argument, content)

    def _statement(self, name: str, content: str) -> None:
        """Take a theorem or a definition whole."""
        for number, group in enumerate(blocks(self.markup.parse(content))):
            if group[0].type == "paragraph_open":
                named = f"**{name}.** " if number == 0 else ""
                self.section.units.append(Sentence(named + group[1].content))
            elif group[0].type == "math_block_label":
                self.lead = ""
                self._equation(group[0])


def blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the outermost blocks of a text, each with all its tokens."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def items(group: list[Token]) -> list[str]:
    """Return the first paragraph of each item of a list that is not itself within an item."""
    if not group[0].type.endswith("list_open"):
        return []
    found: list[str] = []
    for opening, paragraph, text in zip(group, group[1:], group[2:], strict=False):
        if (
            opening.type == "list_item_open"
            and opening.level == 1
            and paragraph.type == "paragraph_open"
        ):
            found.append(text.content)
    return found
