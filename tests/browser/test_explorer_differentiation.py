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
