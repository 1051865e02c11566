"""Read the book's prose for slips of style: proselint's rules, and a few of the house.

::

    python tools/prose.py            # the chapters, the reference and the two guides in the root
    python tools/prose.py FILE...

Formulas, code and citations are left out; what stands in a note, an exercise or a quiz is read too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from proselint.checks import __register__ as proselint_rules
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

ROOT = Path(__file__).resolve().parents[1]

HOUSE = {
    r"simply|just|obviously|clearly|trivial(ly)?|of course|needless to say|easy to see": (
        "what is plain to the writer need not be so to the reader"
    ),
    r"really|actually|basically": "adds nothing: leave it out, or say how much",
    r"amazing|incredible|powerful|revolutionary|seamless(ly)?|state[- ]of[- ]the[- ]art": "praise",
    r"\w*(optim|initial|normal|regular|general|organ|recogn|minim|maxim)iz(e|es|ed|er|ers|ing|ation)": (
        "the book writes -ise"
    ),
    r"(color|behavior|neighbor|center)(s|ed|ing)?": "the book's spelling is British",
}
# The book writes plain quotes and three dots; the site makes of them what it likes. It has no dates, and
# "saliency" is the field's word.
CheckRegistry().register_many(proselint_rules)
OFF = dict.fromkeys(("typography", "dates_times", "needless_variants"), False)
PROSELINT = {**DEFAULT, "checks": {**DEFAULT["checks"], **OFF}}
ALLOWED = {"in the long run"}  # of momentum it is meant exactly

NOT_PROSE = {
    "bibliography",
    "code",
    "code-block",
    "code-cell",
    "eval-rst",
    "include",
    "math",
    "toctree",
}


@dataclass(frozen=True)
class Paragraph:
    """A piece of running text, and where it begins."""

    where: str
    text: str


@dataclass(frozen=True)
class Slip:
    """Something that a rule found."""

    where: str
    words: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words!r}: {self.why}"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    for plugin in (front_matter_plugin, myst_role_plugin, dollarmath_plugin, amsmath_plugin):
        parser.use(plugin)
    return parser.use(colon_fence_plugin)


PARSER = _parser()


def _text(inline: Token) -> str:
    """Return the words of a paragraph; a formula, a piece of code or a reference counts as one, no two alike."""
    parts = []
    for number, child in enumerate(inline.children or []):
        if child.type == "text":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.content:
            parts.append(f"formula{number}")
    return "".join(parts)


def paragraphs(text: str, where: str, first: int = 1) -> Iterator[Paragraph]:
    """Yield the paragraphs of a MyST text, those inside directives too."""
    for token in PARSER.parse(text):
        line = first + (token.map[0] if token.map else 0)
        directive = re.match(r"\{([\w:-]+)\}", token.info)
        if token.type == "inline" and token.content:
            yield Paragraph(f"{where}:{line}", _text(token))
        elif directive and directive[1] not in NOT_PROSE:
            options = re.match(r"(?::[\w-]+:.*\n)*", token.content)
            skipped = options[0].count("\n")
            content = token.content[options.end() :]
            yield from paragraphs(content, where, line + 1 + skipped)


def read(path: Path) -> list[Paragraph]:
    """Return the paragraphs of a Markdown file, or of the Markdown cells of a notebook."""
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    if path.suffix != ".ipynb":
        return list(paragraphs(path.read_text(encoding="utf-8"), name))
    cells = nbformat.read(path, as_version=4).cells
    return [
        paragraph
        for number, cell in enumerate(cells, start=1)
        if cell.cell_type == "markdown"
        for paragraph in paragraphs(cell.source, f"{name}, cell {number}")
    ]


def slips(text: list[Paragraph]) -> Iterator[Slip]:
    """Yield what the rules find in the paragraphs."""
    for paragraph in text:
        for pattern, why in HOUSE.items():
            for found in re.finditer(rf"\b(?:{pattern})\b", paragraph.text, re.IGNORECASE):
                yield Slip(paragraph.where, found[0], why)
        for result in LintFile(paragraph.where, paragraph.text).lint(PROSELINT):
            start, end = result.check_result.span  # proselint puts a line break before the text
            words = paragraph.text[start - 1 : end - 1]
            if words not in ALLOWED:
                yield Slip(paragraph.where, words, result.check_result.message)


def main(arguments: list[str]) -> int:
    paths = [Path(argument).resolve() for argument in arguments] or [
        *sorted(ROOT.glob("chapters/*.ipynb")),
        *sorted(ROOT.glob("chapters/reference/*.md")),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
    ]
    found = [slip for path in paths for slip in slips(read(path))]
    for slip in found:
        print(slip)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
