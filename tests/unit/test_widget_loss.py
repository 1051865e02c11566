"""The loss explorer in Python: histories, recording, following, and agreement with the page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets

from nnlib import SGD, BinaryCrossEntropy, History, data, mlp, tanh, train
from nnlib.history import Record
from nnlib.training import DivergedError
from nnlib.widgets import LossExplorer, recording
from nnlib.widgets.loss_still import number_text
from theme.extensions.katex import node_path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import { HistoryCurve, lossSentence } from "./nnlib/widgets/loss_state.js";
import { formatNumber } from "./nnlib/widgets/scales.js";
let text = "";
for await (const part of process.stdin) text += part;
const { states, numbers } = JSON.parse(text);
const sentences = states.map(({ curves, selected, epoch, series }) => {
  const curve = curves[Math.min(selected, curves.length - 1)];
  const seen = curve && new HistoryCurve(curve, series);
  return lossSentence(seen, seen?.near(epoch));
});
console.log(JSON.stringify({ sentences, numbers: numbers.map((value) => formatNumber(value, 3)) }));
"""


def ask_the_page(states: list[dict[str, Any]], numbers: list[float]) -> dict[str, Any]:
    done = subprocess.run(
        [node_path(), "--input-type=module", "-e", SCRIPT],
        input=json.dumps({"states": states, "numbers": numbers}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return json.loads(done.stdout)


def history(epochs: int = 5, held: bool = True) -> History:
    losses = [(0.9**e, 0.5 + 0.01 * (e - 3) ** 2 if held else None) for e in range(1, epochs + 1)]
    return History([Record(e, *pair, 1.0) for e, pair in enumerate(losses, 1)])


def training(epochs: int = 30, lr: float = 0.5, validation: bool = True) -> Any:
    rng = np.random.default_rng(0)
    x, y = data.moons(40, rng=rng)
    net = mlp([2, 4, 1], tanh, rng=rng)
    held = data.moons(40, rng=rng) if validation else None
    return train(net, BinaryCrossEntropy(), SGD(lr), x, y, epochs=epochs, rng=rng, validation=held)


def test_histories_become_curves():
    plain = history(held=False)
    explorer = LossExplorer({"held": history(), "plain": plain})
    assert [curve["label"] for curve in explorer.curves] == ["held", "plain"]
    assert np.array_equal(explorer.losses(1), plain.loss)
    assert np.isnan(explorer.validation(1)).all()
    assert np.array_equal(explorer.validation(0), history().validation)
    assert (explorer.selected, explorer.epoch) == (0, 5)
    assert np.array_equal(explorer.losses(), history().loss), "the one looked at"
    assert LossExplorer(history()).curves[0]["label"] == "run 1"


def test_python_and_the_page_say_the_same():
    explorers = [
        LossExplorer(),
        LossExplorer({"a": history()}, epoch=3),
        LossExplorer({"a": history(held=False), "b": history(1300)}, selected=1, epoch=777),
        LossExplorer({"a": history(), "b": history()}, selected=5, series="validation"),
    ]
    explorers[1].record("lost", Record(1, float("inf"), 3e7, 1.0))
    numbers = [0.0812, 1e-7, 123456.0, 0.001, 99999.0, -2.5, 0.0, 1e5, 0.00099996, 54321.0]
    page = ask_the_page([explorer.page_state() for explorer in explorers], numbers)
    assert page["sentences"] == [explorer.sentence() for explorer in explorers]
    assert page["numbers"] == [number_text(value, 3) for value in numbers]


def test_following_records_every_epoch_and_shows_some(monkeypatch):
    monkeypatch.setattr(recording, "SYNC_SECONDS", 1e9)  # nothing is due
    explorer, seen = LossExplorer(), []
    explorer._last_sync = 1e12
    explorer.observe(lambda change: seen.append(change["new"]), "curves")
    kept = History(explorer.follow("SGD", training()))
    assert len(seen) == 1, "the end is always shown"
    assert np.array_equal(explorer.losses(0), kept.loss)
    assert np.array_equal(explorer.validation(0), kept.validation)
    assert (explorer.selected, explorer.epoch) == (0, 30)


def test_the_curve_grows_during_the_loop(monkeypatch):
    monkeypatch.setattr(recording, "SYNC_SECONDS", 0)
    explorer, lengths = LossExplorer(), []
    for record in explorer.follow("SGD", training()):
        lengths.append(len(explorer.curves[0]["loss"]))
        if record.epoch == 7:
            break
    assert lengths == [1, 2, 3, 4, 5, 6, 7]
    assert explorer.epoch == 7


def test_running_a_cell_again_begins_the_curve_anew_and_going_on_goes_on():
    explorer = LossExplorer({"SGD": history(40)})
    list(explorer.follow("SGD", training(12)))
    assert len(explorer.losses(0)) == 12
    explorer.record("SGD", Record(13, 0.1, None, 1.0))
    assert explorer.curves[0]["epochs"] == [*range(1, 14)]
    assert explorer.curves[0]["validation"][-1] is None


def test_a_run_that_diverges_says_so():
    explorer = LossExplorer()

    def diverging():
        yield Record(1, 0.5, None, 1.0)
        raise DivergedError("not finite")

    with pytest.raises(DivergedError):
        list(explorer.follow("wild", diverging()))
    assert explorer.curves[0]["diverged"]
    assert explorer.curves[0]["loss"] == [0.5]
    assert explorer.sentence().endswith("Then it was no longer a finite number, and the run ended.")


def test_at_most_six_curves_each_with_its_own_label():
    explorer = LossExplorer({str(i): history() for i in range(6)})
    with pytest.raises(ValueError, match="there are 6 curves already, no room for 'more'"):
        explorer.record("more", Record(1, 1.0, None, 1.0))
    explorer.record("3", Record(6, 1.0, None, 1.0))
    assert len(explorer.losses(3)) == 6
    with pytest.raises(traitlets.TraitError, match="a label of its own"):
        LossExplorer({"a": history()}, curves=LossExplorer({"a": history()}).curves)


def test_what_is_no_history_is_refused():
    with pytest.raises(TypeError, match=r"'a' must hold records of nnlib\.train, given 0\.5"):
        LossExplorer({"a": [0.5, 0.25]})
    with pytest.raises(traitlets.TraitError, match="it lacks epochs, loss"):
        LossExplorer(curves=[{"label": "a"}])
    broken = {**LossExplorer(history()).curves[0], "loss": [1.0]}
    with pytest.raises(traitlets.TraitError, match="lists of lengths"):
        LossExplorer(curves=[broken])
    with pytest.raises(ValueError, match="no curves yet"):
        LossExplorer().losses()
    with pytest.raises(ValueError, match="run must be from 0 to 0, given 4"):
        LossExplorer(history()).losses(4)


def test_a_page_gets_a_long_history_thinned_with_its_ends_and_its_best():
    explorer = LossExplorer(history(20_000))
    curve = explorer.page_state()["curves"][0]
    assert len(curve["epochs"]) < 510
    assert {1, 3, 20_000} <= set(curve["epochs"]), "epoch 3 has the lowest validation loss"
    assert len(explorer.curves[0]["epochs"]) == 20_000, "Python keeps them all"


@pytest.mark.parametrize("series", ["both", "training", "validation"])
@pytest.mark.parametrize("log_scale", [False, True])
def test_every_state_has_a_picture(series, log_scale):
    explorer = LossExplorer(
        {"a": history(), "b": history(held=False), "empty": []}, series=series, log_scale=log_scale
    )
    explorer.record("c", Record(1, float("nan"), None, 1.0))
    drawn = {"both": 8, "training": 4, "validation": 4}[series]
    assert explorer.still().count("<polyline") == drawn
    assert "nan" not in explorer.html().lower()
    assert "nan" not in LossExplorer(series=series, log_scale=log_scale).html().lower()
