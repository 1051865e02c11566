"""The table of exercises: filtered by mouse and keyboard, whole without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, OpenPage

PAGE = "chapters/reference/instructors.html"


def opened(open_page: OpenPage, **options: object) -> tuple[Page, Locator]:
    page = open_page(PAGE, **options)
    return page, page.locator("table.nn-exercises tbody tr:visible")


def column(rows: Locator, number: int) -> list[str]:
    return rows.locator(f"td:nth-child({number})").all_inner_texts()


def test_the_table_has_every_exercise_once_and_each_leads_there(
    open_page: OpenPage, site: Path
) -> None:
    page, rows = opened(open_page, java_script_enabled=False)
    expect(page.locator(".nn-filter")).to_be_hidden()
    notebooks = "".join(p.read_text("utf-8") for p in (ROOT / "chapters").glob("*.ipynb"))
    links = rows.locator("td:first-child a").evaluate_all("all => all.map(a => a.href)")
    anchors = [link.split("/chapters/")[1] for link in links]
    assert sorted(a.split("#")[1] for a in anchors) == sorted(
        re.findall(r":label: (ex-[\w-]+)", notebooks)
    )
    for anchor in anchors:
        path, name = anchor.split("#")
        assert f'id="{name}"' in (site / "chapters" / path).read_text("utf-8")
    assert all(text.isdigit() for text in column(rows, 4))
    assert set(column(rows, 5)) == {"easy", "medium", "hard"}
    assert all(column(rows, 6)), "each builds on something"


def test_filters_narrow_the_table_and_say_what_is_left(open_page: OpenPage) -> None:
    page, rows = opened(open_page)
    whole = rows.count()
    page.get_by_label("Kind").select_option("in code")
    page.get_by_label("Minutes, at most").select_option("15")
    page.get_by_label("Level").select_option("easy")
    assert 0 < rows.count() < whole
    assert set(column(rows, 3)) == {"in code"}
    minutes = [int(text) for text in column(rows, 4)]
    assert max(minutes) <= 15
    status = page.locator(".nn-filter [role=status]")
    expect(status).to_have_text(f"{len(minutes)} exercises, {sum(minutes)} minutes")
    page.get_by_label("Words").fill("no such words")
    expect(rows).to_have_count(0)
    expect(status).to_have_text("0 exercises, 0 minutes")


def test_filters_work_by_keyboard(open_page: OpenPage) -> None:
    page, rows = opened(open_page)
    page.locator(".nn-filter").get_by_label("Chapter").focus()
    page.keyboard.type("Training")
    for _step in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.type("bowl")
    expect(rows).to_have_count(1)
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
