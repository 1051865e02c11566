"""What is special about the activations explorer: its points move along one axis, whichever arrow is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import ActivationsExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = open_ready(context, write_page(tmp_path, ActivationsExplorer(z=1)).as_uri())
    errors = watch(page)
    yield page
    context.close()
    assert errors == []


@pytest.mark.parametrize("name", ["Point of tangency", "Derivative"])
def test_up_and_down_move_a_slider_as_right_and_left_do(page: Page, name: str) -> None:
    page.get_by_role("slider", name=name, exact=True).focus()
    for key, z in [("ArrowUp", "1.1"), ("ArrowRight", "1.2"), ("ArrowDown", "1.1")]:
        page.keyboard.press(key)
        settle(page)
        assert sentence(page).startswith(f"sigmoid at z = {z}: ")
