"""A chapter's slides: what stands on each, as HTML."""

from __future__ import annotations

import math
import re
import sys
from html import escape
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for tools that run as scripts

from manuscript import Book, Chapter
from markup import Markup
from quizzes import Quiz
from slide_content import outline
from slide_page import Slide, page
from slide_text import CITATION, letters
from slide_units import Code, Equation, Figure, Sentence, Table, Unit, packed
from theme.extensions.figures import BOOK_CSS, inline_svg, palette
from theme.extensions.katex import NUMBERED, Katex

BOOK_TITLE = "The Mathematics of Neural Networks"

# How much goes on a slide, in lines of text, and how long a line is, in letters.
LINES, LETTERS = 13, 78
FEW = 6.5  # so few lines that they can be larger
ALONE = math.inf

_TALL = re.compile(r"\\d?frac|\\sum|\\prod|\\int|\\underbrace")
_ROW = re.compile(r"\\\\(?:\[[^\]]*\])?")


def rows(tex: str) -> list[str]:
    """Return the rows of a displayed formula."""
    return _ROW.split(tex)


def height(unit: Unit) -> float:
    """Estimate how many lines a unit takes."""
    match unit:
        case Sentence(text=text):
            return math.ceil(letters(text) / LETTERS) + 0.5
        case Equation(tex, _, lead):
            drawn = sum(2.3 if _TALL.search(row) else 1.5 for row in rows(tex))
            return drawn + 0.8 + (height(Sentence(lead)) if lead else 0)
        case Code(text):
            return 0.8 * (text.count("\n") + 1) + 1.2
    return ALONE


class Deck:
    """Writes the slides of one chapter.

    Parameters
    ----------
    book : Book
        Knows the numbers of equations and figures.
    chapter : Chapter
        What the slides are about.
    katex : Katex
        Renders the formulas, as it does for the site.
    """

    def __init__(self, book: Book, chapter: Chapter, katex: Katex) -> None:
        self.book, self.chapter, self.katex = book, chapter, katex
        self.markup = Markup(self._formula, self._refer)
        self.colours = palette(BOOK_CSS.read_text("utf-8"))

    def slides(self) -> list[Slide]:
        """Return the slides, in order."""
        found = outline(self.chapter, self.markup)
        made = [self._opening(found.goals)]
        for section in found.sections:
            if section.title in ("Exercises", "Further reading"):
                continue
            units = section.shown()
            if section.title == "Summary":
                units = [Sentence(item, item=True) for item in section.items]
            for number, group in enumerate(packed(units, height, LINES), start=1):
                if number == 1 or any(not isinstance(unit, Sentence) or unit.key for unit in group):
                    made.append(self._slide(section.title, group, number))
        if found.exercises:
            made.append(self._exercises(found.exercises))
        return made

    def html(self) -> str:
        """Return the page."""
        number = self.book.chapters.index(self.chapter)
        title = self.chapter.title
        return page(self.slides(), f"{title} · slides", f"{BOOK_TITLE} · {number} {title}")

    def _opening(self, goals: list[str]) -> Slide:
        number = self.book.chapters.index(self.chapter)
        listed = "".join(f"<li>{self._inline(goal)}</li>" for goal in goals)
        goals_html = f"<p>What you will be able to do</p><ul>{listed}</ul>" if goals else ""
        above = f'<p class="book">{BOOK_TITLE}, chapter {number}</p>'
        many = sum(math.ceil(letters(goal) / LETTERS) for goal in goals) > 8
        return Slide(
            self._inline(self.chapter.title),
            above + goals_html,
            "opening long" if many else "opening",
        )

    def _slide(self, title: str, units: list[Unit], number: int) -> Slide:
        body = "\n".join(
            f"<ul>{''.join(map(self._unit, group))}</ul>"
            if listed
            else "\n".join(map(self._unit, group))
            for listed, group in groupby(
                units, lambda unit: isinstance(unit, Sentence) and unit.item
            )
        )
        more = f' <span class="more">({number})</span>' if number > 1 else ""
        few = sum(map(height, units)) <= FEW
        return Slide(
            self._inline(title) + more, body, "few" if few else type(units[0]).__name__.lower()
        )

    def _unit(self, unit: Unit) -> str:
        match unit:
            case Sentence(text=text):
                return f"<li>{self._inline(text)}</li>" if unit.item else self._p(text)
            case Equation(tex, label, lead):
                return (self._p(lead) if lead else "") + self._formula(tex, True, label)
            case Code(text):
                size = " class=long" if max(map(len, text.split("\n"))) > LETTERS - 10 else ""
                return f"<pre{size}><code>{escape(text)}</code></pre>"
            case Table(tokens):
                return f'<div class="table">{self.markup.render(tokens)}</div>'
            case Figure():
                return self._figure(unit)
            case Quiz():
                return self._quiz(unit)
        raise TypeError(f"no slide shows a {type(unit).__name__}")

    def _p(self, text: str) -> str:
        return f"<p>{self._inline(text)}</p>"

    def _inline(self, text: str) -> str:
        return self.markup.inline(CITATION.sub("", text))

    def _formula(self, tex: str, display: bool, label: str) -> str:
        html = self.katex.render(NUMBERED.sub(r"\\\1{\2*}", tex), display=display)
        if not display:
            return f'<span class="math">{html}</span>'
        longest = max(letters(row) for row in rows(tex))
        size = " long" if longest > 95 else ""
        number = f'<span class="eqno">{self.book.refer("eq", label)}</span>' if label else ""
        return f'<div class="equation{size}"><div class="math-scroll">{html}</div>{number}</div>'

    def _refer(self, role: str, target: str) -> str:
        return "" if role == "cite:p" else self.book.refer(role, target)

    def _figure(self, figure: Figure) -> str:
        number = self.book.refer("numref", figure.name)
        svg = inline_svg(figure.svg, alt=figure.alt, prefix=f"{figure.name}-", colours=self.colours)
        caption = f"<b>{number}</b> {self._inline(figure.caption)}"
        return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"

    def _quiz(self, quiz: Quiz) -> str:
        options = "".join(
            f"<li{' class=right' if option.right else ''}>{self._inline(option.text)}</li>"
            for option in quiz.options
        )
        why = "".join(
            f"<p><b>{chr(ord('A') + place)}.</b> {self._inline(option.explanation)}</p>"
            for place, option in enumerate(quiz.options)
            if option.right
        )
        texts = [
            quiz.question,
            *(o.text for o in quiz.options),
            *(o.explanation for o in quiz.options if o.right),
        ]
        lines = sum(math.ceil(letters(text) / LETTERS) for text in texts)
        size = " short" if lines < 9 else " long" if lines > 11 else ""
        return (
            f'<div class="quiz{size}">{self.markup.block(quiz.question)}<ol type="A">{options}</ol>'
            f"<details><summary>Answer</summary>{why}</details></div>"
        )

    def _exercises(self, exercises: list[tuple[str, str]]) -> Slide:
        numbers = {label: number for number, label in enumerate(self.book.exercises, start=1)}
        body = ""
        for label, title in exercises:
            name, _, rest = title.rpartition(" · ")
            cells = [str(numbers[label]), self._inline(name), *map(escape, rest.split(", "))]
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
        head = "".join(
            f'<th scope="col">{word}</th>' for word in ("", "Exercise", "Kind", "Time", "Level")
        )
        head = head.replace('<th scope="col"></th>', "<td></td>")
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return Slide("Exercises", f'<div class="table">{table}</div>', "exercises")
