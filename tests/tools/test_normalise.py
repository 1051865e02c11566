"""A stored notebook holds nothing that differs between two runs."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from normalise import WIDGET, dumps, normalise


def stored(*cells, **metadata):
    return normalise(new_notebook(cells=list(cells), metadata=metadata))


def ran(source, *outputs, count=1, **metadata):
    return new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def result(**data):
    data = {mime.replace("_", "/"): content for mime, content in data.items()}
    return new_output("execute_result", data=data, execution_count=7)


def only_output(notebook):
    [output] = notebook.cells[0].outputs
    return output


def test_counts_run_from_one_whatever_they_were():
    cells = [ran("a", count=9), new_markdown_cell("words"), ran("b", count=4)]
    assert [c.execution_count for c in stored(*cells).cells if "outputs" in c] == [1, 2]


def test_a_cell_that_was_not_run_stays_so():
    assert stored(new_code_cell("a")).cells[0].execution_count is None


def test_an_empty_code_cell_has_no_number():
    cells = stored(new_code_cell(" "), ran("a")).cells
    assert [c.execution_count for c in cells] == [None, 1]


def test_a_result_carries_its_cells_number():
    assert only_output(stored(ran("a", result(text_plain="1")))).execution_count == 1


def test_addresses_in_memory_are_removed():
    shown = only_output(stored(ran("a", result(text_plain="<A at 0x7f3c2a10>"))))
    printed = only_output(stored(ran("a", new_output("stream", text="<A object at 0x1F>\n"))))
    assert shown.data["text/plain"] == "<A at 0x...>"
    assert printed.text == "<A object at 0x...>\n"


def test_a_hexadecimal_number_that_is_no_address_stays():
    assert only_output(stored(ran("a", result(text_plain="0xff")))).data["text/plain"] == "0xff"


def test_a_widget_keeps_its_page_and_loses_its_view_and_state():
    output = result(text_html="<b>still</b>", text_plain="Slider()")
    output.data[WIDGET] = {"model_id": "1f9c"}
    notebook = stored(ran("a", output), widgets={"state": {"1f9c": {}}})
    assert set(only_output(notebook).data) == {"text/html", "text/plain"}
    assert "widgets" not in notebook.metadata
    assert "1f9c" not in dumps(notebook)


def test_a_figure_loses_its_date():
    svg = "<svg>\n <metadata>\n  <dc:date>2026</dc:date>\n </metadata>\n <g/></svg>"
    output = result(**{"image_svg+xml": svg})
    assert only_output(stored(ran("a", output))).data["image/svg+xml"] == "<svg>\n <g/></svg>"


def test_a_figures_coordinates_are_rounded_and_nothing_else_is():
    svg = (
        '<svg><path d="M 1.23456 -1000.00049 L 3 4.5" transform="scale(0.015625)" id="m1.2345"/>'
        '<text x="9.99999" transform="rotate(-0 7.12345 8)">0.0001</text></svg>'
    )
    assert only_output(stored(ran("a", result(**{"image_svg+xml": svg})))).data[
        "image/svg+xml"
    ] == (
        '<svg><path d="M 1.23 -1000 L 3 4.5" transform="scale(0.015625)" id="m1.2345"/>'
        '<text x="10" transform="rotate(-0 7.12 8)">0.0001</text></svg>'
    )


def test_what_is_printed_in_pieces_is_one_output():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a", "b\n", "c\n")]
    assert only_output(stored(ran("a", *pieces))).text == "ab\nc\n"


def test_what_is_printed_before_and_after_a_figure_stays_there():
    printed = [new_output("stream", name="stdout", text=text) for text in ("a", "b")]
    figure = new_output("display_data", data={"text/plain": "<Figure>"})
    cell = stored(ran("a", printed[0], figure, printed[1])).cells[0]
    assert [o.output_type for o in cell.outputs] == ["stream", "display_data", "stream"]


def test_an_error_keeps_its_last_line():
    traceback = ["File /home/somebody/book.py:3", "ZeroDivisionError"]
    error = new_output("error", ename="ValueError", evalue="no", traceback=traceback)
    assert only_output(stored(ran("a", error))).traceback == ["ValueError: no"]


def test_metadata_hold_what_the_book_reads_and_nothing_else():
    cell = ran("a", tags=["hide-input"], execution={"iopub.execute_input": "2026-01-01"})
    notebook = stored(cell, language_info={"name": "python", "version": "3.12.1"}, orphan=True)
    assert notebook.cells[0].metadata == {"tags": ["hide-input"]}
    assert notebook.metadata.keys() == {
        "kernelspec",
        "language_info",
        "orphan",
        "outputs_sha256",
    }
    assert notebook.metadata.language_info == {"name": "python"}


def test_ids_follow_content_and_differ():
    first = stored(ran("a"), ran("b"), ran("b")).cells
    later = stored(new_markdown_cell("new"), ran("a"), ran("b"), ran("b")).cells
    assert [c.id for c in first] == [c.id for c in later[1:]]
    assert len({c.id for c in later}) == 4


@pytest.mark.parametrize("text", ["loss 0.5", "loss 0.50000000001"])
def test_the_seal_tells_outputs_apart_down_to_the_last_digit(text):
    seals = {
        stored(ran("a", result(text_plain=t))).metadata.outputs_sha256 for t in (text, "loss 0.6")
    }
    assert len(seals) == 2


def test_it_is_stored_as_a_valid_notebook_and_normalising_it_again_changes_nothing():
    notebook = stored(ran("print(1)", new_output("stream", text="1\n")), new_markdown_cell("# A"))
    text = dumps(notebook)
    again = nbformat.reads(text, as_version=4)
    nbformat.validate(again)
    assert text.endswith("}\n")
    assert dumps(normalise(again)) == text
