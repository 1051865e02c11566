"""Takes each chapter as tests: one run of the notebook, judged in four ways.

- What is stored is the outcome of a clean run, and nobody changed an output since.
- nbval runs each cell and compares its text with what is stored, within a tolerance.
- Another run gives the same bytes, figures included.
- The checks of its exercises pass right answers, and fail wrong ones with the fitting hint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

import notebooks
from normalise import KERNEL, dumps, normalise, steady_output
from tests.notebooks import answers
from tests.notebooks.tolerance import agree, figures_agree

# nbval compares text. Pictures and explorers are compared with the whole, by `SameAgain`.
NOT_TEXT = ("image/svg+xml", "text/html", "application/javascript")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Chapter | None:
    """Take a notebook as a file of tests, if it is a chapter."""
    folder = parent.config.rootpath / "chapters"
    is_chapter = file_path.suffix == ".ipynb" and file_path.is_relative_to(folder)
    return Chapter.from_parent(parent, path=file_path) if is_chapter else None


class ChapterError(Exception):
    """Says in words what is wrong with a chapter."""


class Chapter(IPyNbFile):
    """A chapter as tests: what it stores, each of its cells, and the whole once more."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests of the chapter, which share one kernel."""
        found = list(super().collect())
        self.skip_compare += NOT_TEXT
        self.cells = [
            ChapterCell.from_parent(
                self, name=c.name, cell_num=c.cell_num, cell=c.cell, options=c.options
            )
            for c in found
        ]
        yield Stored.from_parent(self, name="stored")
        yield from self.cells
        yield SameAgain.from_parent(self, name="same again")
        for answer in answers.of_chapter(self.path):
            name = f"{answer.exercise}, {answer.name}"
            yield AnswerCheck.from_parent(self, name=name, answer=answer)

    def setup(self) -> None:
        """Start a kernel in the surroundings in which the stored outputs were computed."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in notebooks.REPRODUCIBLE.items():
                patch.setenv(name, value)
            self.kernel = Kernel(KERNEL["name"], cwd=str(self.path.parent))


class Kernel(RunningKernel):
    """A kernel that remembers what it ran, as in JupyterLab.

    Without that, IPython shows the value of a last line that ends in a semicolon.
    """

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Run a cell and return the id of the request."""
        return self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )

    def printed(self, source: str, timeout: float = 60) -> str:
        """Run a text and return what it prints, its last value and its error included."""
        request, parts = self.execute_cell_input(source, allow_stdin=False), []
        while True:
            message = self.get_message("iopub", timeout=timeout)
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return "".join(parts)
            if kind == "stream":
                parts.append(content["text"])
            elif kind == "execute_result":
                parts.append(content["data"]["text/plain"] + "\n")
            elif kind == "error":
                parts.append(f"{content['ename']}: {content['evalue']}\n")


class Judgement(pytest.Item):
    """A test of the chapter as a whole."""

    def need_every_cell(self) -> None:
        """Skip the test where only some cells of the chapter have been run."""
        if any(cell.test_outputs is None for cell in self.parent.cells):
            pytest.skip("needs every cell of the chapter to be run")

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Report a failure by its words alone."""
        if isinstance(excinfo.value, ChapterError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the test stands."""
        return self.path, 0, f"{self.path.name}: {self.name}"


class Stored(Judgement):
    """What is stored is the outcome of a clean run, and was not changed since."""

    def runtest(self) -> None:
        """Judge the file without running it."""
        if found := notebooks.faults(self.path.read_text(encoding="utf-8")):
            raise ChapterError("\n".join(found))


class ChapterCell(IPyNbCell):
    """A cell, whose text may differ from what is stored by the tolerance."""

    def compare_outputs(
        self, test: list[NotebookNode], ref: list[NotebookNode], skip_compare: tuple | None = None
    ) -> bool:
        """Compare as nbval does, once texts that agree were made equal."""
        test = [steady_output(output, count=0) for output in test]
        for new, stored in zip(test, ref, strict=False):
            adopt(new, stored)
        return super().compare_outputs(test, ref, skip_compare)


def adopt(new: NotebookNode, stored: NotebookNode) -> None:
    """Put the stored text in the place of the new one, where they agree."""
    if new.output_type != stored.output_type:
        return
    if new.output_type == "stream" and agree(new.text, stored.text):
        new.text = stored.text
    data, stored_data = new.get("data", {}), stored.get("data", {})
    for mime in data.keys() & stored_data.keys():
        if mime.startswith("text/") and agree(data[mime], stored_data[mime]):
            data[mime] = stored_data[mime]


class SameAgain(Judgement):
    """Another run gives the same bytes."""

    def runtest(self) -> None:
        """Compare nbval's run with what is stored, and if they differ run it a second time."""
        chapter: Chapter = self.parent
        self.need_every_cell()
        stored = chapter.nb
        first = with_outputs(stored, [cell.test_outputs for cell in chapter.cells])
        if text(first) == text(stored):
            return
        # Another processor than the author's, or an output that differs at every run?
        second = notebooks.executed(stored, self.path.parent)
        notebooks.keep_varying(second, stored)
        if text(second) not in (text(first), text(stored)):
            changed = notebooks.difference(text(first), text(second), self.path.name)
            raise ChapterError(f"two runs give different bytes:\n{changed}")
        for (old, chaotic), (new, _) in zip(figures(stored), figures(first), strict=True):
            if not figures_agree(old, new, chaotic=chaotic):
                raise ChapterError(
                    "a figure is not the one that its cell draws: run `make notebooks`"
                )


class AnswerCheck(Judgement):
    """An answer to an exercise, put to its check in the chapter's kernel."""

    def __init__(self, *, answer: answers.Answer, **arguments: object) -> None:
        super().__init__(**arguments)
        self.answer = answer

    def runtest(self) -> None:
        """Run the answer, and judge what its check prints."""
        chapter: Chapter = self.parent
        self.need_every_cell()
        printed = chapter.kernel.printed(self.answer.source)
        if complaint := self.answer.complaint(printed):
            raise ChapterError(f"{complaint}:\n{self.answer.source}\n\nprinted:\n{printed}")


def with_outputs(stored: NotebookNode, outputs: list[list[NotebookNode]]) -> NotebookNode:
    """Return the notebook with new outputs, except where they differ at every run."""
    fresh = nbformat.from_dict(stored)
    code = (cell for cell in fresh.cells if cell.cell_type == "code")
    for cell, new in zip(code, outputs, strict=True):
        cell.outputs = nbformat.from_dict(new)
    notebooks.keep_varying(fresh, stored)
    return fresh


def text(notebook: NotebookNode) -> str:
    """Return the notebook as it would be stored, what is printed being merged as nbval does."""
    merged = nbformat.from_dict(notebook)
    for cell in merged.cells:
        if cell.cell_type == "code":
            cell.outputs = coalesce_streams(cell.outputs)
    return dumps(normalise(merged))


def figures(notebook: NotebookNode) -> list[tuple[str, bool]]:
    """Return the notebook's figures, steadied, in order, and whether rounding decides their numbers."""
    return [
        (output.data["image/svg+xml"], notebooks.CHAOTIC in notebooks.tags(cell))
        for cell in normalise(notebook).cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]
