"""Ship the explorers: one classic script and one style sheet for all, and one of each for every kind.

A page that holds explorers loads the first two, then those of its kinds. They are assembled from the text of
``nnlib/widgets/*.js`` by ``nnlib/widgets/assemble.py``, the same rule that feeds the widgets in a kernel. That file
is loaded by its path, because it needs the standard library alone and ``theme`` does not import ``nnlib``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ASSEMBLE = Path(__file__).resolve().parents[2] / "nnlib" / "widgets" / "assemble.py"
SHARED = "explorers"
MOUNT = re.compile(r'class="nn-explorer" data-explorer="(\w+)"')


def load_assemble() -> ModuleType:
    """Load the assembling rule from its file."""
    spec = importlib.util.spec_from_file_location("nnlib_widgets_assemble", ASSEMBLE)
    if spec is None or spec.loader is None:
        raise ImportError(f"{ASSEMBLE} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assets() -> dict[str, str]:
    """Return file name and text of every script and style sheet."""
    assemble = load_assemble()
    files = {f"{SHARED}.js": assemble.shared_script(), f"{SHARED}.css": assemble.shared_style()}
    for name in assemble.explorers():
        files[f"explorer-{name}.js"] = assemble.page_script(name)
        files[f"explorer-{name}.css"] = assemble.page_style(name)
    return files


def kinds_on(body: str) -> list[str]:
    """Return the kinds of explorers that a page's HTML has mount points for."""
    return sorted(set(MOUNT.findall(body)))


def files_for(body: str) -> list[str]:
    """Return the names, without .js or .css, of the files that a page needs, in the order to load them."""
    kinds = kinds_on(body)
    return [SHARED, *(f"explorer-{kind}" for kind in kinds)] if kinds else []


def _write(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in assets().items():
        (folder / name).write_text(text, "utf-8")


def _add(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    for name in files_for(context.get("body", "")):
        app.add_js_file(f"{name}.js", loading_method="defer")  # so they run in this order
        app.add_css_file(f"{name}.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the files before the first page, and add them page by page."""
    digest = hashlib.sha256("".join(assets().values()).encode()).hexdigest()
    # A changed script changes this value, and with it every page is written anew: pages name their
    # scripts with a checksum, and one that is left as it was would name the old one.
    app.add_config_value("explorers_digest", digest, "html")
    app.connect("builder-inited", _write)
    app.connect("html-page-context", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
