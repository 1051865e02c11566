"""What is special to the neuron explorer: the line and the weights move each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import NeuronExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page

NUMBER = r"(−?[\d.]+)"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    state = {"w1": 1.0, "w2": 1.0, "b": -1.0, "data": "and", "x1": -2.0, "x2": -1.0}
    path = write_page(tmp_path, NeuronExplorer(**state))
    context = browser.new_context(viewport={"width": 1000, "height": 1100})
    page = open_ready(context, path.as_uri())
    errors = watch(page)
    assert sentence(page) == NeuronExplorer(**state).sentence()
    yield page
    assert errors == []
    context.close()


def numbers(page: Page) -> list[float]:
    """Return w1, w2, b and the line's distance from the origin."""
    found = re.match(
        rf"w = \({NUMBER}, {NUMBER}\), b = {NUMBER}: the line lies {NUMBER}", sentence(page)
    )
    assert found, sentence(page)
    return [float(text.replace("−", "-")) for text in found.groups()]


def grip(page: Page, label: str) -> tuple[float, float]:
    box = page.get_by_role("slider", name=label, exact=True).locator(".nn-grip").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, label: str, dx: float, dy: float) -> None:
    x, y = grip(page, label)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=12)
    page.mouse.up()
    settle(page)


def test_the_line_moves_the_bias_alone(page: Page) -> None:
    before = numbers(page)
    drag(page, "Line", 25, -25)
    w1, w2, b, distance = numbers(page)
    assert [w1, w2] == before[:2]
    assert b < before[2]
    assert distance == pytest.approx(-b / 2**0.5, rel=0.01)
    assert "AND: 4 of 4" in sentence(page)


def test_the_arrow_turns_the_line_at_its_distance(page: Page) -> None:
    x, y = grip(page, "Weights w")
    drag(page, "Weights w", -80, 0)
    after_x, after_y = grip(page, "Weights w")
    assert (after_x, after_y) == pytest.approx((x - 80, y), abs=1.5), "it stays under the pointer"
    w1, w2, _, distance = numbers(page)
    assert w1 < 0 < w2
    assert distance == pytest.approx(0.707, abs=0.002)


def test_the_sliders_move_the_line(page: Page) -> None:
    before = page.locator("path.nn-line").get_attribute("d")
    page.get_by_role("slider", name="Bias b").fill("-1.5")
    settle(page)
    assert numbers(page)[2] == -1.5
    assert page.locator("path.nn-line").get_attribute("d") != before
    assert "AND: 4 of 4 on the right side" in sentence(page)


def test_points_on_the_wrong_side_are_hollow(page: Page) -> None:
    hollow = page.locator(".nn-neuron-plane path.nn-wrong")
    page.locator("select").first.select_option("xor")
    page.get_by_role("slider", name="Bias b").fill("-0.5")
    settle(page)
    assert "XOR: 3 of 4" in sentence(page)
    paths = hollow.evaluate_all("all => all.map((path) => path.getAttribute('d'))")
    assert [path.count("M") for path in paths] == [1, 0], "one circle of class 0"


def test_without_weights_there_is_no_line_to_take_hold_of(page: Page) -> None:
    for name in ("Weight w₁", "Weight w₂"):
        page.get_by_role("slider", name=name).fill("0")
    settle(page)
    assert "no weights, so no line" in sentence(page)
    assert not page.get_by_role("slider", name="Line", exact=True).is_visible()
    drag(page, "Weights w", 60, 0)
    assert page.get_by_role("slider", name="Line", exact=True).is_visible()


def test_the_letters_stay_in_the_plane(page: Page) -> None:
    frame = page.locator(".nn-neuron-plane .nn-frame").bounding_box()
    assert frame is not None
    for place in (400, -400):
        for label in ("Point x", "Weights w"):
            drag(page, label, place, 0)
            letter = (
                page.get_by_role("slider", name=label, exact=True).locator("text").bounding_box()
            )
            assert letter is not None
            assert frame["x"] <= letter["x"], label
            assert letter["x"] + letter["width"] <= frame["x"] + frame["width"], label


def test_own_points_are_offered(browser: Browser, tmp_path: Path) -> None:
    own = NeuronExplorer(x=[[0.5, 1.0], [-1.0, 0.0]], y=[[1], [0]])
    context = browser.new_context()
    page = open_ready(context, write_page(tmp_path, own).as_uri())
    assert sentence(page) == own.sentence()
    assert page.locator("select").first.input_value() == "given"
    context.close()
