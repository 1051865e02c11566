"""The quiz bank: what the chapters ask, in the two formats, with nothing lost, added or leaked."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from lxml import etree
from nbformat.v4 import new_markdown_cell, new_notebook

import quiz_bank
import quiz_moodle
import quizzes
from manuscript import Book, Chapter, UnknownLabelError, chapters
from theme.extensions.quiz_text import QuizError

SCHEMAS = Path(__file__).parent / "schemas"
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"

TEXT = r"""
# A <chapter>/part

$$
a < b
$$ (eq-less)

```{quiz} quiz-one
Is $a < b$ & `c < d`, says {eq}`eq-less`, [here](sec-x)?

$$
p(y | x) < 1
$$

- [ ] $p(y | x)$ or `a | b`. | Not with $x \& y$, see {cite:t}`nielsen2015` and *this*.
- [x] ]]> | Indeed, https://example.org.
- [ ] No <script>. | See {doc}`chapter` and [numpy](https://numpy.org/doc?a=1&b=2).
```

```{quiz} quiz-several
Which?

- [x] A | a
- [x] B | b
- [x] C | c
- [ ] D | d
- [ ] E | e
```
"""


def a_book(folder: Path, text: str = TEXT) -> Book:
    path = folder / "chapter.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), path)
    return Book([Chapter(path)])


@cache
def whole_book() -> Book:
    return Book(chapters())


@cache
def exported() -> dict[str, bytes]:
    return quiz_bank.export(whole_book())


def moodle(files: dict[str, bytes]) -> etree._Element:
    return etree.fromstring(files["moodle.xml"])


def assessments(files: dict[str, bytes]) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(files["qti.zip"])) as archive:
        names = [name for name in archive.namelist() if name != "imsmanifest.xml"]
        return [etree.fromstring(archive.read(name)) for name in names]


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


def moodle_rights(root: etree._Element) -> dict[str, list[bool]]:
    return {
        q.findtext("idnumber"): [float(a.get("fraction")) > 0 for a in q.iter("answer")]
        for q in root.iterfind("question[@type='multichoice']")
    }


def qti_rights(roots: list[etree._Element]) -> dict[str, list[bool]]:
    """Return what gets the mark, read from the rule that sets it."""
    found = {}
    for item in (item for root in roots for item in root.iterfind(".//q:item", QTI)):
        rule = item.find(".//q:setvar/../q:conditionvar", QTI)
        chosen = {
            v.text
            for v in rule.iterfind(".//q:varequal", QTI)
            if not v.getparent().tag.endswith("}not")
        }
        labels = [label.get("ident") for label in item.iterfind(".//q:response_label", QTI)]
        assert chosen <= set(labels)
        found[item.get("ident")] = [label in chosen for label in labels]
    return found


def texts(files: dict[str, bytes]) -> list[str]:
    """Return every piece of HTML in both files."""
    return [t.text for t in moodle(files).iterfind(".//*[@format='html']/text")] + [
        t.text for root in assessments(files) for t in root.iterfind(".//q:mattext", QTI)
    ]


def test_every_quiz_of_the_book_arrives_with_its_right_answers() -> None:
    written = {
        quiz.name: [option.right for option in quiz.options]
        for quiz in quizzes.collect(whole_book().chapters)
    }
    directives = re.findall(
        r"^`{3,}\{quiz\} (\S+)", "\n".join(c.text for c in chapters()), re.MULTILINE
    )
    assert len(directives) > 30
    assert list(written) == directives
    assert moodle_rights(moodle(exported())) == written
    assert qti_rights(assessments(exported())) == written


def test_both_files_are_valid() -> None:
    schema("moodle.xsd").assertValid(moodle(exported()))
    for root in assessments(exported()):
        schema("qti.xsd").assertValid(root)


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: root.find(".//q:item", QTI).attrib.pop("ident"),
        lambda root: root.find(".//q:response_label", QTI).set("ident", "two words"),
        lambda root: root.find(".//q:response_label", QTI).set("ident", "quiz-one-2"),
        lambda root: root.find(".//q:resprocessing", QTI).clear(),
        lambda root: root.find(".//q:response_lid", QTI).set("rcardinality", "many"),
        lambda root: root.find(".//q:item", QTI).append(root.find(".//q:presentation", QTI)),
        lambda root: root.find(".//q:mattext", QTI).set("texttype", "text/plain"),
        lambda root: root.find(".//q:section", QTI).append(root.find(".//q:itemfeedback", QTI)),
    ],
)
def test_the_schema_of_qti_refuses_what_is_wrong(tmp_path: Path, damage) -> None:
    [root] = assessments(quiz_bank.export(a_book(tmp_path)))
    assert schema("qti.xsd").validate(root)
    damage(root)
    assert not schema("qti.xsd").validate(root)


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: root.find(".//answer").set("fraction", "33"),
        lambda root: root.find(".//answer/feedback/text").clear(),
        lambda root: setattr(root.find(".//single"), "text", "yes"),
        lambda root: setattr(root.find(".//idnumber"), "text", "quiz-several"),
        lambda root: setattr(root.find(".//category/text"), "text", "$course$/top/a/b/c"),
        lambda root: root.find(".//questiontext").set("format", "markdown"),
    ],
)
def test_the_schema_of_moodle_refuses_what_is_wrong(tmp_path: Path, damage) -> None:
    root = moodle(quiz_bank.export(a_book(tmp_path)))
    assert schema("moodle.xsd").validate(root)
    damage(root)
    assert not schema("moodle.xsd").validate(root)


def test_marks_in_moodle() -> None:
    for question in moodle(exported()).iterfind("question[@type='multichoice']"):
        shares = [float(answer.get("fraction")) for answer in question.iter("answer")]
        right, wrong = [s for s in shares if s > 0], [s for s in shares if s <= 0]
        single = question.findtext("single") == "true"
        assert single == (len(right) == 1)
        assert sum(right) == pytest.approx(100, abs=1e-4)
        assert sum(wrong) == pytest.approx(0 if single else -100, abs=1e-4)


def test_several_right_answers(tmp_path: Path) -> None:
    files = quiz_bank.export(a_book(tmp_path))
    question = moodle(files).find("question[idnumber='quiz-several']")
    shares = [answer.get("fraction") for answer in question.iter("answer")]
    assert shares == ["33.33333", "33.33333", "33.33333", "-50", "-50"]
    [root] = assessments(files)
    item = root.find(".//q:item[@ident='quiz-several']", QTI)
    assert item.find(".//q:response_lid", QTI).get("rcardinality") == "Multiple"
    assert item.findtext(".//q:fieldentry", namespaces=QTI) == "multiple_answers_question"
    excluded = [v.text for v in item.iterfind(".//q:not/q:varequal", QTI)]
    assert excluded == ["quiz-several-4", "quiz-several-5"]


def test_more_options_than_moodle_can_share_a_mark_among_are_refused(tmp_path: Path) -> None:
    options = "".join(f"- [x] {n} | because\n" for n in range(11))
    book = a_book(tmp_path, f"# T\n\n```{{quiz}} quiz-long\nQ?\n\n{options}```\n")
    with pytest.raises(ValueError, match="quiz-long has more options"):
        quiz_bank.export(book)


def test_every_answer_says_its_own_explanation(tmp_path: Path) -> None:
    files = quiz_bank.export(a_book(tmp_path))
    [root] = assessments(files)
    item = root.find(".//q:item[@ident='quiz-several']", QTI)
    said = {
        rule.findtext(".//q:varequal", namespaces=QTI): rule.find("q:displayfeedback", QTI).get(
            "linkrefid"
        )
        for rule in item.iterfind(".//q:displayfeedback/..", QTI)
    }
    words = {
        f.get("ident"): f.findtext(".//q:mattext", namespaces=QTI)
        for f in item.iterfind("q:itemfeedback", QTI)
    }
    assert [words[said[f"quiz-several-{n}"]] for n in range(1, 6)] == list("abcde")
    answers = moodle(files).iterfind("question[idnumber='quiz-several']/answer")
    assert [a.findtext("feedback/text") for a in answers] == list("abcde")


def test_formulas_code_and_roles_are_written_as_the_lms_reads_them(tmp_path: Path) -> None:
    files = quiz_bank.export(a_book(tmp_path))
    question = moodle(files).find("question[idnumber='quiz-one']")
    assert question.findtext("questiontext/text") == (
        r"<p>Is \(a &lt; b\) &amp; <code>c &lt; d</code>, says equation (1) of the book, here?</p>"
        "\n" + r"<p>\[p(y | x) &lt; 1\]</p>"
    )
    assert [a.findtext("text") for a in question.iter("answer")] == [
        r"\(p(y | x)\) or <code>a | b</code>.",
        "]]&gt;",
        "No &lt;script&gt;.",
    ]
    assert [a.findtext("feedback/text") for a in question.iter("answer")] == [
        r"Not with \(x \&amp; y\), see Nielsen (2015) and <em>this</em>.",
        "Indeed, https://example.org.",
        'See &quot;A &lt;chapter&gt;/part&quot; and <a href="https://numpy.org/doc?a=1&amp;b=2">numpy</a>.',
    ]
    assert b"<![CDATA[" in files["moodle.xml"]
    category = moodle(files).findtext("question/category/text")
    assert category == "$course$/top/The Mathematics of Neural Networks/0 A <chapter>//part"
    [root] = assessments(files)
    assert "<p>$$p(y | x) &lt; 1$$</p>" in root.findtext(
        ".//q:presentation//q:mattext", namespaces=QTI
    )


def test_no_syntax_of_the_source_leaks() -> None:
    for html in texts(exported()):
        words = re.sub(
            r"<code>.*?</code>|\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$", "", html, flags=re.DOTALL
        )
        assert not re.search(r"\{[\w:]+\}|`|\$|\*\*|\]\(|:::", words), html


def test_every_piece_of_html_is_well_formed() -> None:
    class Strict(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in {"p", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "br"}
            self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    for html in texts(exported()):
        parser = Strict()
        parser.feed(html)
        assert parser.open == []


def test_the_package_lists_its_files_and_no_others() -> None:
    with zipfile.ZipFile(io.BytesIO(exported()["qti.zip"])) as archive:
        resources = list(etree.fromstring(archive.read("imsmanifest.xml")).iter(f"{CP}resource"))
        names = set(archive.namelist()) - {"imsmanifest.xml"}
    assert {r.get("href") for r in resources} == {
        r.find(f"{CP}file").get("href") for r in resources
    }
    assert {r.get("href") for r in resources} == names
    assert len({r.get("identifier") for r in resources}) == len(names) == len(whole_book().chapters)
    assert {r.get("type") for r in resources} == {"imsqti_xmlv1p2"}


def test_there_is_a_category_for_each_chapter_before_its_questions() -> None:
    category, placed = "", {}
    for question in moodle(exported()):
        if question.get("type") == "category":
            category = question.findtext("category/text").rsplit("/", 1)[1]
        else:
            placed[question.findtext("idnumber")] = category
    expected = {
        quiz.name: f"{number} {chapter.title}"
        for number, chapter in enumerate(whole_book().chapters)
        for quiz in quizzes.read(chapter)
    }
    assert placed == expected


def test_the_same_quizzes_give_the_same_bytes() -> None:
    assert quiz_bank.export(Book(chapters())) == exported()


def test_names_do_not_depend_on_the_other_quizzes(tmp_path: Path) -> None:
    def idents(text: str) -> set[str]:
        [root] = assessments(quiz_bank.export(a_book(tmp_path, text)))
        return {e.get("ident") for e in root.iter() if "quiz-several" in e.get("ident", "")}

    second = TEXT[: TEXT.index("```{quiz} quiz-one")] + TEXT[TEXT.index("```{quiz} quiz-several") :]
    assert idents(TEXT) == idents(second) != set()


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("quiz-several", "quiz-one", quizzes.DuplicateQuizError, "quiz-one"),
        ("```{quiz} quiz-several", "  ```{quiz} quiz-several", QuizError, "indented.*quiz-several"),
        ("```{quiz} quiz-several", "```{quiz}", QuizError, "needs a name"),
        ("- [x] A | a", "- [x] A", QuizError, "chapter, quiz-several: .*no explanation"),
        ("eq-less`", "eq-more`", UnknownLabelError, "eq-more"),
        ("nielsen2015", "nobody1900", UnknownLabelError, "nobody1900"),
        ("{cite:t}`nielsen2015`", "{numref}`fig-x`", UnknownLabelError, "fig-x"),
    ],
)
def test_what_is_broken_stops_the_export(
    tmp_path: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    assert old in TEXT
    with pytest.raises(error, match=message):
        quiz_bank.export(a_book(tmp_path, TEXT.replace(old, new)))


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    quiz_bank.main([str(tmp_path / "new")])
    assert {p.name for p in (tmp_path / "new").iterdir()} == {"moodle.xml", "qti.zip"}


def test_wrong_answers_cost_nothing_where_one_is_right() -> None:
    quiz = quizzes.collect(whole_book().chapters)[0]
    assert sorted(quiz_moodle.fractions(quiz)) == ["0", "0", "0", "100"]
