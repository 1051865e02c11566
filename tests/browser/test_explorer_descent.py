"""What is special about the descent explorer: presses in its pictures, and a plane that comes and goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import DescentExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page

PLANE = "[aria-label='Rate and momentum']"
Open = Callable[..., Page]


@pytest.fixture
def open_explorer(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    errors: list[str] = []
    contexts = []

    def opening(**state: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 1100}))
        page = open_ready(contexts[-1], write_page(tmp_path, DescentExplorer(**state)).as_uri())
        errors.extend(watch(page))
        return page

    yield opening
    for context in contexts:
        context.close()
    assert errors == []


def press(page: Page, picture: str, across: float, up: float) -> None:
    """Press a picture at a place, in shares of its frame."""
    frame = page.locator(".nn-plot", has=page.locator(f"[aria-label='{picture}']")).locator(
        ".nn-frame"
    )
    box = frame.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    settle(page)


def test_a_press_in_the_plane_sets_rate_and_momentum(open_explorer: Open) -> None:
    page = open_explorer()
    press(page, "The plane of rate and momentum", 0.75, 0.1)  # lr * 25 = 0.75 * 4.4, mu = 0.1
    assert "rate 0.132, momentum 0.1, " in sentence(page)
    assert "Region: diverges" in sentence(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    settle(page)
    assert sentence(page) == DescentExplorer().sentence()


def test_gradient_descent_becomes_momentum_when_it_is_given_one(open_explorer: Open) -> None:
    page = open_explorer(optimizer="SGD")
    assert "Gradient descent" in sentence(page)
    press(page, "The plane of rate and momentum", 0.3, 0.5)
    assert sentence(page).startswith("Momentum on the ravine")
    assert page.get_by_label("Optimiser").input_value() == "Momentum"


def test_a_press_on_the_surface_moves_the_start(open_explorer: Open) -> None:
    page = open_explorer(surface="bowl")
    press(page, "The surface with the path", 0.75, 0.5)
    assert "from (1, 0)" in sentence(page)


def test_a_start_by_hand_meets_round_places(open_explorer: Open) -> None:
    page = open_explorer(surface="saddle", optimizer="SGD", lr=0.1)
    press(page, "The surface with the path", 0.747, 0.504)  # as near as a hand comes to (1, 0)
    assert "from (1, 0): 60 steps" in sentence(page)
    assert sentence(page).split(" Region")[0].endswith("It is at the saddle.")


def test_a_hand_may_tremble_along_the_axis_of_gradient_descent(open_explorer: Open) -> None:
    page = open_explorer(optimizer="SGD", lr=0.04)
    box = page.locator(f"{PLANE} .nn-grip").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 3, steps=6)
    page.mouse.up()
    settle(page)
    assert sentence(page).startswith("Gradient descent on the ravine")
    assert "rate 0.04," not in sentence(page)
    page.keyboard.press("ArrowUp")  # by keys it is meant
    settle(page)
    assert "momentum 0.01, " in sentence(page)


@pytest.mark.parametrize("width", [320, 390, 560])
def test_no_caption_runs_into_the_next_and_the_note_is_whole(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 1000})
    page = open_ready(context, write_page(tmp_path, DescentExplorer()).as_uri())
    note, frame = (page.locator(part).last.bounding_box() for part in (".nn-note", ".nn-frame"))
    assert note is not None
    assert frame is not None
    assert note["x"] > frame["x"]
    # Letters as far apart as a reader may set them: WCAG 2.2, criterion 1.4.12.
    page.add_style_tag(content=".nn-caption { letter-spacing: 0.12em; }")
    over = page.locator(".nn-field").evaluate_all(
        "all => all.map((field) => field.firstChild.scrollWidth - field.firstChild.clientWidth)"
    )
    assert max(over) <= 0
    context.close()


def test_the_plane_stands_only_where_it_has_something_to_say(open_explorer: Open) -> None:
    page = open_explorer(optimizer="Adam")
    assert page.locator(PLANE).count() == 0
    assert "Region" not in sentence(page)
    page.get_by_label("Optimiser").select_option("Nesterov")
    settle(page)
    assert page.locator(PLANE).count() == 1
    page.get_by_label("Optimiser").select_option("RMSProp")
    settle(page)
    assert page.locator(PLANE).count() == 0


@pytest.mark.parametrize("surface", ["bowl", "ravine", "saddle", "basins"])
def test_the_page_says_what_python_says(open_explorer: Open, surface: str) -> None:
    for optimizer in ("SGD", "Nesterov", "AdaGrad"):
        state = {"surface": surface, "optimizer": optimizer, "lr": 0.05, "x": 1.3}
        assert sentence(open_explorer(**state)) == DescentExplorer(**state).sentence()
