"""Repairs to generated HTML."""

from __future__ import annotations

from theme.extensions.accessible import repair


def test_withdrawn_roles_and_shared_ids_go() -> None:
    page = (
        '<div role="list" class="citation-list"><div class="citation" id="a" role="doc-biblioentry">'
        '</div></div><section id="exercise-content"></section><section id="mine" role="list">'
    )
    assert repair(page) == (
        '<div class="citation-list"><div class="citation" id="a">'
        '</div></div><section></section><section id="mine" role="list">'
    )
