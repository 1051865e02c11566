"""The form in which a notebook is stored: nothing in it differs between two runs."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import nbformat
from nbformat import NotebookNode

CELL_METADATA = ("mystnb", "nbgrader", "tags")
NOTEBOOK_METADATA = ("html_meta", "myst", "mystnb", "orphan", "tocdepth")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGET = "application/vnd.jupyter.widget-view+json"


def tags(cell: NotebookNode) -> list[str]:
    """Return the cell's tags."""
    return cell.metadata.get("tags", [])


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that can be run: code, and not empty."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def steady_text(text: str) -> str:
    """Return printed text without the addresses of objects in memory."""
    return re.sub(r"\bat 0x[0-9a-fA-F]+", "at 0x...", text)


def rounded(coordinates: re.Match[str]) -> str:
    """Return an attribute's coordinates to a hundredth of a point, which no eye can tell apart."""
    return re.sub(r"-?\d+\.\d{3,}", lambda n: f"{round(float(n[0]), 2):g}", coordinates[0])


def steady_svg(svg: str) -> str:
    """Return a figure without the date and version that matplotlib writes, and lighter.

    Rounding takes a tenth off a page's weight, and most of what differs between processors.
    """
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return re.sub(r'\b(?:d|x|y)="[^"]*"|\b(?:translate|rotate)\([^)]*\)', rounded, svg)


def steady_data(data: dict) -> dict:
    """Return a display's representations without what differs at every run."""
    steady = {"text/plain": steady_text, "image/svg+xml": steady_svg}
    return {
        mime: steady[mime](content) if mime in steady else content
        for mime, content in data.items()
        if mime != WIDGET
    }


def steady_output(output: NotebookNode, count: int) -> NotebookNode:
    """Return one output without what differs at every run; `count` is its cell's number."""
    output = NotebookNode(output)
    if output.output_type == "stream":
        output.text = steady_text(output.text)
    elif output.output_type == "error":
        # The last line says what happened; the others hold paths of the machine.
        output.evalue = steady_text(output.evalue)
        output.traceback = [f"{output.ename}: {output.evalue}"]
    else:
        output.data = steady_data(output.data)
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


def merged_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with what was printed in one go as one output, however it was sent."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        is_more = output.output_type == "stream" and last and last.get("name") == output.name
        if is_more:
            last.text += output.text
        else:
            merged.append(NotebookNode(output))
    return merged


def normalise_cell(cell: NotebookNode, count: int | None) -> NotebookNode:
    """Return a cell as it is stored; `count` is its number among the cells that can be run."""
    kept = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
    cell = NotebookNode(cell, metadata=NotebookNode(kept))
    if cell.cell_type == "code":
        ran = count if cell.execution_count is not None else None
        outputs = [steady_output(output, count or 0) for output in cell.outputs]
        cell.update(execution_count=ran, outputs=merged_streams(outputs))
    return cell


def identify(cells: list[NotebookNode]) -> None:
    """Give each cell an id made from its content, so that it stays when others come and go."""
    seen: Counter[str] = Counter()
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def seal(cells: list[NotebookNode]) -> str:
    """Return a digest of all outputs.

    Re-execution allows the last digits of a number to differ between processors. The digest does
    not: a stored output changed by hand, in whichever digit, no longer fits it.
    """
    outputs = [cell.outputs for cell in cells if cell.cell_type == "code"]
    text = nbformat.writes(nbformat.v4.new_notebook(metadata={"outputs": outputs}))
    return hashlib.sha256(text.encode()).hexdigest()


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook as it is stored, without anything that differs at every run."""
    runnable = [id(cell) for cell in code_cells(notebook)]
    number = {cell: count for count, cell in enumerate(runnable, start=1)}
    cells = [normalise_cell(cell, number.get(id(cell))) for cell in notebook.cells]
    identify(cells)
    metadata = {k: notebook.metadata[k] for k in NOTEBOOK_METADATA if k in notebook.metadata}
    metadata |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    metadata |= {"outputs_sha256": seal(cells)}
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def dumps(notebook: NotebookNode) -> str:
    """Return the text of the notebook's file."""
    return nbformat.writes(notebook) + "\n"
