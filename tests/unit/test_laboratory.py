"""The laboratory's drawn points and edited weights, on the side of Python."""

from __future__ import annotations

import numpy as np
import pytest
import traitlets

from nnlib import BinaryCrossEntropy, data
from nnlib.widgets import TrainingExplorer, drawn

# ---- drawn points


def test_drawn_points_are_on_their_grid_and_survive_their_text():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-2, 2, (100, 2)), rng.integers(0, 2, (100, 1)).astype(float)
    text = drawn.encode(x, y)
    again, classes = drawn.decode(text)
    assert len(text) == 300
    assert np.abs(again - x).max() <= 0.01 + 1e-12
    assert again == pytest.approx(np.rint(again / 0.02) * 0.02)
    assert np.array_equal(classes, y)
    assert drawn.encode(again, classes) == text
    corners = np.array([[-2.0, -2.0], [2.0, 2.0], [-2.0, 2.0]])
    assert np.array_equal(drawn.decode(drawn.encode(corners, np.ones((3, 1))))[0], corners)
    nothing = drawn.decode("")
    assert (nothing[0].shape, nothing[1].shape) == ((0, 2), (0, 1))


@pytest.mark.parametrize("text", ["AA", "A!A", "___", "AAA" * 101, "AA\n", "äöü"])
def test_a_text_that_is_no_drawing_is_refused(text):
    with pytest.raises(ValueError, match="not the text of at most 100 drawn points"):
        drawn.decode(text)
    with pytest.raises(traitlets.TraitError, match="drawn is not the text"):
        TrainingExplorer(drawn=text)


def test_what_does_not_fit_the_plane_is_refused():
    explorer = TrainingExplorer()
    with pytest.raises(ValueError, match="at most 100 points can be drawn, given 101"):
        explorer.draw(np.zeros((101, 2)), np.zeros((101, 1)))
    with pytest.raises(ValueError, match=r"goes from -2 to 2, given a point at 2\.5"):
        explorer.draw([[0, -2.5]], [[1]])
    with pytest.raises(ValueError, match="classes in y must be 0 or 1"):
        explorer.draw([[0, 0]], [[2]])


def test_python_draws_and_reads_what_is_drawn():
    explorer = TrainingExplorer(dataset="moons", rates=[0.3], epochs=2)
    moons, _ = explorer.data()
    assert moons.shape == (200, 2)
    x, y = data.moons(40, rng=np.random.default_rng(0))
    explorer.draw(x, y)
    assert (explorer.dataset, explorer.selected, explorer.epoch) == ("drawn", -1, 0)
    again, classes = explorer.data()
    assert np.abs(again - x).max() <= 0.01 + 1e-12
    assert np.array_equal(classes, y)
    assert explorer.sentence().startswith("Training explorer, data: 40 drawn points.")
    explorer.set_state({"drawn": "", "pen": "erase"})  # as a message from the browser does
    assert explorer.data()[0].shape == (0, 2)
    assert "nan" not in explorer.still()
    explorer.dataset = "moons"
    assert np.array_equal(explorer.data()[0], moons)


def test_a_run_on_drawn_points_has_them_and_holds_none_out():
    x, y = data.moons(40, rng=np.random.default_rng(0))
    explorer = TrainingExplorer(epochs=3)
    explorer.draw(x, y)
    explorer.runs = [explorer.settings()]
    explorer.draw(x[:3], y[:3])
    run = explorer.runs[0]
    net = explorer.network(0, 3)
    assert explorer.losses(0)[3] == pytest.approx(
        BinaryCrossEntropy()(net.predict(drawn.decode(run["drawn"])[0]), y)
    ), "the run keeps the points that it was trained on"
    assert explorer.validation(0).size == 0
    with pytest.raises(traitlets.TraitError, match="no drawn points to train on"):
        explorer.runs = [run | {"drawn": ""}]


def test_the_still_picture_of_one_point_is_one():
    explorer = TrainingExplorer()
    explorer.draw([[0.5, 0.5]], [[1]])
    assert "nan" not in explorer.still()
