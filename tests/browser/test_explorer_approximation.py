"""What is special to the approximation explorer: training goes on from the bumps, live, and can be stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import ApproximationExplorer
from tests.browser.explorers import open_ready, picture, sentence, settle, watch, write_page

STATE = {"heights": [0.38, 0.92, 0.92, 0.38, -0.38, -0.92, -0.92, -0.38], "steepness": 50.0}
TRAIN = "Let training do it"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    path = write_page(tmp_path, ApproximationExplorer(**STATE))
    context = browser.new_context(viewport={"width": 1000, "height": 1100})
    page = open_ready(context, path.as_uri())
    errors = watch(page)
    assert sentence(page) == ApproximationExplorer(**STATE).sentence()
    yield page
    assert errors == []
    context.close()


def steps(page: Page) -> int:
    found = re.search(r"after (\d+) steps", sentence(page))
    return int(found.group(1)) if found else 0


def test_training_is_live_and_ends_where_python_ends(page: Page) -> None:
    page.get_by_role("button", name=TRAIN).click()
    page.get_by_role("button", name="Stop").wait_for()
    page.wait_for_function(
        "/after \\d+ steps/.test(document.querySelector('.nn-sentence').textContent)"
    )
    seen = steps(page)
    assert 0 < seen < 500, "it is watched on its way"
    settle(page)
    assert steps(page) == 500
    assert sentence(page) == ApproximationExplorer(**STATE, steps=500).sentence()


def test_it_stops_where_it_is_and_the_slider_goes_back(page: Page) -> None:
    page.get_by_role("button", name=TRAIN).click()
    page.get_by_role("button", name="Stop").click()
    settle(page)
    stopped = steps(page)
    assert 0 <= stopped < 500
    page.get_by_role("slider", name="Steps of training", exact=True).fill("300")
    settle(page)
    assert sentence(page) == ApproximationExplorer(**STATE, steps=300).sentence()
    after = picture(page)
    page.get_by_role("slider", name="Steps of training", exact=True).fill("20")
    settle(page)
    assert sentence(page) == ApproximationExplorer(**STATE, steps=20).sentence()
    page.get_by_role("slider", name="Steps of training", exact=True).fill("300")
    settle(page)
    assert picture(page) == after


def test_a_height_set_by_hand_begins_anew(page: Page) -> None:
    page.get_by_role("slider", name="Steps of training", exact=True).fill("100")
    settle(page)
    assert page.locator(".nn-plot .nn-bumps polyline").count() == 0, "units no longer go in pairs"
    page.get_by_role("slider", name="Bump 3", exact=True).focus()
    page.keyboard.press("ArrowDown")
    settle(page)
    heights = [*STATE["heights"][:2], 0.9, *STATE["heights"][3:]]
    explorer = ApproximationExplorer(heights=heights, steepness=50)
    assert sentence(page) == explorer.sentence()
    assert page.locator(".nn-plot .nn-bumps polyline").count() == 8


def test_bumps_can_be_more_and_set_to_the_curve(page: Page) -> None:
    page.get_by_role("slider", name="Bumps", exact=True).fill("16")
    settle(page)
    assert page.get_by_role("slider", name=re.compile("^Bump \\d")).count() == 16
    page.get_by_role("button", name="Set bumps to the curve").click()
    settle(page)
    explorer = ApproximationExplorer(heights=[0] * 16, steepness=50)
    explorer.fit()
    assert sentence(page) == explorer.sentence()
    page.get_by_role("slider", name="Bumps", exact=True).fill("2")
    page.get_by_role("button", name="Flatten").click()
    settle(page)
    assert sentence(page) == ApproximationExplorer(heights=[0, 0], steepness=50).sentence()


def test_any_learning_rate_stands_in_the_choice(browser: Browser, tmp_path: Path) -> None:
    path = write_page(tmp_path, ApproximationExplorer(**STATE, rate=0.005))
    context = browser.new_context()
    for address, rate in [("", "0.005"), ("#explorer=approximation.1&rate=0.0002", "0.0002")]:
        page = open_ready(context, path.as_uri() + address)
        choice = page.get_by_role("combobox", name="Learning rate")
        assert choice.input_value() == rate
        choice.select_option("0.01")
        page.get_by_role("button", name="Reset", exact=True).click()
        settle(page)
        assert choice.input_value() == "0.005"
        page.close()
    context.close()


def test_sixteen_grips_do_not_cover_each_other_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    path = write_page(tmp_path, ApproximationExplorer(heights=[0.0] * 16))
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = open_ready(context, path.as_uri())
    hit = page.locator(".nn-handle").evaluate_all(
        """all => all.map((grip) => {
            grip.scrollIntoView({ block: "center" });
            const box = grip.querySelector(".nn-grip").getBoundingClientRect();
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return at.closest(".nn-handle") === grip;
        })"""
    )
    assert hit == [True] * 16
    context.close()


def test_reduced_motion_shows_the_end_at_once(browser: Browser, tmp_path: Path) -> None:
    path = write_page(tmp_path, ApproximationExplorer(**STATE))
    context = browser.new_context(reduced_motion="reduce")
    page = open_ready(context, path.as_uri())
    page.evaluate(
        """() => {
            window.seen = new Set();
            const sum = document.querySelector(".nn-plot .nn-sum");
            new MutationObserver(() => seen.add(sum.getAttribute("points")))
                .observe(sum, { attributes: true });
        }"""
    )
    before = page.locator(".nn-plot .nn-sum").first.get_attribute("points")
    page.get_by_role("button", name=TRAIN).click()
    page.locator(".nn-sentence").filter(has_text="after 500 steps").wait_for()
    after = page.locator(".nn-plot .nn-sum").first.get_attribute("points")
    assert set(page.evaluate("[...seen]")) <= {before, after}, "no film in between"
    context.close()


def test_an_own_curve_is_offered(browser: Browser, tmp_path: Path) -> None:
    own = ApproximationExplorer(f=lambda x: x**2)
    context = browser.new_context()
    page = open_ready(context, write_page(tmp_path, own).as_uri())
    assert sentence(page) == own.sentence()
    assert page.locator("select").first.input_value() == "given"
    context.close()
