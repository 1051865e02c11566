"""A long page is shown when what is in sight is laid out; what is out of sight follows, and nobody loses her place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

CHAPTER = "chapters/02_training.html"
# The browser is never idle until the test says so: ``thaw`` does all that waits.
FREEZE = "window.idle = []; window.requestIdleCallback = (act) => idle.push(act);"
THAW = """async () => {
    while (document.querySelector(".nn-opening")) {
        while (idle.length) idle.shift()({timeRemaining: () => 10});
        await new Promise(requestAnimationFrame);
    }
}"""
WAITING = """() => [...document.querySelectorAll(".bd-article section > :first-child")]
    .filter((el) => !el.checkVisibility({contentVisibilityAuto: true})).length"""
IN_SIGHT = """() => [...document.querySelectorAll(".bd-article :is(h1, h2, h3, p, li, .nn-explorer)")]
    .map((el) => el.getBoundingClientRect().top).filter((top) => top < innerHeight)"""
HEIGHT = "document.documentElement.scrollHeight"


@pytest.fixture(params=[1280, 390])
def opening(page: Page, base_url: str, request: pytest.FixtureRequest) -> Page:
    """A chapter that is being opened, and is held there, on a wide screen and on a phone."""
    page.set_viewport_size({"width": request.param, "height": 844})
    page.add_init_script(FREEZE)
    page.goto(base_url + CHAPTER)
    return page


def test_what_is_out_of_sight_waits_and_nothing_in_sight_moves(opening: Page) -> None:
    assert opening.evaluate(WAITING) > 20
    assert opening.locator(".nn-explorer:not([data-ready])").count() == 0
    before = opening.evaluate(IN_SIGHT)
    opening.evaluate(THAW)
    assert opening.evaluate(WAITING) == 0
    assert opening.evaluate(IN_SIGHT) == pytest.approx(before, abs=0.5)
    assert len(before) > 5


def test_what_measures_the_page_waits_until_all_of_it_is_laid_out(opening: Page) -> None:
    scrolling = opening.locator(".math-scroll[tabindex], pre[tabindex='0']")
    assert scrolling.count() == 0
    opening.evaluate(THAW)
    assert scrolling.count() > 3


def test_who_scrolls_meanwhile_keeps_her_place(opening: Page) -> None:
    opening.mouse.move(300, 500)
    opening.mouse.wheel(0, 12_000)
    opening.wait_for_timeout(300)
    place = opening.evaluate_handle("document.elementFromPoint(300, 300).closest('.bd-article *')")
    before = place.evaluate("(el) => el.getBoundingClientRect().top")
    height = opening.evaluate(HEIGHT)
    opening.evaluate(THAW)
    assert opening.evaluate(HEIGHT) != height
    assert place.evaluate("(el) => el.getBoundingClientRect().top") == pytest.approx(before, abs=2)


def test_a_link_in_the_contents_leads_to_its_heading(opening: Page) -> None:
    if (drawer := opening.locator(".secondary-toggle")).is_visible():  # on a phone
        drawer.click()
    opening.locator(".page-toc a.nav-link:visible").last.click()
    opening.wait_for_timeout(300)
    opening.evaluate(THAW)
    place = opening.evaluate("decodeURIComponent(location.hash.slice(1))")
    top = opening.locator(f"[id='{place}'] > :is(h2, h3)").bounding_box()["y"]
    assert 0 <= top < 150


def test_a_page_that_opens_at_a_place_is_laid_out_at_once(page: Page, base_url: str) -> None:
    page.goto(base_url + CHAPTER)
    place = page.locator(".bd-article section section[id]").last.get_attribute("id")
    page.goto("about:blank")
    page.add_init_script(FREEZE)
    page.goto(f"{base_url}{CHAPTER}#{place}")
    assert page.evaluate(WAITING) == 0
    heading = page.locator(f"[id='{place}'] > :is(h2, h3)").bounding_box()["y"]
    assert heading < 844
    page.reload()
    assert page.evaluate(WAITING) == 0
