"""Pages with explorers for the tests: the files that the site ships, around an explorer of the test's choice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from nnlib.widgets import Explorer
from theme.extensions.explorers import assets, files_for

# The colours and the dark page that the book's style sheet brings.
STYLE = """
body { max-width: 720px; margin: 0 auto; padding: 10px; font: 16px sans-serif; }
html[data-theme="dark"] { color-scheme: dark; background: #14181e; color: #ced6dd; --nn-blue: #56b4e9;
  --nn-orange: #ff8c42; --nn-green: #3fc7a4; --nn-purple: #d9a1d6; --nn-yellow: #e8c64a; --nn-grey: #a0a7b4;
  --nn-ink: #e6e8ee; --nn-grid: #3a404c; --pst-color-background: #14181e; }
"""


def write_page(folder: Path, *explorers: Explorer, theme: str = "light") -> Path:
    """Write a page with these explorers as the site would, and return its path."""
    body = "\n".join(explorer.html() for explorer in explorers)
    for name, text in assets().items():
        (folder / name).write_text(text, "utf-8")
    head = "".join(
        f'<link rel="stylesheet" href="{name}.css"><script defer src="{name}.js"></script>'
        for name in files_for(body)
    )
    page = folder / "index.html"
    page.write_text(
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Explorers</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style>{head}</head><body><main><h1>Explorers</h1>{body}</main></body></html>",
        "utf-8",
    )
    return page


def watch(page: Page) -> list[str]:
    """Return a list that grows by every error the page reports."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    return errors


def open_ready(context: BrowserContext, address: str) -> Page:
    """Open a page and wait until its explorers are alive and have computed their runs."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    page.locator(".nn-explorer[data-ready]").first.wait_for()
    settle(page)
    return page


@contextmanager
def alive(context: BrowserContext, address: str) -> Iterator[Page]:
    """Open a page with explorers; at the end it must not have reported an error."""
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))  # from the first line on
    page = open_ready(context, address)
    later = watch(page)
    yield page
    assert errors + later == []


def copied_link(page: Page) -> str:
    """Let the first explorer copy the link to its state, and return it."""
    view = page.locator(".nn-view").first
    view.get_by_role("button", name="Copy link to this state", exact=True).click()
    view.get_by_role("button", name="Link copied").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def in_a_new_tab(context: BrowserContext, page: Page) -> Page:
    """Copy the link, open it, and hold what it shows to what is shown here."""
    other = open_ready(context, copied_link(page))
    assert sentence(other) == sentence(page)
    assert picture(other) == picture(page)
    return other


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.locator("details").evaluate_all("all => all.forEach((fold) => { fold.open = true; })")


def settle(page: Page) -> None:
    """Wait until nothing has changed for a few frames: training is over, everything is drawn."""
    page.wait_for_function(
        """() => new Promise((done) => {
            const state = () => [...document.querySelectorAll(".nn-view")]
                .map((view) => [...view.querySelectorAll("svg")].map((svg) => svg.outerHTML).join("")
                    + view.querySelector(".nn-sentence").textContent)
                .join();
            let [last, same] = ["", 0];
            const look = () => {
                const now = state();
                same = now === last ? same + 1 : 0;
                last = now;
                if (same >= 5) done(true);
                else requestAnimationFrame(look);
            };
            look();
        })"""
    )


def sentence(page: Page, view: str = ".nn-view") -> str:
    """What the first explorer (or the first of a selector) says it shows."""
    return page.locator(f"{view} .nn-sentence").first.inner_text()


def picture(page: Page, view: str = ".nn-view") -> str:
    """Everything that this explorer draws: the pixels of its field and the shapes above it."""
    return page.evaluate(
        """(selector) => {
            const view = document.querySelector(selector);
            const visible = (svg) => {
                const copy = svg.cloneNode(true);
                copy.querySelectorAll("[hidden]").forEach((part) => part.remove());
                return copy.outerHTML.replace(/aria-[a-z]+="[^"]*"/g, "");
            };
            const shapes = [...view.querySelectorAll("svg")].map(visible);
            const fields = [...view.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
            return fields.join("") + shapes.join("");
        }""",
        view,
    )


def epoch(page: Page) -> int:
    """The epoch of which a training explorer speaks."""
    return int(re.search(r"epoch (\d+) of", sentence(page)).group(1))


def loss(page: Page) -> float:
    """The loss of which a training explorer speaks."""
    return float(re.search(r"loss ([\d.]+)", sentence(page)).group(1).rstrip("."))


def changed_by(page: Page, action: Callable[[], object], view: str = ".nn-view") -> None:
    """Assert that an action of the reader changes the picture and the sentence."""
    picture_before, sentence_before = picture(page, view), sentence(page, view)
    action()
    settle(page)
    assert sentence(page, view) != sentence_before
    assert picture(page, view) != picture_before


def state_in_page(page: Page) -> dict[str, object]:
    """The state that the page's HTML holds for the first explorer."""
    return json.loads(page.locator(".nn-explorer > script").first.inner_text())


# Counts what the explorers' scripts have running: listeners, observers, timers and frames it asked for.
COUNTING = """
const ours = () => new Error().stack.includes("/explorer");
window.alive = { listeners: 0, observers: 0, timers: new Set(), frames: new Set() };
const { addEventListener, removeEventListener } = EventTarget.prototype;
const known = new Map();
const forget = (key) => { if (known.delete(key)) alive.listeners -= 1; };
const ids = new WeakMap(); let next = 0;
const id = (thing) => ids.get(thing) ?? (ids.set(thing, ++next), next);
EventTarget.prototype.addEventListener = function (type, handler, options) {
  addEventListener.call(this, type, handler, options);
  if (this instanceof AbortSignal || !ours()) return;
  const key = `${id(this)} ${type} ${id(handler)}`;
  if (known.has(key)) return;
  known.set(key, true);
  alive.listeners += 1;
  if (options?.signal) addEventListener.call(options.signal, "abort", () => forget(key));
};
EventTarget.prototype.removeEventListener = function (type, handler, options) {
  removeEventListener.call(this, type, handler, options);
  forget(`${id(this)} ${type} ${id(handler)}`);
};
for (const kind of [MutationObserver, ResizeObserver]) {
  const { observe, disconnect } = kind.prototype;
  const observing = new WeakSet();
  kind.prototype.observe = function (...rest) {
    if (!observing.has(this) && ours()) { observing.add(this); alive.observers += 1; }
    return observe.apply(this, rest);
  };
  kind.prototype.disconnect = function () {
    if (observing.delete(this)) alive.observers -= 1;
    return disconnect.call(this);
  };
}
const [start, stop, frame, cancel] = [setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame];
window.setTimeout = (task, ...rest) => {
  const timer = start((...given) => { alive.timers.delete(timer); task(...given); }, ...rest);
  if (ours()) alive.timers.add(timer);
  return timer;
};
window.clearTimeout = (timer) => { alive.timers.delete(timer); stop(timer); };
window.requestAnimationFrame = (task) => {
  const asked = frame((now) => { alive.frames.delete(asked); task(now); });
  if (ours()) alive.frames.add(asked);
  return asked;
};
window.cancelAnimationFrame = (asked) => { alive.frames.delete(asked); cancel(asked); };
window.count = () => [alive.listeners, alive.observers, alive.timers.size, alive.frames.size];
"""


def model_handlers(page: Page, explorer: Explorer) -> tuple[int, int, int]:
    """Show an explorer for a kernel's model, and remove it.

    Return how many handlers the model had meanwhile and has now, and how many elements are left.
    """
    during, after, elements = page.evaluate(
        """([kind, state]) => {
            const handlers = new Set();
            const model = {
                get: (key) => state[key],
                set: (key, value) => { state[key] = value; },
                save_changes: () => {},
                on: (event, handler) => handlers.add(`${event} ${handler}`),
                off: (event, handler) => handlers.delete(`${event} ${handler}`),
            };
            const el = document.body.appendChild(document.createElement("div"));
            const cleanup = nnExplorers.kinds[kind]({ model, el });
            const during = handlers.size;
            cleanup();
            return [during, handlers.size, el.childElementCount];
        }""",
        [explorer.kind, explorer.page_state()],
    )
    return during, after, elements
