r"""The quizzes as Moodle XML, which Moodle imports into its question bank.

The format has no schema; it is that of https://docs.moodle.org/en/Moodle_XML_format. Moodle's MathJax filter, on by
default, shows formulas written as ``\( \)`` and ``\[ \]``.
"""

from __future__ import annotations

from html import escape

from lxml import etree

from manuscript import Book
from markup import Markup
from quizzes import Quiz

TOP = "$course$/top/The Mathematics of Neural Networks"


def formula(tex: str, display: bool, label: str) -> str:
    r"""Return a formula between the marks that MathJax looks for; ``<`` and ``&`` are written as HTML wants them."""
    return rf"<p>\[{escape(tex)}\]</p>" if display else rf"\({escape(tex)}\)"


def document(quizzes: list[Quiz], book: Book, markup: Markup) -> bytes:
    """Return the XML: a category for each chapter, then its questions."""
    root = etree.Element("quiz")
    for number, chapter in enumerate(book.chapters):
        own = [quiz for quiz in quizzes if quiz.chapter is chapter]
        if own:
            root.append(_category(f"{number} {chapter.title}"))
            root.extend(_question(quiz, markup) for quiz in own)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def fractions(quiz: Quiz) -> list[str]:
    """Return the share of the mark for each option, in percent.

    Right ones share 100. Where several are right, wrong ones share -100, so that who ticks everything gets nothing.
    Moodle refuses shares other than those of its own list, which has 1/q for every q up to 10.
    """
    right = sum(option.right for option in quiz.options)
    wrong = len(quiz.options) - right
    if max(right, wrong) > 10:
        raise ValueError(f"{quiz.name} has more options than Moodle can share the mark among")
    loss = _percent(-100 / wrong) if quiz.multiple and wrong else "0"
    return [_percent(100 / right) if option.right else loss for option in quiz.options]


def _percent(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _category(name: str) -> etree._Element:
    question = etree.Element("question", type="category")
    path = (
        f"{TOP}/{name.replace('/', '//')}"  # a single slash begins a category within the category
    )
    etree.SubElement(etree.SubElement(question, "category"), "text").text = path
    return question


def _question(quiz: Quiz, markup: Markup) -> etree._Element:
    question = etree.Element("question", type="multichoice")
    etree.SubElement(etree.SubElement(question, "name"), "text").text = quiz.name
    _html(question, "questiontext", markup.block(quiz.question))
    settings = {
        "defaultgrade": "1",
        "hidden": "0",
        "idnumber": quiz.name,
        "single": str(not quiz.multiple).lower(),
        "shuffleanswers": "true",
        "answernumbering": "abc",
        "showstandardinstruction": str(int(quiz.multiple)),
    }
    for name, value in settings.items():
        etree.SubElement(question, name).text = value
    for option, fraction in zip(quiz.options, fractions(quiz), strict=True):
        answer = _html(question, "answer", markup.inline(option.text))
        answer.set("fraction", fraction)
        _html(answer, "feedback", markup.inline(option.explanation))
    return question


def _html(parent: etree._Element, name: str, html: str) -> etree._Element:
    element = etree.SubElement(parent, name, format="html")
    etree.SubElement(element, "text").text = etree.CDATA(html)
    return element
