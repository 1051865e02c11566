"""A JupyterLab or a Notebook 7 for the tests, with one notebook, which knows nothing of this machine's settings."""

from __future__ import annotations

import contextlib
import json
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
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    # No questions about news, and no look-ups of new versions.
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    # All cells are in the page, also those out of sight, so that they can be counted.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]


@dataclass(frozen=True)
class App:
    """A server that shows notebooks: its module, where it shows them, and the theme it is set to."""

    module: str
    path: str
    theme: str


LAB = App("jupyterlab", "lab/tree", "JupyterLab Light")
NOTEBOOK = App("notebook", "notebooks", "JupyterLab Dark")


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook with these code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c.strip()) for c in cells])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4
    nbformat.write(notebook, path)


@contextlib.contextmanager
def serving_lab(folder: Path, cells: list[str], app: App = LAB) -> Iterator[str]:
    """Run JupyterLab, or another app, in a folder; gives the address of its one notebook."""
    write_notebook(folder / "explorer.ipynb", cells)
    themes = {"apputils-extension/themes": {"theme": app.theme}}
    for name, values in (SETTINGS | themes).items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    own = {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }
    port = _free_port()
    command = [sys.executable, "-m", app.module, *OPTIONS, f"--port={port}"]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"],
            cwd=folder, env={**os.environ, **own}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/api", process, 60)
        yield f"http://127.0.0.1:{port}/{app.path}/explorer.ipynb"
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the server and its kernels, which are one group
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait_for(address: str, process: subprocess.Popen, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server has stopped"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer after {seconds} s")


@contextlib.contextmanager
def open_lab(browser: Browser, address: str, cells: int) -> Iterator[Page]:
    """Open the notebook in a browser and wait until its kernel is idle."""
    context = browser.new_context(viewport={"width": 1400, "height": 1300})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").nth(min(cells, 3) - 1).wait_for()
    page.locator(
        ".jp-Toolbar-kernelStatus[data-status=idle], .jp-Notebook-ExecutionIndicator[data-status=idle]"
    ).first.wait_for()
    yield page
    context.close()


def run_cell(page: Page, number: int) -> None:
    """Run a cell as a reader does, and wait until it has run."""
    # What a reader moves reaches Python one message at a time; let the last of them be on its way.
    page.wait_for_timeout(500)
    cell = page.locator(".jp-CodeCell").nth(number)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    cell.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]")).wait_for()


def output(page: Page, number: int) -> str:
    """Return what a cell printed, once it has."""
    text = page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output pre")
    text.first.wait_for()
    return text.first.inner_text().strip()
