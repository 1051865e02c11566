"""How much each page of the built book weighs, and how soon a reader can use it.

Each page is loaded with an empty cache, over a connection of 9 Mbit/s and 85 ms, packed with gzip.
A page is ready when its explorers answer, or without any when its text is shown. Writes PAGES.md
beside this file; fails if a page is over its budget::

    python benchmarks/page_weight.py
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import chromium
import serve

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
REPORT = Path(__file__).with_name("PAGES.md")

TEXT_PAGE, EXPLORER_PAGE, LABORATORY_PAGE = 200_000, 350_000, 400_000  # bytes on the wire
LABORATORY = "training"  # the explorer that may weigh more
SECONDS = 1.5
RUNS = 3

KINDS = ("Document", "Stylesheet", "Script", "Font", "Image")
CONNECTION = {
    "offline": False,
    "latency": 85,
    "downloadThroughput": 9e6 / 8,
    "uploadThroughput": 9e6 / 8,
}
# The moment at which the reader sees a frame that answers: every explorer is mounted, or there is none.
READY = """
window.readyAt = new Promise((resolve) => {
  const look = () => {
    const parsed = document.readyState !== "loading";
    if (!parsed || document.querySelector(".nn-explorer:not([data-ready])")) {
      requestAnimationFrame(look);
    } else {
      requestAnimationFrame(() => resolve(performance.now()));
    }
  };
  look();
});
"""


@dataclass(frozen=True)
class Visit:
    """What one load of a page took: bytes on the wire by kind, and seconds until it was ready.

    ``explorers`` are the kinds of explorers on it.
    """

    page: str
    explorers: frozenset[str]
    bytes_by_kind: dict[str, int]
    seconds: float

    @property
    def total(self) -> int:
        """All bytes on the wire."""
        return sum(self.bytes_by_kind.values())

    @property
    def budget(self) -> int:
        """The bytes that such a page may weigh."""
        if LABORATORY in self.explorers:
            return LABORATORY_PAGE
        return EXPLORER_PAGE if self.explorers else TEXT_PAGE


def pages(folder: Path) -> list[str]:
    """Return the addresses of the book's pages below its root."""
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))
    return [page for page in found if not page.startswith(("_", "."))]


def count_bytes(session: CDPSession) -> Counter[str]:
    """Count the bytes on the wire by kind, from now on."""
    kinds: dict[str, str] = {}
    bytes_by_kind: Counter[str] = Counter()

    def received(event: dict) -> None:
        kinds[event["requestId"]] = event["type"]

    def finished(event: dict) -> None:
        kind = kinds.get(event["requestId"], "Other")
        bytes_by_kind[kind if kind in KINDS else "Other"] += int(event["encodedDataLength"])

    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    return bytes_by_kind


def visit(browser: Browser, address: str, page: str, *, slowly: bool) -> Visit:
    """Load one page with an empty cache, over a slow connection if asked to."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    bytes_by_kind = count_bytes(session)
    if slowly:
        session.send("Network.emulateNetworkConditions", CONNECTION)
    tab.add_init_script(READY)
    tab.goto(f"{address}/{page}", wait_until="networkidle")
    seconds = tab.evaluate("window.readyAt") / 1000
    kinds = tab.locator(".nn-explorer").evaluate_all("all => all.map((el) => el.dataset.explorer)")
    context.close()
    return Visit(page, frozenset(kinds), dict(bytes_by_kind), seconds)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Give a browser while the block runs."""
    path = chromium.ensure()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.QUIET)
        yield browser
        browser.close()


def measure(folder: Path) -> list[Visit]:
    """Load each page several times, and return the visit of middle duration of each."""
    visits = []
    with serve.serving(folder) as address, browsing() as browser:
        for page in pages(folder):
            runs = [visit(browser, address, page, slowly=True) for _ in range(RUNS)]
            middle = statistics.median_low(run.seconds for run in runs)
            visits.append(next(run for run in runs if run.seconds == middle))
    return visits


def faults(visits: list[Visit], seconds: float = SECONDS) -> list[str]:
    """Return which pages are over their budgets, of weight and of `seconds`."""
    heavy = [
        f"{v.page} weighs {v.total:,} bytes of {v.budget:,}" for v in visits if v.total > v.budget
    ]
    slow = [f"{v.page} takes {v.seconds:.2f} s of {seconds}" for v in visits if v.seconds > seconds]
    return heavy + slow


def table(visits: list[Visit]) -> str:
    """Return the visits as a table in Markdown, in kilobytes and seconds."""
    head = ["page", *(kind.lower() for kind in (*KINDS, "Other")), "in all", "budget", "ready"]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    for v in visits:
        sizes = [v.bytes_by_kind.get(kind, 0) for kind in (*KINDS, "Other")]
        cells = [f"{size / 1000:.1f}" for size in (*sizes, v.total)]
        cells += [f"{v.budget / 1000:.0f}", f"{v.seconds:.2f} s"]
        lines.append(f"| {v.page} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    visits = measure(HTML)
    report = (
        "# What the pages weigh\n\n"
        "Kilobytes on the wire, packed with gzip, with an empty cache; seconds until a reader can use "
        f"the page at 9 Mbit/s and 85 ms\n(the middle one of {RUNS} loads). Written by `make weigh`.\n\n"
        f"{table(visits)}\n"
    )
    REPORT.write_text(report)
    print(report)
    if found := faults(visits):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
