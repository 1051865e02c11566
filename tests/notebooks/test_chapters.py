"""A chapter whose stored outputs are not those of its cells turns the tests red."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import notebooks
from normalise import dumps, normalise

ROOT = Path(__file__).resolve().parents[2]

PRINTED = "loss 0.9812, 40 steps, W1 [2.5e-3]"
DIGITS = list(re.finditer(r"\d", PRINTED))


def cell(source, *outputs, tags=(), count=1):
    return new_code_cell(
        source, outputs=list(outputs), execution_count=count, metadata={"tags": list(tags)}
    )


def printed(text):
    return new_output("stream", name="stdout", text=text)


def shown(kind, mime, content):
    plain = f"<IPython.core.display.{kind} object>"
    return new_output("display_data", data={mime: content, "text/plain": plain})


def with_one_digit_changed():
    """Return cells that print the same text, and store it with another digit changed."""
    for digit in DIGITS:
        other = str((int(digit.group()) + 1) % 10)
        changed = PRINTED[: digit.start()] + other + PRINTED[digit.end() :]
        yield cell(f"print({PRINTED!r}, end='')", printed(changed))


DISPLAY = "from IPython.display import HTML, SVG, display\n"
RANDOM = DISPLAY + "import os\ndisplay(HTML(os.urandom(8).hex()))"
SQUARE = DISPLAY + "display(SVG('<svg><g transform=\"scale(2)\"/></svg>'))"
LARGER = '<svg><g transform="scale(3)"/></svg>'
FIGURE = "import nnlib.plots as p, matplotlib.pyplot as plt\np.book_style()\nplt.plot([1, 3]);"

RIGHT = [cell("print('loss', 0.5)"), cell("object()"), cell(FIGURE), cell("print(1)\n2")]
CHAPTERS = {
    "digits": list(with_one_digit_changed()),
    "half": [cell("a = 1"), cell("print(a)", count=None)],
    "random": [cell(RANDOM, shown("HTML", "text/html", "1f2e3d4c5b6a7988"))],
    "stale": [cell(SQUARE, shown("SVG", "image/svg+xml", LARGER))],
    "timed": [cell("import time\nprint(time.time())", printed("2.9"), tags=[notebooks.VARYING])],
}


def write(path, cells):
    path.write_text(dumps(normalise(new_notebook(cells=cells))))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What pytest says of a book with these chapters: one line for each test, and the reasons."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "pytest.ini").write_text("[pytest]\n")
    chapters = folder / "chapters"
    chapters.mkdir()
    for name, cells in CHAPTERS.items():
        write(chapters / f"{name}.ipynb", cells)
    right = chapters / "right.ipynb"
    write(right, RIGHT)
    right.write_text(notebooks.rerun(right))

    command = [sys.executable, "-m", "pytest", "-rA", "-p", "tests.notebooks.chapters", "chapters"]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True)
    return done.stdout


def outcomes(report, chapter):
    """Return test -> PASSED or FAILED of a chapter."""
    lines = re.findall(
        rf"^(PASSED|FAILED) chapters/{chapter}\.ipynb::(.*?)(?: - .*)?$", report, re.M
    )
    return {test: outcome for outcome, test in lines}


def failed(report, chapter):
    return [test for test, outcome in outcomes(report, chapter).items() if outcome == "FAILED"]


def test_a_chapter_that_stores_what_it_computes_passes(report):
    assert set(outcomes(report, "right").values()) == {"PASSED"}
    assert len(outcomes(report, "right")) == 2 + len(RIGHT)


def test_no_digit_of_a_stored_text_can_be_changed(report):
    assert len(DIGITS) == 11
    assert failed(report, "digits") == [f"Cell {number}" for number in range(len(DIGITS))]


def test_a_chapter_that_was_not_run_is_told_apart(report):
    assert "stored" in failed(report, "half")
    assert "code cell 2 was never run: print(a)" in report


def test_an_output_that_differs_at_every_run_is_found(report):
    assert failed(report, "random") == ["same again"]
    assert "two runs give different bytes" in report


def test_unless_the_cell_says_so(report):
    assert failed(report, "timed") == []


def test_a_figure_that_is_not_the_one_its_cell_draws_is_found(report):
    assert failed(report, "stale") == ["same again"]
    assert "a figure is not the one that its cell draws" in report
