"""Style sheets and fonts cut down to what is used."""

from __future__ import annotations

import shutil
from pathlib import Path

from fontTools.ttLib import TTFont

from theme.extensions.slim import characters, glyphs, slim_css, slim_font

FONT = (
    Path(__file__).parents[2] / "theme" / "assets" / "katex" / "fonts" / "KaTeX_Main-Regular.woff2"
)


def test_rules_for_absent_classes_are_dropped() -> None:
    css = ".a{x:1}.b{x:2}.a .b{x:3}.a,.b{x:4}p{x:5}"
    assert slim_css(css, {"a"}) == ".a{x:1}.a,.b{x:4}p{x:5}"


def test_media_queries_are_cut_from_within() -> None:
    css = "@media print{.a{x:1}.b{x:2}}@media screen{.b{x:3}}@font-face{x:4}"
    assert slim_css(css, {"a"}) == "@media print{.a{x:1}}@font-face{x:4}"


def test_arguments_of_selectors_do_not_count() -> None:
    css = '.a:not(.b){x:1}[href=".b"]{x:2}:is(.a,.b) p{x:3}'
    assert slim_css(css, {"a"}) == css


def test_escaped_and_private_characters_are_found() -> None:
    assert {"\uf0c9", "\uf015", "é"} <= characters('content:"\\f0c9" "\uf015" &eacute;')


def test_each_font_holds_what_its_elements_show() -> None:
    page = '<span class="mord mathbb">R</span><span class="mord mathnormal">x</span>'
    shown = {"a", "R", "x", "\uf015"}
    assert glyphs("KaTeX_AMS-Regular", page, shown) == {"R"}
    assert glyphs("KaTeX_Math-Italic", page, shown) == {"x"}
    assert glyphs("KaTeX_Main-Regular", page, shown) == shown
    assert glyphs("fa-solid-900", page, shown) == {"\uf015"}


def test_a_font_keeps_the_wanted_glyphs_only(tmp_path: Path) -> None:
    path = Path(shutil.copy(FONT, tmp_path))
    slim_font(path, {"a", "+", "∇", "漢"})  # the last stands in no KaTeX font
    with TTFont(path) as font:
        assert {chr(code) for code in font.getBestCmap()} == {"a", "+", "∇"}
    assert path.stat().st_size < FONT.stat().st_size / 5
