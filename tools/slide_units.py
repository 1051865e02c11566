"""What can stand on a slide, and how it is shared among slides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from quizzes import Quiz
from slide_text import LEANS

MOST_SENTENCES = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence or an item of a list, as Markdown; ``key`` if it has bold words."""

    text: str
    key: bool = True
    item: bool = False


@dataclass(frozen=True)
class Equation:
    """A labelled equation, with the sentence that leads to it."""

    tex: str
    label: str
    lead: str


@dataclass(frozen=True)
class Code:
    """A piece of Python quoted in the text."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table of the text, as tokens."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Figure:
    """A figure that the notebook stores."""

    name: str
    svg: str
    alt: str
    caption: str


Unit = Sentence | Equation | Code | Table | Figure | Quiz


@dataclass
class Section:
    """A heading and what of its text goes on slides."""

    title: str
    units: list[Unit] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def shown(self) -> list[Unit]:
        """Return what goes on slides: the key sentences that no equation brings along, and all the rest, in order."""
        leads = [unit.lead for unit in self.units if isinstance(unit, Equation)]
        said = [
            u
            for u in self.units
            if isinstance(u, Sentence) and not any(u.text in lead for lead in leads)
        ]
        chosen = [u for u in said if u.key and not u.item][:MOST_SENTENCES]
        items = [u for u in said if u.item]
        if len(chosen) + len(items) + len(leads) < 2:
            first = [u for u in said if not u.key]
            alone = [u for u in first if not LEANS.search(u.text)] or first
            chosen += alone[: MOST_SENTENCES - len(chosen)]
        return [u for u in self.units if not isinstance(u, Sentence) or u in chosen or u in items]


@dataclass
class Outline:
    """A chapter, taken apart."""

    goals: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    exercises: list[tuple[str, str]] = field(default_factory=list)  # label, title


def packed(units: list[Unit], height: Callable[[Unit], float], most: float) -> Iterator[list[Unit]]:
    """Yield what goes on each slide: as much as fits, in order; what needs a slide of its own has infinite height."""
    page: list[Unit] = []
    used = 0.0
    for unit in units:
        if page and used + height(unit) > most:
            yield page
            page, used = [], 0.0
        page.append(unit)
        used += height(unit)
    if page:
        yield page
