"""What axe finds wrong with a page, for people who hear it or see little."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# In the dark nothing changes but these.
COLOURS = ["color-contrast", "link-in-text-block"]

# Formulas and figures have tens of thousands of elements, and one name for the whole. Of code, one word of each
# colour is as good as all.
REMOVE_PICTURES = """() => {
  for (const formula of document.querySelectorAll(".katex")) formula.replaceWith("x");
  for (const part of document.querySelectorAll("svg.nn-figure > *")) part.remove();
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight span")) {
    const kind = `${word.className} in ${word.closest("div.cell_output") !== null}`;
    if (seen.has(kind)) word.replaceWith(...word.childNodes);
    seen.add(kind);
  }
}"""

# A colour on its way to another theme is neither.
SETTLED = "() => Promise.allSettled(document.getAnimations().map((change) => change.finished))"


def faults(page: Page, *, colours_only: bool = False) -> list[tuple[str, list[str]]]:
    """Return the rules that a page breaks, each with the elements that do."""
    page.evaluate(SETTLED)
    options = {"resultTypes": ["violations"]}  # to describe what passes takes as long again
    if colours_only:
        options["runOnly"] = COLOURS
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def remove_pictures(page: Page) -> None:
    """Take the insides of formulas, figures and code out of a page; axe would take a minute for them."""
    page.evaluate(REMOVE_PICTURES)
