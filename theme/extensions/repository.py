"""The repository that the book's buttons lead to.

The address stands once, in ``_config.yml``. A build that runs on GitHub uses the repository it runs
in instead, so that the Binder and source buttons of a fork lead to the fork.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config


def repository_url(configured: str, environment: Mapping[str, str]) -> str:
    """Return the address of the repository being built, else the configured one."""
    server = environment.get("GITHUB_SERVER_URL")
    name = environment.get("GITHUB_REPOSITORY")
    return f"{server}/{name}" if server and name else configured


def _override(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    options["repository_url"] = repository_url(options["repository_url"], os.environ)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect before the theme derives its buttons from the address."""
    app.connect("config-inited", _override)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
