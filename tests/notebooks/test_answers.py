"""The answers that judge the checks of exercises: complete, and judged right themselves."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.answers import FOLDER, Answer, exercises, of_chapter

CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("[0-9]*.ipynb"))


# Chapters whose checks are functions of their own, called by a file of tests.
OWN_TESTS = {
    "01_structure": "test_structure_exercises.py",
    "03_chain_rule": "test_chain_rule_exercises.py",
    "05_practice": "test_practice.py",
    "06_faq": "test_faq_exercises.py",
    "07_outlook": "test_outlook_exercises.py",
}


@pytest.mark.parametrize("chapter", [path for path in CHAPTERS if path.stem not in OWN_TESTS])
def test_every_exercise_has_right_and_wrong_answers(chapter: Path) -> None:
    answers = of_chapter(chapter)
    for label in exercises(chapter):
        mine = [answer for answer in answers if answer.exercise == label]
        assert sum(answer.hint is None for answer in mine) >= 2, f"{label}: right answers"
        assert sum(answer.hint is not None for answer in mine) >= 2, f"{label}: wrong answers"
    assert {answer.exercise for answer in answers} <= set(exercises(chapter))
    assert len(exercises(chapter)) >= 6


@pytest.mark.parametrize("chapter", OWN_TESTS)
def test_every_check_of_the_other_chapters_is_called_by_their_tests(chapter: str) -> None:
    path = next(path for path in CHAPTERS if path.stem == chapter)
    code = "\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code")
    tests = (Path(__file__).parent / OWN_TESTS[chapter]).read_text(encoding="utf-8")
    checks = set(re.findall(r"^def check_(\w+)\(", code, re.MULTILINE))
    assert len(checks) >= 5
    assert [name for name in sorted(checks) if not re.search(rf"\b(check_)?{name}\b", tests)] == []
    assert len(exercises(path)) >= 6


def test_every_file_of_answers_belongs_to_a_chapter() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} <= {chapter.stem for chapter in CHAPTERS}


@pytest.mark.parametrize(
    ("printed", "passes"),
    [
        ("ok", True),
        ("ok: the number is right\n", True),
        ("(a) ok\n(b): ok: it agrees\nz[1]: ok", True),
        ("", False),
        ("(a) ok\n(b) not yet: a hint", False),
        ("not ok: a hint", False),
        ("a hint: okay", False),
        ("NameError: a hint", False),
    ],
)
def test_a_check_passes_an_answer_if_every_line_says_so(printed: str, passes: bool) -> None:
    right, wrong = (Answer("ex", "1", "", "", hint) for hint in (None, "a hint"))
    assert (right.complaint(printed) is None) == passes
    if passes:
        assert wrong.complaint(printed) == "a wrong answer passes"
    elif "a hint" in printed and "okay" not in printed:
        assert wrong.complaint(printed) is None
    assert "no hint" in wrong.complaint("not yet: look again")
