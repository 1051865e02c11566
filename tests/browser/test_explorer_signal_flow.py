"""What is special about the signal flow explorer: its gain belongs to a rule, and its draws are Python's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import SignalFlowExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = open_ready(context, write_page(tmp_path, SignalFlowExplorer()).as_uri())
    errors = watch(page)
    yield page
    context.close()
    assert errors == []


def choose(page: Page, **choices: str) -> None:
    for caption, value in choices.items():
        page.get_by_role("combobox", name=caption.replace("_", " ")).select_option(value)
    settle(page)


def test_the_page_says_what_python_says(page: Page) -> None:
    assert sentence(page) == SignalFlowExplorer().sentence()
    for activation, rule in [("relu", "he"), ("sigmoid", "pytorch"), ("tanh", "orthogonal")]:
        choose(page, Activation=activation, Initial_weights=rule)
        assert sentence(page) == SignalFlowExplorer(activation=activation, rule=rule).sentence()


def test_new_numbers_are_those_of_the_next_seed(page: Page) -> None:
    page.get_by_role("button", name="New random numbers").click()
    settle(page)
    assert sentence(page) == SignalFlowExplorer(seed=2).sentence()


def test_the_gain_is_dragged_for_the_rules_that_have_one(page: Page) -> None:
    grip = page.locator(".nn-handle")
    grip.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "normal, own gain (gain 1.03)" in sentence(page)
    choose(page, Initial_weights="orthogonal")
    assert "orthogonal (gain 1)" in sentence(page)
    grip.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "orthogonal (gain 1.03)" in sentence(page)
