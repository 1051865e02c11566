"""What students get: the notebook without solutions and hidden tests, and with their own number."""

from __future__ import annotations

import copy
from typing import Any

from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

from assignments.grader.source import VARIANT, Assignment, fill, variant_cell

ANSWER = "*Your answer here.*"
"""What stands where a written answer is to stand."""

STUB = "# YOUR CODE HERE\nraise NotImplementedError"
"""What stands where a solution stood."""


def release(assignment: Assignment, variant: int) -> Any:
    """Return the student version of an assignment's notebook, as nbgrader would make it."""
    notebook = fill(copy.deepcopy(assignment.notebook), {VARIANT: variant_cell(variant)})
    stubs = {"python": STUB}
    config = Config(ClearSolutions={"code_stub": stubs, "text_stub": ANSWER})
    for step in (ClearSolutions, ClearHiddenTests, LockCells, ClearOutput, ComputeChecksums):
        notebook, _ = step(config=config).preprocess(notebook, {"nbgrader": {}})
    return notebook


def is_blank(answer: str | None) -> bool:
    """Tell whether a written answer has not been given."""
    return answer is None or answer.strip() in ("", ANSWER)
