"""The graph explorer: typing an expression, steps, and wrong ways beside the right one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import GraphExplorer
from tests.browser.explorers import open_ready, picture, sentence, settle, watch, write_page


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = open_ready(context, write_page(tmp_path, GraphExplorer()).as_uri())
    errors = watch(page)
    yield page
    context.close()
    assert errors == []


def test_a_bad_expression_says_where_and_loses_nothing(page: Page) -> None:
    field = page.get_by_label("Expression")
    shown = (sentence(page), picture(page))
    field.fill("x^2 * (x +")
    settle(page)
    alert = page.get_by_role("alert")
    assert "Character 11: expected a number, a name or “(”, found the end." in alert.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "x^2 * (x +"
    assert (sentence(page), picture(page)) == shown
    field.press_sequentially(" 3*y)")
    settle(page)
    assert field.get_attribute("aria-invalid") == "false"
    assert alert.inner_text() == ""
    assert "At x = 3, y = 2 the value is 81." in sentence(page)


def test_a_variable_that_comes_back_has_its_value(page: Page) -> None:
    field = page.get_by_label("Expression")
    for text in ("y", "x + y"):
        field.fill(text)
        settle(page)
    assert "At x = 3, y = 2 the value is 5." in sentence(page)


def test_an_example_is_put_into_the_field(page: Page) -> None:
    page.get_by_label("Examples").select_option(label="a product of eight")
    settle(page)
    assert page.get_by_label("Expression").input_value() == "a*b*c*d*e*f*g*h"
    assert (
        "168 in all; reverse mode 1 sweep, 14 operations" in page.locator(".nn-counts").inner_text()
    )


def test_steps_forward_and_backward(page: Page) -> None:
    page.get_by_role("button", name="To the start").click()
    settle(page)
    seen = [sentence(page)]
    assert page.locator(".nn-derivative").count() == 0
    for _ in range(6):
        page.get_by_role("button", name="Next step").click()
        settle(page)
        seen.append(sentence(page))
    assert "v2 hands on 9 · 1 = 9 to v1 and 9 · 1 = 9 to x" in seen[5]
    assert page.locator(".nn-derivative").all_text_contents() == ["← 135", "← 21", "← 9", "← 1"]
    for before in reversed(seen[:-1]):
        page.get_by_role("button", name="One step back").click()
        settle(page)
        assert sentence(page) == before


@pytest.mark.parametrize(
    ("overwrite", "order", "twice", "wrong", "right"),
    [
        (True, "after all that use it", False, "27", "135"),
        (True, "each time it is met", False, "9", "135"),
        (False, "when first met", False, "81", "135"),
        (False, "after all that use it", True, "459", "270"),
    ],
)
def test_the_wrong_number_stands_beside_the_right_one(
    page: Page, overwrite: bool, order: str, twice: bool, wrong: str, right: str
) -> None:
    page.get_by_label("overwrite instead of adding").set_checked(overwrite)
    page.get_by_label("backward twice").set_checked(twice)
    page.get_by_label("a node hands on").select_option(label=order)
    settle(page)
    leaf = page.locator(".nn-leaf")
    assert leaf.locator(".nn-wrong").text_content() == f"✗ {wrong}"
    assert leaf.locator(".nn-right").text_content() == f"✓ {right}"
    assert f"This way gives {wrong}" in sentence(page)
    assert page.locator(".nn-content .nn-computed:not([hidden])").count() == 1
