"""The laboratory's plane and network in a real browser: points held out, drawn points, units, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

import serve
from nnlib.widgets import TrainingExplorer
from nnlib.widgets.seeded import dataset
from tests.browser.explorers import changed_by, open_ready, picture, sentence, settle, write_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laboratory")
    write_page(folder, TrainingExplorer(rates=[0.3], epochs=50, noise=2.0))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serve.serving(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    yield context
    context.close()


@pytest.fixture
def explorer(context: BrowserContext, server: str) -> Iterator[Page]:
    """The page, alive; at the end it must not have reported an error."""
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = open_ready(context, server)
    yield page
    assert errors == []


def view(page: Page) -> Locator:
    return page.locator(".nn-view").first


def restored(context: BrowserContext, page: Page) -> Page:
    """Copy the link to what a page shows, and open it in a new tab."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    view(page).get_by_role("button", name="Copy link").click()
    view(page).get_by_role("button", name="Link copied").wait_for()
    other = open_ready(context, page.evaluate("navigator.clipboard.readText()"))
    assert sentence(other) == sentence(page)
    assert picture(other) == picture(page)
    return other


# ---- points held out


def test_points_held_out_are_shown_on_request_with_their_share(
    context: BrowserContext, explorer: Page
) -> None:
    marks = view(explorer).locator(".nn-held-points path")
    assert not marks.first.is_visible()
    assert "validation points on" not in sentence(explorer)
    box = view(explorer).get_by_label("validation points")
    changed_by(explorer, box.check)
    assert re.search(r"(\d+) % of the training points and (\d+) % of the", sentence(explorer))
    drawn = "".join(path.get_attribute("d") or "" for path in marks.all())
    assert drawn.count("M") == 200
    fill, width = marks.first.evaluate("el => [getComputedStyle(el).fill, el.getBBox().width]")
    assert fill == "none"
    assert width > 0
    assert restored(context, explorer).get_by_label("validation points").is_checked()
    changed_by(explorer, box.uncheck)


def test_the_shares_are_those_that_python_counts(explorer: Page) -> None:
    view(explorer).get_by_label("validation points").check()
    settle(explorer)
    net = TrainingExplorer(rates=[0.3], epochs=50, noise=2.0).network(0, 50)
    expected = [
        round(100 * float(((net.predict(x) > 0) == (y > 0.5)).mean()))
        for x, y in dataset("moons", 200, 2.0)
    ]
    found = re.search(r"(\d+) % of the training points and (\d+) % of the", sentence(explorer))
    assert [int(share) for share in found.groups()] == expected
