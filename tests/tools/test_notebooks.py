"""Notebooks are run in order, in a fresh kernel, and every change to what they store is found."""

import re

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook, new_output

import notebooks
from normalise import dumps, normalise


def clean(*cells):
    return normalise(new_notebook(cells=list(cells)))


def printed(text, count=1, source="print(loss)"):
    output = new_output("stream", name="stdout", text=text)
    return new_code_cell(source, outputs=[output], execution_count=count)


def test_a_clean_run_has_no_faults():
    assert notebooks.faults(dumps(clean(printed("0.98")))) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"execution_count": None}, "code cell 2 was never run: print(loss)"),
        ({"execution_count": 5}, "code cell 2 was run out of order, as number 5: print(loss)"),
    ],
)
def test_a_cell_that_was_not_run_in_order_is_named(change, complaint):
    notebook = clean(printed("1"), printed("2"))
    notebook.cells[1].update(change)
    assert complaint in notebooks.faults(dumps(notebook))


def test_a_stored_error_is_a_fault_unless_the_cell_is_there_to_raise_one():
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    cell = new_code_cell("f(-1)", outputs=[error], execution_count=1)
    assert notebooks.faults(dumps(clean(cell))) == ["code cell 1 stores an error: f(-1)"]
    cell.metadata.tags = [notebooks.RAISES]
    assert notebooks.faults(dumps(clean(cell))) == []


def test_a_stored_warning_is_a_fault():
    warning = new_output("stream", name="stderr", text="UserWarning")
    cell = new_code_cell("f()", outputs=[warning], execution_count=1)
    [fault] = notebooks.faults(dumps(clean(cell)))
    assert "stores a warning" in fault


def test_a_change_to_any_digit_of_an_output_is_a_fault():
    loss = "0.98123456789012345, 40 steps\n"
    text = dumps(clean(printed(loss)))
    places = [match.start() for match in re.finditer(r"\d", loss)]
    assert len(places) == 20
    for place in places:
        digit = (int(loss[place]) + 1) % 10
        changed = f"{loss[:place]}{digit}{loss[place + 1 :]}"
        assert notebooks.faults(text.replace(loss.strip(), changed.strip())), changed


def test_what_another_program_saved_is_a_fault():
    text = dumps(clean(printed("1"))).replace('"metadata": {}', '"metadata": {"scrolled": true}')
    assert "saved by another program" in notebooks.faults(text)[0]


def test_two_runs_store_the_same_bytes_and_pass_the_check(tmp_path):
    path = tmp_path / "chapter.ipynb"
    sources = ["class A: pass\nA()", "import os\nprint(set('abc'))", "print(os.getcwd() > '')"]
    path.write_text(dumps(new_notebook(cells=[new_code_cell(s) for s in sources])))
    first = notebooks.rerun(path)
    path.write_text(first)
    assert notebooks.rerun(path) == first
    assert notebooks.check(path) == []


def test_the_check_shows_what_another_run_changes(tmp_path):
    path = tmp_path / "chapter.ipynb"
    path.write_text(dumps(clean(printed("2\n", source="print(1)"))))
    [fault] = notebooks.check(path)
    assert '-      "2\\n"' in fault
    assert '+      "1\\n"' in fault


def test_a_failing_cell_stops_the_run(tmp_path):
    path = tmp_path / "chapter.ipynb"
    path.write_text(dumps(new_notebook(cells=[new_code_cell("1 / 0")])))
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.rerun(path)


def test_an_output_that_differs_at_every_run_is_kept_until_it_is_cleared():
    def timed(text):
        cell = printed(text)
        cell.metadata.tags = [notebooks.VARYING]
        return cell

    fresh, stored = clean(timed("3.1 s"), printed("a")), clean(timed("2.9 s"), printed("b"))
    notebooks.keep_varying(fresh, stored)
    assert [c.outputs[0].text for c in fresh.cells] == ["2.9 s", "a"]

    stored.cells[0].outputs = []
    fresh = clean(timed("3.1 s"), printed("a"))
    notebooks.keep_varying(fresh, stored)
    assert fresh.cells[0].outputs[0].text == "3.1 s"


def test_a_difference_is_short_and_names_the_notebook():
    lines = notebooks.difference("a\n" * 200, "b\n" * 200, "02.ipynb").splitlines()
    assert lines[:2] == ["--- 02.ipynb as stored", "+++ 02.ipynb run again"]
    assert len(lines) == 60
