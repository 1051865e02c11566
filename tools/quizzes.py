"""The quizzes of the chapters: each ``{quiz}``, with the chapter that it stands in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for tools that run as scripts

from manuscript import Chapter
from theme.extensions.quiz_text import Option, QuizError, parse

_QUIZ = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{quiz\}[ \t]*(?P<name>\S*)\n(?P<content>.*?)^(?P=fence)$", re.M | re.S
)
_BEGINS = re.compile(r"^[ \t]*(?:`{3,}|:{3,})\{quiz\}.*$", re.M)


class DuplicateQuizError(ValueError):
    """Two quizzes have one name."""


@dataclass(frozen=True)
class Quiz:
    """A question with its options; ``name`` is the label by which the book links it."""

    name: str
    chapter: Chapter
    question: str
    options: tuple[Option, ...]

    @property
    def multiple(self) -> bool:
        """Whether several options are right."""
        return sum(option.right for option in self.options) > 1


def pieces(chapter: Chapter, text: str) -> Iterator[str | Quiz]:
    """Yield a text of the chapter piece by piece: what stands between quizzes, and the quizzes.

    Raises
    ------
    QuizError
        If a quiz is malformed, has no name or does not end.
    """
    place = 0
    for match in _QUIZ.finditer(text):
        yield _without_quiz(chapter, text[place : match.start()])
        yield _quiz(chapter, match["name"], match["content"])
        place = match.end()
    yield _without_quiz(chapter, text[place:])


def _without_quiz(chapter: Chapter, text: str) -> str:
    if lost := _BEGINS.search(text):
        raise QuizError(
            f"{chapter.name}: this quiz does not end, or is indented: {lost[0].strip()}"
        )
    return text


def _quiz(chapter: Chapter, name: str, content: str) -> Quiz:
    try:
        if not name:
            raise QuizError("a quiz needs a name")
        question, options = parse(content.rstrip("\n").split("\n"))
    except QuizError as error:
        raise QuizError(f"{chapter.name}, {name or 'a quiz'}: {error}", error.line) from error
    return Quiz(name, chapter, "\n".join(question).strip(), tuple(options))


def read(chapter: Chapter) -> list[Quiz]:
    """Return the quizzes of a chapter, in order."""
    return [piece for piece in pieces(chapter, chapter.text) if isinstance(piece, Quiz)]


def collect(chapters: list[Chapter]) -> list[Quiz]:
    """Return the quizzes of all chapters, in order.

    Raises
    ------
    DuplicateQuizError
        If two have one name: an LMS would take the second for a new version of the first.
    """
    quizzes = [quiz for chapter in chapters for quiz in read(chapter)]
    names = [quiz.name for quiz in quizzes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DuplicateQuizError(f"two quizzes are called {', '.join(twice)}")
    return quizzes
