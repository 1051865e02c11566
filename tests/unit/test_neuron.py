"""The neuron explorer in Python: state, numbers, own points and networks, and the file that node is held to."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from itertools import product

import numpy as np
import pytest
import traitlets

from nnlib import BinaryCrossEntropy, Dense, Input, Network, data, mlp, sigmoid, tanh, train
from nnlib.activations import ACTIVATIONS, Activation
from nnlib.optimizers import SGD
from nnlib.widgets import NeuronExplorer
from nnlib.widgets.neuron import DATA, points
from nnlib.widgets.neuron_still import tint
from nnlib.widgets.words import number_text
from tests.unit import golden


def test_the_file_for_node_is_what_python_computes_now():
    made = golden.script("make_neuron")
    stored, fresh = json.loads(made.FILE.read_text("utf-8")), made.golden()
    assert [case["sentence"] for case in stored["states"]] == [
        case["sentence"] for case in fresh["states"]
    ]
    assert stored["numbers"] == fresh["numbers"]
    for name in ("points", "tints"):
        assert stored[name].keys() == fresh[name].keys()
        for key, values in fresh[name].items():
            assert np.array(stored[name][key]) == pytest.approx(np.array(values), abs=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_unit_is_the_network(activation):
    explorer = NeuronExplorer(w1=2, w2=-1.5, b=0.25, activation=activation, x1=0.5, x2=-1)
    net = explorer.network()
    assert net.predict(np.array([[0.5, -1.0]]))[0, 0] == pytest.approx(explorer.a(), rel=1e-15)
    assert explorer.z() == 2 * 0.5 + 1.5 + 0.25


def test_distances_are_those_of_a_search_along_the_line():
    explorer = NeuronExplorer(w1=3, w2=4, b=-5, x1=-1, x2=0.5)
    t = np.linspace(-3, 3, 600_001)
    line = np.array([0.6, 0.8])[:, None] + np.array([[-0.8], [0.6]]) * t  # w · x = 5 on it
    assert explorer.w @ line == pytest.approx(5)
    assert explorer.distance() == pytest.approx(np.hypot(*line).min())
    assert -explorer.signed_distance() == pytest.approx(np.hypot(*(line.T - [-1, 0.5]).T).min())


def test_four_points_and_one_line():
    """AND and OR can be separated; over a grid of weights XOR never has more than three right."""
    assert NeuronExplorer(w1=1, w2=1, b=-1.5, data="and").right() == 4
    assert NeuronExplorer(w1=1, w2=1, b=-0.5, data="or").right() == 4
    x, y = points("xor")
    values = np.linspace(-5, 5, 41)
    w = np.array(list(product(values, values, values)))
    right = ((w[:, :2] @ x.T + w[:, 2:] > 0) == (y[:, 0] > 0.5)).sum(axis=1)
    assert right.max() == 3


def test_a_point_on_the_line_counts_as_class_0():
    explorer = NeuronExplorer(w1=1, w2=0, b=0, x=[[0.0, 0.3]], y=[[0]])
    assert explorer.right() == 1
    explorer = NeuronExplorer(w1=1, w2=0, b=0, x=[[0.0, 0.3]], y=[[1]])
    assert explorer.right() == 0


def test_without_weights_there_is_no_line():
    explorer = NeuronExplorer(w1=0, w2=0, b=1)
    assert np.isnan(explorer.distance())
    assert np.isnan(explorer.signed_distance())
    assert "no line" in explorer.sentence()
    assert "nan" not in explorer.html()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", [name for name in DATA if name != "given"])
def test_stills_are_pictures_without_holes(name, activation):
    for w1, w2, b in [(1, 2, -1), (0, 0, 3), (5, 5, 10), (-5, 0, 0), (0.001, 0, -10)]:
        explorer = NeuronExplorer(w1=w1, w2=w2, b=b, activation=activation, data=name)
        root = ElementTree.fromstring(explorer.still())
        assert "nan" not in explorer.still()
        assert "inf" not in explorer.still()
        assert root.get("aria-label") == explorer.sentence()
        squares = root.findall(".//{*}rect[@fill='#d55e00']")
        assert len(squares) == 2 * int(points(name)[1].sum())


def test_own_points():
    x, y = data.moons(30, rng=np.random.default_rng(0))
    explorer = NeuronExplorer(x=x, y=y)
    assert explorer.data == "given"
    assert np.array_equal(explorer.points()[0], x)
    assert np.array_equal(explorer.points()[1], y)
    assert f"Given points: {explorer.right()} of 30" in explorer.sentence()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"x": [[0, 0]]}, TypeError, "x and y come together"),
        ({"x": [[0, 0]], "y": [0]}, ValueError, r"y has shape \(1,\), expected \(1, 1\)"),
        ({"x": [[0, 0]], "y": [[2]]}, ValueError, "must be 0 or 1"),
        ({"x": [[0, 3]], "y": [[1]]}, ValueError, "from -2.5 to 2.5"),
        ({"x": [[0, np.nan]], "y": [[1]]}, ValueError, "from -2.5 to 2.5"),
        ({"x": [[0, 0, 0]], "y": [[1]]}, ValueError, r"expected \(m, 2\)"),
        ({"data": "given"}, traitlets.TraitError, "no x=... and y=... were given"),
        ({"w1": 6}, traitlets.TraitError, "w1"),
        ({"weight": 6}, TypeError, "has no 'weight'"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        NeuronExplorer(**arguments)


def test_a_trained_unit_is_shown_and_what_the_reader_did_comes_back():
    x, y = points("and")
    net = Network(Input(2), Dense(1), rng=np.random.default_rng(0))
    options = {"epochs": 60, "batch_size": 4, "rng": np.random.default_rng(1)}
    list(train(net, BinaryCrossEntropy(), SGD(0.5), x, y, **options))
    explorer, seen = NeuronExplorer(data="and"), []
    explorer.observe(lambda change: seen.append(change["new"]), "w1")
    explorer.load(net)
    assert seen == [net.theta[0]]
    assert explorer.network().theta == pytest.approx(net.theta, abs=0)
    assert explorer.activation == "identity"
    assert explorer.right() == int(((net.predict(x) > 0) == (y > 0.5)).sum())
    explorer.set_state({"w1": 2.0, "activation": "tanh"})  # as a message from the browser does
    assert explorer.network().layers[1].W[0, 0] == 2
    assert explorer.network().layers[1].f is tanh


def test_networks_that_are_not_one_unit_are_refused():
    rng = np.random.default_rng(0)
    cube = Activation("cube", f=lambda z: z**3, df=lambda z, a: 3 * z**2)
    for net, words in [
        (mlp([2, 3, 1], tanh, rng=rng), "one dense layer"),
        (Network(Input(3), Dense(1), rng=rng), "two inputs"),
        (Network(Input(2), Dense(2), rng=rng), "one unit"),
        (Network(Input(2), Dense(1, cube), rng=rng), "activation among identity"),
    ]:
        with pytest.raises(ValueError, match=words):
            NeuronExplorer().load(net)
    net = Network(Input(2), Dense(1, sigmoid), rng=rng)
    net.theta[:] = [1, 7, 0]
    with pytest.raises(ValueError, match="weights go up to 5"):
        NeuronExplorer().load(net)


def test_numbers_read_as_on_the_page():
    pairs = [(0.125, "0.13"), (-2.5, "−2.5"), (99.96, "100"), (1e5, "10⁵"), (9.96e-5, "10⁻⁴")]
    assert [number_text(value, 2) for value, _ in pairs] == [text for _, text in pairs]
    assert [number_text(value, 3) for value in (np.nan, -np.inf)] == ["not a number", "−∞"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_field_of_the_still_is_the_output(activation):
    explorer = NeuronExplorer(w1=2, w2=-1, b=0.5, activation=activation, data="none")
    bands = ElementTree.fromstring(explorer.still()).findall(".//{*}polygon")
    assert len(bands) >= 10
    area, net = 0.0, explorer.network()
    for band in bands:
        pixels = np.array([pair.split(",") for pair in band.get("points").split()], dtype=float)
        places = (pixels - [46, 10]) / 270 * [5, -5] + [-2.5, 2.5]  # the panel's box and its axes
        px, py = places.T
        area += abs(np.sum(px * np.roll(py, -1) - py * np.roll(px, -1))) / 2
        opacity = float(band.get("fill-opacity")) * (1 if band.get("fill") == "#d55e00" else -1)
        wanted = 0.42 * tint(activation, net.predict(places.mean(axis=0)[None, :]))[0, 0]
        assert opacity == pytest.approx(wanted, abs=0.05)
    assert area <= 25.1, "no band lies on another"
    assert area > (10 if "relu" in activation else 20)
