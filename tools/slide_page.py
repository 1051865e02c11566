"""Slides as one HTML page that needs nothing else: style, fonts and script inside."""

from __future__ import annotations

import base64
import re
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for tools that run as scripts

from manuscript import ROOT
from theme.extensions.figures import BOOK_CSS
from theme.extensions.katex import KATEX_JS

DECK = ROOT / "theme" / "deck"

_PALETTE = re.compile(r'^(:root|html\[data-theme="dark"\]) \{(.*?)^\}', re.DOTALL | re.MULTILINE)
_FONT = re.compile(r"url\(fonts/([\w-]+\.woff2)\) format\(\"woff2\"\)[^}]*")


@dataclass(frozen=True)
class Slide:
    """One slide: its heading and its body as HTML, and what kind it is."""

    title: str
    body: str
    kind: str  # what stands first on it, or how it is laid out


def page(slides: list[Slide], title: str, footer: str) -> str:
    """Return the page; title and footer are plain text."""
    names = unique([slug(slide.title) for slide in slides])
    sections = "\n".join(
        _section(slide, name, f"{place} / {len(slides)}", footer, "h1" if place == 1 else "h2")
        for place, (slide, name) in enumerate(zip(slides, names, strict=True), start=1)
    )
    parts = {
        "title": escape(title),
        "style": style(),
        "slides": sections,
        "script": (DECK / "deck.js").read_text("utf-8"),
    }
    template = (DECK / "deck.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda m: parts[m[1]], template)


def _section(slide: Slide, name: str, place: str, footer: str, heading: str) -> str:
    return (
        f'<section class="slide" data-kind="{slide.kind}" id="{name}" '
        f'aria-labelledby="{name}-title" tabindex="-1">\n'
        f'<{heading} id="{name}-title">{slide.title}</{heading}>\n<div class="body">{slide.body}</div>\n'
        f'<footer><span>{escape(footer)}</span><span class="number">{place}</span></footer>\n</section>'
    )


def slug(html: str) -> str:
    """Return a heading as a name for the address."""
    words = re.sub(r'<span class="katex.*?</math>|<[^>]+>|&\w+;', " ", html, flags=re.DOTALL)
    return "-".join(re.findall(r"[a-z0-9]+", words.lower())) or "slide"


def unique(names: list[str]) -> list[str]:
    """Return the names, the second and later of one name with a number."""
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found:
            number += 1
            own = f"{name}-{number}"
        found.append(own)
    return found


def style() -> str:
    """Return the style sheet: the book's palette, KaTeX with its fonts inside, and the deck's own."""
    blocks = re.findall(_PALETTE, BOOK_CSS.read_text("utf-8"))
    light, dark = (
        next(body for name, body in blocks if name.startswith(start)) for start in (":root", "html")
    )
    dark = dark.replace("var(--pst-color-background)", "#14171d")
    fonts = KATEX_JS.parent / "fonts"

    def inside(match: re.Match[str]) -> str:
        data = base64.b64encode((fonts / match[1]).read_bytes()).decode()
        return f'url(data:font/woff2;base64,{data}) format("woff2")'

    katex = _FONT.sub(inside, (KATEX_JS.parent / "katex.min.css").read_text("utf-8"))
    night = f'@media screen {{ html[data-theme="dark"] {{{dark}}} }}'
    by_system = f'@media screen and (prefers-color-scheme: dark) {{ html:not([data-theme="light"]) {{{dark}}} }}'
    own = (DECK / "deck.css").read_text("utf-8")
    return "\n".join([katex, f":root {{{light}}}", night, by_system, own])
