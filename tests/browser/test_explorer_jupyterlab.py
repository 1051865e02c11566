"""The training explorer in JupyterLab: fed by nnlib, moved by the reader, read back by Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.jupyterlab import open_lab, output, run_cell, serving_lab

CELLS = [
    """
import numpy as np
from nnlib import Adam, BinaryCrossEntropy, data, mlp, tanh, train
from nnlib.widgets import TrainingExplorer

rng = np.random.default_rng(0)
x, y = data.moons(60, rng=rng)
net = mlp([2, 6, 1], tanh, rng=rng)
explorer = TrainingExplorer(x=x, y=y, epochs=30, rates=[0.1, 1.0])
explorer
""",
    """
for record in explorer.follow("nnlib", net, train(net, BinaryCrossEntropy(), Adam(0.05), x, y, epochs=40, rng=rng)):
    pass
print("trained, last loss", f"{record.loss:.3f}")
""",
    """
kept = explorer.network()
print("epoch", explorer.epoch, "of run", explorer.selected, "runs", len(explorer.runs), "lr", explorer.lr)
print("loss there", f"{BinaryCrossEntropy()(kept.predict(x), y):.3f}")
""",
    """
branch = explorer.runs[-1]
print(branch["past"][0]["until"], branch["past"][0]["optimizer"], branch["optimizer"], branch["paused"], explorer.epoch)
print("loss there", f"{BinaryCrossEntropy()(explorer.network().predict(x), y):.3f}")
""",
]
FIELD_CORNER = """() => {
    const canvas = document.querySelector(".nn-field-canvas");
    return [...canvas.getContext("2d").getImageData(3, canvas.height - 3, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with (
        serving_lab(tmp_path_factory.mktemp("lab"), CELLS) as address,
        open_lab(browser, address, len(CELLS)) as page,
    ):
        yield page


def epoch(page: Page) -> int:
    return int(re.search(r"epoch (\d+) of", page.locator(".nn-sentence").inner_text()).group(1))


def test_it_is_fed_by_nnlib_moved_by_the_reader_and_read_by_python(lab: Page) -> None:
    errors: list[str] = []
    lab.on("pageerror", lambda error: errors.append(str(error)))
    run_cell(lab, 0)
    says = lab.locator(".nn-sentence")
    says.filter(has_text="Run 2, learning rate 1, epoch 30 of 30").wait_for()
    assert lab.get_by_role("button", name="Copy link").count() == 0, (
        "a notebook has no page to link to"
    )

    run_cell(lab, 1)
    says.filter(has_text="Run 3, nnlib, epoch 40 of 40").wait_for()
    assert output(lab, 1).startswith("trained, last loss 0.")
    assert lab.locator(".nn-curves polyline").count() == 3

    red, _, blue = lab.evaluate(FIELD_CORNER)
    assert abs(red - blue) > 30, "the field has the colours of the style sheet"

    plot = lab.locator(".nn-loss-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    lab.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.4 * box["height"])
    lab.mouse.down()
    lab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"], steps=5)
    lab.mouse.up()
    says.filter(has_not_text="epoch 40 of").wait_for()
    dragged = epoch(lab)
    assert 10 < dragged < 30
    lab.keyboard.press("ArrowLeft")
    says.filter(has_text=f"epoch {dragged - 1} of").wait_for()
    lab.locator(".nn-view").get_by_role("combobox", name="Optimiser").select_option("Adam")
    lab.locator(".nn-view").get_by_role("slider", name="Learning rate").press("Home")
    shown = re.search(r"loss ([\d.]+)", says.inner_text()).group(1)

    run_cell(lab, 2)
    selected = 2 if says.inner_text().startswith("Run 3") else int(says.inner_text()[4]) - 1
    lines = output(lab, 2).splitlines()
    assert lines[0] == f"epoch {dragged - 1} of run {selected} runs 3 lr 0.0001"
    assert lines[1].startswith("loss there 0.")
    assert float(lines[1].split()[-1]) == pytest.approx(float(shown), abs=0.02)
    assert errors == []

    lab.get_by_role("radio").nth(1).check()
    says.filter(has_text="Run 2, learning rate 1, epoch 30 of 30").wait_for()
    for _ in range(2):
        plot.press("PageDown")
    lab.locator(".nn-view").get_by_role("combobox", name="Optimiser").select_option("Adam")
    lab.get_by_role("button", name="Branch from epoch 10").click()
    says.filter(has_text="Run 4, from epoch 10 of run 2, ").filter(
        has_text="epoch 30 of 30:"
    ).wait_for()
    lab.get_by_role("button", name="One update").click()
    says.filter(has_text="1 of 3 updates after epoch 30 of 60, paused").wait_for()
    shown = re.search(r"loss ([\d.]+)", says.inner_text()).group(1)
    run_cell(lab, 3)
    lines = output(lab, 3).splitlines()
    assert lines[0] == "10 SGD Adam [30, 1] 31"
    assert float(lines[1].split()[-1]) == pytest.approx(float(shown), abs=6e-4), (
        "as Python computes it"
    )
    assert errors == []
