"""Make slides to lecture from, one deck for each chapter, from the chapters and nothing else.

::

    python tools/slides.py chapters/*.ipynb                # _build/slides/NN_name/index.html
    python tools/slides.py --to FOLDER chapters/*.ipynb

A deck is one file that asks nobody for anything: formulas are rendered, and fonts, style and script stand inside. (The
slides that nbconvert makes load reveal.js and MathJax from elsewhere.) ``slide_content.py`` has the rule by which a
chapter becomes slides; ``theme/deck`` is how they look and move.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from manuscript import ROOT, Book, Chapter, chapters
from slide_deck import Deck
from theme.extensions.katex import Katex


def write(book: Book, chapter: Chapter, katex: Katex, folder: Path) -> Path:
    """Write a chapter's deck, and return its path."""
    path = folder / chapter.name / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Deck(book, chapter, katex).html(), "utf-8")
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / "slides", metavar="FOLDER")
    parser.add_argument("notebooks", nargs="+", type=Path)
    options = parser.parse_args(arguments)

    book, katex = Book(chapters()), Katex()
    named = {path.resolve() for path in options.notebooks}
    try:
        for chapter in book.chapters:
            if chapter.path.resolve() in named:
                print(write(book, chapter, katex, options.to))
                named.discard(chapter.path.resolve())
    finally:
        katex.close()
    if named:
        parser.error(f"no chapter of the book: {', '.join(map(str, sorted(named)))}")


if __name__ == "__main__":
    main()
