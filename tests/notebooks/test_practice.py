"""The chapter "Practice": its broken scripts fail as it says, and its exercises' checks tell right from wrong."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnlib import SoftmaxCrossEntropy, data

CHAPTER = Path(__file__).resolve().parents[2] / "chapters" / "05_practice.ipynb"


def run_cells(tag, names):
    """Run the chapter's cells with a tag, in order, among the given names."""
    for cell in json.loads(CHAPTER.read_text("utf-8"))["cells"]:
        if tag in cell["metadata"].get("tags", []):
            exec("".join(cell["source"]), names)


@pytest.fixture(scope="module")
def chapter():
    """The names of the chapter after its gallery and the stubs of its exercises."""
    cells = json.loads(CHAPTER.read_text("utf-8"))["cells"]
    imports = next("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    names = {"__name__": "chapter"}
    exec(imports, names)
    x, y = data.digits()
    x_rest, y_rest, _, _ = data.split(x, y, 0.2, rng=np.random.default_rng(5))
    parts = data.split(x_rest, y_rest, 0.25, rng=np.random.default_rng(6))
    names |= dict(zip(("x_train", "y_train", "x_val", "y_val"), parts, strict=True))
    names["loss"] = SoftmaxCrossEntropy()
    run_cells("gallery", names)
    run_cells("exercise", names)
    return names


# ---- the gallery

FAULTS = ["sign", "transpose", "double softmax", "sum for mean", "stale cache", "no zero_grad",
          "zero start", "shuffled labels", "alias", "wrong axis"]  # fmt: skip


def test_there_are_ten_faults(chapter):
    assert list(chapter["BROKEN"]) == list(chapter["NAMED"]) == FAULTS


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("fault", FAULTS)
def test_the_named_check_finds_the_fault_and_passes_the_right_script(chapter, fault, seed):
    check = chapter["NAMED"][fault]
    x, y = chapter["x_600"], chapter["y_600"]
    assert not check(chapter["BROKEN"][fault](x, y, seed), x[:50], y[:50])
    assert check(chapter["Script"](x, y, seed), x[:50], y[:50])


@pytest.mark.parametrize("fault", FAULTS)
def test_each_check_that_is_named_is_named_once(chapter, fault):
    assert list(chapter["NAMED"].values()).count(chapter["NAMED"][fault]) == 1


def test_no_check_cries_wolf(chapter):
    assert all(chapter["passes"](check, chapter["Script"]) for check in chapter["CHECKS"])


MENDED = {
    "sign": ["update"],
    "transpose": ["backward"],
    "double softmax": ["forward", "error"],
    "sum for mean": ["loss", "error"],
    "stale cache": ["gradient"],
    "no zero_grad": ["gradient"],
    "zero start": ["first_weights"],
    "shuffled labels": ["prepare"],
    "alias": ["keep"],
    "wrong axis": ["log_softmax"],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_with_the_right_methods_put_back_a_script_passes_every_check(chapter, fault):
    broken, right = chapter["BROKEN"][fault], chapter["Script"]
    own = [name for name in vars(broken) if not name.startswith("__")]
    assert own == MENDED[fault], "the fault is in the methods that the chapter shows"
    mended = type("Mended", (broken,), {name: vars(right)[name] for name in own})
    assert all(chapter["passes"](check, mended) for check in chapter["CHECKS"])


def test_a_stale_cache_is_mended_by_looking_after_the_backward_pass(chapter):
    class Mended(chapter["StaleCache"]):
        def gradient(self, x, y):
            value = chapter["Script"].gradient(self, x, y)
            self.share = np.mean(self.forward(self.x[:50]).argmax(axis=1) == self.y[:50])
            return value

    assert all(chapter["passes"](check, Mended) for check in chapter["CHECKS"])


def runs(chapter, fault):
    return chapter["trained"][fault]


def curve(chapter, fault):
    return np.median([s.losses for s in runs(chapter, fault)], axis=0)


def reads(chapter, fault):
    x, y = chapter["x_val"], chapter["y_val"]
    return np.median([np.mean(s.forward(x).argmax(axis=1) == y) for s in runs(chapter, fault)])


SYMPTOMS = {
    "right": lambda c, read: c[-1] < 0.05 and read > 0.94,
    "sign": lambda c, read: (np.diff(c) > 0).all() and c[-1] > 1000,
    "transpose": lambda c, read: c[-1] < 0.1 and read > 0.93,
    "double softmax": lambda c, read: c.min() > np.log(1 + 9 / np.e) and c[-1] < 1.7 and read > 0.8,
    "sum for mean": lambda c, read: c.min() > 1000 and read < 0.2,
    "stale cache": lambda c, read: c.min() > 1.9 and c.max() < 3 and read < 0.4,
    "no zero_grad": lambda c, read: c[:5].min() < 1.3 and c[-1] > 10 * c[:5].min(),
    "zero start": lambda c, read: np.abs(c - np.log(10)).max() < 0.03 and read < 0.2,
    "shuffled labels": lambda c, read: 1.7 < c[-1] < c[0] < 2.6 and read < 0.3,
    "alias": lambda c, read: c[-1] < 0.05 and read > 0.94,
    "wrong axis": lambda c, read: abs(c[-1] - np.log(50)) < 0.4 and read < 0.3,
}


@pytest.mark.parametrize("fault", SYMPTOMS)
def test_each_script_shows_its_symptom(chapter, fault):
    assert SYMPTOMS[fault](curve(chapter, fault), reads(chapter, fault))


@pytest.mark.parametrize("fault", [f for f in FAULTS if f != "alias"])
def test_no_fault_leaves_the_loss_curve_as_it_was(chapter, fault):
    assert not np.allclose(curve(chapter, fault), curve(chapter, "right"), rtol=0.05)


def test_but_the_alias_does_and_its_best_network_is_not_the_one_it_noted(chapter):
    np.testing.assert_array_equal(curve(chapter, "alias"), curve(chapter, "right"))
    x, y = chapter["x_val"], chapter["y_val"]
    for name, agrees in (("right", True), ("alias", False)):
        same = [s.loss(s.forward(x), y) == s.best for s in runs(chapter, name)]
        assert all(same) == agrees


# ---- the checks of the exercises


def test_every_exercise_begins_unanswered(chapter, capsys):
    c = chapter
    for check, answers in (("rates", 3), ("floors", 2), ("trials", 3)):
        c[f"check_{check}"]()
        assert capsys.readouterr().out.count("not yet: no number yet") == answers
    reports = [
        c["check_patience"](c["when_to_stop"]),
        c["check_pieces"](c["step_in_pieces"]),
        c["check_mended"](c["Mended"]),
        c["check_leak"](c["leak_experiment"]()),
        c["check_best_rates"](c["best_rates"]),
    ]
    assert "ok" not in reports
    assert len(set(reports)) >= 4


def judge(chapter, capsys, check, answer):
    """Put an answer to a check that prints a line for each part; return the line of the first part that fails."""
    chapter[f"check_{check}"](*answer)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(answer)
    return next((line for line in lines if ": ok" not in line and ") ok" not in line), "ok")


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ((0.02, 0.001, 4), "ok"),
        ((1 / 50, 1e-3, 4.0), "ok"),
        ((0.18, 0.001, 4), "(a) not yet: the wrong way round"),
        ((0.06, 0.001, 4), "(a) not yet: by which factor"),
        ((0.001, 0.001, 4), "only the outputs matter"),
        ((0.021, 0.001, 4), "(a) not yet: 0.021 is too large"),
        ((0.02, 0.003, 4), "(b) not yet: the mean was over samples and outputs"),
        ((0.02, 0.02, 4), "gone, too"),
        ((0.02, 3.6, 4), "its rate is smaller"),
        ((0.02, 0.0011, 4), "(b) not yet"),
        ((0.02, 0.001, 0.25), "(c) not yet: this is what is left"),
        ((0.02, 0.001, 1), "a quarter of the length"),
    ],
)
def test_rates(chapter, capsys, answer, hint):
    assert hint in judge(chapter, capsys, "rates", answer)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ((0.3133, 5.9095), "ok"),
        ((np.log1p(np.exp(-1)), np.log(np.e + 999) - 1), "ok"),
        ((0.5514, 5.9095), "n - 1 other"),
        ((0.6931, 5.9095), "chance loss"),
        ((0.3133, 6.9078), "n = 1000: not yet: that is the chance loss"),
        ((-0.3133, 5.9095), "the sign is wrong"),
        ((0.6266, 5.9095), "too large"),
        ((0.1360, 5.9095), "the natural one"),
        ((0.3133, 5.9105), "n = 1000: not yet: 5.9105 is too large"),
    ],
)
def test_floors(chapter, capsys, answer, hint):
    assert hint in judge(chapter, capsys, "floors", answer)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ((59, 299, 2), "ok"),
        ((59.0, 299, 2), "ok"),
        ((58, 299, 2), "(a) not yet: round up"),
        ((58.404, 299, 2), "(a) not yet: trials come whole"),
        ((19, 299, 2), "misses multiply"),
        ((59, 95, 2), "(b) not yet: the misses multiply"),
        ((59, 100, 2), "on average"),
        ((60, 299, 2), "(a) not yet: 60 is too large"),
        ((59, 299, 15), "values multiply"),
        ((59, 299, 3), "81 trials"),
        ((59, 299, 2.783), "round down"),
    ],
)
def test_trials(chapter, capsys, answer, hint):
    assert hint in judge(chapter, capsys, "trials", answer)


def patient(losses, patience, *, better=lambda a, b: a < b, late=0, first=1, reset=True, stop=True):
    """Return the best and the last epoch, with the slips that one can make."""
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, value in enumerate(losses, start=first):
        if better(value, best):
            best, best_epoch = value, epoch
            waited = 0 if reset else waited
        else:
            waited += 1
            if stop and waited == patience + late:
                break
    return best_epoch, epoch


def by_arrays(losses, patience):
    """A right answer in another style."""
    lowest = np.minimum.accumulate(losses)
    best = np.array([1 + int(np.argmin(losses[: i + 1])) for i in range(len(losses))])
    waited = np.arange(1, len(losses) + 1) - best
    stops = np.flatnonzero(waited >= patience)
    last = int(stops[0]) + 1 if len(stops) else len(losses)
    assert lowest[last - 1] == losses[best[last - 1] - 1]
    return int(best[last - 1]), last


def by_neighbours(losses, patience):
    """Compares each loss with the one before it."""
    best_epoch, previous, waited = 0, np.inf, 0
    for epoch, value in enumerate(losses, start=1):
        if value < previous:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
        previous = value
    return best_epoch, epoch


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (patient, "ok"),
        (by_neighbours, "the best so far"),
        (by_arrays, "ok"),
        (lambda v, p: patient(v, p, better=lambda a, b: a <= b), "use <"),
        (lambda v, p: patient(v, p, late=1), "off by one"),
        (lambda v, p: patient(v, p, late=-1), "off by one"),
        (lambda v, p: patient(v, p, first=0), "counted from 1"),
        (lambda v, p: patient(v, p, stop=False), "break"),
        (lambda v, p: patient(v, p, reset=False), "starts again"),
        (lambda v, p: v[10], "raised IndexError"),
        (lambda v, p: None, "raised TypeError"),
    ],
)
def test_patience(chapter, answer, hint):
    assert hint in chapter["check_patience"](answer)


def gradients(net, loss, pieces):
    for x, y in pieces:
        net.backward(loss.grad(net.forward(x), y))
        yield len(x), net.grad.copy()


def in_one_line(net, loss, optimizer, pieces):
    sizes, each = zip(*gradients(net, loss, pieces), strict=True)
    optimizer.step(net.theta, np.average(each, axis=0, weights=sizes))


def all_at_once(net, loss, optimizer, pieces):
    x, y = (np.concatenate(part) for part in zip(*pieces, strict=True))
    net.backward(loss.grad(net.forward(x), y))
    optimizer.step(net.theta, net.grad)


def summed(net, loss, optimizer, pieces):
    optimizer.step(net.theta, sum(g for _, g in gradients(net, loss, pieces)))


def evenly(net, loss, optimizer, pieces):
    optimizer.step(net.theta, sum(g for _, g in gradients(net, loss, pieces)) / len(pieces))


def last_only(net, loss, optimizer, pieces):
    for _ in gradients(net, loss, pieces):
        pass
    optimizer.step(net.theta, net.grad)


def three_steps(net, loss, optimizer, pieces):
    for m, g in gradients(net, loss, pieces):
        optimizer.step(net.theta, m / 30 * g)


def not_from_zero(net, loss, optimizer, pieces):
    total = np.ones_like(net.grad)
    for m, g in gradients(net, loss, pieces):
        total += m / 30 * g
    optimizer.step(net.theta, total)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (in_one_line, "ok"),
        (all_at_once, "ok"),
        (summed, "share of the samples"),
        (evenly, "differ in size"),
        (last_only, "only the last piece"),
        (three_steps, "three steps"),
        (not_from_zero, "started at zero"),
        (lambda *_: None, "nothing has moved"),
        (lambda net, *_: net.missing, "raised AttributeError"),
    ],
)
def test_pieces(chapter, answer, hint):
    assert hint in chapter["check_pieces"](answer)


def test_the_eleventh_script(chapter):
    eleventh, script = chapter["Eleventh"], chapter["Script"]
    check = chapter["check_mended"]

    def half_mended(**methods):
        return check(type("HalfMended", (eleventh,), methods))

    def smaller(self, n_out, n_in):
        return self.rng.uniform(-1, 1, (n_out, n_in)) / np.sqrt(n_in)

    def written_out(self, z, y):
        p = np.exp(self.log_softmax(z))
        p[np.arange(len(y)), y] -= 1
        return p / len(y)

    assert "`alive`" in half_mended(error=script.error)
    assert "`error` is not the slope" in half_mended(first_weights=smaller)
    assert half_mended(first_weights=smaller, error=written_out) == "ok"
    assert half_mended(first_weights=smaller, error=script.error, keep=chapter["Alias"].keep) == (
        "alarms: stays_kept"
    )
    assert "raised AttributeError" in half_mended(error=lambda self, z, y: self.missing)


def test_with_the_wrong_class_alone_the_eleventh_reads_one_too_low_while_its_loss_climbs(chapter):
    kind = type("WrongClass", (chapter["Script"],), {"error": chapter["Eleventh"].error})
    kind.keep = chapter["Alias"].keep  # so that the last network is judged, and not an early one
    script = chapter["run"](
        kind(chapter["x_600"], chapter["y_600"], 0), chapter["x_val"], chapter["y_val"]
    )
    read = script.forward(chapter["x_val"]).argmax(axis=1)
    assert np.mean(read == (chapter["y_val"] - 1) % 10) > 0.9
    assert script.losses[-1] > 3 * script.losses[0]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ((0.87, 0.49), "ok"),
        ((0.92, 0.53), "ok"),
        ((0.86, 0.41), "ok"),
        ((0.87, 0.87), "above chance"),
        ((0.49, 0.87), "in the order"),
        ((1.0, 0.5), "too high"),
        ((0.87, 0.13), "below chance"),
        ((None, None), "not answered"),
        ((0.5, 0.5), "choose from all 60"),
    ],
)
def test_leak(chapter, answer, hint):
    assert hint in chapter["check_leak"](answer)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ({8: 0.2, 32: 0.8, 128: 0.8}, "ok"),
        ({128: 0.8, 32: 0.8, 8: 0.2}, "ok"),
        ({8: 0.2, 32: 0.2, 128: 0.8}, "compare the medians"),
        ({8: 0.05, 32: 0.8, 128: 0.8}, "compare the medians"),
        ({8: 0.8, 32: 0.8, 128: 0.8}, "what becomes of the loss"),
        ({8: 0.8, 32: 0.2, 128: 0.05}, "noisier updates"),
        ({8: 0.05, 32: 0.2, 128: 0.2}, "few updates"),
        ({8: 0.1, 32: 0.2, 128: 0.8}, "choose from"),
    ],
)
def test_best_rates(chapter, answer, hint):
    assert hint in chapter["check_best_rates"](answer)
