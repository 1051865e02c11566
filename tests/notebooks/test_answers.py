"""The answers that judge the checks of exercises: complete, and judged right themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notebooks.answers import FOLDER, Answer, exercises, of_chapter

CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("[0-9]*.ipynb"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_exercise_has_right_and_wrong_answers(chapter: Path) -> None:
    answers = of_chapter(chapter)
    for label in exercises(chapter):
        mine = [answer for answer in answers if answer.exercise == label]
        assert sum(answer.hint is None for answer in mine) >= 2, f"{label}: right answers"
        assert sum(answer.hint is not None for answer in mine) >= 2, f"{label}: wrong answers"
    assert {answer.exercise for answer in answers} <= set(exercises(chapter))
    assert len(exercises(chapter)) >= 6


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
