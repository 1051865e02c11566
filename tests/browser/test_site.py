"""Every page of the built book, in a real browser: whole, quiet, accessible, and good on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenPage, html_pages

GENERATED = {"genindex.html", "index.html", "prf-prf.html", "search.html"}

RAW_FORMULA = re.compile(r"(?<![\\$\w])\$[^$\s][^$\n]*\$|\\\(|\\\[|\\begin\{")

# Text of a page outside code, scripts and the formulas' own elements.
PROSE = """
() => {
  const copy = document.querySelector("main").cloneNode(true);
  for (const part of copy.querySelectorAll("pre, code, script, .katex")) part.remove();
  return copy.textContent;
}
"""
UNRENDERED = """
() => [...document.querySelectorAll(".math")].filter((formula) => {
  const picture = formula.querySelector(".katex-html");
  const seen = formula.closest(".toggle-hidden, details:not([open]), [hidden], .onlyprint") === null;
  return !picture || !formula.querySelector("math") || (seen && picture.offsetWidth === 0);
}).map((formula) => formula.textContent)
"""
# Elements of MathML that take a certain number of parts; a browser drops a formula that breaks this.
BROKEN_MATHML = """
() => {
  const parts = {msub: 2, msup: 2, munder: 2, mover: 2, mfrac: 2, mroot: 2, msubsup: 3, munderover: 3};
  return [...document.querySelectorAll(Object.keys(parts).join())]
    .filter((el) => el.children.length !== parts[el.localName]).map((el) => el.outerHTML);
}
"""


def chapters(site: Path) -> list[str]:
    """Return the pages that were written as notebooks."""
    return [
        path
        for path in html_pages(site)
        if (site / "_sources" / path).with_suffix(".ipynb").exists()
    ]


def first_page_with(site: Path, text: str) -> str:
    """Return the first page that holds a text, or skip the test."""
    for path in html_pages(site):
        if text in (site / path).read_text("utf-8"):
            return path
    pytest.skip(f"no page of this book holds {text}")


def test_axe_finds_nothing(open_page: OpenPage, html_page: str) -> None:
    page = open_page(html_page, width=390)
    page.wait_for_load_state()
    for width in (320, 412, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
    axe.remove_pictures(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.locator(f"html[data-theme={theme}]").wait_for()
            assert axe.faults(page, colours_only=theme == "dark") == [], (width, theme)


def test_every_formula_is_rendered(open_page: OpenPage, html_page: str) -> None:
    page = open_page(html_page)
    page.wait_for_load_state()
    assert page.evaluate(UNRENDERED) == []
    assert page.evaluate(BROKEN_MATHML) == []
    assert page.locator(".katex-error").count() == 0
    assert RAW_FORMULA.findall(page.evaluate(PROSE)) == []


def test_opens_from_a_file(open_page: OpenPage, html_page: str, site: Path) -> None:
    page = open_page(html_page, base=f"{site.as_uri()}/")
    page.wait_for_load_state()
    expect(page.locator("main h1:visible").first).to_be_visible()


def test_the_front_door_leads_to_the_first_chapter(open_page: OpenPage) -> None:
    page = open_page("")
    page.wait_for_url("**/chapters/00_*.html")
    expect(page.locator("h1:visible")).to_be_visible()


def test_no_page_is_unknown(site: Path) -> None:
    """A page that nobody wrote, such as a stray README, is a mistake in the settings."""
    strays = {p for p in html_pages(site) if not p.startswith("chapters/")} - GENERATED
    assert strays == set()


def test_no_description_in_the_reference_is_taken_for_a_type(site: Path) -> None:
    """Napoleon reads "a: b", the first line of a variable's docstring, as "type: description"."""
    html = (site / "chapters/reference/nnlib.html").read_text("utf-8")
    assert "Attributes" in html
    assert not re.search(r"<dt[^>]*>Type<", html)


def test_every_file_a_style_sheet_names_exists(site: Path) -> None:
    missing = [
        f"{sheet.name}: {url}"
        for sheet in (site / "_static").rglob("*.css")
        for url in re.findall(r"url\(([^)]+\.woff2)\)", sheet.read_text("utf-8"))
        if not (sheet.parent / url.strip("\"'")).exists()
    ]
    assert missing == []
    icons = site / "_static" / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    assert 1000 < icons.stat().st_size < 8000  # the icons in use, and no others


@pytest.mark.parametrize("from_file", [False, True], ids=["http", "file"])
def test_search_finds_a_word(open_page: OpenPage, site: Path, from_file: bool) -> None:
    options = {"base": f"{site.as_uri()}/"} if from_file else {}
    page = open_page("search.html?q=gradient", **options)
    found = page.locator("#search-results li")
    expect(found.locator("a").first).to_have_attribute("href", re.compile(r"^chapters/.*\.html"))
    if not from_file:  # a page opened from a file may not read the others
        expect(found.locator(".context").first).to_contain_text(
            re.compile("gradient", re.IGNORECASE)
        )


def test_search_opens_from_any_page_by_keyboard(open_page: OpenPage, site: Path) -> None:
    page = open_page(chapters(site)[0])
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    page.keyboard.type("gradient")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=gradient")
    expect(page.locator("#search-results li").first).to_be_visible()


def test_binder_opens_this_chapter_in_jupyterlab(open_page: OpenPage, site: Path) -> None:
    for path in chapters(site):
        link = open_page(path).locator("a.nn-action", has_text="Binder")
        notebook = path.replace(".html", ".ipynb")
        expect(link).to_have_attribute(
            "href",
            re.compile(
                rf"https://mybinder\.org/v2/gh/[^/]+/[^/]+/main\?urlpath=lab/tree/{notebook}$"
            ),
        )


def test_figures_follow_the_theme(open_page: OpenPage, site: Path) -> None:
    path = first_page_with(site, 'class="nn-figure"')
    script = """() => [...document.querySelectorAll("svg.nn-figure *")]
        .map((part) => getComputedStyle(part).fill + getComputedStyle(part).stroke)"""
    light = open_page(path).evaluate(script)
    dark = open_page(path, dark=True).evaluate(script)
    assert len(light) == len(dark) > 0
    assert light != dark


def test_figures_have_a_text_and_unique_ids(open_page: OpenPage, html_page: str) -> None:
    page = open_page(html_page)
    names = page.locator("svg.nn-figure").evaluate_all("all => all.map(f => f.ariaLabel)")
    assert all(names)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


def test_the_theme_button_changes_and_is_remembered(open_page: OpenPage, site: Path) -> None:
    page = open_page(chapters(site)[0])
    page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Color mode").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def quiz_on(open_page: OpenPage, site: Path, **options: object) -> tuple[Page, str]:
    page = open_page(first_page_with(site, 'class="nn-quiz"'), **options)
    return page, "form.nn-quiz[data-kind=radio] >> nth=0"


def test_quiz_works_by_keyboard(open_page: OpenPage, site: Path) -> None:
    page, quiz = quiz_on(open_page, site)
    form = page.locator(quiz)
    answers = form.locator(".nn-quiz-key li")
    rights = answers.evaluate_all("all => all.map(a => a.dataset.right === 'true')")
    expect(answers.first).to_be_hidden()
    for number, right in enumerate(rights):
        if number == 0:
            form.locator("input").first.focus()
            page.keyboard.press("Space")
        else:
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        verdict = form.locator(".nn-quiz-verdict p")
        expect(verdict).to_contain_text("Right." if right else "Not quite.")
        why = answers.nth(number).locator(".nn-quiz-why").text_content()
        assert why
        expect(verdict).to_contain_text(why)
    expect(form.locator(".nn-quiz-key")).to_be_visible()


def test_quiz_asks_for_an_answer(open_page: OpenPage, site: Path) -> None:
    page, quiz = quiz_on(open_page, site)
    page.locator(quiz).get_by_role("button", name="Check").click()
    expect(page.locator(quiz).locator(".nn-quiz-verdict")).to_have_text("Choose an answer first.")


def test_quiz_explains_itself_without_javascript(open_page: OpenPage, site: Path) -> None:
    page, quiz = quiz_on(open_page, site, java_script_enabled=False)
    expect(page.locator(quiz).get_by_role("button")).to_be_hidden()
    page.locator(quiz).locator("summary").click()
    expect(page.locator(quiz).locator(".nn-quiz-why").first).to_be_visible()


def test_long_formulas_take_the_focus(open_page: OpenPage, site: Path) -> None:
    page = open_page(first_page_with(site, 'class="math-scroll"'), width=390)
    page.wait_for_load_state()
    wrong = page.evaluate("""() => [...document.querySelectorAll(".math-scroll")]
        .filter((box) => (box.scrollWidth > box.clientWidth) !== (box.tabIndex === 0)).length""")
    assert wrong == 0


def test_copy_button_copies_the_code(open_page: OpenPage, site: Path) -> None:
    page = open_page(chapters(site)[0], permissions=["clipboard-read", "clipboard-write"])
    block = page.locator(".cell_input .highlight:visible").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == block.locator("pre").text_content()


def test_the_skip_link_comes_first(open_page: OpenPage, site: Path) -> None:
    page = open_page(chapters(site)[0])
    page.keyboard.press("Tab")
    expect(page.locator("a[href='#main-content']")).to_be_focused()
    expect(page.locator("a[href='#main-content']")).to_be_in_viewport()
