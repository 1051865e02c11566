"""The slides in a real browser: nothing overflows, keys work, paper has one slide a page, axe finds nothing."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import Page, expect

import quiz_bank
import slides
from manuscript import Book, chapters
from tests.browser import axe
from tests.browser.conftest import OpenPage

CHAPTERS = chapters()
EXAMPLE = "04_backpropagation"

# What is cut off or has to be scrolled on a slide, with the answer of its quiz open.
OVERFLOWING = """() => slides.flatMap((slide, place) => {
  go(place);
  slide.querySelectorAll("details").forEach((answer) => (answer.open = true));
  const parts = [slide, ...slide.querySelectorAll(".body, .math-scroll, pre, .table")];
  const over = parts.filter((part) => part.scrollWidth > part.clientWidth + 1 ||
    (part.matches(".slide, .body") && part.scrollHeight > part.clientHeight + 1));
  const found = over.map((part) => `${slide.id}: ${part.className || part.tagName}`);
  const bottom = slide.querySelector("footer").getBoundingClientRect().bottom;
  return bottom > innerHeight ? [...found, `${slide.id}: no room for the footer`] : found;
})"""


@pytest.fixture(scope="session")
def decks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a folder with all decks."""
    folder = tmp_path_factory.mktemp("slides")
    slides.main(["--to", str(folder), *(str(chapter.path) for chapter in CHAPTERS)])
    return f"{folder.as_uri()}/"


def open_deck(open_page: OpenPage, decks: str, name: str = EXAMPLE, **options: object) -> Page:
    page = open_page(f"{name}/index.html", base=decks, **options)
    if options.get("width", 1280) > 800:
        page.set_viewport_size({"width": 1280, "height": 720})
    return page


def shown(page: Page) -> list[str]:
    """Return the ids of the slides that can be seen."""
    return page.evaluate("slides.filter((s) => s.checkVisibility()).map((s) => s.id)")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_no_slide_overflows(open_page: OpenPage, decks: str, chapter) -> None:
    page = open_deck(open_page, decks, chapter.name)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("slides.length") > 20


def test_a_slide_that_is_too_full_is_noticed(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    page.evaluate("slides[2].querySelector('.body p').innerHTML += ' more words'.repeat(200)")
    found = page.evaluate(OVERFLOWING)
    assert {line.split(":")[0] for line in found} == {page.evaluate("slides[2].id")}


def test_a_slide_fills_any_screen(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    for width, height in [(1920, 1080), (1024, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        box = page.locator(".slide.current").bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)
        assert max(box["width"] / width, box["height"] / height) == pytest.approx(1, abs=0.01)


def test_keys(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    ids = page.evaluate("slides.map((s) => s.id)")
    moves = {
        "ArrowRight": 1,
        "PageDown": 2,
        "ArrowLeft": 1,
        "End": len(ids) - 1,
        "ArrowDown": len(ids) - 1,
    }
    for key, place in {**moves, "Home": 0, "ArrowUp": 0}.items():
        page.keyboard.press(key)
        assert shown(page) == [ids[place]], key
        assert page.evaluate("decodeURIComponent(location.hash)") == f"#{ids[place]}"
        assert page.evaluate("document.activeElement.id") == ids[place]


def test_an_address_names_a_slide(open_page: OpenPage, decks: str) -> None:
    page = open_page(f"{EXAMPLE}/index.html#error-signals", base=decks)
    assert shown(page) == ["error-signals"]
    page.evaluate("location.hash = '#the-four-equations'")
    page.wait_for_function("slides[at].id === 'the-four-equations'")
    assert shown(page) == ["the-four-equations"]


def test_a_key_opens_the_answer(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    page.evaluate("go(slides.findIndex((s) => s.querySelector('details')))")
    answer = page.locator(".slide.current details p").first
    expect(answer).to_be_hidden()
    page.keyboard.press("a")
    expect(answer).to_be_visible()
    page.keyboard.press("a")
    page.locator(".slide.current summary").press("Enter")
    expect(answer).to_be_visible()


def test_escape_shows_all_slides_and_one_can_be_chosen(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    page.keyboard.press("Escape")
    ids = shown(page)
    assert len(ids) == page.evaluate("slides.length")
    page.keyboard.press("ArrowDown")
    place = page.evaluate("at")
    assert place > 1
    page.keyboard.press("Enter")
    assert shown(page) == [ids[place]]
    page.keyboard.press("Escape")
    page.locator(".slide").nth(1).click()
    assert shown(page) == [ids[1]]


def test_buttons_do_what_keys_do(open_page: OpenPage, decks: str) -> None:
    page = open_deck(open_page, decks)
    page.get_by_role("button", name="Next slide").click()
    assert page.evaluate("at") == 1
    before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != before


def test_dark_on_the_screen_and_on_paper_light_one_slide_a_page(
    open_page: OpenPage, decks: str
) -> None:
    page = open_deck(open_page, decks, dark=True)
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(colour) == "rgb(20, 23, 29)"
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == page.evaluate("slides.length")
    assert set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)) == {
        b"0 0 960 540"
    }  # points: 1280 by 720 pixels
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_phone_shows_a_document_that_scrolls(
    open_page: OpenPage, decks: str, script: bool
) -> None:
    page = open_page(f"{EXAMPLE}/index.html", base=decks, width=390, java_script_enabled=script)
    expect(page.locator(".slide").first).to_be_visible()
    expect(page.locator(".slide").last).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    assert page.locator("main").bounding_box()["width"] <= 390
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_axe_finds_nothing(open_page: OpenPage, decks: str, width: int, dark: bool) -> None:
    page = open_deck(
        open_page, decks, "06_faq", width=width, dark=dark
    )  # a phone shows all slides at once
    page.evaluate("document.querySelectorAll('details').forEach((answer) => (answer.open = true))")
    page.evaluate("document.fonts.ready")
    axe.remove_pictures(page)
    assert axe.faults(page) == []


def test_the_site_offers_slides_and_quizzes(site: Path, decks: str) -> None:
    """`make book` puts them where the page for instructors links to."""
    made = Path(url2pathname(urlsplit(decks).path))
    for chapter in CHAPTERS:
        deck = Path(chapter.name) / "index.html"
        assert (site / "_static" / "slides" / deck).read_bytes() == (made / deck).read_bytes()
    for name, content in quiz_bank.export(Book(CHAPTERS)).items():
        assert (site / "_static" / "quizzes" / name).read_bytes() == content


def test_numbers_are_those_of_the_site(site: Path) -> None:
    """What is made without Sphinx counts equations and figures as Sphinx does."""
    book = Book(CHAPTERS)
    numbers = book.equations | book.figures
    found: dict[str, int] = {}
    for chapter in CHAPTERS:
        html = (site / "chapters" / f"{chapter.name}.html").read_text("utf-8")
        for number, label in re.findall(
            r'class="eqno">\((\d+)\)<a [^>]*href="#(?:equation-)?([\w-]+)"', html
        ):
            found[label] = int(number)
        captions = re.findall(
            r'caption-number">Fig\. (\d+) </span>.*?href="#(fig-[\w-]+)"', html, re.DOTALL
        )
        found |= {label: int(number) for number, label in captions}
    assert len(found) > 100
    assert found == numbers
