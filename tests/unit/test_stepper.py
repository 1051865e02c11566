"""The backpropagation stepper in Python: the worked example, agreement with the page, and errors."""

from __future__ import annotations

import importlib.util
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib import MSE, check_gradient
from nnlib.widgets import BackpropExplorer
from nnlib.widgets.stepper import STEPS, THETA

JS = Path(__file__).resolve().parents[1] / "js"


def test_golden_file_is_what_python_says_now() -> None:
    spec = importlib.util.spec_from_file_location("make_stepper", JS / "make_stepper.py")
    assert spec is not None
    assert spec.loader is not None
    make_stepper = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_stepper)
    stored, fresh = json.loads(make_stepper.FILE.read_text("utf-8")), make_stepper.golden()
    assert len(stored) == len(fresh)
    for old, new in zip(stored, fresh, strict=True):
        assert (old["state"], old["sentence"]) == (new["state"], new["sentence"])
        for key in ("loss", "grad", "result"):
            assert np.allclose(old[key], new[key], rtol=0, atol=1e-12), old["state"]


def test_the_worked_example() -> None:
    explorer = BackpropExplorer(samples=1)
    assert explorer.loss() == pytest.approx(0.5005, abs=5e-5)
    assert np.allclose(explorer.delta(2), [[0.2928]], atol=5e-5)
    assert np.allclose(explorer.delta(1), [[0.1711, -0.1612]], atol=5e-5)
    assert np.allclose(
        explorer.net().grad,
        [0.0856, -0.1711, -0.0806, 0.1612, 0.1711, -0.1612, 0.2098, -0.1353, 0.2928],
        atol=5e-5,
    )


@pytest.mark.parametrize("network", THETA)
@pytest.mark.parametrize("samples", [1, 3])
def test_the_gradient_passes_the_check(network: str, samples: int) -> None:
    explorer = BackpropExplorer(network=network, samples=samples)
    assert check_gradient(explorer.net(), MSE(), *explorer.batch()).ok


@pytest.mark.parametrize("step", range(len(STEPS)))
@pytest.mark.parametrize("network", THETA)
def test_the_picture_is_well_formed_and_says_what_the_sentence_says(
    network: str, step: int
) -> None:
    explorer = BackpropExplorer(network=network, step=step, entry=1)
    root = ElementTree.fromstring(explorer.html())
    picture = root.find("div/{http://www.w3.org/2000/svg}svg")
    assert picture is not None
    assert picture.get("aria-label") == explorer.sentence()
    texts = [text.text or "" for text in picture.findall(".//{*}text")]
    assert explorer.entry_text() in texts
    deltas = sum(text.startswith("Δ ") for text in texts)
    sizes = [int(n) for n in network.split("-")]
    assert deltas == (sizes[2] if step >= 6 else 0) + (sizes[1] if step >= 9 else 0)


def test_another_network_brings_its_own_parameters() -> None:
    explorer = BackpropExplorer()
    explorer.network = "2-3-2"
    assert explorer.theta == THETA["2-3-2"]
    assert explorer.net().grad.size == len(explorer.parameter_names()) == 17


def test_what_the_reader_set_comes_back_as_a_network() -> None:
    explorer = BackpropExplorer()
    explorer.theta = [0.5, *explorer.theta[1:]]
    assert explorer.net().theta[0] == 0.5


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ({"network": "3-3-3"}, traitlets.TraitError, "network"),
        ({"samples": 2}, traitlets.TraitError, "samples"),
        ({"step": 12}, traitlets.TraitError, "step"),
        ({"theta": [4.0] * 9}, traitlets.TraitError, "should not be greater|4.0|at most"),
        ({"theta": [1.0] * 8}, ValueError, "8 parameters, a 2-2-1 network has 9"),
        ({"lr": 1}, TypeError, "has no 'lr'"),
    ],
)
def test_bad_states_are_refused(state: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        BackpropExplorer(**state)
