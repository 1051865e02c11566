"""What students get: nothing of the solutions or hidden tests, in nbgrader's own form, with their own number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.preprocessors import CheckCellMetadata

from assignments.grader import judge, sandbox, source, variants
from assignments.grader.course import Course
from assignments.grader.release import ANSWER, STUB, release
from tests.grading.class_room import NAME, course_in

NAMES = source.names_of_assignments()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_solution_or_a_hidden_test_is_left(name: str) -> None:
    assignment = source.load(name)
    notebook = release(assignment, 17)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    by_id = {source.grade_id(cell): cell for cell in notebook.cells}
    for cell in assignment.of_kind("solution"):
        assert STUB.splitlines()[0] in by_id[cell.id].source
    for cell in assignment.of_kind("written"):
        assert by_id[cell.id].source == ANSWER
    for cell in assignment.of_kind("test"):
        hidden = re.findall("(?s)### BEGIN HIDDEN TESTS(.*?)### END HIDDEN TESTS", cell.source)
        for line in "".join(hidden).splitlines():
            if len(line.strip()) > 20 and line not in cell.source.split("### BEGIN")[0]:
                assert line.strip() not in by_id[cell.id].source
        ast.parse(by_id[cell.id].source)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_notebook_of_nbgrader(name: str) -> None:
    notebook = release(source.load(name), 17)
    CheckCellMetadata().preprocess(notebook, {})
    for cell in notebook.cells:
        if marks := cell.metadata.get("nbgrader"):
            assert marks["schema_version"] == 3
            assert cell.metadata.get("editable", True) == (not marks["locked"])
            if marks["locked"] or marks["grade"]:
                assert "checksum" in marks


@pytest.mark.parametrize("name", NAMES)
def test_the_authors_solution_gets_full_marks_and_a_blank_notebook_none(name: str) -> None:
    assignment = source.load(name)
    unsafe = sandbox.Sandbox("unsafe")
    for variant in (1, 2, 3):
        full = judge.grade(assignment, assignment.notebook, variant, unsafe)
        assert [mark.hint for mark in full.marks if mark.hint] == []
    blank = judge.grade(assignment, release(assignment, 1), 1, unsafe)
    assert blank.points == 0
    assert {mark.hint for mark in blank.marks} == {judge.UNANSWERED}
    assert blank.remarks == []


@pytest.mark.parametrize("name", NAMES)
def test_the_solved_notebook_runs_as_a_notebook(name: str) -> None:
    assignment = source.load(name)
    notebook = nbformat.from_dict(assignment.notebook)
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(Path(__file__).parents[2])}}
    ).execute()


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_is_of_the_size_it_says(name: str) -> None:
    assignment = source.load(name)
    text = "\n".join(c.source for c in assignment.notebook.cells if c.cell_type == "markdown")
    tasks = re.findall(r"^## .*\((\d+) minutes, (\d+) points?\)", text, re.MULTILINE)
    assert sum(int(minutes) for minutes, _ in tasks) == assignment.settings["minutes"]
    assert 60 <= assignment.settings["minutes"] <= 120
    assert sum(int(points) for _, points in tasks) == assignment.points
    assert assignment.of_kind("written")
    assert all("**Rubric.**" in cell.source for cell in assignment.of_kind("written"))


def test_there_are_six_assignments() -> None:
    assert NAMES == [
        "structure",
        "training",
        "chain_rule",
        "backpropagation",
        "practice",
        "capstone",
    ]


def test_every_student_has_a_number_that_nobody_else_can_work_out(tmp_path: Path) -> None:
    course = course_in(tmp_path)
    (tmp_path / "salt").unlink()
    assert course.release(NAME) == 3
    texts = set()
    for student in course.roster.students:
        path = tmp_path / "release" / student / NAME / f"{NAME}.ipynb"
        found = nbformat.read(path, as_version=4)
        line = next(c.source for c in found.cells if c.source.startswith("VARIANT"))
        assert judge.bears(line) == course.variant(NAME, student)
        texts.add(line)
    assert len(texts) == 3
    assert (tmp_path / "salt").stat().st_mode & 0o077 == 0
    assert Course(tmp_path).salt == course.salt, "made once"
    assert variants.variant("other", NAME, "ada") != course.variant(NAME, "ada")
    assert (
        variants.owner(course.variant(NAME, "zoe"), course.salt, NAME, course.roster.students)
        == "zoe"
    )
    assert variants.owner(7, course.salt, NAME, course.roster.students) is None
