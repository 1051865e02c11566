r"""The ``{quiz}`` directive: a question with options, each of which explains itself.

Built on native fieldset, radio and checkbox, so keyboard and screen reader work without effort.
Without JavaScript the explanations stand in a folded list; ``quiz.js`` checks an answer in place.

    ```{quiz} quiz-name
    The question, with $math$.

    - [ ] An option that is wrong. | Why it is wrong.
    - [x] The right option. | Why it is right.
    ```

One ``[x]`` gives radio buttons, several give checkboxes. ``quiz_text.py`` takes the text apart.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from theme.extensions.quiz_text import QuizError, parse

logger = logging.getLogger(__name__)


class quiz_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes so)
    """A quiz: first the question's blocks, then one ``quiz_option`` for each option."""


class quiz_option(nodes.General, nodes.Element):  # noqa: N801
    """An option: a paragraph with its text, a paragraph with its explanation."""


class QuizDirective(SphinxDirective):
    """Parse a ``{quiz}`` into nodes; its argument is the name by which it can be linked."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = False

    def run(self) -> list[nodes.Node]:
        """Return the quiz, or nothing and a warning when it is malformed."""
        try:
            question, options = parse(list(self.content))
        except QuizError as error:
            source, line = self.get_source_info()
            place = f"{source}:{line + 1 + error.line}"
            logger.warning("%s", error, location=place, type="quiz")
            return []
        name = self.arguments[0]
        multiple = sum(option.right for option in options) > 1
        quiz = quiz_node(names=[nodes.fully_normalize_name(name)], multiple=multiple, key=name)
        self.set_source_info(quiz)
        self.state.document.note_explicit_target(quiz, quiz)
        self._nested(question, 0, quiz)
        for option in options:
            node = quiz_option(right=option.right)
            self._nested([option.text], option.line, node)
            self._nested([option.explanation], option.line, node)
            quiz += node
        return [quiz]

    def _nested(self, lines: list[str], offset: int, parent: nodes.Element) -> None:
        block = StringList(lines, source=self.get_source_info()[0])
        self.state.nested_parse(block, self.content_offset + offset, parent)


def visit_quiz(self: HTML5Translator, node: quiz_node) -> None:
    """Write the whole quiz: it is small and its parts are needed in two places."""
    question = [child for child in node.children if not isinstance(child, quiz_option)]
    options = [child for child in node.children if isinstance(child, quiz_option)]
    kind = "checkbox" if node["multiple"] else "radio"
    hint = _("Choose every right answer.") if node["multiple"] else _("Choose one answer.")
    choices = "".join(
        f'<label class="nn-quiz-option"><input type="{kind}" name="{node["ids"][0]}" '
        f'value="{i}"{_name(self, option[0])}><span>{_inner(self, option[0])}</span></label>'
        for i, option in enumerate(options)
    )
    answers = "".join(
        f'<li data-right="{str(option["right"]).lower()}"><strong>{_inner(self, option[0])}'
        f"</strong> <em>{_('Right.') if option['right'] else _('Wrong.')}</em> "
        f'<span class="nn-quiz-why">{_inner(self, option[1])}</span></li>'
        for option in options
    )
    first, rest = question[0], question[1:]
    words = {
        "right": _("Right."),
        "wrong": _("Not quite."),
        "missing": _("Another answer is right, too."),
        "none": _("Choose an answer first."),
    }
    data = "".join(f' data-{key}="{text}"' for key, text in words.items())
    self.body.append(
        self.starttag(node, "form", "", CLASS="nn-quiz", **{"data-kind": kind}).replace(
            ">", data + ">", 1
        )
        + f"<fieldset><legend>{_inner(self, first)}</legend>"
        + "".join(_whole(self, child) for child in rest)
        + f'<p class="nn-quiz-hint">{hint}</p>{choices}</fieldset>'
        + f'<button type="submit" class="nn-button" hidden>{_("Check")}</button>'
        + '<div class="nn-quiz-verdict" aria-live="polite"></div>'
        + f'<details class="nn-quiz-key"><summary>{_("All answers explained")}</summary>'
        + f"<ul>{answers}</ul></details></form>\n"
    )
    raise nodes.SkipNode


def _name(self: HTML5Translator, text: nodes.Element) -> str:
    """Return an attribute that names an option made of formulas alone, which have no text to read."""
    formulas = [node.astext() for node in text.findall(nodes.math)]
    words = [node for node in text.findall(nodes.Text) if not isinstance(node.parent, nodes.math)]
    return "" if any(map(str.strip, words)) else f' aria-label="{self.attval(", ".join(formulas))}"'


def _whole(self: HTML5Translator, node: nodes.Node) -> str:
    """Return the HTML of a node."""
    body, self.body = self.body, []
    node.walkabout(self)
    html, self.body = "".join(self.body), body
    return html


def _inner(self: HTML5Translator, node: nodes.Node) -> str:
    """Return the HTML of a node's children, without the paragraph around them."""
    return "".join(_whole(self, child) for child in node.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_node(quiz_node, html=(visit_quiz, None))
    app.add_node(quiz_option)
    app.add_directive("quiz", QuizDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
