"""Runs of the training explorer in Python: paused, and as the page computes them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib import BinaryCrossEntropy
from nnlib.widgets import TrainingExplorer
from nnlib.widgets.seeded import SeededRandom, dataset
from tests.unit import golden

FIRST: dict[str, Any] = TrainingExplorer(epochs=9).settings()


def test_the_stored_runs_are_what_nnlib_computes_now():
    make_runs = golden.script("make_runs")
    stored = json.loads(make_runs.FILE.read_text("utf-8"))
    fresh = json.loads(json.dumps(make_runs.storable(make_runs.golden())))
    golden.assert_same(stored, fresh, "golden_runs", rel=1e-9)


# ---- paused runs


def test_a_paused_run_stands_where_its_pause_says():
    explorer = TrainingExplorer(runs=[FIRST, {**FIRST, "paused": [4, 3]}], selected=1, epoch=5)
    whole, paused = explorer.losses(0), explorer.losses(1)
    assert len(paused) == 6
    assert np.array_equal(paused[:5], whole[:5])
    assert explorer.validation(1).size == 6

    net, (x, y) = explorer.network(1, 4), dataset("moons")[0]
    rng = SeededRandom(FIRST["seed"])
    rng.normal(0, 1, 24)  # the first weights
    orders = [rng.permutation(len(x)) for _ in range(5)]
    for batch in range(3):
        chosen = orders[4][20 * batch : 20 * batch + 20]
        net.backward(BinaryCrossEntropy().grad(net.forward(x[chosen]), y[chosen]))
        net.theta -= FIRST["lr"] * net.grad
    assert explorer.network().theta == pytest.approx(net.theta, abs=1e-12)


def test_a_paused_run_is_drawn_as_far_as_it_has_come():
    explorer = TrainingExplorer(runs=[{**FIRST, "paused": [4, 5]}], selected=0, epoch=5)
    end = explorer.still().split("<polyline")[-1].split('points="')[1].split('"')[0].split()[-1]
    assert float(end.split(",")[0]) == pytest.approx(380 + 300), "which is the end of the axis"
    assert ">4.5</text>" in explorer.still()


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"paused": [3]}, r"is paused after \[epochs, updates\], given \[3\]"),
        ({"paused": [3, -1]}, r"given \[3, -1\]"),
        ({"paused": [0.5, 0]}, r"given \[0.5, 0\]"),
    ],
)
def test_what_no_run_can_be_is_said(run, words):
    with pytest.raises(traitlets.TraitError, match=words):
        TrainingExplorer(runs=[{**FIRST, **run}])
