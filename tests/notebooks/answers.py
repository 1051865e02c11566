"""Answers to the exercises of a chapter, right and wrong, put to the exercise's own check.

A check that passes a wrong answer, or fails a right one in another style, is worse than none. So each chapter has
a file of answers, ``tests/notebooks/answers/NN_name.toml``::

    [ex-training-softplus]
    check = "check_softplus(my_softplus)"
    right = ['''
    def my_softplus(z):
        return np.logaddexp(0, z)
    ''']

    [[ex-training-softplus.wrong]]
    hint = "at 1000 the exponential overflows"
    code = '''
    def my_softplus(z):
        return np.log1p(np.exp(z))
    '''

The answers run in the chapter's kernel, after its cells. A check prints one line for each thing it looks at, "ok" or
"ok: ..." where it is content, also after a name: "(a) ok".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

FOLDER = Path(__file__).parent / "answers"

_LABEL = re.compile(r"exercise-start\}.*?^:label: (\S+)", re.DOTALL | re.MULTILINE)
_CONTENT = re.compile(r"(\([a-z]\) |[^:]*: )?ok\b")


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise, the check's call, and for a wrong one the hint that should help."""

    exercise: str
    name: str
    code: str
    check: str
    hint: str | None = None

    @property
    def source(self) -> str:
        """What to run: the answer, then its check."""
        return f"{self.code.strip()}\n{self.check.strip()}"

    def complaint(self, printed: str) -> str | None:
        """Return what is wrong with what the check has printed, if anything is."""
        lines = [line for line in printed.splitlines() if line.strip()]
        passed = bool(lines) and all(_CONTENT.match(line) for line in lines)
        if self.hint is None:
            return None if passed else "a right answer does not pass"
        if passed:
            return "a wrong answer passes"
        return None if self.hint in printed else f"a wrong answer gets no hint {self.hint!r}"


def read(path: Path) -> Iterator[Answer]:
    """Yield the answers in a file."""
    for exercise, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for number, code in enumerate(entry["right"], start=1):
            yield Answer(exercise, f"right {number}", code, entry["check"])
        for number, wrong in enumerate(entry["wrong"], start=1):
            yield Answer(exercise, f"wrong {number}", wrong["code"], entry["check"], wrong["hint"])


def of_chapter(chapter: Path) -> list[Answer]:
    """Return the answers to the exercises of a chapter; none if there is no file of them."""
    path = FOLDER / f"{chapter.stem}.toml"
    return list(read(path)) if path.exists() else []


def exercises(chapter: Path) -> list[str]:
    """Return the labels of the exercises of a chapter, in order."""
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return _LABEL.findall(text)
