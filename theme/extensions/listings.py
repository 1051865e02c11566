"""What the directives that make tables share: links, small formulas and code in a text, and the table itself."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes

PARTS = re.compile(r"`([^`]+)`|\$([^$]+)\$|([^`$]+|[`$])")


def inline(text: str) -> list[nodes.Node]:
    """Return a text's nodes: code in backticks, formulas in dollars, and the rest as it stands."""
    found: list[nodes.Node] = []
    for code, formula, words in PARTS.findall(text):
        if code:
            found.append(nodes.literal("", code))
        else:
            found.append(nodes.math("", formula) if formula else nodes.Text(words))
    return found


def link(docname: str, text: str, **target: Any) -> nodes.Node:
    """Return a link on the page ``docname`` that Sphinx resolves, or warns of, as it does with others."""
    told = {"refexplicit": True, "refwarn": True, "refdoc": docname, **target}
    return addnodes.pending_xref("", nodes.inline("", "", *inline(text)), **told)


def table(name: str, head: list[str], rows: list[list[list[nodes.Node]]]) -> nodes.table:
    """Return a table of the class ``name`` with cells that hold the nodes given."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _column in head]
    titles: list[list[list[nodes.Node]]] = [[[nodes.Text(text)] for text in head]]
    for part, lines in ((nodes.thead(), titles), (nodes.tbody(), rows)):
        for cells in lines:
            part += nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *c)) for c in cells))
        group += part
    return nodes.table("", group, classes=["nn-listing", name])
