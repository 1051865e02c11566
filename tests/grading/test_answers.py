"""For every task: plausible wrong answers fail with a hint that helps, right ones in other styles pass."""

from __future__ import annotations

from collections import Counter

import pytest

from assignments.grader import answers, sandbox, source

CASES = [
    pytest.param(name, answer, id=f"{name}-{answer.task}-{answer.slip or 'right'}")
    for name in source.names_of_assignments()
    for answer in answers.load(name)
]


@pytest.mark.parametrize(("name", "answer"), CASES)
def test_an_answer_gets_what_it_deserves(name: str, answer: answers.Answer) -> None:
    assignment = source.load(name)
    hints = list(answers.hints(assignment, answer, sandbox.choose("unsafe"), variant=12345))
    if answer.slip:
        assert hints, "a wrong answer passes"
        assert answer.hint in hints[0]
    else:
        assert hints == []


@pytest.mark.parametrize("name", source.names_of_assignments())
def test_every_task_has_five_wrong_answers_and_three_right_ones(name: str) -> None:
    assignment = source.load(name)
    given = answers.load(name)
    for task in assignment.of_kind("solution"):
        assert answers.tests_of(assignment, task.id), f"{task.id} has no test"
        counts = Counter(bool(a.slip) for a in given if a.task == task.id)
        assert counts[True] >= 5, task.id
        assert counts[False] >= 3, task.id
