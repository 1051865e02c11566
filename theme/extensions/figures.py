"""Figures inside the page, so that they follow its light and dark themes.

A picture in an ``<img>`` cannot see the page's colours. Every SVG of the book is therefore written
into the page itself, its palette replaced by the page's CSS variables, its ids made unique, and its
alternative text put where screen readers find it. A figure without such a text is a warning.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

BOOK_CSS = Path(__file__).resolve().parent.parent / "assets" / "book.css"
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"

_DEFINITION = re.compile(r"--nn-([a-z]+):\s*(#[0-9a-f]{6})\s*;")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)
_DECIMALS = re.compile(r"(?<![\w#.])(-?\d*\.\d{2})\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_STYLE_FOR_ALL = re.compile(r"\s*\*\s*\{([^}]*)\}\s*")


def palette(css: str) -> dict[str, str]:
    """Return name -> hex of the light palette: the first definition of each ``--nn-`` colour."""
    colours: dict[str, str] = {}
    for name, value in _DEFINITION.findall(css):
        colours.setdefault(name, value)
    return colours


def inline_svg(source: str, *, alt: str, prefix: str, colours: dict[str, str]) -> str:
    """Return an SVG document as an element for an HTML page.

    Parameters
    ----------
    source : str
        The SVG document.
    alt : str
        What the picture shows, in words.
    prefix : str
        Put before every id that the picture refers to, so that two pictures never share one.
    colours : dict of str to str
        Name -> hex; each hex becomes ``var(--nn-name)``.

    Raises
    ------
    ValueError
        If the SVG holds a style sheet that would reach beyond it, or is no SVG.
    """
    root = _parse(source)
    _localise_styles(root)
    names = {value: f"var(--nn-{name})" for name, value in colours.items()}
    used = _referenced_ids(root)
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            del element.attrib[key]
            if key == "id":
                if value in used:
                    element.set("id", prefix + value)
                continue
            value = _shorten(value)
            value = _COLOUR.sub(lambda m: names.get(m[0].lower(), m[0]), value)
            value = _REFERENCE.sub(rf"url(#{prefix}\1)", value)
            if key in ("href", f"{{{XLINK}}}href"):
                key, value = "href", re.sub("^#", f"#{prefix}", value)
            element.set(key, value)
    root.set("role", "img")
    root.set("aria-label", " ".join(alt.split()))
    root.set("class", "nn-figure")
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _shorten(value: str) -> str:
    """Cut coordinates to a hundredth of a point: a third of a figure's weight is decimals."""
    return value if value.startswith("data:") else _DECIMALS.sub(r"\1", value)


def _parse(source: str) -> ET.Element:
    try:
        root = ET.fromstring(source.encode())
    except ET.ParseError as error:
        raise ValueError(f"not well-formed: {error}") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"the root is {root.tag}, not an svg element")
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    return root


def _localise_styles(root: ET.Element) -> None:
    """Turn matplotlib's ``* {...}`` into a style of the root: in a page it would hit every SVG."""
    for parent in root.iter():
        for style in parent.findall(f"{{{SVG}}}style"):
            match = _STYLE_FOR_ALL.fullmatch(style.text or "")
            if match is None:
                raise ValueError("a style sheet inside an SVG would apply to the whole page")
            root.set("style", f"{root.get('style', '')}{match[1].strip()}")
            parent.remove(style)


def _referenced_ids(root: ET.Element) -> set[str]:
    used: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            used.update(_REFERENCE.findall(value))
            if key in ("href", f"{{{XLINK}}}href") and value.startswith("#"):
                used.add(value[1:])
    return used


class InlineFigures(SphinxPostTransform):
    """Replace every SVG image of a page by the SVG itself."""

    default_priority = 900  # after myst-nb has chosen each output's best form
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visit the images of one page."""
        colours = palette(BOOK_CSS.read_text(encoding="utf-8"))
        for number, image in enumerate(list(self.document.findall(nodes.image)), start=1):
            alt = image.get("alt", "").strip()
            if not alt:
                logger.warning("figure without alt text", location=image, type="figures")
            path = Path(self.app.srcdir, image["uri"])
            if path.suffix != ".svg" or not path.is_file():
                continue
            try:
                svg = inline_svg(
                    path.read_text("utf-8"), alt=alt, prefix=f"f{number}-", colours=colours
                )
            except ValueError as error:
                logger.warning("%s: %s", path.name, error, location=image, type="figures")
                continue
            image.replace_self(nodes.raw("", svg, format="html", classes=image["classes"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(InlineFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
