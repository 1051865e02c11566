r"""The quizzes as a QTI package: a zip with one assessment for each chapter.

Version 1.2, because it is the one that learning management systems import in practice: Canvas (whose own exports
are QTI 1.2, with the metadata ``question_type``), Brightspace, Sakai and others. Moodle has no importer for any version
of QTI; it has its own format, see ``quiz_moodle.py``.

Canvas shows formulas written as ``\( \)``, or ``$$ $$`` where they are displayed; it does not look for ``\[ \]``.
"""

from __future__ import annotations

import io
import zipfile
from html import escape

from lxml import etree
from lxml.builder import ElementMaker

from manuscript import Book
from markup import Markup
from quizzes import Quiz

ASI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same quizzes give the same bytes

Q = ElementMaker(namespace=ASI, nsmap={None: ASI})
M = ElementMaker(namespace=CP, nsmap={None: CP})


def formula(tex: str, display: bool, label: str) -> str:
    r"""Return a formula between the marks that Canvas looks for; ``<`` and ``&`` are written as HTML wants them."""
    return f"<p>$${escape(tex)}$$</p>" if display else rf"\({escape(tex)}\)"


def package(quizzes: list[Quiz], book: Book, markup: Markup) -> bytes:
    """Return the zip: the manifest, and a file for each chapter that has quizzes."""
    files = {}
    for number, chapter in enumerate(book.chapters):
        own = [quiz for quiz in quizzes if quiz.chapter is chapter]
        if own:
            ident = f"chapter-{chapter.name}"
            title = f"{number} {chapter.title}"
            files[f"{ident}/{ident}.xml"] = _bytes(assessment(ident, title, own, markup))
    files = {"imsmanifest.xml": _bytes(manifest(list(files)))} | files
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def manifest(names: list[str]) -> etree._Element:
    """Return the table of contents of the package."""
    resources = [
        M.resource(
            M.file(href=name), identifier=name.split("/")[0], type="imsqti_xmlv1p2", href=name
        )
        for name in names
    ]
    return M.manifest(
        M.metadata(M.schema("IMS Content"), M.schemaversion("1.1.3")),
        M.organizations(),
        M.resources(*resources),
        identifier="the-mathematics-of-neural-networks",
    )


def assessment(ident: str, title: str, quizzes: list[Quiz], markup: Markup) -> etree._Element:
    """Return a chapter's quizzes."""
    section = Q.section(*(item(quiz, markup) for quiz in quizzes), ident="root_section")
    return Q.questestinterop(Q.assessment(section, ident=ident, title=title))


def item(quiz: Quiz, markup: Markup) -> etree._Element:
    """Return one question: what is shown, how it is marked, what is said to each answer."""
    names = [f"{quiz.name}-{number}" for number in range(1, len(quiz.options) + 1)]
    kind = "multiple_answers_question" if quiz.multiple else "multiple_choice_question"
    labels = [
        Q.response_label(_material(markup.inline(option.text)), ident=name)
        for name, option in zip(names, quiz.options, strict=True)
    ]
    feedback = [
        Q.itemfeedback(Q.flow_mat(_material(markup.inline(option.explanation))), ident=f"{name}_fb")
        for name, option in zip(names, quiz.options, strict=True)
    ]
    return Q.item(
        Q.itemmetadata(
            Q.qtimetadata(_field("question_type", kind), _field("points_possible", "1"))
        ),
        Q.presentation(
            _material(markup.block(quiz.question)),
            Q.response_lid(
                Q.render_choice(*labels, shuffle="Yes"),
                ident="response1",
                rcardinality="Multiple" if quiz.multiple else "Single",
            ),
        ),
        _marking(quiz, names),
        *feedback,
        ident=quiz.name,
        title=quiz.name,
    )


def _marking(quiz: Quiz, names: list[str]) -> etree._Element:
    """Return the rules: first what is said to each answer, then the mark, for all that is right and nothing else."""
    said = [
        Q.respcondition(
            Q.conditionvar(Q.varequal(name, respident="response1")),
            Q.displayfeedback(feedbacktype="Response", linkrefid=f"{name}_fb"),
            {"continue": "Yes"},
        )
        for name in names
    ]
    chosen = [
        Q.varequal(name, respident="response1")
        if option.right
        else getattr(Q, "not")(Q.varequal(name, respident="response1"))
        for name, option in zip(names, quiz.options, strict=True)
        if option.right or quiz.multiple
    ]
    rule = [getattr(Q, "and")(*chosen)] if quiz.multiple else chosen
    mark = Q.respcondition(
        Q.conditionvar(*rule),
        Q.setvar("100", action="Set", varname="SCORE"),
        {"continue": "No"},
    )
    score = Q.decvar(varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")
    return Q.resprocessing(Q.outcomes(score), *said, mark)


def _field(label: str, entry: str) -> etree._Element:
    return Q.qtimetadatafield(Q.fieldlabel(label), Q.fieldentry(entry))


def _material(html: str) -> etree._Element:
    return Q.material(Q.mattext(html, texttype="text/html"))


def _bytes(root: etree._Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
