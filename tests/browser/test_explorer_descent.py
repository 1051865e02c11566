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
