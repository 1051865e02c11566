"""The text of a quiz, taken apart: a question, options, and an explanation for each.

The text and its explanation are parted by the first `` | `` that stands neither in a formula nor in
code, where ``p(y | x)`` and ``a | b`` are common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPTION = re.compile(r"[-*] \[([ xX])\] (.*)")
_OPAQUE = re.compile(r"\$[^$]*\$|`[^`]*`")


class QuizError(ValueError):
    """A quiz is malformed; ``line`` counts from the first line of its content."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Option:
    """One answer to choose, with its explanation."""

    right: bool
    text: str
    explanation: str
    line: int


def parse(lines: list[str]) -> tuple[list[str], list[Option]]:
    """Split a quiz into the question's lines and its options.

    Raises
    ------
    QuizError
        If there is no question, fewer than two options, no right option, an option without
        explanation, or text after the options.
    """
    starts = [i for i, line in enumerate(lines) if _OPTION.match(line)]
    question = lines[: starts[0]] if starts else lines
    if not any(line.strip() for line in question):
        raise QuizError("a quiz begins with its question")
    if len(starts) < 2:
        raise QuizError("a quiz needs at least two options, written `- [ ] text | explanation`")
    ends = [*starts[1:], len(lines)]
    options = [_option(lines[a:b], a) for a, b in zip(starts, ends, strict=True)]
    if not any(option.right for option in options):
        raise QuizError("no option of the quiz is marked right with [x]", starts[0])
    return question, options


def _option(lines: list[str], number: int) -> Option:
    match = _OPTION.match(lines[0])
    assert match is not None
    for offset, line in enumerate(lines[1:], start=1):
        if line.strip() and not line.startswith(" "):
            raise QuizError(
                "a line after an option is neither option nor indented", number + offset
            )
    body = " ".join([match[2], *(line.strip() for line in lines[1:] if line.strip())])
    masked = _OPAQUE.sub(lambda m: "x" * len(m[0]), body)
    cut = masked.find(" | ")
    if cut < 0 or not body[:cut].strip() or not body[cut + 3 :].strip():
        raise QuizError("an option of the quiz has no explanation after ` | `", number)
    return Option(match[1] != " ", body[:cut].strip(), body[cut + 3 :].strip(), number)
