"""A book of one page, built through Sphinx with the theme's extensions."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Protocol

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSIONS = [
    "myst_parser",
    "theme.extensions.katex",
    "theme.extensions.figures",
    "theme.extensions.quiz",
    "theme.extensions.exercises",
    "theme.extensions.assignments",
]
CONFIG = {
    "html_math_renderer": "katex",
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "html_theme": "basic",
    "show_warning_types": False,
}
_COLOUR_CODE = re.compile(r"\x1b\[[\d;]*m")


class Build(Protocol):
    """Builds one page from its Markdown text."""

    def __call__(self, text: str) -> tuple[str, str]:
        """Return the page's HTML and the build's warnings."""


def build_page(folder: Path, text: str) -> tuple[str, str]:
    """Build a page in a folder; return its HTML and the build's warnings."""
    folder.joinpath("index.md").write_text(f"# Title\n\n{text}\n", "utf-8")
    warnings = io.StringIO()
    overrides = {**CONFIG, "extensions": EXTENSIONS}
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder, None, folder / "out", folder / "trees", "html", overrides, None, warnings
        )
        app.build()
    html = (folder / "out" / "index.html").read_text("utf-8")
    return html, _COLOUR_CODE.sub("", warnings.getvalue())
