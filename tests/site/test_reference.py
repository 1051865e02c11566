"""The reference of nnlib: nothing is missing, and names lead where a reader expects."""

from __future__ import annotations

import re
from pathlib import Path

import nnlib
from tests.unit.test_docstrings import INTERNAL, modules
from theme.extensions.reference import candidates

PAGE = Path(__file__).resolve().parents[2] / "chapters/reference/nnlib.md"


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
