"""Figures written into the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import manuscript
from nnlib.plots import PALETTE
from tests.site.book import Build
from theme.extensions.figures import BOOK_CSS, inline_svg, palette

COLOURS = {"blue": "#0072b2", "paper": "#ffffff"}
PICTURE = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
  <metadata>made by a machine</metadata>
  <defs><style type="text/css">*{stroke-linejoin: round}</style><path id="mark" d="M 0 1.23456 L 2 -3.98765"/></defs>
  <g id="unused" style="fill: #FFFFFF; stroke: #0072b2" clip-path="url(#mark)">
    <use xlink:href="#mark" stroke="#123456"/>
  </g>
</svg>"""


def inline(source: str = PICTURE, prefix: str = "f1-") -> str:
    return inline_svg(source, alt="A  line,\nfalling", prefix=prefix, colours=COLOURS)


def test_colours_become_variables() -> None:
    svg = inline()
    assert 'style="fill: var(--nn-paper); stroke: var(--nn-blue)"' in svg
    assert 'stroke="#123456"' in svg  # not of the palette: stays


def test_a_figure_is_named() -> None:
    assert 'role="img" aria-label="A line, falling"' in inline()


def test_ids_are_unique_and_still_found() -> None:
    first, second = inline(prefix="f1-"), inline(prefix="f2-")
    assert all(part in first for part in ('id="f1-mark"', 'href="#f1-mark"', "url(#f1-mark)"))
    assert 'id="f2-mark"' in second
    assert "unused" not in first  # nothing refers to it


def test_styles_do_not_reach_the_page() -> None:
    svg = inline()
    assert "<style" not in svg
    assert 'style="stroke-linejoin: round"' in svg
    with pytest.raises(ValueError, match="style sheet"):
        inline(PICTURE.replace("*{", ".x{"))


def test_weight_that_nobody_sees_is_dropped() -> None:
    svg = inline()
    assert "machine" not in svg
    assert 'd="M 0 1.23 L 2 -3.98"' in svg


def test_what_is_no_svg_is_an_error() -> None:
    with pytest.raises(ValueError, match="not well-formed"):
        inline("<svg")
    with pytest.raises(ValueError, match="not an svg"):
        inline("<html/>")


def test_page_and_plots_have_one_palette() -> None:
    colours = palette(BOOK_CSS.read_text("utf-8"))
    assert {name: colours[name] for name in PALETTE} == PALETTE


def test_figures_stand_in_the_page(build: Build, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(PICTURE, "utf-8")
    html, warnings = build("![First](a.svg)\n\n![Second](a.svg)")
    assert warnings == ""
    assert html.count("<svg") == 2
    assert "<img" not in html
    assert 'id="f1-mark"' in html
    assert 'id="f2-mark"' in html


def test_a_figure_without_words_is_a_warning(build: Build, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(PICTURE, "utf-8")
    _, warnings = build("![](a.svg)")
    assert "WARNING: figure without alt text" in warnings
    assert "index.md" in warnings


@pytest.mark.parametrize("chapter", manuscript.chapters(), ids=lambda chapter: chapter.name)
def test_the_text_refers_to_every_figure(chapter: manuscript.Chapter) -> None:
    referred = set(re.findall(r"\{numref\}`(?:[^`<]*<)?([\w-]+)>?`", chapter.text))
    assert len(chapter.figures) >= 4
    assert set(chapter.figures) - referred == set()
