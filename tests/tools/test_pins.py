"""requirements.txt pins what requirements.in asks for, and all that it brings along."""

import importlib.metadata
import re
from pathlib import Path

import pins

ROOT = Path(__file__).resolve().parents[2]
DIRECT = pins.direct_names((ROOT / "requirements.in").read_text())
TEXT = (ROOT / "requirements.txt").read_text()
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
PINNED = dict(line.split("==") for line in LINES)


def test_names_are_read_in_order_and_in_one_spelling():
    text = "# words\nTorch==2.13.0  # why\n\nsphinx_design>=0.6\nruamel.yaml\n"
    assert pins.direct_names(text) == ["torch", "sphinx-design", "ruamel-yaml"]


def test_a_report_of_pip_gives_versions_for_the_cpu():
    names = [("torch", "2.13.0+cpu"), ("nvidia-cublas", "13.0"), ("triton", "3.6"), ("PyYAML", "6")]
    report = {"install": [{"metadata": {"name": n, "version": v}} for n, v in names]}
    assert pins.pinned(report) == {"torch": "2.13.0", "pyyaml": "6"}


def test_what_is_asked_for_stands_first():
    text = pins.render(["numpy", "anywidget"], {"anywidget": "1", "psygnal": "2", "numpy": "3"})
    blocks = [block.splitlines() for block in text.split("\n\n")]
    assert blocks[1][1:] == ["numpy==3", "anywidget==1"]
    assert blocks[2][1:] == ["psygnal==2"]


def test_requirements_txt_is_what_the_tool_writes():
    assert pins.render(DIRECT, PINNED) == TEXT
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in LINES)


def test_the_versions_the_book_asks_for_are_the_ones_pinned():
    asked = re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.in").read_text(), re.M)
    assert {name: PINNED[name] for name, _ in asked} == dict(asked)
    assert PINNED["jupyter-book"] == "1.0.4.post1"
    assert PINNED["torch"] == "2.13.0"


def test_the_tests_run_with_what_is_pinned():
    installed = {name: importlib.metadata.version(name).split("+")[0] for name in PINNED}
    assert installed == PINNED
