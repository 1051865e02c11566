"""A browser, the built book, and a server for it.

``BOOK_HTML=/path/to/html`` tests another build than ``_build/html``; without it the book is built
first, where it changed, by ``make book``.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import chromium
import serve

ROOT = Path(__file__).resolve().parents[2]
OWN = ("file:", "data:", "blob:", "about:")

OpenPage = Callable[..., Page]


@functools.cache
def built_book() -> Path:
    """Return the folder of the built book, built anew where its sources changed."""
    if named := os.environ.get("BOOK_HTML"):
        return Path(named).resolve()
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    build = ROOT / "_build"
    build.mkdir(exist_ok=True)
    with FileLock(build / "tests.lock"):
        subprocess.run(["make", "--silent", "book"], cwd=ROOT, env=environment, check=True)
    return build / "html"


def html_pages(book: Path) -> list[str]:
    """Return the paths of all pages of a built book, relative to it."""
    pages = (path.relative_to(book) for path in book.rglob("*.html"))
    return sorted(path.as_posix() for path in pages if path.parts[0] not in ("_static", "_sources"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``html_page`` once for every page of the book, but its redirect."""
    if "html_page" in metafunc.fixturenames:
        pages = html_pages(built_book())
        metafunc.parametrize("html_page", [page for page in pages if page != "index.html"])


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book."""
    return built_book()


@pytest.fixture(scope="session")
def base_url(site: Path) -> Iterator[str]:
    """The address, ending in a slash, of a server for the book."""
    with serve.serving(site) as address:
        yield f"{address}/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    program = chromium.find()
    assert program is not None, chromium.MISSING
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=chromium.QUIET)
        yield running
        running.close()


@dataclass
class Watch:
    """What a page did that no page of the book may do."""

    own: tuple[str, ...]
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page before it opens anything."""
        page.on("console", lambda m: self._note(m.type == "error", f"console: {m.text}"))
        page.on("pageerror", lambda error: self._note(True, f"script error: {error}"))
        page.on("request", lambda r: self._note(not r.url.startswith(self.own), f"asks {r.url}"))
        page.on("response", lambda r: self._note(r.status >= 400, f"{r.status} from {r.url}"))

    def _note(self, is_fault: bool, text: str) -> None:
        if is_fault:
            self.faults.append(text)


@pytest.fixture
def open_page(browser: Browser, base_url: str) -> Iterator[OpenPage]:
    """A function that opens a page of the book: ``open_page(path, width=390, dark=True, ...)``.

    A test in which a page asked another host for anything, or wrote an error to the console, fails.
    Further keywords go to Playwright's ``new_context``.
    """
    contexts: list[BrowserContext] = []
    watch = Watch((base_url, *OWN))

    def open_it(
        path: str, *, width: int = 1280, dark: bool = False, base: str = base_url, **options: object
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        page.goto(base + path)
        page.locator(".nn-opening").wait_for(state="detached")  # all of the page is laid out
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(sorted(set(watch.faults)))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An empty page, watched as every page is."""
    return open_page("", base="about:blank")
