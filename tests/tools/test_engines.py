"""nnlib, the page's engine and PyTorch train the same networks to the same numbers."""

import copy
import json

import pytest
import torch

from benchmarks import engines

NETWORKS = json.loads(engines.GOLDEN.read_text("utf-8"))["networks"]


@pytest.fixture(autouse=True)
def _float64():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def test_they_agree_on_every_network():
    table, worst = engines.report(NETWORKS)
    assert worst < engines.TOLERANCE
    assert table.count("\n") == len(NETWORKS) + 2


@pytest.mark.parametrize("key", ["losses", "final"])
def test_a_difference_would_be_seen(key):
    changed = copy.deepcopy(NETWORKS)
    changed[3][key][-1] += 1e-8
    assert engines.report(changed)[1] > engines.TOLERANCE
