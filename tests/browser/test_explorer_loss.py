"""What is special about the loss explorer on a page: its key says what is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from nnlib.widgets import LossExplorer
from tests.browser.explorers import open_ready, settle, watch, write_page

HISTORY = {"label": "plain", "epochs": [1, 2, 3], "loss": [1.0, 0.5, 0.4], "diverged": False}


@pytest.mark.parametrize("validation", [[0.9, 0.6, 0.7], [None, None, None]])
def test_the_key_stands_only_where_there_are_two_kinds_of_lines(
    browser: Browser, tmp_path: Path, validation: list[float | None]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    explorer = LossExplorer(curves=[{**HISTORY, "validation": validation}])
    page = open_ready(context, write_page(tmp_path, explorer).as_uri())
    errors = watch(page)
    shown = {}
    for series in ("both", "training", "validation"):
        page.get_by_label("Loss on").select_option(series)
        settle(page)
        shown[series] = page.locator(".nn-loss .nn-key").is_visible()
    assert shown == {"both": validation[0] is not None, "training": False, "validation": False}
    context.close()
    assert errors == []
