"""What is special about the differentiation explorer: axes that shrink with h, and places without a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import DifferentiationExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page

Open = Callable[..., Page]


@pytest.fixture
def open_explorer(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    errors: list[list[str]] = []
    contexts = []

    def opening(width: int = 720, **state: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 1100}))
        explorer = DifferentiationExplorer(**state)
        page = open_ready(contexts[-1], write_page(tmp_path, explorer).as_uri())
        errors.append(watch(page))
        return page

    yield opening
    for context in contexts:
        context.close()
    assert not any(errors), errors


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """Return where the texts of a selector are, and what they say."""
    return page.locator(selector).evaluate_all(
        """all => all.filter((text) => text.textContent).map((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return { left, right, top, bottom, text: text.textContent };
        })"""
    )


@pytest.mark.parametrize("width", [720, 390])
@pytest.mark.parametrize("zoom", [False, True])
def test_no_number_of_an_axis_lies_on_a_title_or_leaves_the_card(
    open_explorer: Open, width: int, zoom: bool
) -> None:
    page = open_explorer(width, function="noisy", x=0.123, h=1e-15, zoom=zoom)
    card = page.locator(".nn-view").bounding_box()
    assert card is not None
    for number in boxes(page, ".nn-grid text"):
        assert number["left"] >= card["x"], number
        for title in boxes(page, ".nn-axis-title"):
            apart = (
                title["right"] <= number["left"] + 1
                or number["right"] <= title["left"] + 1
                or title["bottom"] <= number["top"] + 1
                or number["bottom"] <= title["top"] + 1
            )
            assert apart, (title, number)


def test_the_frame_is_wide_again_without_zoom(open_explorer: Open) -> None:
    page = open_explorer(h=1e-15)
    frame = page.locator(".nn-frame").first
    before = frame.bounding_box()
    for zoom in (True, False):
        page.get_by_label("Zoom in with h").set_checked(zoom)
        settle(page)
    assert frame.bounding_box() == before


@pytest.mark.parametrize("width", [720, 390])
def test_the_names_of_steps_are_whole(open_explorer: Open, width: int) -> None:
    for function in ("exp", "noisy"):
        page = open_explorer(width, function=function, precision="float32", x=1.0)
        frame = page.locator(".nn-frame").nth(1).bounding_box()
        assert frame is not None
        for text in boxes(page, ".nn-guides text"):
            if text["text"][0] in "√∛":
                assert text["right"] <= frame["x"] + frame["width"] + 1, text


def test_the_kink_can_be_taken_hold_of_beside_the_second_point(open_explorer: Open) -> None:
    page = open_explorer(function="kink", x=0.4, c=0.5, h=0.2)
    box = page.get_by_role("slider", name="Kink c").locator(".nn-grip").bounding_box()
    frame = page.locator(".nn-frame").first.bounding_box()
    assert box is not None
    assert frame is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 0.1 * frame["width"] / 5.4, y, steps=4)  # the axis goes from -2.3 to 3.1
    page.mouse.up()
    settle(page)
    assert sentence(page).startswith("max(x, c) at x = 0.4: a kink")
    assert "h = 0.2 " in sentence(page)


def test_where_the_logarithm_has_no_value_the_sentence_says_so(open_explorer: Open) -> None:
    page = open_explorer(function="log", x=0.2, h=1.0)
    page.get_by_role("combobox", name="Secant").select_option("central")
    settle(page)
    assert "central no number, " in sentence(page)
    assert sentence(page).endswith(" log x has no value at x − h.")


@pytest.mark.parametrize(
    ("name", "text"),
    [("Point x", "at x = 1.05 "), ("Second point x + h", "h = 0.112 "), ("Step h", "h = 0.112 ")],
)
def test_up_moves_a_slider_as_right_does(open_explorer: Open, name: str, text: str) -> None:
    page = open_explorer(x=1.0, h=0.1)
    before = sentence(page)
    page.get_by_role("slider", name=name, exact=True).focus()
    page.keyboard.press("ArrowUp")
    settle(page)
    assert text in sentence(page)
    page.keyboard.press("ArrowDown")
    settle(page)
    assert sentence(page) == before
