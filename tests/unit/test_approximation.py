"""The universal approximation explorer in Python: bumps, networks, training, and the file that node is held to."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from nnlib.widgets import ApproximationExplorer
from nnlib.widgets.approximation import STEPS_MOST, TARGETS, UNITS, X, edges
from tests.unit import golden


def test_the_file_for_node_is_what_python_computes_now():
    made = golden.script("make_approximation")
    stored, fresh = json.loads(made.FILE.read_text("utf-8")), made.golden()
    assert len(stored) == len(fresh)
    for old, new in zip(stored, fresh, strict=True):
        assert old["state"] == new["state"]
        assert old["sentence"] == new["sentence"]
        assert old["theta"] == pytest.approx(new["theta"], rel=1e-12, abs=1e-12)
        assert old["losses"] == pytest.approx(new["losses"], rel=1e-7)


@pytest.mark.parametrize("units", UNITS)
def test_the_network_is_the_sum_of_the_bumps(units):
    heights, k = [0.5, -1.0, 1.5], 50.0
    s = edges(3)
    assert s == pytest.approx([-1 / 3, 1 / 3, 2 / 3, 4 / 3])

    def step(t):
        return np.clip(t / 4 + 0.5, 0, 1) if units == "relu" else 1 / (1 + np.exp(-t))

    total = sum(
        h * (step(k * (X - s[j])) - step(k * (X - s[j + 1]))) for j, h in enumerate(heights)
    )
    explorer = ApproximationExplorer(heights=heights, steepness=k, units=units)
    assert explorer.output() == pytest.approx(total, abs=1e-12)


def test_fitted_bumps_meet_the_curve_in_their_middles():
    explorer = ApproximationExplorer(heights=[0.0] * 10, steepness=500, steps=7)
    explorer.fit()
    assert explorer.steps == 0
    middles = np.arange(10, 200, 20)
    assert explorer.output()[middles] == pytest.approx(np.sin(2 * np.pi * X[middles]), abs=1e-3)


def test_twice_as_many_bumps_halve_the_largest_error():
    largest = []
    for n in (4, 8, 16):
        explorer = ApproximationExplorer(heights=[0.0] * n)
        explorer.fit()
        largest.append(explorer.errors().largest)
        assert largest[-1] <= np.pi / n  # half a bump's width times the steepest slope
    assert largest == pytest.approx([0.71, 0.38, 0.20], abs=0.006)


def test_training_goes_on_from_the_bumps():
    explorer = ApproximationExplorer(heights=[0.0] * 8, steepness=20)
    explorer.fit()
    before = explorer.errors().mean_squared
    explorer.steps = 200
    losses = explorer.losses()
    assert losses.shape == (201,)
    assert losses[0] == pytest.approx(before)
    assert losses[-1] == pytest.approx(explorer.errors().mean_squared)
    assert losses[-1] < 0.01 * losses[0]
    assert explorer.network(0).predict(X[:, None])[:, 0] == pytest.approx(
        ApproximationExplorer(heights=explorer.heights, steepness=20).output()
    )
    assert "after 200 steps of training" in explorer.sentence()


def test_steep_units_hardly_train():
    explorer = ApproximationExplorer(heights=[0.0] * 8, steepness=1000)
    explorer.fit()
    explorer.steps = STEPS_MOST
    losses = explorer.losses()
    assert losses[-1] > 0.95 * losses[0]
    gentle = ApproximationExplorer(heights=explorer.heights, steepness=20, steps=STEPS_MOST)
    assert gentle.losses()[-1] < 0.002 * gentle.losses()[0]


def test_of_equal_errors_the_leftmost_is_named():
    explorer = ApproximationExplorer(target="wave", heights=[0, 0])
    assert explorer.errors() == pytest.approx((1.0, 0.25, 100 / 201))
    assert explorer.sentence() == (
        "2 bumps for a wave, from 3 sigmoid units: largest error 1 at x = 0.25, mean squared error 0.498."
    )


def test_an_own_curve():
    explorer = ApproximationExplorer(f=lambda x: x**2, heights=[0.1, 0.6])
    assert np.array_equal(explorer.values(), X**2)
    assert "for the given curve" in explorer.sentence()
    assert explorer.page_state()["given"] == (X**2).tolist()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("steepness", [5, 1000])
def test_extremes_are_drawn(target, units, steepness):
    for heights, steps in [([1.5, -1.5] * 8, 0), ([0, 0], 3)]:
        explorer = ApproximationExplorer(
            target=target, units=units, steepness=steepness, heights=heights, steps=steps
        )
        root = ElementTree.fromstring(explorer.html()).find(".//{*}svg")
        assert root.get("aria-label") == explorer.sentence()
        assert "nan" not in explorer.html()
        assert "inf" not in explorer.html().replace("information", "")
        assert len(root.findall(".//{*}polyline")) == 4


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"heights": [1.0]}, traitlets.TraitError, "heights"),
        ({"heights": [0.0] * 17}, traitlets.TraitError, "heights"),
        ({"heights": [0.0, 2.0]}, traitlets.TraitError, "heights"),
        ({"steps": 501}, traitlets.TraitError, "steps"),
        ({"target": "given"}, traitlets.TraitError, "no f=... was given"),
        ({"f": lambda x: 2 * x}, ValueError, "from -1.5 to 1.5"),
        ({"f": lambda x: x * np.nan}, ValueError, "from -1.5 to 1.5"),
        ({"f": lambda x: x[:3]}, ValueError, r"must have the shape of x, \(201,\), but has \(3,\)"),
        ({"bumps": 3}, TypeError, "has no 'bumps'"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        ApproximationExplorer(**arguments)


def test_what_the_reader_does_comes_back():
    explorer, seen = ApproximationExplorer(), []
    explorer.observe(lambda change: seen.append(change["new"]), "heights")
    explorer.set_state({"heights": [0.5, -0.5], "steps": 20})  # as a message from the browser does
    assert seen == [[0.5, -0.5]]
    assert explorer.network().layers[1].n_out == 3
    assert explorer.network().theta != pytest.approx(explorer.network(0).theta)
