"""Sentences of the chapters, and how long they are."""

from __future__ import annotations

import re

SHORT = 40  # letters

CITATION = re.compile(r"\s*\{cite:p\}`[^`]*`")
RUN_IN = re.compile(r"\*\*[^*]+\*\*[.:]?")  # a heading within the paragraph
# A sentence that leans on what stands before or after it, which the slide may not have.
LEANS = re.compile(
    r"^(It|Its|This|That|These|Those|They|So|But|And|Here|Now|Then|Both|Each|The cell)\b|[:,]$"
)

_COMMAND = re.compile(r"\\(?:text|mathrm|mathcal|mathbb|operatorname\*?)|\\[a-zA-Z]+|[{}$_^&*`]")
_OPAQUE = re.compile(r"\$[^$]*\$|`[^`]*`|\([^()]*\)", re.DOTALL)
_EMPHASIS = re.compile(r"(\*{1,2})[^*]+\1")
_END = re.compile(r"(?<=[.?!])[*\")]*\s+(?=\S)")


def letters(text: str) -> int:
    """Estimate how many letters a text or a formula takes."""
    return len(_COMMAND.sub(lambda m: "x" if m[0].startswith("\\") else "", text))


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph; a full stop in a formula, code, parentheses or emphasis ends none."""
    masked = _OPAQUE.sub(lambda m: "x" * len(m[0]), paragraph)
    masked = _EMPHASIS.sub(lambda m: "x" * (len(m[0]) - 3) + m[0][-3:], masked)
    ends = [match.end() for match in _END.finditer(masked)]
    found: list[str] = []
    for a, b in zip([0, *ends], [*ends, len(paragraph)], strict=True):
        text = paragraph[a:b].strip()
        if found and RUN_IN.fullmatch(found[-1]):  # a heading in bold belongs to what it heads
            text = f"{found.pop()} {text}"
        found.append(text)
    return found


def lead_of(paragraph: str) -> str:
    """Return the last sentence of a paragraph, and the one before it, too, if it says little ("Together:")."""
    found = sentences(paragraph)
    return " ".join(found[-2:] if len(found[-1]) < SHORT else found[-1:])
