"""How long the explorers of the built book take to draw a frame while one drags, and how fast the laboratory trains.

A frame at 60 a second has 16 ms. Writes FRAMES.md beside this file; fails if a median frame takes longer, or the
laboratory trains fewer than 200 steps a second while it draws::

    python benchmarks/frames.py       # after `make book`
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from page_weight import HTML, browsing, pages
from playwright.sync_api import Browser, Locator, Page

import serve

REPORT = Path(__file__).with_name("FRAMES.md")
FRAME_MS, STEPS_PER_SECOND = 16, 200
GRIP = "[role=slider]:not(input)"  # what can be dragged
TIMING = """
window.frames_ms = [];
const ask = requestAnimationFrame;
window.requestAnimationFrame = (task) => ask((now) => {
  const start = performance.now();
  task(now);
  frames_ms.push(performance.now() - start);
});
"""


def median_frame(page: Page, explorer: Locator) -> float:
    """Drag the explorer's first grip one way and back, and return the middle of the frames' times in ms."""
    grip = explorer.locator(GRIP).first
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("frames_ms.length = 0")
    for dx, dy in ((80, -40), (-80, 40)):
        page.mouse.move(x + dx, y + dy, steps=40)
    page.mouse.up()
    return statistics.median(page.evaluate("frames_ms"))


def steps_per_second(page: Page, explorer: Locator) -> float:
    """Train the laboratory's default network for two seconds, and return the steps it took in one."""
    explorer.get_by_text("More settings").click()
    explorer.get_by_role("combobox", name="Epochs").select_option("1000")
    explorer.get_by_role("button", name="Train").click()
    page.wait_for_timeout(300)
    look = "(view) => [Number(view.querySelector('.nn-scrub input').value), performance.now()]"
    (first, start) = explorer.evaluate(look)
    page.wait_for_timeout(2000)
    (last, end) = explorer.evaluate(look)
    return 1000 * (last - first) * steps_per_epoch(explorer) / (end - start)


def steps_per_epoch(explorer: Locator) -> int:
    """Return how many batches the explorer's 200 points are cut into."""
    batch = int(explorer.get_by_role("combobox", name="Batch size").input_value())
    return 200 // batch if batch else 1


def measure(browser: Browser, address: str) -> tuple[list[tuple[str, str, float]], float | None]:
    """Return (page, explorer, ms) for every explorer of the book, and the laboratory's steps a second."""
    frames, steps = [], None
    for path in pages(HTML):
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        page.add_init_script(TIMING)
        page.goto(f"{address}/{path}")
        for explorer in page.locator(".nn-explorer[data-ready]").all():
            kind = explorer.get_attribute("data-explorer") or ""
            page.wait_for_timeout(1500)  # runs that it shows from the start are computed
            frames.append((path, kind, median_frame(page, explorer)))
            if kind == "training" and steps is None:
                steps = steps_per_second(page, explorer)
        page.close()
    return frames, steps


def main() -> None:
    with serve.serving(HTML) as address, browsing() as browser:
        frames, steps = measure(browser, address)
    rows = "\n".join(f"| {path} | {kind} | {ms:.1f} |" for path, kind, ms in frames)
    report = (
        "# Frames\n\nTime to draw a frame while the reader drags, the median of one drag, in headless Chromium\n"
        "without a graphics card. Written by `make frames`.\n\n"
        f"| page | explorer | ms |\n|---|---|--:|\n{rows}\n\n"
        f"The training explorer takes {steps or 0:,.0f} steps a second while it draws.\n"
    )
    REPORT.write_text(report)
    print(report)
    slow = [f"{kind} takes {ms:.1f} ms a frame" for _, kind, ms in frames if ms > FRAME_MS]
    if steps is not None and steps < STEPS_PER_SECOND:
        slow.append(f"the laboratory trains {steps:.0f} steps a second")
    if slow:
        sys.exit("\n".join(slow))


if __name__ == "__main__":
    main()
