"""Every explorer in JupyterLab and in Notebook 7: drawn, moved by mouse and keyboard, and read back by Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.browser import axe
from tests.browser.jupyterlab import LAB, NOTEBOOK, open_lab, output, run_cell, serving_lab
from tests.browser.test_explorers import NAMES, START

FIRST = "from nnlib import widgets\nshown, before = {}, {}"
SHOW = """
name = "%s"
shown[name] = getattr(widgets, name)(**%r)
before[name] = shown[name].page_state()
shown[name]
"""
READ = """
explorer = shown["%s"]
explorer.hide = [*explorer.controls, "reset", "save"]
print("changed" if explorer.page_state() != before["%s"] else explorer.page_state())
"""


def cells() -> list[str]:
    """Return a cell to begin with, then for each explorer one that shows it and one that reads it."""
    pairs = ([SHOW % (name, START.get(name, {})), READ % (name, name)] for name in NAMES)
    return [FIRST, *(cell for pair in pairs for cell in pair)]


# Each server in a process of its own.
@pytest.fixture(
    scope="module",
    params=[
        pytest.param(a, id=a.module, marks=pytest.mark.xdist_group(a.module))
        for a in (LAB, NOTEBOOK)
    ],
)
def lab(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Page]:
    with (
        serving_lab(tmp_path_factory.mktemp("lab"), cells(), request.param) as address,
        open_lab(browser, address, len(cells())) as page,
    ):
        run_cell(page, 0)
        yield page


def drag(page: Page, grip: Locator, way: tuple[int, int]) -> None:
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + way[0], y + way[1], steps=4)
    page.mouse.up()


def contrast_faults(page: Page) -> list[str]:
    """Return what stands out too little from the page's theme, light in JupyterLab, dark in Notebook 7."""
    found = Axe().run(page, ".nn-view", {"runOnly": axe.COLOURS}).response
    assert found["passes"], "there is text to judge"
    return [node["html"] for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_drawn_moved_and_read_back(lab: Page, name: str) -> None:
    errors: list[str] = []
    lab.on("pageerror", lambda error: errors.append(str(error)))
    number = 1 + 2 * NAMES.index(name)
    run_cell(lab, number)
    view = lab.locator(".jp-CodeCell").nth(number).locator(".nn-view")
    said = view.locator(".nn-sentence")
    said.filter(has_text=".").wait_for()
    for words in ("Copy link", "Link for a class"):
        assert view.get_by_text(words).count() == 0, "there is no page to link to"
    assert contrast_faults(lab) == []
    used = view.locator(":is(select, input, button, summary):visible")
    assert used.count() >= 3
    grip = view.locator("[role=slider]:not(input)").first
    first = said.inner_text()
    for way in [(60, 0), (0, -60), (20, -20)]:  # some grips move in one direction only
        drag(lab, grip, way)
    grip.focus()
    for _ in range(2):
        lab.keyboard.press("ArrowLeft")
    said.filter(has_not_text=first).wait_for()
    run_cell(lab, number + 1)
    assert output(lab, number + 1) == "changed"
    lab.wait_for_function(
        "(view) => view.querySelectorAll('[hidden]').length > 2", arg=view.element_handle()
    )
    assert used.count() == 0, "Python hides all controls"
    assert errors == []
