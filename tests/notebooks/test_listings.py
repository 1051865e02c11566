"""The code that a chapter quotes beside an equation is the code of nnlib, letter for letter."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bare(line: str) -> str:
    """Return a line of code without its indentation and comment."""
    return line.partition("#")[0].strip()


def listings() -> list[tuple[str, str]]:
    """Return (chapter, code) for each listing in the prose of the chapters."""
    found = []
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        blocks = re.findall(r"^```python\n(.*?)^```", prose, re.DOTALL | re.MULTILINE)
        found += [(path.stem, block) for block in blocks]
    return found


LISTINGS = listings()
FILES = [
    "\n".join(filter(None, map(bare, path.read_text("utf-8").splitlines())))
    for path in sorted((ROOT / "nnlib").glob("*.py"))
]


def test_there_are_listings():
    assert len(LISTINGS) > 20


@pytest.mark.parametrize(("chapter", "code"), LISTINGS)
def test_a_listing_stands_in_one_file_of_nnlib(chapter, code):
    lines = [bare(line) for line in code.splitlines() if bare(line)]
    best = min(FILES, key=lambda text: len([line for line in lines if line not in text]))
    assert [line for line in lines if line not in best] == []
