"""What an explorer saves: its pictures as PNG, as they stand on the page, and its numbers as CSV."""

from __future__ import annotations

import csv
import io
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Page

from nnlib import ACTIVATIONS
from nnlib.widgets import (
    ActivationsExplorer,
    ApproximationExplorer,
    BackpropExplorer,
    DescentExplorer,
    DifferentiationExplorer,
    Explorer,
    GraphExplorer,
    LossExplorer,
    NeuronExplorer,
    SignalFlowExplorer,
    TrainingExplorer,
)
from nnlib.widgets.differences import STEPS
from tests.browser.explorers import open_ready, settle, unfold, watch, write_page
from tests.browser.test_explorers import NAMES, gesture, make

FILE_NAMES = {
    "ActivationsExplorer": "activations-sigmoid",
    "ApproximationExplorer": "approximation-wave",
    "BackpropExplorer": "stepper-2-2-1",
    "DescentExplorer": "descent-ravine",
    "DifferentiationExplorer": "differentiation-exp",
    "GraphExplorer": "graph",
    "LossExplorer": "loss",
    "NeuronExplorer": "neuron-and",
    "SignalFlowExplorer": "signal-flow-tanh",
    "TrainingExplorer": "training-moons",
}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(browser: Browser, tmp_path: Path, name: str) -> Iterator[Page]:
    """The explorer's page on the disk, in pixels half as large."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, device_scale_factor=2, accept_downloads=True
    )
    page = open_ready(context, write_page(tmp_path, make(name)).as_uri())
    errors = watch(page)
    yield page
    context.close()
    assert errors == []


def saved(page: Page, what: str) -> Download:
    """Open the menu "Save", press what is wanted by keyboard, and return the file."""
    page.locator(".nn-save").evaluate("(fold) => { fold.open = true; }")
    page.get_by_role("button", name=what).focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    return download.value


def table(page: Page) -> list[list[str]]:
    """Save the numbers, and return the lines of the file."""
    text = Path(saved(page, "Save data (CSV)").path()).read_bytes().decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def pixels(image: Image.Image) -> np.ndarray:
    """Return the colours, each the mean of 4 x 4: letters are not drawn alike to the last pixel."""
    return np.asarray(image.convert("RGB").reduce(4), dtype=float)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_is_what_stands_on_the_page(page: Page, name: str, theme: str) -> None:
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    settle(page)
    download = saved(page, "Save picture (PNG)")
    assert download.suggested_filename == f"{FILE_NAMES[name]}.png"
    picture = Image.open(download.path())
    page.evaluate("scrollTo(0, 0)")  # boxes are measured from the corner of the window
    view, plots = (page.locator(f".nn-{part}").bounding_box() for part in ("view", "plots"))
    assert view is not None
    assert plots is not None
    assert picture.width == 2 * view["width"]
    assert picture.height > 2 * (plots["height"] + 40), "the sentence stands below"
    page.add_style_tag(content=".nn-plots :is(label, button) { visibility: hidden; }")
    on_page = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=plots)))
    left, top = 2 * (plots["x"] - view["x"]), 2 * 14
    there = pixels(on_page)
    assert there.std() > 8, "there is something to see"

    def away(row: int) -> np.ndarray:
        corner = (left, row, left + on_page.width, row + on_page.height)
        return np.abs(pixels(picture.crop(corner)) - there).max(axis=2)

    least = min((away(top + by) for by in (-1, 0, 1)), key=np.mean)  # parts of pixels are rounded
    assert least.mean() < 0.5
    assert (least > 40).mean() < 0.002
    below = pixels(picture.crop((0, top + on_page.height, *picture.size)))
    assert below.std() > 8, "so is there below"


def number(text: str) -> float:
    """What a field holds: a number, or none."""
    return float(text) if text else math.nan


def columns(lines: list[list[str]]) -> dict[str, np.ndarray]:
    """Return the columns of numbers by their names, without what is empty at their ends."""
    found = {}
    for i, name in enumerate(lines[0]):
        texts = [line[i] for line in lines[1:] if line[i]]
        try:
            found[name] = np.array([float(text) for text in texts])
        except ValueError:
            continue  # words
    return found


def test_the_numbers_are_a_table(page: Page, name: str) -> None:
    download = saved(page, "Save data (CSV)")
    assert download.suggested_filename == f"{FILE_NAMES[name]}.csv"
    dice = random.Random(3)
    for round_ in range(3):
        lines = table(page)
        assert len(lines) >= 2 or round_
        assert {len(line) for line in lines} == {len(lines[0])}
        assert len(set(lines[0])) == len(lines[0])
        assert all(lines[0])
        assert not lines[0][0].startswith("#")
        words = {field for line in lines for field in line}
        assert not words & {"NaN", "nan", "Infinity", "-Infinity", "undefined", "null"}
        unfold(page)
        for _ in range(15):
            gesture(page, dice)
        settle(page)


def activations(explorer: ActivationsExplorer, found: dict[str, np.ndarray]) -> None:
    z = found["z"]
    for name in explorer.functions:
        f = ACTIVATIONS[name]
        np.testing.assert_allclose(found[f"{name}(z)"], f(z), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found[f"{name}'(z)"], f.df(z, f(z)), rtol=1e-10, atol=1e-14)
    assert len(found) == 1 + 2 * len(explorer.functions)


def approximation(explorer: ApproximationExplorer, found: dict[str, np.ndarray]) -> None:
    np.testing.assert_allclose(found["curve"], explorer.values().ravel(), atol=1e-12)
    np.testing.assert_allclose(found["network"], explorer.output().ravel(), atol=1e-12)
    bumps = sum(found[f"bump {j + 1}"] for j in range(len(explorer.heights)))
    np.testing.assert_allclose(bumps, found["network"], atol=1e-9)
    assert found["mean squared error"] == pytest.approx([explorer.errors().mean_squared])


def descent(explorer: DescentExplorer, found: dict[str, np.ndarray]) -> None:
    path = np.column_stack([found["x"], found["y"]])
    np.testing.assert_allclose(path, explorer.path(), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(found["loss"], explorer.losses(), rtol=1e-10, atol=1e-13)
    assert list(found["step"]) == list(range(explorer.steps + 1))


def differentiation(explorer: DifferentiationExplorer, found: dict[str, np.ndarray]) -> None:
    assert list(found["h"]) == list(STEPS)
    found_by_python = explorer.errors()
    assert list(found_by_python.pop("h", found["h"])) == list(found["h"])
    for scheme, errors in found_by_python.items():
        larger = found["h"] > 1e-8  # below, rounding differs between processors
        np.testing.assert_allclose(
            found[f"{scheme} error"][larger], errors[larger], rtol=1e-3, atol=1e-7
        )


def graph(explorer: GraphExplorer, found: dict[str, np.ndarray]) -> None:
    assert found["value"][-1] == explorer.value()
    assert found["right derivative by it"][0] == explorer.derivative()
    assert list(found["derivative by it as computed"]) == list(found["right derivative by it"])


def loss(explorer: LossExplorer, found: dict[str, np.ndarray]) -> None:
    for i, name in enumerate(("plain", "lost")):
        known = explorer.losses(i)  # the page has five digits of them
        shown = found[f"loss, {name}, training"]
        np.testing.assert_allclose(shown, known[np.isfinite(known)], rtol=1e-4)
    assert list(found["loss, plain, validation"]) == pytest.approx(explorer.validation(0), rel=1e-4)


def neuron(explorer: NeuronExplorer, found: dict[str, np.ndarray]) -> None:
    x, y = explorer.points()
    assert (found["z"][0], found["a"][0]) == pytest.approx((explorer.z(), explorer.a()))
    np.testing.assert_array_equal(np.column_stack([found["x1"], found["x2"]])[1:], x)
    np.testing.assert_array_equal(found["class"], y.ravel())
    np.testing.assert_allclose(found["a"][1:], explorer.network().predict(x).ravel())
    assert {*found["w1"], *found["w2"], *found["b"]} == {explorer.w1, explorer.w2, explorer.b}


def signal(explorer: SignalFlowExplorer, found: dict[str, np.ndarray]) -> None:
    sizes = explorer.sizes()
    names = {"activation": "activations", "spread": "differences of samples",
             "error": "error signals", "update": "update / weights"}  # fmt: skip
    for ours, theirs in names.items():
        np.testing.assert_allclose(found[theirs], sizes[ours], rtol=1e-8)
    np.testing.assert_allclose(
        found["singular value"], explorer.singular_values(), rtol=1e-6, atol=1e-14
    )


def training(explorer: TrainingExplorer, found: dict[str, np.ndarray]) -> None:
    np.testing.assert_allclose(
        found["loss, run 1, learning rate 0.3"], explorer.losses(0), rtol=1e-8
    )
    np.testing.assert_allclose(
        found["loss, run 1, learning rate 0.3, validation"], explorer.validation(0), rtol=1e-8
    )


AGREES: dict[str, Callable[..., None]] = {
    "ActivationsExplorer": activations,
    "ApproximationExplorer": approximation,
    "DescentExplorer": descent,
    "DifferentiationExplorer": differentiation,
    "GraphExplorer": graph,
    "LossExplorer": loss,
    "NeuronExplorer": neuron,
    "SignalFlowExplorer": signal,
    "TrainingExplorer": training,
}


def test_the_numbers_are_those_of_python(page: Page, name: str) -> None:
    explorer: Explorer = make(name)
    lines = table(page)
    if isinstance(explorer, BackpropExplorer):
        entries = {(line[0], line[2], line[4]): number(line[5]) for line in lines[1:]}
        net = explorer.net()
        assert entries["loss", "", ""] == pytest.approx(explorer.loss())
        for layer in (1, 2):
            delta = explorer.delta(layer)
            for (i, j), value in np.ndenumerate(delta):
                assert entries[f"Delta{layer}", str(i + 1), str(j + 1)] == pytest.approx(value)
        grads = [value for (matrix, *_), value in entries.items() if matrix.startswith("d")]
        assert sorted(grads) == pytest.approx(sorted(net.grad))
    else:
        AGREES[name](explorer, columns(lines))
