"""The laboratory in JupyterLab: what the reader draws and edits is there for Python, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.jupyterlab import open_lab, output, run_cell, serving_lab

CELLS = [
    """
import numpy as np
from nnlib import mlp, tanh
from nnlib.widgets import TrainingExplorer

lab = TrainingExplorer(hidden=[2], show_network=True, picked="2.1", epochs=20, rates=[0.3])
lab
""",
    "net = lab.network()\nprint(lab.start, net.theta[8], net.sizes, len(lab.runs), lab.losses(1).size)",
    """
net.theta[:] = [5, 5, 5, 5, 3, -3, 3, -3, -2]
lab.edit(net)
lab.draw([[-0.6, -0.6], [0.6, 0.6], [-0.6, 0.6]], [[0], [0], [1]])
""",
    "x, y = lab.data()\nprint(len(x), x[-1].tolist(), y[-1].tolist(), lab.start, lab.pen)",
]


@pytest.fixture
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with (
        serving_lab(tmp_path_factory.mktemp("lab"), CELLS) as address,
        open_lab(browser, address, len(CELLS)) as page,
    ):
        yield page


def test_weights_and_points_go_both_ways(lab: Page) -> None:
    errors: list[str] = []
    lab.on("pageerror", lambda error: errors.append(str(error)))
    run_cell(lab, 0)
    says = lab.locator(".nn-sentence")
    says.filter(has_text="epoch 20 of 20").wait_for()
    lab.get_by_label("Bias of the output", exact=True).fill("-3.25")
    says.filter(has_text="Weights set by hand").wait_for()
    lab.get_by_role("button", name="Train from these weights").click()
    says.filter(has_text="Run 2, learning rate 0.3, weights set by hand, epoch 20 of 20").wait_for()
    lab.get_by_label("Epoch", exact=True).press("Home")
    says.filter(has_text="epoch 0 of 20").wait_for()
    run_cell(lab, 1)
    assert output(lab, 1) == "edited -3.25 [2, 2, 1] 2 21"

    run_cell(lab, 2)
    says.filter(has_text="100 % of points on the right side").wait_for()
    assert lab.get_by_label("Bias of the output", exact=True).input_value() == "-2"
    pad = lab.locator(".nn-pad")
    pad.scroll_into_view_if_needed()
    lab.get_by_label("class 1", exact=True).check()
    box = pad.bounding_box()
    assert box is not None
    lab.mouse.click(box["x"] + box["width"] * 0.65, box["y"] + box["height"] * 0.65)  # (0.6, -0.6)
    lab.get_by_text("4 points: 2 of class 0, 2 of class 1").wait_for()
    run_cell(lab, 3)
    words = output(lab, 3)
    assert words.startswith("4 [0.")
    assert words.endswith("[1.0] edited 1")
    assert errors == []
