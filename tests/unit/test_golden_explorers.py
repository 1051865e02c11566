"""The numbers that node holds the explorers' pages to are what Python computes now."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "js" / "golden_explorers.py"
spec = importlib.util.spec_from_file_location("golden_explorers", SOURCE)
golden_explorers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden_explorers)


def assert_same(stored: Any, fresh: Any, where: str) -> None:
    if isinstance(fresh, dict):
        assert stored.keys() == fresh.keys(), where
        for key in fresh:
            assert_same(stored[key], fresh[key], f"{where}.{key}")
    elif isinstance(fresh, list | tuple):
        assert len(stored) == len(fresh), where
        for i, (old, new) in enumerate(zip(stored, fresh, strict=True)):
            assert_same(old, new, f"{where}[{i}]")
    elif isinstance(fresh, float):
        assert stored == pytest.approx(fresh, rel=1e-9, abs=1e-12), where
    else:
        assert stored == fresh, where


@pytest.mark.parametrize("name", golden_explorers.GOLDEN)
def test_the_numbers_are_up_to_date(name):
    stored = json.loads(golden_explorers.file_of(name).read_text("utf-8"))
    assert_same(stored, golden_explorers.GOLDEN[name](), name)
