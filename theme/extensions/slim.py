"""Style sheets and fonts cut down to what the book uses.

The theme ships all rules of Bootstrap and Font Awesome, and whole fonts: half a megabyte, of which a
page uses a tenth. After each build this extension drops the rules whose classes occur on no page and
in no script, then the glyphs that no page and no remaining rule shows.
"""

from __future__ import annotations

import html
import logging
import re
from pathlib import Path
from typing import Any

import tinycss2
from docutils import nodes
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from tinycss2.ast import AtRule, Node, QualifiedRule

FONTS = ("katex/fonts/*.woff2", "vendor/fontawesome/webfonts/*.woff2")
# Fonts for single letters, and the classes of the elements that show them.
LETTERS = {
    "KaTeX_AMS-Regular": "mathbb|textbb|amsrm",
    "KaTeX_Caligraphic-Regular": "mathcal",
    "KaTeX_Caligraphic-Bold": "mathcal",
    "KaTeX_Main-Bold": "mathbf|textbf",
    "KaTeX_Main-Italic": "mathit|textit",
    "KaTeX_Math-Italic": "mathnormal",
    "KaTeX_Math-BoldItalic": "boldsymbol",
}
# Without this each build writes a thousand lines on what the fonts have lost.
logging.getLogger("fontTools").setLevel(logging.WARNING)
SEARCH = 'id="search-results"'
# An asset that extensions add to every page, and the text that a page in need of it contains.
NEEDED_BY = {
    "design-tabs.js": "sd-tab-set",
    "doctools.js": SEARCH,
    "exercise.css": "exercise",
    "katex/katex.min.css": 'class="katex"',
    "proof.css": 'class="proof',
    "quiz.js": 'class="nn-quiz"',
    "sphinx_highlight.js": SEARCH,
    "sphinx-design.min.css": "sd-",
    "togglebutton.css": "dropdown",
    "togglebutton.js": "dropdown",
}
# Superseded by the style sheet's icons, by native elements, and by woff2.
UNUSED = (
    "scripts/fontawesome.js*",
    "scripts/bootstrap.js*",
    "vendor/fontawesome/webfonts/*.ttf",
    "*webpack-macros.html",
    "**/*.map",
)

# The explorers' scripts put names of classes together, so their style sheets are shipped whole; a page without
# explorers does not load them.
WHOLE = "explorer*.css"

_CLASSES = re.compile(r'class="([^"]*)"')
_WORD = re.compile(r"-?[A-Za-z_][-\w]*")
# Names, punctuation and spaces in code have the colour of text: half of all its elements.
_PLAIN_TOKEN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
_CLASS = re.compile(r"\.(-?[A-Za-z_][-\w]*)")
_ARGUMENT = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{4,5})\b")


def slim_css(css: str, words: set[str]) -> str:
    """Return a style sheet without the rules that need a class outside ``words``."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True)
    return "".join(rule.serialize() for rule in _kept(rules, words))


def _kept(rules: list[Node], words: set[str]) -> list[Node]:
    return [rule for rule in rules if _is_used(rule, words)]


def _is_used(rule: Node, words: set[str]) -> bool:
    if isinstance(rule, QualifiedRule):
        selectors = _ARGUMENT.sub("", _ARGUMENT.sub("", tinycss2.serialize(rule.prelude)))
        return any(words.issuperset(_CLASS.findall(part)) for part in selectors.split(","))
    if isinstance(rule, AtRule) and rule.lower_at_keyword in ("media", "supports"):
        rule.content = _kept(tinycss2.parse_rule_list(rule.content), words)
        return bool(rule.content)
    return True


def characters(text: str) -> set[str]:
    """Return the characters that a page or a style sheet shows, escaped ones included."""
    return set(html.unescape(text)) | {chr(int(code, 16)) for code in _ESCAPE.findall(text)}


def glyphs(font: str, pages: str, shown: set[str]) -> set[str]:
    """Return the characters that a font of this name must hold."""
    if font.startswith("fa-"):
        return {character for character in shown if character >= "\ue000"}
    if classes := LETTERS.get(font):
        elements = re.findall(rf'class="[^"]*\b(?:{classes})\b[^"]*"[^>]*>([^<]*)<', pages)
        return set(html.unescape("".join(elements)))
    return shown


def slim_font(path: Path, wanted: set[str]) -> None:
    """Rewrite a font file with the wanted characters' glyphs only."""
    options = Options(flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=True)
    with TTFont(path) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(character) for character in wanted])
        subsetter.subset(font)
        font.save(path)


def _slim(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for path in {path for pattern in UNUSED for path in static.glob(pattern)}:
        path.unlink()
    root = Path(app.outdir)
    # Slides, in _static, have a style of their own.
    own = (path for path in root.rglob("*.html") if path.relative_to(root).parts[0] != "_static")
    pages = "".join(path.read_text("utf-8") for path in own)
    scripts = "".join(path.read_text("utf-8") for path in static.rglob("*.js"))
    words = set(" ".join(_CLASSES.findall(pages)).split()) | set(_WORD.findall(scripts))
    shown = characters(pages)
    for path in static.rglob("*.css"):
        css = path.read_text("utf-8")
        if not path.match(WHOLE):
            css = slim_css(css, words)
            path.write_text(css, "utf-8")
        shown |= characters(css)
    for path in [path for pattern in FONTS for path in static.glob(pattern)]:
        slim_font(path, glyphs(path.stem, pages, shown))


def _lighten_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    body = _PLAIN_TOKEN.sub(r"\1", context.get("body", ""))
    context["body"] = body
    if pagename == "search":
        body += SEARCH
    for key in ("script_files", "css_files"):
        context[key] = [a for a in context[key] if _is_needed(str(a.filename), body)]


def _is_needed(filename: str | None, body: str) -> bool:
    name = (filename or "").removeprefix("_static/")
    return NEEDED_BY.get(name, "") in body


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the end of each page, and of the build."""
    app.connect("html-page-context", _lighten_page, priority=900)
    app.connect("build-finished", _slim, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
