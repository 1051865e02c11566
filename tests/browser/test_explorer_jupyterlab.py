"""The training explorer in JupyterLab: fed by nnlib, moved by the reader, read back by Python."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]

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
]
# No questions about news, and no look-ups of new versions.
SETTINGS = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'

FIELD_CORNER = """() => {
    const canvas = document.querySelector(".nn-field-canvas");
    return [...canvas.getContext("2d").getImageData(3, canvas.height - 3, 1, 1).data].slice(0, 3);
}"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server has stopped"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer after {seconds} s")


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with one notebook, which knows nothing of this machine's settings."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS]
    )
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4
    nbformat.write(notebook, folder / "explorer.ipynb")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(SETTINGS)
    port = free_port()
    own = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "ws"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
    ]
    command += [
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
    ]
    command += [
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (folder / "log.txt").open("w") as log:
        environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process, 60)
        yield f"http://127.0.0.1:{port}/lab/tree/explorer.ipynb"
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the server and its kernels, which are one group
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)


@pytest.fixture
def lab(browser: Browser, jupyterlab: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1300})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(jupyterlab)
    page.locator(".jp-Notebook .jp-CodeCell").nth(2).wait_for()
    page.locator(
        ".jp-Toolbar-kernelStatus[data-status=idle], .jp-Notebook-ExecutionIndicator[data-status=idle]"
    ).first.wait_for()
    yield page
    context.close()


def run_cell(page: Page, number: int) -> None:
    page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def output(page: Page, number: int) -> str:
    text = page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output pre")
    text.first.wait_for()
    return text.first.inner_text()


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
