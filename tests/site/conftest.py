"""What the tests of the theme's extensions share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.book import Build, build_page


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A function that builds one page: its HTML and the warnings."""
    return lambda text: build_page(tmp_path, text)
