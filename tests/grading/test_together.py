"""Tasks do not get in each other's way: an answer to one may use any names, and leaves the others' marks alone."""

from __future__ import annotations

import ast

import pytest

from assignments.grader import judge, sample, sandbox, source


@pytest.mark.parametrize("name", source.names_of_assignments())
def test_no_test_has_names_of_its_own_that_students_define(name: str) -> None:
    """Such a name would be looked up among the student's, and be missing for whoever does without it."""
    assignment = source.load(name)
    for test in assignment.of_kind("test"):
        own = {
            node.id
            for node in ast.walk(ast.parse(test.source))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        assert not own & set(assignment.names), test.id


@pytest.mark.parametrize("style", range(3))
@pytest.mark.parametrize("name", source.names_of_assignments())
def test_right_answers_to_all_tasks_get_all_points(name: str, style: int) -> None:
    assignment = source.load(name)
    notebook = sample.solved(assignment, 2026 + style, style=style)
    grading = judge.grade(assignment, notebook, 2026 + style, sandbox.choose("unsafe"))
    assert [mark for mark in grading.marks if mark.points < mark.out_of] == []
