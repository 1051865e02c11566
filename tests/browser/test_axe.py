"""The judge of accessibility itself: it finds what is there to find."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser import axe

POOR = """<!doctype html><html lang="en"><title>Poor</title><main><h1>Poor</h1>
<p style="color: #999; background: #aaa">hard to read</p><img src="data:,"></main></html>"""


def test_what_is_hard_to_read_or_has_no_name_is_a_fault(page: Page) -> None:
    page.set_content(POOR)
    assert {"color-contrast", "image-alt"} <= {rule for rule, _ in axe.faults(page)}
    ((rule, elements),) = axe.faults(page, colours_only=True)
    assert rule == "color-contrast"
    assert "hard to read" in elements[0]
