"""Formulas rendered at build time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.book import Build
from theme.extensions.katex import FormulaError, Katex


@pytest.fixture(scope="module")
def katex() -> Iterator[Katex]:
    katex = Katex()
    yield katex
    katex.close()


def test_a_formula_has_a_picture_and_mathml(katex: Katex) -> None:
    html = katex.render(r"\frac{a}{b}")
    assert "<mfrac><mi>a</mi><mi>b</mi></mfrac>" in html
    assert 'class="katex-html" aria-hidden="true"' in html


def test_an_operator_in_a_subscript_is_one_part(katex: Katex) -> None:
    html = katex.render(r"\lambda_{\max} x_i^{\max} \max x")
    assert "<msub><mi>λ</mi><mi>max</mi></msub>" in html
    assert "<msubsup><mi>x</mi><mi>i</mi><mi>max</mi></msubsup>" in html
    assert "<mi>max</mi><mo>\u2061</mo><mi>x</mi>" in html, "here it is applied"


def test_a_displayed_formula_is_a_block(katex: Katex) -> None:
    assert 'class="katex-display"' in katex.render("x", display=True)
    assert 'class="katex-display"' not in katex.render("x")


def test_lengths_are_cut_to_thousandths(katex: Katex) -> None:
    assert not re.search(r"\.\d{4,}em", katex.render(r"\sqrt{x^{2}_{i}}", display=True))


@pytest.mark.parametrize("tex", [r"\frac{a}", r"\wrong{a}", "é"])
def test_a_bad_formula_is_an_error_and_the_next_still_works(katex: Katex, tex: str) -> None:
    with pytest.raises(FormulaError):
        katex.render(tex)
    assert "<mi>x</mi>" in katex.render("x")


def test_numbers_and_links(build: Build) -> None:
    html, warnings = build(
        "$$ a = b $$ (eq-one)\n\n$$ c = d $$ (eq-two)\n\nSee {eq}`eq-two` and $x$."
    )
    assert warnings == ""
    assert re.search(r'id="equation-eq-two".*?<span class="eqno">\(2\)', html, re.DOTALL)
    assert re.search(r'href="#equation-eq-two">\(2\)</a>', html)


def test_the_last_box_of_a_formula_is_not_parted_from_the_comma_after_it(build: Build) -> None:
    html, warnings = build("For ($x$, $a = b$), and **$w$**.")
    assert warnings == ""
    text = html.split("For (")[1].split("</p>")[0]
    parts = text.split('<span class="joined"><span class="katex-base">')
    assert [re.sub(r"<[^>]*>", "", part)[:3] for part in parts[1:]] == ["x, ", "b),", "w."]
    assert text.count('class="katex-base"') == 4, "of $a = b$ each side is a box"
    assert text.count("<span") == text.count("</span>")


def test_an_aligned_environment_has_one_number(build: Build) -> None:
    html, warnings = build("\\begin{align}\na &= b \\\\\n  &= c\n\\end{align}\n")
    assert warnings == ""
    assert html.count('class="eqno"') == 1
    assert "eqn-num" not in html  # KaTeX's own counter


def test_a_bad_formula_is_a_warning_with_its_place(build: Build, tmp_path: Path) -> None:
    _, warnings = build("Text.\n\nA formula $\\wrong{a}$.")
    assert re.search(
        r"index\.md:\d+: WARNING: formula '\\\\wrong\{a\}': KaTeX parse error", warnings
    )
