"""The numbers that node holds the explorers' pages to are what Python computes now."""

from __future__ import annotations

import json

import pytest

from tests.unit import golden

explorers = golden.script("golden_explorers")


@pytest.mark.parametrize("name", explorers.GOLDEN)
def test_the_numbers_are_up_to_date(name):
    stored = json.loads(explorers.file_of(name).read_text("utf-8"))
    fresh = json.loads(json.dumps(explorers.GOLDEN[name]()))  # as it would be stored
    golden.assert_same(stored, fresh, name, rel=1e-9)
