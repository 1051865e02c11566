"""No page of the book weighs more on the wire than it may."""

from playwright.sync_api import Browser

from benchmarks import page_weight


def test_a_page_is_within_its_budget(html_page: str, browser: Browser, base_url: str) -> None:
    visit = page_weight.visit(browser, base_url.rstrip("/"), html_page, slowly=False)
    assert page_weight.faults([visit], seconds=float("inf")) == []
    assert visit.bytes_by_kind["Document"] > 1000, "the page was not counted"
