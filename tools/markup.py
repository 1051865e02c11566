"""The chapters' MyST Markdown as plain HTML, without Sphinx: for what leaves the site.

How a formula is written, and what a role is called, depends on where the HTML goes; both are given. Directives are
for the caller to treat; one that reaches the renderer is an error, so that none is lost and no syntax leaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

Formula = Callable[[str, bool, str], str]
Refer = Callable[[str, str], str]


class MarkupError(ValueError):
    """A text holds something that has no HTML here."""


class Markup:
    """Turns Markdown into HTML.

    Parameters
    ----------
    formula : callable
        The HTML of a formula, given its TeX, whether it is displayed, and its label (or "").
    refer : callable
        What a role says, as Markdown, given its name and its text.
    """

    def __init__(self, formula: Formula, refer: Refer) -> None:
        self._refer = refer
        parser = MarkdownIt("commonmark", {"html": False}).enable("table")
        parser.use(myst_block_plugin).use(myst_role_plugin).use(amsmath_plugin)
        parser.use(dollarmath_plugin, double_inline=True).use(deflist_plugin).use(
            colon_fence_plugin
        )
        rules: dict[str, Callable[[Token], str]] = {
            "math_inline": lambda t: formula(t.content, False, ""),
            "math_inline_double": lambda t: formula(t.content, True, ""),
            "math_block": lambda t: formula(t.content.strip(), True, ""),
            "math_block_label": lambda t: formula(t.content.strip(), True, t.info),
            "amsmath": lambda t: formula(t.content.strip(), True, ""),
            "myst_role": self._role,
            "myst_target": lambda t: "",
            "myst_line_comment": lambda t: "",
            "link_open": _link_open,
            "link_close": lambda t: "</a>" if t.meta.get("kept") else "",
            "fence": _fence,
            "colon_fence": _fence,
        }
        for kind, rule in rules.items():
            parser.renderer.rules[kind] = _from_token(rule)
        self._parser = parser

    def parse(self, text: str) -> list[Token]:
        """Return the blocks of a text as tokens."""
        tokens = self._parser.parse(text)
        for token in tokens:
            _mark_links(token.children or [])
        return tokens

    def render(self, tokens: Sequence[Token]) -> str:
        """Return the HTML of tokens."""
        return str(self._parser.renderer.render(list(tokens), self._parser.options, {})).strip()

    def block(self, text: str) -> str:
        """Return the HTML of a text with its paragraphs."""
        return self.render(self.parse(text))

    def inline(self, text: str) -> str:
        """Return the HTML of a text of one paragraph, without the ``<p>`` around it."""
        tokens = self.parse(text)
        if len(tokens) == 3 and tokens[0].type == "paragraph_open":
            return self.render(tokens[1:2])
        return self.render(tokens)

    def _role(self, token: Token) -> str:
        words = self._refer(token.meta["name"], token.content)
        return self.inline(words) if words else ""


def _from_token(rule: Callable[[Token], str]) -> Callable[..., str]:
    return lambda tokens, place, options, env: rule(tokens[place])


def _mark_links(children: list[Token]) -> None:
    """Keep links that lead to the web; of others, which lead into the book, only the words are left."""
    kept = False
    for token in children:
        if token.type == "link_open":
            kept = str(token.attrs.get("href", "")).startswith(("http://", "https://"))
        if token.type in ("link_open", "link_close"):
            token.meta["kept"] = kept


def _link_open(token: Token) -> str:
    href = str(token.attrs.get("href", ""))
    return f'<a href="{escape(href)}">' if token.meta.get("kept") else ""


def _fence(token: Token) -> str:
    if token.info.strip().startswith("{"):
        raise MarkupError(f"a directive stands where only text can: {token.info.strip()}")
    return f"<pre><code>{escape(token.content)}</code></pre>\n"


def directive(token: Token) -> tuple[str, str, dict[str, str], str] | None:
    """Return a directive's name, argument, options and content; None of a token that is none."""
    info: Any = token.info.strip() if token.type in ("fence", "colon_fence") else ""
    if not info.startswith("{") or "}" not in info:
        return None
    name, argument = info[1:].split("}", 1)
    lines, options = token.content.split("\n"), {}
    while lines and lines[0].startswith(":") and ":" in lines[0][1:]:
        key, value = lines.pop(0)[1:].split(":", 1)
        options[key.strip()] = value.strip()
    return name, argument.strip(), options, "\n".join(lines)
