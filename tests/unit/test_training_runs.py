"""Runs of the training explorer in Python: paused, branches, and as the page computes them."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib import BinaryCrossEntropy
from nnlib.widgets import TrainingExplorer, recording
from nnlib.widgets.branching import STAGE
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


# ---- branches


def test_a_branch_goes_on_with_other_settings_and_an_optimiser_that_starts_anew():
    explorer = TrainingExplorer(optimizer="Momentum", epochs=9, rates=[0.05])
    explorer.branch(0, 4, lr=0.2, batch_size=0, weight_decay=0.01, epochs=12)
    assert (explorer.selected, explorer.epoch) == (1, 12)
    parent, branch = explorer.losses(0), explorer.losses(1)
    assert np.array_equal(branch[:5], parent[:5])
    assert (len(branch), branch[5] == parent[5]) == (13, False)
    net, (x, y) = explorer.network(0, 4), dataset("moons")[0]
    assert np.array_equal(explorer.network(1, 4).theta, net.theta)
    start = net.theta.copy()
    net.backward(BinaryCrossEntropy().grad(net.forward(x), y))
    step = 0.2 * (net.grad + 0.01 * start)  # without the velocity that the parent had
    assert explorer.network(1, 5).theta == pytest.approx(start - step, abs=1e-14)


def test_a_branch_of_plain_descent_with_nothing_changed_is_its_parent():
    explorer = TrainingExplorer(epochs=9, rates=[0.3])
    explorer.branch(0, 4)
    assert np.array_equal(explorer.losses(1), explorer.losses(0))
    assert explorer.sentence().endswith("learning rate 0.3 from epoch 4 of another run.")


def test_a_branch_stands_for_itself_when_its_parent_is_gone():
    explorer = TrainingExplorer(epochs=9, rates=[0.3])
    explorer.branch(0, 9, lr=0.03)
    explorer.branch(1, 12, optimizer="Adam")
    assert [run["epochs"] for run in explorer.runs] == [9, 18, 18]
    alone = TrainingExplorer(runs=[explorer.runs[2]], selected=0, epoch=15)
    assert np.array_equal(alone.losses(0), explorer.losses(2))
    assert np.array_equal(alone.network().theta, explorer.network(2, 15).theta)


def test_a_branch_is_drawn_from_its_epoch_on():
    explorer = TrainingExplorer(epochs=9, rates=[0.3])
    explorer.branch(0, 4, lr=0.03)
    lines = explorer.still().split('<polyline points="')[1:]
    lengths = [len(line.split('"')[0].split()) for line in lines]
    assert lengths == [6, 10, 6], "validation of the branch, its parent, the branch"


@pytest.mark.parametrize(
    ("arguments", "changes", "words"),
    [
        ((0, 4), {"hidden": [3]}, r"can change optimizer, .* given \['hidden'\]"),
        ((0, 10), {"lr": 1.0}, "of 9 epochs cannot branch at epoch 10"),
        ((0, 0), {"lr": 1.0}, "cannot branch at epoch 0"),
        ((1, 1), {"lr": 1.0}, "run 1 has been recorded"),
        ((2, 7), {"lr": 1.0}, "of 6 epochs cannot branch at epoch 7"),
        ((3, 8), {"lr": 1.0}, "can branch 5 times, not more"),
    ],
)
def test_what_cannot_branch_is_said(arguments, changes, words):
    recorded = recording.new("mine", None)
    often = [{"until": i, **{name: FIRST[name] for name in STAGE}} for i in range(1, 6)]
    runs = [FIRST, recorded, {**FIRST, "paused": [6, 2]}, {**FIRST, "past": often}]
    with pytest.raises(ValueError, match=words):
        TrainingExplorer(runs=runs).branch(*arguments, **changes)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"past": [{"until": 3}]}, "a stage of a run's past is a dict of until, optimizer, lr"),
        ({"past": [{**FIRST, "until": 9}]}, "before its 9 epochs"),
        ({"past": [{**FIRST, "until": 4}, {**FIRST, "until": 4}]}, "one after the other"),
        ({"paused": [3]}, r"is paused after \[epochs, updates\], given \[3\]"),
        ({"paused": [3, -1]}, r"given \[3, -1\]"),
        ({"paused": [0.5, 0]}, r"given \[0.5, 0\]"),
    ],
)
def test_what_no_run_can_be_is_said(run, words):
    with pytest.raises(traitlets.TraitError, match=words):
        TrainingExplorer(runs=[{**FIRST, **run}])


# ---- bands over seeds


def test_a_run_over_seeds_is_their_median_and_its_band_goes_from_lowest_to_highest():
    explorer = TrainingExplorer(epochs=9, seeds=4, seed=2**32 - 2, rates=[0.3])
    parts = [
        TrainingExplorer(epochs=9, seed=seed, rates=[0.3]) for seed in (2**32 - 2, 2**32 - 1, 0, 1)
    ]
    every = explorer.seed_losses(0)
    assert np.array_equal(every, [part.losses(0) for part in parts])
    assert np.array_equal(explorer.losses(0), np.median(every, axis=0))
    held = explorer.seed_losses(0, validation=True)
    assert np.array_equal(held, [part.validation(0) for part in parts])
    assert np.array_equal(explorer.validation(0), np.median(held, axis=0))
    assert np.array_equal(explorer.network().theta, parts[0].network().theta)
    assert explorer.sentence().endswith("learning rate 0.3, 4 seeds.")


def test_a_seed_that_diverges_counts_as_infinite():
    options: dict[str, Any] = {"hidden": [6] * 4, "activation": "leaky_relu", "epochs": 8}
    explorer = TrainingExplorer(seeds=4, rates=[5.0], **options)
    every = explorer.seed_losses(0)
    assert np.isfinite(every).all(axis=1).tolist() == [True, True, False, True]
    assert np.isfinite(explorer.losses(0)).all()
    assert "inf" not in explorer.html().lower().replace("info", "")
    assert "nan" not in explorer.still().lower()


def test_the_still_picture_draws_the_band_beneath_the_lines():
    explorer = TrainingExplorer(epochs=9, seeds=3, rates=[0.3, 1])
    still = explorer.still()
    assert still.count("<polygon") == 2
    assert still.count("<polyline") == 2 * 3 + 3, "edges, medians, and the validation that is shown"
    assert still.rindex("<polygon") < still.index('stroke-width="2"')
    area = still.split('<polygon points="')[1].split('"')[0].split()
    assert len(area) == 2 * 10
    held = explorer.seed_losses(explorer.selected, validation=True)
    high = max(explorer.seed_losses(0).max(), explorer.seed_losses(1).max(), held.max()) * 1.05
    top = 10 + 280 - 280 * explorer.seed_losses(0)[:, 0].max() / high
    assert float(area[-1].split(",")[1]) == pytest.approx(top, abs=0.06)
    dotted = re.findall(r'<polyline points="([^"]*)"[^>]*stroke-dasharray="0 4"', still)
    ends = [float(points.split(",")[-1]) for points in dotted]
    edges = [10 + 280 - 280 * edge / high for edge in (held[:, -1].min(), held[:, -1].max())]
    assert ends == pytest.approx(edges, abs=0.06)


def test_a_branch_and_a_pause_of_several_seeds():
    explorer = TrainingExplorer(epochs=9, seeds=3, rates=[0.3])
    explorer.branch(0, 4, lr=0.03)
    assert np.array_equal(explorer.seed_losses(1)[:, :5], explorer.seed_losses(0)[:, :5])
    explorer.runs = [{**explorer.runs[1], "paused": [6, 1]}]
    assert explorer.seed_losses(0).shape == (3, 8)


def test_a_recorded_run_has_one_curve():
    explorer = TrainingExplorer(runs=[recording.new("mine", None)])
    with pytest.raises(ValueError, match="run 0 has been recorded"):
        explorer.seed_losses(0)
