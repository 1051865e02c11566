"""Run the chapters from top to bottom and store their outputs, the same bytes at every run.

::

    python tools/notebooks.py run chapters/02_training.ipynb     # run, and store what came out
    python tools/notebooks.py check chapters/02_training.ipynb   # run, and compare with what is stored

A cell tagged ``nbval-ignore-output`` shows times or the like, which differ at every run. What it
stores is kept; clear its output to have it measured again.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from normalise import KERNEL, code_cells, dumps, normalise, seal, tags

# Sums are taken in another order with another number of threads, and their last digits differ;
# sets of strings come in another order with another hash seed. `make portable` tries two threads.
THREADS = os.environ.get("BOOK_THREADS", "1")
REPRODUCIBLE = {
    "OMP_NUM_THREADS": THREADS,
    "OPENBLAS_NUM_THREADS": THREADS,
    "MKL_NUM_THREADS": THREADS,
    "PYTHONHASHSEED": "0",
}

VARYING = "nbval-ignore-output"
CHAOTIC = "figure-depends-on-rounding"
RAISES = "raises-exception"
MAX_SECONDS_A_CELL = 600


def read(path: Path) -> NotebookNode:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def executed(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Return the notebook, run from top to bottom in a fresh kernel in `folder`."""
    fresh = nbformat.from_dict(notebook)
    client = NotebookClient(fresh, timeout=MAX_SECONDS_A_CELL, kernel_name=KERNEL["name"])
    client.extra_arguments = ["--IPKernelApp.log_level=40"]  # errors only
    client.execute(cwd=str(folder), env=os.environ | REPRODUCIBLE)
    return fresh


def keep_varying(fresh: NotebookNode, stored: NotebookNode) -> None:
    """Put back, in place, what cells that differ at every run had stored."""
    for new, old in zip(code_cells(fresh), code_cells(stored), strict=True):
        if VARYING in tags(new) and old.outputs:
            new.outputs = old.outputs


def rerun(path: Path) -> str:
    """Run the notebook at `path` and return the text its file should have."""
    stored = read(path)
    fresh = executed(stored, path.parent)
    keep_varying(fresh, stored)
    return dumps(normalise(fresh))


def cell_faults(cell: NotebookNode, count: int) -> list[str]:
    """Return what keeps a stored cell from being the outcome of a clean run."""
    found = []
    if cell.execution_count is None:
        found.append("was never run")
    elif cell.execution_count != count:
        found.append(f"was run out of order, as number {cell.execution_count}")
    if RAISES not in tags(cell) and any(o.output_type == "error" for o in cell.outputs):
        found.append("stores an error")
    if any(o.get("name") == "stderr" for o in cell.outputs):
        found.append("stores a warning (what is printed to stderr)")
    return [f"code cell {count} {fault}: {cell.source.splitlines()[0]}" for fault in found]


def faults(text: str) -> list[str]:
    """Return what keeps a notebook's stored text from being the outcome of a clean run."""
    notebook = nbformat.reads(text, as_version=4)
    found = []
    for count, cell in enumerate(code_cells(notebook), start=1):
        found += cell_faults(cell, count)
    sealed = notebook.metadata.get("outputs_sha256")
    if sealed != seal(notebook.cells):
        found.append("an output was changed since the notebook was run")
    elif text != dumps(normalise(notebook)):
        found.append("it was saved by another program: run `make notebooks`")
    return found


def difference(stored: str, fresh: str, name: str, most_lines: int = 60) -> str:
    """Return what a new run changed, line by line; empty if nothing."""
    lines = difflib.unified_diff(
        stored.splitlines(),
        fresh.splitlines(),
        f"{name} as stored",
        f"{name} run again",
        "",
        "",
        1,
        "",
    )
    return "\n".join(line[:200] for line, _ in zip(lines, range(most_lines), strict=False))


def check(path: Path) -> list[str]:
    """Return what is wrong with a stored notebook, after running it again."""
    text = path.read_text(encoding="utf-8")
    found = faults(text)
    if changed := difference(text, rerun(path), path.name):
        found.append(f"another run gives other bytes:\n{changed}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["run", "check"])
    parser.add_argument("notebooks", nargs="+", type=Path)
    arguments = parser.parse_args()

    found = []
    for path in arguments.notebooks:
        print(path, flush=True)
        try:
            if arguments.action == "run":
                path.write_text(rerun(path), encoding="utf-8")
            else:
                found += [f"{path}: {fault}" for fault in check(path)]
        except CellExecutionError as error:
            sys.exit(f"{path}: a cell failed, nothing was stored.\n{error}")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
