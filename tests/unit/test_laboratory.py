"""The laboratory's drawn points and edited weights, on the side of Python."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import traitlets

from nnlib import (
    BinaryCrossEntropy,
    Dense,
    Input,
    Network,
    data,
    mlp,
    relu,
    sigmoid,
    tanh,
)
from nnlib.widgets import TrainingExplorer, drawn, edited

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


# ---- weights set by hand


def xor_by_hand():
    """Return two tanh units and an output that tell the four clouds apart: a band around the line x1 + x2 = 0."""
    net = mlp([2, 2, 1], tanh, rng=np.random.default_rng(0))
    net.theta[:] = [5, 5, 5, 5, 3, -3, 3, -3, -3]
    return net


@pytest.mark.parametrize("n", [0, 1, 2, 3, 33, 128])
def test_weights_survive_their_text_exactly(n):
    theta = np.random.default_rng(1).normal(0, 1e3, n) ** 3
    text = edited.encode(theta)
    assert np.array_equal(edited.decode(text), theta)
    assert text.replace("-", "").replace("_", "").isalnum() or not n


@pytest.mark.parametrize(
    "text", ["A", "AAA", "AAAAAAAAAA+", "!", "A" * 1400, edited.encode(np.ones(1)) + "A", "äöü"]
)
def test_a_text_that_holds_no_weights_is_refused(text):
    with pytest.raises(ValueError, match="not the text of at most 128 finite parameters"):
        edited.decode(text)
    with pytest.raises(traitlets.TraitError, match="edited is not the text"):
        TrainingExplorer(edited=text)


def test_weights_that_no_reader_could_set_are_refused():
    with pytest.raises(ValueError, match="up to 128 parameters can be edited, given one with 129"):
        edited.encode(np.zeros(129))
    with pytest.raises(ValueError, match="must be finite"):
        edited.encode(np.array([np.inf]))


def test_python_sets_weights_and_reads_them_back():
    net = xor_by_hand()
    explorer = TrainingExplorer(dataset="xor", noise=0.5, activation="relu", rates=[0.3], epochs=2)
    explorer.edit(net)
    assert (explorer.hidden, explorer.activation, explorer.start) == ([2], "tanh", "edited")
    assert (explorer.selected, explorer.epoch) == (-1, 0)
    shown = explorer.network()
    assert np.array_equal(shown.theta, net.theta)
    x, y = explorer.data()
    assert np.array_equal(shown.predict(x) > 0, y > 0.5), "no point is on the wrong side"
    explorer.runs = [*explorer.runs, explorer.settings()]
    assert np.array_equal(explorer.network(1, 0).theta, net.theta)
    assert explorer.losses(1)[2] < explorer.losses(1)[0]
    explorer.hidden = [3]
    assert explorer.start == "random", "another network has other weights"
    assert explorer.network().sizes == [2, 3, 1]
    assert explorer.settings()["edited"] == ""


def test_what_the_reader_edits_comes_back():
    explorer = TrainingExplorer(hidden=[2], rates=[0.3], epochs=2)
    theta = explorer.network(0, 2).theta
    theta[4] = 0.0
    message = {"start": "edited", "edited": edited.encode(theta), "selected": -1, "epoch": 0}
    explorer.set_state(message)  # as a message from the browser does
    assert np.array_equal(explorer.network().theta, theta)


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(3, tanh), Dense(1, sigmoid)],
        [Dense(3, tanh), Dense(3, relu), Dense(1)],
        [Dense(1, tanh) for _ in range(5)] + [Dense(1)],
    ],
)
def test_networks_that_the_explorer_does_not_train_are_refused(layers):
    net = Network(Input(2), *layers, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="one activation in up to four hidden layers and none"):
        TrainingExplorer().edit(net)


def test_a_network_without_hidden_units_leaves_the_activation():
    net = mlp([2, 1], relu, rng=np.random.default_rng(0))
    explorer = TrainingExplorer(activation="softplus")
    explorer.edit(net)
    assert (explorer.hidden, explorer.activation) == ([], "softplus")
    assert np.array_equal(explorer.network().theta, net.theta)


def test_weights_that_do_not_fit_are_no_start():
    with pytest.raises(
        traitlets.TraitError, match=r"no weights set by hand for the hidden widths \[8\]"
    ):
        TrainingExplorer(start="edited")
    explorer = TrainingExplorer()
    explorer.edit(xor_by_hand())
    with pytest.raises(traitlets.TraitError, match="do not fit the hidden widths"):
        explorer.runs = [explorer.settings() | {"hidden": [4]}]


def chapter_text() -> str:
    chapter = Path(__file__).resolve().parents[2] / "chapters" / "02_training.ipynb"
    cells = json.loads(chapter.read_text("utf-8"))["cells"]
    return next(
        text for cell in cells if "set the nine" in (text := "".join(cell["source"])).lower()
    )


def test_the_answers_of_the_chapter_are_what_the_explorer_computes():
    text, loss = chapter_text(), BinaryCrossEntropy()
    explorer = TrainingExplorer(dataset="xor", noise=0.5, batch_size=0, epochs=500, lr=2.0)
    net = mlp([2, 2, 1], tanh, rng=np.random.default_rng(0))
    first, second = net.layers[1:]
    first.W[:], first.b[:] = 5, [3, -3]
    second.W[:], second.b[:] = [3, -3], -2
    explorer.edit(net)
    x, y = explorer.data()
    start = net.theta.copy()

    def right() -> float:
        return float(((net.predict(x) > 0) == (y > 0.5)).mean())

    out = net.forward(x)
    assert right() == 1
    assert f"the loss is {loss(out, y):.3g}." in text
    assert net.predict(np.array([[0.0, 0.0]])) == pytest.approx(4, abs=0.05)
    assert net.predict(np.array([[-1.0, -1.0], [1.0, 1.0]])) == pytest.approx(-2, abs=0.05)
    net.backward(loss.grad(out, y))
    assert np.abs(net.grad).argmax() == 8
    assert f"{net.grad[8]:.3f}, is that of the output's bias" in text

    second.W[0, 1] = 0
    assert (
        f"{100 * right():.0f} % of the points are right, and the loss is {loss(net.predict(x), y):.2g}."
        in text
    )
    corner = (x > 0).all(axis=1)
    assert ((net.predict(x) > 0) == (y > 0.5))[corner].mean() == 0, "the upper right falls"
    assert ((net.predict(x) > 0) == (y > 0.5))[~corner].mean() == 1

    explorer.runs = [explorer.settings()]
    losses, trained = explorer.losses(0), explorer.network(0, 500).theta
    assert losses[0] == pytest.approx(loss(out, y))
    assert f"the loss falls to {losses[-1]:.1g}." in text
    change = np.abs(trained[:6] / start[:6] - 1).max()
    assert f"changes by more than {np.ceil(100 * change):.0f} %" in text
    weights = [f"{value:.3g}" for value in trained[6:]]
    assert (
        f"double, to {weights[0]} and ${weights[1]}$, and its bias goes to ${weights[2]}$" in text
    )
