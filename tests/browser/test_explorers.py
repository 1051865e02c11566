"""What every explorer must do in a real browser, whichever it is; what is special has a file of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

import serve
from nnlib import widgets
from nnlib.widgets import Explorer
from tests.browser import axe
from tests.browser.explorers import (
    COUNTING,
    alive,
    copied_link,
    in_a_new_tab,
    model_handlers,
    open_ready,
    picture,
    sentence,
    settle,
    unfold,
    watch,
    write_page,
)

START: dict[str, dict[str, object]] = {
    "LossExplorer": {
        "curves": [
            {"label": "plain", "epochs": [*range(1, 81)], "loss": [0.98**e for e in range(80)],
             "validation": [0.3 + 0.0003 * (e - 40) ** 2 for e in range(80)], "diverged": False},
            {"label": "lost", "epochs": [1, 2, 3], "loss": [1.0, 40.0, None],
             "validation": [None, None, None], "diverged": True},
        ]
    },
    "TrainingExplorer": {"rates": [0.3]},
}  # fmt: skip
NAMES = sorted(set(widgets.__all__) - {"Explorer"})
GRIPS = ".nn-view [role=slider]:not(input)"  # what can be dragged


def make(name: str) -> Explorer:
    """Return an explorer of this kind as a chapter would show it."""
    return getattr(widgets, name)(**START.get(name, {}))


# One explorer's tests may run beside another's.
@pytest.fixture(
    scope="module", params=[pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in NAMES]
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    folder = tmp_path_factory.mktemp(name)
    write_page(folder, make(name))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serve.serving(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    yield context
    context.close()


@pytest.fixture
def explorer(context: BrowserContext, server: str) -> Iterator[Page]:
    with alive(context, server) as page:
        yield page


def shown(page: Page) -> tuple[str, str]:
    return sentence(page), picture(page)


def middle(page: Page, grip: Locator) -> tuple[float, float]:
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def both_change(before: tuple[str, str], after: tuple[str, str]) -> bool:
    return before[0] != after[0] and before[1] != after[1]


WAYS = [(60, 0), (-60, 0), (0, -60), (0, 60), (45, -45), (-45, 45)]


@pytest.mark.parametrize("by", ["http", "file"])
def test_it_is_alive(context: BrowserContext, folder: Path, server: str, by: str) -> None:
    page = open_ready(context, server if by == "http" else (folder / "index.html").as_uri())
    errors = watch(page)
    assert page.locator(".nn-explorer[data-ready]").count() == 1
    assert not page.locator(".nn-still").first.is_visible()
    assert len(sentence(page)) > 20
    assert page.locator(GRIPS).count() >= 1, "something can be dragged"
    assert errors == []


def test_every_grip_answers_to_the_mouse(explorer: Page) -> None:
    for i in range(explorer.locator(GRIPS).count()):
        grip = explorer.locator(GRIPS).nth(i)
        answers = False
        for dx, dy in WAYS:
            before = shown(explorer)
            x, y = middle(explorer, grip)
            explorer.mouse.move(x, y)
            explorer.mouse.down()
            explorer.mouse.move(x + dx, y + dy, steps=4)
            explorer.mouse.up()
            settle(explorer)
            after = shown(explorer)
            answers = answers or both_change(before, after)
            explorer.mouse.move(5, 5)
            settle(explorer)
            assert sentence(explorer) == after[0], "a pointer that is up does not drag"
        assert answers, grip.get_attribute("aria-label")


def test_every_grip_answers_to_the_keyboard(explorer: Page) -> None:
    for i in range(explorer.locator(GRIPS).count()):
        grip = explorer.locator(GRIPS).nth(i)
        answers = False
        for key in ["ArrowRight", "ArrowUp", "PageUp", "ArrowLeft", "ArrowDown", "PageDown"]:
            before = shown(explorer)
            grip.focus()
            explorer.keyboard.press(key)
            settle(explorer)
            answers = answers or both_change(before, shown(explorer))
        assert answers, grip.get_attribute("aria-label")
        assert grip.get_attribute("aria-valuetext")


def test_up_and_down_move_every_handle(explorer: Page) -> None:
    """As they move every slider, though the handle may go from side to side."""
    for grip in explorer.locator(".nn-handle:visible").all():
        answers = False
        for key in ["ArrowUp", "ArrowDown"]:  # at an end, one of them has nowhere to go
            before = shown(explorer)
            grip.focus()
            explorer.keyboard.press(key)
            settle(explorer)
            answers = answers or shown(explorer) != before
        assert answers, grip.get_attribute("aria-label")


def test_a_key_held_with_another_is_left_to_the_browser(explorer: Page) -> None:
    """With Alt the left key leads back a page."""
    note = (
        "(grip) => addEventListener('keydown', (e) => { grip.dataset.taken = e.defaultPrevented; })"
    )
    for grip in explorer.locator(GRIPS).all():
        grip.evaluate(note)
        grip.focus()
        before = sentence(explorer)
        for other in ["Alt", "Control", "Meta"]:
            explorer.keyboard.press(f"{other}+ArrowLeft")
            settle(explorer)
            assert grip.get_attribute("data-taken") == "false", other
        assert sentence(explorer) == before


def test_a_finger_drags_too(browser: Browser, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_ready(context, server)
    session = context.new_cdp_session(page)
    grip = page.locator(GRIPS).first
    page.add_style_tag(content="body { padding-bottom: 2000px; }")
    is_handle = grip.evaluate(
        "el => el.matches('.nn-handle')"
    )  # the loss plot may be scrolled over
    answers = False
    for dx, dy in WAYS:
        before = shown(page)
        x, y = middle(page, grip)
        start = page.evaluate("scrollY")
        for kind, share in [
            ("touchStart", 0),
            ("touchMove", 0.5),
            ("touchMove", 1),
            ("touchEnd", 1),
        ]:
            points = [] if kind == "touchEnd" else [{"x": x + share * dx, "y": y + share * dy}]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        settle(page)
        moved = page.evaluate("scrollY") - start
        assert not is_handle or moved == 0, "the page has moved under the finger"
        answers = answers or both_change(before, shown(page))
    assert answers
    context.close()


def gesture(page: Page, dice: random.Random) -> None:
    """Do something at random that a reader could do."""
    page.evaluate("() => new Promise(requestAnimationFrame)")  # what the last one did is drawn
    controls = page.locator(f".nn-view :is(select, input, button):visible, {GRIPS}")
    control = controls.nth(dice.randrange(controls.count()))
    kind = control.evaluate("el => el.getAttribute('type') || el.tagName.toLowerCase()")
    text = control.text_content() or ""
    if control.is_disabled() or text.startswith(("Copy link", "Save")):
        return
    if kind == "select":
        options = control.locator("option").evaluate_all("all => all.map((option) => option.value)")
        control.select_option(dice.choice(options))
    elif kind == "range":
        script = """(input, share) => {
            input.value = Number(input.min) + share * (Number(input.max) - Number(input.min));
            input.dispatchEvent(new Event("input", { bubbles: true })); }"""
        control.evaluate(script, dice.choice([0, 1, dice.random()]))
    elif kind in ("number", "text"):
        control.fill(str(dice.choice(["", "7", "-1", "99999999999", "2.5", "0"])) if kind == "number"
                     else dice.choice(["", "x", "1/0", "x*y+2", "))", "-x^2"]))  # fmt: skip
    elif kind in ("checkbox", "radio", "button"):
        control.evaluate("el => el.click()")  # at once: the reader's own presses are tested above
    else:
        x, y = middle(page, control)
        if dice.random() < 0.5:
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + dice.uniform(-300, 300), y + dice.uniform(-200, 200))
            page.mouse.up()
        else:
            control.focus()
            page.keyboard.press(
                dice.choice(["ArrowLeft", "ArrowUp", "PageDown", "PageUp", "Home", "End"])
            )


def test_two_hundred_random_gestures_do_no_harm_and_reset_restores(explorer: Page) -> None:
    before = shown(explorer)
    unfold(explorer)
    dice = random.Random(4)
    for _ in range(200):
        gesture(explorer, dice)
        text = explorer.evaluate(
            """() => { const view = document.querySelector(".nn-view");
                return view.innerText + [...view.querySelectorAll("svg")].map((svg) => svg.outerHTML).join(""); }"""
        )
        for bad in ("NaN", "undefined", "Infinity", "[object"):
            assert bad not in text
    explorer.get_by_role("button", name="Reset", exact=True).click()
    settle(explorer)
    assert shown(explorer) == before


def test_the_link_restores_the_exact_state(context: BrowserContext, server: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_ready(context, server)
    dice = random.Random(8)
    for _ in range(25):
        gesture(page, dice)
    settle(page)
    assert in_a_new_tab(context, page).url == page.url


USED = ".nn-view :is(select, input, button, summary):visible"
NEED_MORE = {"start"}  # without a network from Python there is no start to choose


def can_be_hidden(page: Page) -> list[str]:
    """Return the names of what can be hidden, as the list for a class offers them."""
    page.locator(".nn-class-link").evaluate("(fold) => { fold.open = true; }")
    boxes = page.locator(".nn-class-link input")
    boxes.first.wait_for()
    return boxes.evaluate_all("all => all.map((box) => box.value)")


def test_all_controls_can_be_hidden_and_python_knows_their_names(
    context: BrowserContext, explorer: Page, server: str, name: str
) -> None:
    names = can_be_hidden(explorer)
    known = make(name)
    assert sorted({*names, *NEED_MORE}) == sorted({*known.controls, *known.ACTIONS, *NEED_MORE})
    assert len(names) == len(set(names))
    unfold(explorer)
    assert explorer.locator(USED).count() >= len(names) // 2
    page = open_ready(context, f"{server}#explorer={known.kind}.1&hide={','.join(names)}")
    unfold(page)
    assert page.locator(USED).count() == 0
    assert page.locator(".nn-view :is(fieldset, legend):visible").count() == 0, "no empty frames"
    assert shown(page) == shown(explorer), "the pictures stay"


def test_a_link_that_hides_sets_the_state_and_keeps_hiding(
    context: BrowserContext, server: str, name: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_ready(context, server)
    dice = random.Random(5)
    for _ in range(12):
        gesture(page, dice)
    settle(page)
    hidden = make(name).controls[0]
    assert hidden in can_be_hidden(page)
    label = page.locator(f".nn-class-link input[value={hidden}]").evaluate(
        "box => box.parentNode.textContent"
    )
    address = f"{copied_link(page)}&hide=nonsense,{hidden},toString"
    other = open_ready(context, address)
    assert shown(other) == shown(page), "what is hidden has its value"
    assert (
        other.locator(
            ".nn-view :is(.nn-field, .nn-check, fieldset):visible", has_text=label
        ).count()
        == 0
    )
    for _ in range(8):
        gesture(other, dice)
    other.get_by_role("button", name="Reset", exact=True).click()
    settle(other)
    assert shown(other) == shown(page), "the link is where a class begins"
    assert copied_link(other).endswith(f"&hide={hidden}"), "what is unknown goes"


def test_a_link_for_a_class_is_made_by_keyboard(context: BrowserContext, server: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_ready(context, server)
    assert page.locator(".nn-class-link input").count() == 0, "folded at first"
    page.locator(".nn-class-link summary").focus()
    page.keyboard.press("Enter")
    page.locator(".nn-class-link input").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(len(can_be_hidden(page))):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Link copied").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"&hide={can_be_hidden(page)[0]}")
    page.locator(".nn-class-link input").last.check()
    page.get_by_role("button", name="Copy link for a class").wait_for()
    other = open_ready(context, address)
    can_be_hidden(other)
    ticked = other.locator(".nn-class-link input:checked")
    assert ticked.evaluate_all("all => all.map((box) => box.value)") == can_be_hidden(page)[:1]
    assert other.locator(USED).count() < page.locator(USED).count()


@pytest.mark.parametrize(
    "text", ["", "=&&%%%", "z=1e999&x=,,,&w=NaN", "selected=none&z=abc&hide=", "hide=,__proto__"]
)
def test_a_broken_link_does_no_harm(
    context: BrowserContext, explorer: Page, server: str, name: str, text: str
) -> None:
    page = context.new_page()
    errors = watch(page)
    page.goto(f"{server}#explorer={make(name).kind}.1&{text}")
    page.locator(".nn-explorer[data-ready]").first.wait_for()
    settle(page)
    assert shown(page) == shown(explorer)
    assert errors == []


def test_nothing_is_left_after_removal(context: BrowserContext, server: str) -> None:
    context.add_init_script(COUNTING)
    page = open_ready(context, server)
    before = page.evaluate("count()")
    assert before[0] > 5, "the count counts"
    dice = random.Random(2)
    for _ in range(20):
        gesture(page, dice)
    page.evaluate("nnExplorers.unmount(document)")
    assert page.evaluate("count()") == [0, 0, 0, 0]
    assert page.locator(".nn-view").count() == 0
    assert page.locator(".nn-still").first.is_visible()
    page.evaluate("nnExplorers.mount(document)")
    settle(page)
    assert page.evaluate("count()")[:2] == before[:2]


def test_the_model_is_left_as_it_was(explorer: Page, name: str) -> None:
    during, *after = model_handlers(explorer, make(name))
    assert during >= 1
    assert after == [0, 0]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, name: str, theme: str, width: int
) -> None:
    path = write_page(tmp_path, make(name), theme=theme)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = open_ready(context, path.as_uri())
    unfold(page)
    assert axe.faults(page, colours_only=theme == "dark") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    context.close()


LOOKS = """() => [...document.querySelector(".nn-view").querySelectorAll("*")].map((el) => {
    const style = getComputedStyle(el);
    const parts = ["display", "color", "fill", "stroke", "stroke-width", "stroke-dasharray", "font-size",
        "font-weight", "text-align", "padding", "margin", "touch-action"];
    const values = parts.map((part) => style.getPropertyValue(part));
    return [el.tagName, el.getAttribute("class"), el.checked, ...values].join(" ");
})"""


def test_it_looks_the_same_beside_all_others(
    context: BrowserContext, explorer: Page, tmp_path: Path, name: str
) -> None:
    others = [make(other) for other in NAMES if other != name]
    page = open_ready(context, write_page(tmp_path, make(name), *others).as_uri())
    assert page.locator(".nn-explorer[data-ready]").count() == len(NAMES)
    assert page.evaluate(LOOKS) == explorer.evaluate(LOOKS)


def test_tab_reaches_every_control_with_visible_focus(explorer: Page) -> None:
    unfold(explorer)
    grips = explorer.locator(GRIPS).count()
    seen = []
    for _ in range(120):
        explorer.keyboard.press("Tab")
        focused = explorer.evaluate(
            """() => { const el = document.activeElement;
                if (!el.closest(".nn-view")) return null;
                const grip = el.querySelector(".nn-grip") ?? el;
                return [el.matches("[role=slider]:not(input)"), getComputedStyle(grip).outlineStyle,
                    el.outerHTML.slice(0, 120)]; }"""
        )
        if focused is None:
            break
        seen.append(focused)
    assert len(seen) >= 3
    assert sum(is_grip for is_grip, _, _ in seen) == grips
    assert [html for _, outline, html in seen if outline != "solid"] == []


def test_targets_are_large_enough_for_fingers(browser: Browser, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 900}, has_touch=True, is_mobile=True
    )
    page = open_ready(context, server)
    boxes = page.locator(
        f".nn-view :is(button, select, input[type=range], summary):visible, {GRIPS}"
    ).evaluate_all(
        "all => all.map((el) => [el.outerHTML.slice(0, 80), el.getBoundingClientRect().height])"
    )
    assert [box for box in boxes if 0 < box[1] < 43.5] == []
    context.close()


def test_without_scripts_and_in_print_the_still_picture_stands(
    browser: Browser, server: str, name: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    assert page.locator(".nn-still svg").first.is_visible()
    assert make(name).sentence() in page.locator(".nn-still").first.inner_text()
    context.close()
    context = browser.new_context()
    page = open_ready(context, server)
    page.emulate_media(media="print")
    assert page.locator(".nn-still svg").first.is_visible()
    assert not page.locator(".nn-view").first.is_visible()
    context.close()


def test_it_turns_dark(explorer: Page) -> None:
    ink = "getComputedStyle(document.querySelector('.nn-view')).color"
    before = explorer.evaluate(ink)
    explorer.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(explorer)
    assert explorer.evaluate(ink) != before
