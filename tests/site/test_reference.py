"""The reference of nnlib: nothing is missing, and names lead where a reader expects."""

from __future__ import annotations

import re
from pathlib import Path

import nnlib
from tests.formulas.labels import markdown_cells
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


KEYS = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text("utf-8"), re.MULTILINE))


def cited_by(module: Path) -> set[str]:
    """Return the keys of the sources that a module names."""
    return set(re.findall(r":cite:t:`(\w+)`", with_citations(module.read_text("utf-8"))))


def test_every_source_in_nnlib_is_in_the_bibliography() -> None:
    for path in sorted(NNLIB.rglob("*.py")):
        assert not cited_by(path) - KEYS, f"{path.name}: not in references.bib"


def test_every_entry_of_the_bibliography_is_cited() -> None:
    roles = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", "\n".join(markdown_cells()))
    in_text = {key.strip() for role in roles for key in role.split(",")}
    assert KEYS - in_text.union(*map(cited_by, NNLIB.rglob("*.py"))) == set()
    assert in_text - KEYS == set()
