"""Export the book's quizzes for learning management systems.

::

    python tools/quiz_bank.py            # _build/quizzes/moodle.xml and _build/quizzes/qti.zip
    python tools/quiz_bank.py FOLDER     # the same, elsewhere

``moodle.xml`` is for Moodle (Question bank, Import, "Moodle XML format"); ``qti.zip`` for Canvas (Settings, Import
course content, "QTI .zip file") and the others that import QTI 1.2. Both come from the ``{quiz}`` directives of the
chapters, and from nothing else. A question is called by its label in the book, and keeps that name.
"""

from __future__ import annotations

import sys
from pathlib import Path

import quiz_moodle
import quiz_qti
import quizzes
from manuscript import ROOT, Book, chapters
from markup import Formula, Markup

# Away from the book, a number needs a word before it, and one says which book is meant.
_ELSEWHERE = {
    "eq": "equation {} of the book",
    "numref": "{} of the book",
    "doc": '"{}"',
    "ref": '"{}"',
}


def markup_for(book: Book, formula: Formula) -> Markup:
    """Return the renderer for texts that are read away from the book."""

    def refer(role: str, target: str) -> str:
        return _ELSEWHERE.get(role, "{}").format(book.refer(role, target))

    return Markup(formula, refer)


def export(book: Book) -> dict[str, bytes]:
    """Return file name -> content."""
    found = quizzes.collect(book.chapters)
    return {
        "moodle.xml": quiz_moodle.document(found, book, markup_for(book, quiz_moodle.formula)),
        "qti.zip": quiz_qti.package(found, book, markup_for(book, quiz_qti.formula)),
    }


def main(arguments: list[str]) -> None:
    folder = Path(*arguments) if arguments else ROOT / "_build" / "quizzes"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in export(Book(chapters())).items():
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    main(sys.argv[1:])
