"""The differentiation explorer in Python, and its agreement with the page."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib.widgets import DifferentiationExplorer
from nnlib.widgets.differences import CURVES, STEPS, noise_at
from theme.extensions.katex import node_path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import { STEPS, difference, errorsOf, exactAt, schemesFor } from "./nnlib/widgets/differentiation_math.js";
import { differentiationSentence } from "./nnlib/widgets/differentiation_state.js";
let text = "";
for await (const part of process.stdin) text += part;
const answers = JSON.parse(text).map((state) => ({
  sentence: differentiationSentence(state),
  exact: exactAt(state),
  quotients: Object.fromEntries(
    schemesFor(state.function).map((scheme) => [scheme, difference(scheme, state, state.h)]),
  ),
}));
console.log(JSON.stringify({ STEPS, answers }));
"""


def ask_the_page(states: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the page computes for these states."""
    command = [node_path(), "--input-type=module", "-e", SCRIPT]
    done = subprocess.run(
        command, input=json.dumps(states), capture_output=True, text=True, cwd=ROOT, check=True
    )
    return json.loads(done.stdout)


def test_python_and_the_page_compute_the_same():
    rng = np.random.default_rng(5)
    explorers = []
    for name, curve in CURVES.items():
        for precision in ("float64", "float32"):
            for _ in range(8):
                x, c = round(rng.uniform(*curve.domain), 2), round(rng.uniform(-2, 2), 2)
                state = {"x": x, "c": c, "h": float(rng.choice(STEPS)), "precision": precision}
                explorers.append(DifferentiationExplorer(function=name, **state))
    page = ask_the_page([explorer.page_state() for explorer in explorers])
    assert page["STEPS"] == STEPS.tolist()
    for explorer, answer in zip(explorers, page["answers"], strict=True):
        eps = float(np.finfo(explorer.precision).eps)
        size = max(abs(answer["exact"][0]), 1)
        allowed = (
            2 * eps * size / explorer.h
        )  # two languages round a function's last digit differently
        assert explorer.quotients().keys() == answer["quotients"].keys()
        for name, value in explorer.quotients().items():
            if answer["quotients"][name] is None:  # the logarithm of what is not positive
                assert not np.isfinite(value)
            elif name == "complex":
                assert value == pytest.approx(answer["quotients"][name], rel=8 * eps, abs=8 * eps)
            else:
                assert value == pytest.approx(answer["quotients"][name], abs=allowed, rel=4 * eps)
        slope = re.search(r"has the slope ([−\d.×⁻⁰¹-⁹]+)", answer["sentence"])
        said = re.search(r"has the slope (\S+)\. Errors", explorer.sentence())
        if slope and said and "×" not in slope[1]:
            assert float(slope[1].rstrip(".").replace("−", "-")) == pytest.approx(float(said[1]))


def test_the_sentence_is_the_page_s_without_its_remark():
    explorer = DifferentiationExplorer(function="cube", x=1, h=0.1)
    (answer,) = ask_the_page([explorer.page_state()])["answers"]
    said = answer["sentence"].replace("x³", "x^3")
    assert said.startswith(explorer.sentence())


def test_errors_are_those_of_the_chapter():
    explorer = DifferentiationExplorer()
    errors = explorer.errors()
    assert set(errors) == {"h", "forward", "central", "complex"}
    h = errors["h"]
    truth = abs((np.exp(1 + h) - np.exp(1 - h)) / (2 * h) - np.e)
    assert errors["central"] == pytest.approx(truth, rel=1e-9, abs=1e-16)
    best = explorer.best()
    assert 1e-9 < best["forward"][0] < 1e-7
    assert 1e-6 < best["central"][0] < 1e-4
    assert best["complex"][1] < 1e-15


def test_single_precision_has_larger_errors_at_larger_steps():
    double, single = (DifferentiationExplorer(precision=p).best() for p in ("float64", "float32"))
    for name in ("forward", "central"):
        assert single[name][0] > 100 * double[name][0]
        assert single[name][1] > 1000 * double[name][1]


def test_a_kink_has_no_derivative():
    explorer = DifferentiationExplorer(function="abs", x=0, h=1e-3)
    assert np.isnan(explorer.derivative())
    assert explorer.quotients() == {"forward": 1, "central": 0}
    with pytest.raises(ValueError, match=r"\|x\| has a kink at x = 0: no derivative"):
        explorer.errors()
    assert "a kink" in explorer.sentence()
    assert "no derivative here" in explorer.still()


def test_x_stays_in_the_domain():
    explorer = DifferentiationExplorer(x=-2)
    explorer.function = "log"
    assert explorer.x == 0.2
    with pytest.raises(traitlets.TraitError, match=r"x of 'log' must lie in \[0.2, 3\]"):
        explorer.x = 0.1
    with pytest.raises(ValueError, match="precision must be one of float64, float32, given 'half'"):
        explorer.errors("half")


def test_noise_depends_on_x_alone_and_is_spread_evenly():
    x = np.linspace(0, 1, 2000)
    noise = noise_at(x)
    assert np.array_equal(noise, noise_at(x))
    assert -1 <= noise.min() < -0.98
    assert 0.98 < noise.max() < 1
    assert abs(noise.mean()) < 0.05
    assert noise_at(-0.0) == noise_at(0.0)


@pytest.mark.parametrize("name", CURVES)
def test_every_state_has_a_picture(name):
    for x in CURVES[name].domain:
        for h in (1e-16, 1e-3, 1.0):
            explorer = DifferentiationExplorer(function=name, x=x, h=h, secant="central")
            assert "nan" not in explorer.html().lower()
