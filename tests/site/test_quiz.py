"""The quiz directive."""

from __future__ import annotations

import re

import pytest

from tests.site.book import Build
from theme.extensions.quiz_text import QuizError, parse

QUIZ = """```{quiz} quiz-one
What is $x$?

- [ ] A $p(y | x)$ or `a | b`. | Wrong, because $a | b$
  is more.
- [x] Right *one*. | Indeed.
```"""


def test_question_and_options() -> None:
    question, options = parse(QUIZ.splitlines()[1:-1])
    assert question == ["What is $x$?", ""]
    assert [option.right for option in options] == [False, True]
    assert options[0].text == "A $p(y | x)$ or `a | b`."
    assert options[0].explanation == "Wrong, because $a | b$ is more."
    assert options[1].line == 4


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("- [x] A | a\n- [ ] B | b", "begins with its question", 0),
        ("Q?", "at least two options", 0),
        ("Q?\n\n- [x] A | a", "at least two options", 0),
        ("Q?\n\n- [ ] A | a\n- [ ] B | b", "no option of the quiz is marked right", 2),
        ("Q?\n\n- [x] A | a\n- [ ] B", "no explanation", 3),
        ("Q?\n\n- [x] A |\n- [ ] B | b", "no explanation", 2),
        ("Q?\n\n- [x] $a | b$\n- [ ] B | b", "no explanation", 2),
        ("Q?\n\n- [x] A | a\n- [ ] B | b\nstray", "neither option nor indented", 4),
    ],
)
def test_a_malformed_quiz_is_an_error_at_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(QuizError, match=message) as caught:
        parse(text.splitlines())
    assert caught.value.line == line


def test_one_right_answer_gives_radio_buttons(build: Build) -> None:
    html, warnings = build(QUIZ)
    assert warnings == ""
    assert html.count('<input type="radio" name="quiz-one"') == 2
    assert "<legend>What is <span" in html
    assert '<li data-right="true"><strong>Right <em>one</em>.</strong>' in html


def test_several_right_answers_give_checkboxes(build: Build) -> None:
    html, _ = build(QUIZ.replace("[ ]", "[x]"))
    assert html.count('<input type="checkbox"') == 2
    assert "Choose every right answer." in html


def test_an_option_of_formulas_alone_has_a_name(build: Build) -> None:
    html, _ = build(QUIZ.replace("Right *one*.", "$x^2$"))
    assert 'aria-label="x^2"' in html
    assert (
        len(re.findall('<input type="radio"[^>]*aria-label=', html)) == 1
    )  # words name themselves


def test_a_malformed_quiz_warns_with_its_line(build: Build) -> None:
    html, warnings = build("Text.\n\n" + QUIZ.replace("[x]", "[ ]"))
    assert "nn-quiz" not in html
    assert "index.md:8: WARNING: no option of the quiz is marked right" in warnings


def test_two_quizzes_of_one_name_are_a_warning(build: Build) -> None:
    _, warnings = build(f"{QUIZ}\n\n{QUIZ}")
    assert 'Duplicate explicit target name: "quiz-one"' in warnings
