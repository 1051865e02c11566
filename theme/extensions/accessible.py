"""Repairs to generated HTML that assistive technology would stumble over.

Bibliographies carry ARIA roles that the standard has since withdrawn; all exercises of a page, and
all its theorems, share one id.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_CITATION = re.compile(r'(<div class="citation"[^>]*) role="doc-biblioentry"')
_CITATION_LIST = re.compile(r'<div role="list" class="citation-list">')
_SHARED_ID = re.compile(r' id="(exercise|solution|proof)-content"')


def repair(body: str) -> str:
    """Return a page's HTML without withdrawn roles and shared ids."""
    body = _CITATION.sub(r"\1", body)
    body = _SHARED_ID.sub("", body)
    return _CITATION_LIST.sub('<div class="citation-list">', body)


def _repair_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if "body" in context:
        context["body"] = repair(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the moment before a page is put into its template."""
    app.connect("html-page-context", _repair_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
