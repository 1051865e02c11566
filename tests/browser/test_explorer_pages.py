"""The explorers on the pages of the built book: alive from a server and from the disk, and only where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.explorers import changed_by, settle
from theme.extensions.explorers import assets, files_for

PAGE = "chapters/02_training.html"


def test_every_kind_is_shipped_as_it_is_assembled(site: Path) -> None:
    for name, text in assets().items():
        assert (site / "_static" / name).read_text("utf-8") == text


def test_a_page_loads_the_files_of_its_explorers_in_order_and_no_others(site: Path) -> None:
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert any(files_for(text) for text in pages.values())
    for path, text in pages.items():
        for kind in ("js", "css"):
            loaded = re.findall(rf"_static/(explorer[\w-]*)\.{kind}\b", text)
            assert loaded == files_for(text), path
        scripts = re.findall(r"<script[^>]*_static/explorer[^>]*>", text)
        assert all("defer" in script for script in scripts), path


def test_all_fonts_of_the_laboratory_are_there(open_page: Callable[..., Page]) -> None:
    page = open_page(PAGE)
    laboratory = page.locator(".nn-training").first
    laboratory.get_by_text("The network", exact=True).click()
    laboratory.get_by_role("button", name="Unit 1 of layer 1").click()
    laboratory.locator(".nn-math").first.wait_for()
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("by", ["http", "file"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_training_chapter_answers(
    open_page: Callable[..., Page], site: Path, by: str, width: int
) -> None:
    base = {} if by == "http" else {"base": f"{site.as_uri()}/"}
    page = open_page(PAGE, width=width, **base)
    page.locator(".nn-explorer[data-ready]").first.wait_for()
    settle(page)
    assert not page.locator(".nn-still").first.is_visible()
    plot = page.locator(".nn-loss-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None

    def drag() -> None:
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.3 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"], steps=4)
        page.mouse.up()

    changed_by(page, drag, ".nn-training")
    changed_by(page, lambda: page.keyboard.press("ArrowRight"), ".nn-training")
