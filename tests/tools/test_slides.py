"""Slides: what of a chapter is on them, by the rule that `slide_content` states, and that a deck needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import quizzes
import slide_page
import slide_text
import slide_units
import slides
from manuscript import Book, Chapter, chapters
from markup import MarkupError
from slide_content import outline
from slide_deck import Deck, height
from slide_units import Code, Equation, Sentence, packed
from theme.extensions.katex import FormulaError, Katex

OPENING = r"""
# A small chapter

```{admonition} What you will be able to do
- Say **what** $x$ is.
- Use it.

You need nothing.
```
"""
SECTION = r"""
(sec-first)=
## The first section

It begins so. A **key** is here {cite:p}`nielsen2015`. One more sentence. Together:

$$
x < \frac{1}{2}
$$ (eq-half)

$$
y
$$ (eq-y)

```python
    for step in run:
        print(step)
```

- **One** item.
- Another.

| a | b |
|---|---|
| $1 < 2$ | `x < y` |
"""
EXERCISE = r"""
## Exercises

````{exercise-start} How many, or so? · by hand, 15 minutes, easy
:label: ex-many
````
Say **nothing** of this.
````{exercise-end}
````

## Summary

- Nothing, {eq}`eq-half`.
"""
QUIZ = """
```{quiz} quiz-one
Is {eq}`eq-y` $<$ 2?

- [ ] No. | Wrong.
- [x] Yes. | Right you are.
```
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path id="p" fill="#0072b2"/></svg>'
)


@pytest.fixture(scope="module")
def katex() -> Iterator[Katex]:
    renderer = Katex()
    yield renderer
    renderer.close()


def figure(**settings: object) -> nbformat.NotebookNode:
    settings = {
        "figure": {"name": "fig-a", "caption": "A **line** {cite:p}`nielsen2015`."},
        "image": {"alt": "A line"},
    } | settings
    output = new_output("display_data", {"image/svg+xml": SVG})
    return new_code_cell("plot()", metadata={"mystnb": settings}, outputs=[output])


def deck(folder: Path, katex: Katex, *cells: str | nbformat.NotebookNode) -> Deck:
    written = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    path = folder / "07_small.ipynb"
    nbformat.write(new_notebook(cells=written), path)
    book = Book([Chapter(path)])
    return Deck(book, book.chapters[0], katex)


@cache
def decks() -> dict[Chapter, str]:
    book, katex = Book(chapters()), Katex()
    pages = {chapter: Deck(book, chapter, katex).html() for chapter in book.chapters}
    katex.close()
    return pages


class Words(HTMLParser):
    """Collects the words of a page that stand outside formulas, figures and code."""

    OPAQUE = frozenset({"code", "pre", "svg", "style", "script"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.inside = "", [False]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br"):
            opaque = tag in self.OPAQUE or dict(attrs).get("class") == "katex"
            self.inside.append(self.inside[-1] or opaque)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.words += "" if self.inside[-1] else data


def test_the_slides_of_a_small_chapter(tmp_path: Path, katex: Katex) -> None:
    made = deck(tmp_path, katex, OPENING, SECTION, figure(), QUIZ, EXERCISE).slides()
    titles = [re.sub(r"<.*?>", "", slide.title) for slide in made]
    first = ["The first section", *(f"The first section ({n})" for n in (2, 3, 4))]
    assert titles == ["A small chapter", *first, "Summary", "Exercises"]
    kinds = ["opening", "sentence", "table", "figure", "quiz", "few", "exercises"]
    assert [slide.kind for slide in made] == kinds
    assert made[0].body.count("<li>") == 2
    assert "You need" not in made[0].body


def test_what_stands_on_the_slide_of_a_section(tmp_path: Path, katex: Katex) -> None:
    body = deck(tmp_path, katex, OPENING, SECTION).slides()[1].body
    assert body.startswith(
        "<p>A <strong>key</strong> is here.</p>\n<p>One more sentence. Together:</p><div"
    )
    assert body.count("Together") == 1  # the second equation comes without words
    assert re.findall(r'<span class="eqno">(.*?)</span>', body) == ["(1)", "(2)"]
    assert "<code>for step in run:\n    print(step)</code>" in body
    assert body.count("<li>") == 1
    assert "It begins" not in body


def test_a_section_without_key_sentences_has_the_first_of_its_paragraphs(
    tmp_path: Path, katex: Katex
) -> None:
    text = "## S\n\nThey lean. More.\n\nAlone it stands. More.\n\nSo this leans. More.\n\nIt leads to:\n\nA second."
    body = deck(tmp_path, katex, f"{OPENING}\n{text}").slides()[1].body
    assert body == "<p>Alone it stands.</p>\n<p>A second.</p>"


def test_a_theorem_is_shown_whole_and_a_correction_is_not(tmp_path: Path, katex: Katex) -> None:
    box = "```{{admonition}} Name\n:class: {}\nFirst. Second:\n\n$$\nx\n$$ (eq-x)\n\nThird.\n```\n"
    text = f"## S\n\n{box.format('important')}\n- So:\n\n  $$\n  y\n  $$ (eq-y)\n\n  is **it**.\n\n## T\n\n"
    first, second = deck(
        tmp_path,
        katex,
        OPENING,
        text + "Words. " + "\n\n" + box.format("correction").replace("eq-x", "eq-z"),
    ).slides()[1:]
    words = re.sub(r'<span class="katex">.*?(?=</div>)', "", first.body)
    assert words.startswith("<p><strong>Name.</strong> First. Second:</p>")
    assert "<p>Third.</p>\n<p>So:</p>" in words
    assert re.findall(r'"eqno">(.*?)<', first.body) == ["(1)", "(2)"]
    assert "<li>" not in first.body  # the rest of an item is none
    assert second.body == "<p>Words.</p>"


def test_a_slide_is_full_before_the_next_begins() -> None:
    long = Sentence("word " * 60)
    equation, short = Equation(r"\frac{a}{b} \\ c", "eq-a", "So:"), Sentence("few words")
    assert height(long) == 4.5
    assert height(equation) == pytest.approx(2.3 + 1.5 + 0.8 + 1.5)
    assert list(packed([long, long, long, short], height, 13)) == [[long, long], [long, short]]
    table = slide_units.Table(())
    assert list(packed([short, table, short], height, 13)) == [[short], [table], [short]]
    assert list(packed([], height, 13)) == []
    assert height(Code("a\nb")) < height(Code("a\nb\nc"))


def test_what_would_stand_alone_on_a_further_slide_is_left_out(
    tmp_path: Path, katex: Katex
) -> None:
    text = f"## S\n\nFirst words.\n\n{{}}\n\nLast words {'and more ' * 9}."
    kept, left = f"{text.format('')}", text.format(QUIZ.replace("{eq}`eq-y`", "it").strip())
    assert "Last words" in str(deck(tmp_path, katex, OPENING + kept).slides())
    assert "Last words" not in str(deck(tmp_path, katex, OPENING + left).slides())


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        (
            "Take $a. B$ and `c. D` (e. F) here. Next.",
            ["Take $a. B$ and `c. D` (e. F) here.", "Next."],
        ),
        ("**A name.** What it names. Next.", ["**A name.** What it names.", "Next."]),
        ("**1. The rate.** It is large.", ["**1. The rate.** It is large."]),
        ("It is 0.5 and no more", ["It is 0.5 and no more"]),
        ('He said "so." Then', ['He said "so."', "Then"]),
    ],
)
def test_sentences(paragraph: str, expected: list[str]) -> None:
    assert slide_text.sentences(paragraph) == expected


def test_a_short_lead_takes_the_sentence_before_along() -> None:
    assert slide_text.lead_of("A is B. Together:") == "A is B. Together:"
    long = "This sentence is long enough to stand alone:"
    assert slide_text.lead_of(f"A is B. {long}") == long


def test_a_figure_keeps_its_text_number_and_caption(tmp_path: Path, katex: Katex) -> None:
    [_, slide] = deck(tmp_path, katex, OPENING, figure()).slides()
    assert 'role="img" aria-label="A line"' in slide.body
    assert "var(--nn-blue)" in slide.body
    assert "<figcaption><b>Fig. 1</b> A <strong>line</strong>.</figcaption>" in slide.body


def test_a_quiz_hides_its_answer(tmp_path: Path, katex: Katex) -> None:
    [_, slide] = deck(tmp_path, katex, OPENING + "$$\ny\n$$ (eq-y)\n" + QUIZ).slides()[1:]
    assert "<li>No.</li><li class=right>Yes.</li>" in slide.body
    assert (
        "<details><summary>Answer</summary><p><b>B.</b> Right you are.</p></details>" in slide.body
    )
    assert "Is (1) " in slide.body


def test_exercises_with_their_numbers_and_minutes(tmp_path: Path, katex: Katex) -> None:
    slide = deck(tmp_path, katex, OPENING, "## S\n\n$$\nx\n$$ (eq-half)\n", EXERCISE).slides()[-1]
    row = "<tr><td>1</td><td>How many, or so?</td><td>by hand</td><td>15 minutes</td><td>easy</td></tr>"
    assert row in slide.body
    assert "nothing" not in slide.body


def test_an_exercise_within_a_section_is_no_part_of_it(tmp_path: Path, katex: Katex) -> None:
    exercise = EXERCISE.replace("## Exercises", "## A section\n\nIts text.").split("## Summary")[0]
    section, exercises = deck(tmp_path, katex, OPENING, exercise + "\nIts end.").slides()[1:]
    assert section.body == "<p>Its text.</p>\n<p>Its end.</p>"
    assert "How many" in exercises.body


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("## S\n\n$$\n\\nonsense{\n$$ (eq-a)\n", FormulaError),
        ("## S\n\n**See** {eq}`eq-nowhere`.", KeyError),
        ("## S\n\n```{quiz} quiz-a\nQ?\n\n- [x] A | a\n```\n", ValueError),
        (
            "## S\n\n```{quiz} quiz-a\nQ?\n\n```{note}\n```\n\n- [x] A | a\n- [ ] B | b\n```\n",
            (ValueError, MarkupError),
        ),
    ],
)
def test_what_is_broken_stops(
    tmp_path: Path, katex: Katex, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        deck(tmp_path, katex, OPENING + text).slides()


def test_names_in_the_address_are_plain_and_unique() -> None:
    assert (
        slide_page.slug("May <em>all</em> weights &amp; <code>zero_grad</code> start?")
        == "may-all-weights-zero-grad-start"
    )
    assert slide_page.slug("...") == "slide"
    assert slide_page.unique(["a", "a", "a-2", "a"]) == ["a", "a-2", "a-2-2", "a-3"]


def test_every_section_equation_figure_quiz_and_exercise_of_the_book_is_on_a_slide() -> None:
    for chapter, html in decks().items():
        book = Book(chapters())
        numbers = set(re.findall(r'<span class="eqno">\((\d+)\)</span>', html))
        assert numbers == {str(book.equations[label]) for label in equations(chapter)}
        captions = re.findall(r"<figcaption><b>Fig\. (\d+)</b>", html)
        assert captions == [str(book.figures[name]) for name in chapter.figures]
        assert html.count('role="img" aria-label="') == len(captions)
        assert html.count("<summary>Answer</summary>") == len(quizzes.read(chapter)) > 0
        minutes = re.findall(r"<td>\d+ minutes</td>", html)
        assert len(minutes) == chapter.text.count("{exercise-start}") > 0


def equations(chapter: Chapter) -> list[str]:
    """Return the labels of the equations before the exercises."""
    return re.findall(r"\$\$ \((eq-[\w-]+)\)", chapter.text.split("\n## Exercises")[0])


def test_every_section_has_a_slide() -> None:
    left_out = {"Further reading", "Notation"}
    for chapter, html in decks().items():
        prose = re.sub(r"^(`{3,}).*?^\1", "", chapter.text, flags=re.DOTALL | re.MULTILINE)
        written = {
            slide_page.slug(h)
            for h in re.findall(r"^##+ (.*)$(?!\n+(?:\([\w-]+\)=\n)?#)", prose, re.MULTILINE)
            if h not in left_out
        }
        shown = set(re.findall(r'<section class="slide"[^>]* id="([^"]+)"', html))
        missing = {w for w in written if "$" not in w and w not in shown}
        assert missing == set(), chapter.name


def test_no_syntax_of_the_source_leaks() -> None:
    for chapter, html in decks().items():
        found = re.search(r".{30}(\*\*|\{[a-z:]+\}`|`|:::|\]\().{30}", Words(html).words, re.DOTALL)
        assert found is None, (chapter.name, found)


def test_a_deck_asks_nobody_for_anything() -> None:
    for html in decks().values():
        assert not re.search(r"\b(?:src|srcset)=", html)
        assert set(re.findall(r"<(?:link|a)\b[^>]*href=\"([^\"]*)", html)) <= {"data:,"}
        assert not re.search(r"url\((?!\"?(?:data:|#))|@import|fetch\(|import\(", html)
        assert html.count("url(data:font/woff2") == 20
        assert "{{" not in re.sub(r"<(svg|style|script)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_ids_are_unique() -> None:
    for html in decks().values():
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_the_command_writes_the_decks_it_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = chapters()[6]
    slides.main(["--to", str(tmp_path), str(chapter.path)])
    path = tmp_path / chapter.name / "index.html"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert path.read_text("utf-8") == decks()[chapter]
    with pytest.raises(SystemExit):
        slides.main(["--to", str(tmp_path), "nowhere.ipynb"])
    assert "no chapter of the book" in capsys.readouterr().err


def test_the_outline_of_the_book_has_goals_for_every_chapter(katex: Katex) -> None:
    book = Book(chapters())
    for chapter in book.chapters:
        goals = outline(chapter, Deck(book, chapter, katex).markup).goals
        assert len(goals) >= 3, chapter.name
