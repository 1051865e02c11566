"""The API reference: names and sources in docstrings become links.

A docstring of nnlib writes `Dense` or `checkpoint.save`, as one would say it. Sphinx looks such a name up only
in the module that it stands in; here the one documented name that ends with it is taken. It writes "Kingma and
Ba (2015)" for a source, which becomes a citation; one that the bibliography lacks is a warning.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PyObject
from sphinx.environment import BuildEnvironment

# The first author's surname, the others', and the year.
_SOURCE = re.compile(r"\b([A-Z][a-z]+)(?:(?:,| and)\s+[A-Z][a-z]+|\s+et\s+al\.)*\s+\((\d{4})\)")


_COUNTED = re.compile(r"id\d+$")


def with_citations(text: str) -> str:
    """Return a docstring in which each source is cited by its key in the bibliography: surname and year.

    >>> with_citations("Source: Kingma and Ba (2015), algorithm 1")
    'Source: :cite:t:`kingma2015`, algorithm 1'
    """
    return _SOURCE.sub(lambda source: f":cite:t:`{source[1].lower()}{source[2]}`", text)


def candidates(name: str, documented: list[str]) -> list[str]:
    """Return the documented names that are ``name`` or end with it, the shortest first.

    >>> candidates("save", ["nnlib.checkpoint.save", "nnlib.save_all"])
    ['nnlib.checkpoint.save']
    """
    found = [full for full in documented if full == name or full.endswith(f".{name}")]
    return sorted(found, key=lambda full: (full.count("."), full))


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    if node.get("refdomain") != "py" or node.get("reftype") != "obj":
        return None
    domain = env.get_domain("py")
    objects = {full: entry for full, entry in domain.objects.items() if not entry.aliased}
    found = candidates(node["reftarget"].removesuffix("()"), list(objects))
    if not found:
        return None  # Sphinx warns, and a warning is an error
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", found[0], node, contnode)


def _cite(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    lines[:] = with_citations("\n".join(lines)).split("\n")


def _unique_ids(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let each citation have an id of its own: docutils counts anew in each block of the page."""
    seen: set[str] = set()
    for node in doctree.findall(nodes.Element):
        node["ids"] = [name for name in node["ids"] if name not in seen or not _COUNTED.match(name)]
        seen.update(node["ids"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Stand in where Sphinx finds nothing, and call attributes what Python calls them."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("missing-reference", _resolve)
    app.connect("autodoc-process-docstring", _cite)
    app.connect("doctree-resolved", _unique_ids)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
