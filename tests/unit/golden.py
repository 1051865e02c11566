"""The files that hold the page's JavaScript to Python: the scripts that write them, and whether one is up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "js"


def script(name: str) -> ModuleType:
    """Return the script of this name in ``tests/js`` as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_same(stored: Any, fresh: Any, where: str, rel: float = 1e-12) -> None:
    """Compare what a file holds with what is computed now, fractions within a tolerance."""
    assert type(stored) is type(fresh), where
    if isinstance(fresh, dict):
        assert stored.keys() == fresh.keys(), where
        for key in fresh:
            assert_same(stored[key], fresh[key], f"{where}.{key}", rel)
    elif isinstance(fresh, list):
        assert len(stored) == len(fresh), where
        for i, (old, new) in enumerate(zip(stored, fresh, strict=True)):
            assert_same(old, new, f"{where}[{i}]", rel)
    elif isinstance(fresh, float):
        assert stored == pytest.approx(fresh, rel=rel, abs=1e-12), where
    else:
        assert stored == fresh, where
