"""The reference of nnlib: nothing is missing, and names lead where a reader expects."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

import nnlib
from tests.unit.test_docstrings import INTERNAL, modules
from theme.extensions.reference import candidates, with_citations

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "chapters/reference/nnlib.md"
BIBLIOGRAPHY = ROOT / "references.bib"
NNLIB = ROOT / "nnlib"


def test_every_module_is_on_the_page() -> None:
    shown = re.findall(r"^\.\. automodule:: (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(shown) == sorted({module.__name__ for module in modules()} - INTERNAL)


def test_what_nnlib_exports_comes_from_a_module_on_the_page() -> None:
    for name in nnlib.__all__:
        module = getattr(getattr(nnlib, name), "__module__", None)
        assert module not in INTERNAL, f"{name} comes from {module}"


def test_a_name_leads_to_what_ends_with_it() -> None:
    documented = [
        "nnlib.search",
        "nnlib.search.search",
        "nnlib.layers.Dense",
        "nnlib.trials.research",
    ]
    assert candidates("Dense", documented) == ["nnlib.layers.Dense"]
    assert candidates("search", documented) == ["nnlib.search", "nnlib.search.search"]
    assert candidates("Dens", documented) == []


def test_a_source_becomes_a_citation_however_its_authors_are_written() -> None:
    text = "Source: He, Zhang, Ren and\nSun (2015), equation 10. Polyak (1964) and\nSutskever et al. (2013) put"
    assert with_citations(text) == (
        "Source: :cite:t:`he2015`, equation 10. :cite:t:`polyak1964` and\n:cite:t:`sutskever2013` put"
    )
    assert with_citations("the layers (2 of them), Adam (2)") == "the layers (2 of them), Adam (2)"


def cited_by(path: Path) -> set[str]:
    """Return the keys that a chapter, a page or a module cites."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    if path.suffix == ".py":
        return set(re.findall(r":cite:t:`(\w+)`", with_citations(text)))
    roles = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
    return {key.strip() for role in roles for key in role.split(",")}


def test_every_source_is_in_the_bibliography_and_every_entry_of_it_is_cited() -> None:
    keys = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text("utf-8"), re.MULTILINE))
    chapters = ROOT / "chapters"
    paths = [*chapters.glob("*.ipynb"), *chapters.glob("reference/*.md"), *NNLIB.rglob("*.py")]
    cited = {path.name: cited_by(path) for path in paths}
    assert {name: found - keys for name, found in cited.items() if found - keys} == {}
    assert keys - set().union(*cited.values()) == set(), "cited nowhere"
