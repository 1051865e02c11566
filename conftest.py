"""Lets pytest take the chapters as tests, wherever it is started from, and share the tests out among processes."""

import pytest

pytest_plugins = ["tests.notebooks.chapters"]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what one file sets up in one process, unless the file names groups of its own."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            file = item.path.relative_to(config.rootpath)
            item.add_marker(pytest.mark.xdist_group(file.as_posix()))
