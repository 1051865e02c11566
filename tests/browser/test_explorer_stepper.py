"""The backpropagation stepper: steps, entries, weights, and formulas with their axes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nnlib.widgets import BackpropExplorer
from tests.browser.explorers import open_ready, sentence, settle, watch, write_page


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = open_ready(context, write_page(tmp_path, BackpropExplorer(step=9, entry=1)).as_uri())
    errors = watch(page)
    yield page
    context.close()
    assert errors == []


def marked(page: Page) -> list[str]:
    return page.locator(".nn-matrix:not(.nn-result) .nn-marked").all_inner_texts()


def test_the_whole_pass_forward_and_back(page: Page) -> None:
    page.get_by_role("button", name="To the start").click()
    settle(page)
    seen = [sentence(page)]
    for _ in range(11):
        page.get_by_role("button", name="Next step").click()
        settle(page)
        seen.append(sentence(page))
    assert [text.split(":")[0] for text in seen[1::5]] == [
        "Step 1 of 11, Forward, layer 1",
        "Step 6 of 11, BP1",
        "Step 11 of 11, BP4, layer 1",
    ]
    for before in reversed(seen[:-1]):
        page.get_by_role("button", name="One step back").click()
        settle(page)
        assert sentence(page) == before


def test_an_entry_marks_what_it_is_made_from(page: Page) -> None:
    assert marked(page) == ["0.09761", "−0.7", "0.7864"]
    page.locator("[data-entry='2']").click()
    settle(page)
    assert marked(page) == ["−0.07272", "1.2", "0.961"]
    page.get_by_role("button", name="Next entry").click()
    settle(page)
    assert marked(page) == ["−0.07272", "−0.7", "0.822"]
    assert "(Δ⁽¹⁾)₂₂" in sentence(page)


def test_formulas_have_raised_indices_and_named_axes(page: Page) -> None:
    assert page.locator(".nn-formula sup").all_inner_texts() == ["(1)", "(2)", "(2)", "(1)"]
    axes = page.locator(".nn-matrix .nn-axes").all_inner_texts()
    assert axes == ["batch 3 × in 2", "batch 3 × out 1", "out 1 × in 2", "batch 3 × in 2"]
    lines = page.locator(".nn-panel .nn-row .nn-axis-tag").evaluate_all(
        "all => all.map((tag) => getComputedStyle(tag).borderBottomStyle)"
    )
    assert lines == ["double", "dashed", "dotted"]  # told apart without colour


def test_a_weight_is_chosen_in_the_picture_and_set_by_number(page: Page) -> None:
    page.locator("[data-weight='7'] .nn-reach").click()
    settle(page)
    assert "With W⁽²⁾₁₂ = −0.7" in sentence(page)
    field = page.get_by_label("Its value")
    field.fill("0")
    settle(page)
    assert "= (0.09761·0) · 0.7864" not in sentence(page)  # other errors, as the output is another
    assert "With W⁽²⁾₁₂ = 0 the loss" in sentence(page)
    assert page.locator(".nn-result td:nth-child(2)").all_inner_texts() == ["0", "0", "0"]
    field.fill("")
    settle(page)
    assert "With W⁽²⁾₁₂ = 0 the loss" in sentence(page)
    field.fill("99")
    field.blur()
    settle(page)
    assert field.input_value() == "3"


def test_what_is_typed_stays_while_one_types(page: Page) -> None:
    field = page.get_by_label("Its value")
    field.fill("")
    for character in "0.1266":
        field.press_sequentially(character)
        settle(page)
    assert field.input_value() == "0.1266"
    assert "With W⁽¹⁾₁₁ = 0.13 the loss" in sentence(page)
    field.blur()
    settle(page)
    assert field.input_value() == "0.13"


def test_no_weight_covers_a_unit(page: Page) -> None:
    apart = page.locator(".nn-network").evaluate(
        """(picture) => {
            const boxes = (kind) => [...picture.querySelectorAll(kind)].map((part) => part.getBBox());
            const circles = boxes(".nn-unit circle");
            return boxes(".nn-box").flatMap((box) => circles.map((circle) => {
                const [x, y] = [circle.x + circle.width / 2, circle.y + circle.height / 2];
                const dx = Math.max(box.x - x, x - box.x - box.width, 0);
                const dy = Math.max(box.y - y, y - box.y - box.height, 0);
                return Math.hypot(dx, dy) - circle.width / 2;
            }));
        }"""
    )
    assert min(apart) > 0


def test_where_room_is_short_no_weight_covers_the_error_of_the_output(page: Page) -> None:
    page.set_viewport_size({"width": 290, "height": 640})
    settle(page)
    room = page.locator(".nn-network").evaluate(
        """(picture) => {
            const error = [...picture.querySelectorAll(".nn-delta")].at(-1).getBBox();
            const [label] = [...picture.querySelectorAll("[data-weight='7'] .nn-box")].map((box) => box.getBBox());
            return Math.max(error.x - label.x - label.width, error.y - label.y - label.height);
        }"""
    )
    assert room > 0


def test_another_network_comes_with_its_weights(page: Page) -> None:
    page.locator("select", has_text="2-3-2").select_option("2-3-2")
    page.locator("select", has_text="three samples").select_option("1")
    settle(page)
    assert page.locator(".nn-unit").count() == 7
    assert page.locator("[data-weight]").count() == 17
    page.get_by_role("button", name="Reset", exact=True).click()
    settle(page)
    assert page.locator("[data-weight]").count() == 9
