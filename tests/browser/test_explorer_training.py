"""The training explorer in a real browser: alive, by mouse, touch and keyboard, and gone without a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import serve
from nnlib.widgets import TrainingExplorer
from tests.browser.explorers import (
    COUNTING,
    alive,
    changed_by,
    epoch,
    in_a_new_tab,
    loss,
    model_handlers,
    open_ready,
    picture,
    sentence,
    settle,
    watch,
    write_page,
)

RATES = [0.03, 0.3, 3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explorers")
    write_page(
        folder,
        TrainingExplorer(rates=RATES),
        TrainingExplorer(dataset="xor", epochs=50, rates=[1.0]),
    )
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


def view(page: Page) -> Locator:
    """The first explorer of the page."""
    return page.locator(".nn-view").first


def plot(page: Page) -> Locator:
    return page.locator(".nn-loss-plot").first


def place(page: Page, across: float, down: float = 0.5) -> tuple[float, float]:
    """A point of the loss plot, in pixels of the window."""
    box = plot(page).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


@pytest.mark.parametrize("by", ["http", "file"])
def test_it_is_alive_with_its_runs_computed(
    context: BrowserContext, folder: Path, server: str, by: str
) -> None:
    page = open_ready(context, server if by == "http" else (folder / "index.html").as_uri())
    errors = watch(page)
    assert page.locator(".nn-explorer[data-ready]").count() == 2
    assert sentence(page).startswith("Run 3, learning rate 3, epoch 200 of 200: loss 0.0")
    assert page.locator(".nn-curves").first.locator(".nn-curve").count() == 3
    assert not page.locator(".nn-still").first.is_visible()
    assert errors == []


def test_a_drag_on_the_loss_goes_back_in_time(explorer: Page) -> None:
    def drag() -> None:
        explorer.mouse.move(*place(explorer, 0.8))
        explorer.mouse.down()
        explorer.mouse.move(*place(explorer, 0.5), steps=4)
        explorer.mouse.move(*place(explorer, 0.2), steps=4)
        explorer.mouse.up()

    changed_by(explorer, drag)
    assert epoch(explorer) < 40
    at = epoch(explorer)
    explorer.mouse.move(*place(explorer, 0.7))
    settle(explorer)
    assert epoch(explorer) == at, "a pointer that is up does not drag"


def test_a_press_on_a_curve_selects_its_run(explorer: Page) -> None:
    first = explorer.locator('.nn-curves polyline[data-run="1"]').first.bounding_box()
    assert first is not None
    changed_by(
        explorer,
        lambda: explorer.mouse.click(
            first["x"] + 0.9 * first["width"], first["y"] + 0.97 * first["height"]
        ),
    )
    assert sentence(explorer).startswith("Run 1, learning rate 0.03")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_finger_drags_too(browser: Browser, server: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 1100}, has_touch=True, is_mobile=width < 500
    )
    page = open_ready(context, server)
    plot(page).scroll_into_view_if_needed()
    session = context.new_cdp_session(page)

    def touch(kind: str, across: float) -> None:
        x, y = place(page, across)
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag() -> None:
        touch("touchStart", 0.8)
        for across in (0.7, 0.6, 0.5, 0.4, 0.3):
            touch("touchMove", across)
        touch("touchEnd", 0.3)

    changed_by(page, drag)
    assert 10 < epoch(page) < 80
    context.close()


def test_the_keyboard_reaches_and_moves_everything(explorer: Page) -> None:
    plot(explorer).focus()
    changed_by(explorer, lambda: explorer.keyboard.press("PageDown"))
    assert epoch(explorer) == 190
    changed_by(explorer, lambda: explorer.keyboard.press("Home"))
    assert epoch(explorer) == 0
    changed_by(explorer, lambda: explorer.keyboard.press("ArrowUp"))
    assert sentence(explorer).startswith("Run 2, learning rate 0.3")
    view(explorer).get_by_label("Epoch", exact=True).focus()
    changed_by(explorer, lambda: explorer.keyboard.press("ArrowLeft"))
    assert epoch(explorer) == 199
    changed_by(explorer, lambda: view(explorer).get_by_label("Data").select_option("circles"))
    assert sentence(explorer).startswith("New network, not trained yet")


def test_tab_reaches_every_control_with_visible_focus(explorer: Page) -> None:
    explorer.locator("details:not(.nn-class-link)").evaluate_all(
        "all => all.forEach((details) => { details.open = true; })"
    )
    reached = set()
    while "The numbers as a table" not in reached:  # the last one
        explorer.keyboard.press("Tab")
        name, outline, within = explorer.evaluate(
            """() => { const el = document.activeElement;
                const within = el.closest(".nn-view") === document.querySelector(".nn-view");
                return [within ? el.getAttribute("aria-label")
                        || el.closest("label")?.innerText.split("\\n")[0] || el.innerText : "",
                    getComputedStyle(el).outlineStyle, within]; }"""
        )
        assert within or not reached, f"the focus left the explorer after {sorted(reached)}"
        if name:
            assert outline == "solid", name
            reached.add(name.split(" η")[0].strip())
    expected = {"Data", "Hidden units", "Optimiser", "Learning rate", "Train 200 more", "One update", "One epoch",
                "More settings", "Activation", "Batch size", "Epochs", "Seed", "Noise", "Points", "Weight decay",
                "First weights", "Seeds in a run", "Epoch, on the loss curve", "logarithmic loss axis", "Epoch",
                "Remove run 1", "Reset", "Clear runs", "Copy link to this state", "The numbers as a table"}  # fmt: skip
    assert expected <= reached, expected - reached


def test_training_adds_a_run_and_its_loss_falls(explorer: Page) -> None:
    view(explorer).get_by_role("slider", name="Learning rate η").evaluate(
        "input => { input.value = 20; input.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    view(explorer).get_by_label("Optimiser").select_option("Adam")
    assert explorer.locator(".nn-run-row").count() == 4  # three here, one in the second explorer
    view(explorer).get_by_role("button", name="Train").click()
    explorer.wait_for_function(
        "() => /^Run 4.* epoch [1-9]/.test(document.querySelector('.nn-sentence').textContent)"
    )
    early, early_loss = epoch(explorer), loss(explorer)
    explorer.wait_for_function(
        "() => / epoch 200 of 200/.test(document.querySelector('.nn-sentence').textContent)"
    )
    assert 0 < early < 200
    assert loss(explorer) < 0.5 * early_loss
    assert explorer.locator(".nn-run-row").count() == 5
    assert "η = 0.2, Adam" in explorer.locator(".nn-run-rows").first.inner_text()


def test_rare_settings_change_the_data_and_the_network(explorer: Page) -> None:
    view(explorer).get_by_text("More settings").click()
    for label, value in [("Noise", "4"), ("Points", "50"), ("First weights", "large")]:
        choice = view(explorer).get_by_role("combobox", name=label, exact=True)
        changed_by(explorer, lambda: choice.select_option(value))  # noqa: B023
        assert sentence(explorer).startswith("New network, not trained yet")
    view(explorer).get_by_label("Weight decay").select_option("0.1")
    view(explorer).get_by_role("button", name="Train").click()
    explorer.wait_for_function(
        "() => / epoch 200 of 200/.test(document.querySelector('.nn-sentence').textContent)"
    )
    said = sentence(explorer)
    assert "noise 4 ×, 50 points, weight decay 0.1, large start" in said
    same = TrainingExplorer(noise=4, points=50, init="large", weight_decay=0.1, rates=[3])
    held = float(re.search(r"validation loss ([\d.]+),", said).group(1))
    assert (loss(explorer), held) == pytest.approx(
        (same.losses(0)[-1], same.validation(0)[-1]), rel=5e-3
    ), "as Python computes it"


def test_remove_clear_and_reset(explorer: Page) -> None:
    before = picture(explorer)
    said = sentence(explorer)
    view(explorer).get_by_role("button", name="Remove run 2").click()
    settle(explorer)
    assert explorer.locator(".nn-run-rows").first.locator(".nn-run-row").count() == 2
    changed_by(explorer, lambda: view(explorer).get_by_role("button", name="Clear runs").click())
    assert sentence(explorer).startswith("New network")
    view(explorer).get_by_label("Hidden units").select_option("none")
    changed_by(explorer, lambda: view(explorer).get_by_role("button", name="Reset").click())
    assert sentence(explorer) == said
    assert picture(explorer) == before


def test_the_focus_is_never_lost(explorer: Page) -> None:
    view(explorer).get_by_role("button", name="Remove run 2").press("Enter")
    settle(explorer)
    chosen = view(explorer).locator(".nn-runs input:checked")
    expect(chosen).to_be_focused()
    view(explorer).get_by_role("button", name="Clear runs").press("Enter")
    settle(explorer)
    expect(view(explorer).get_by_role("button", name="Train", exact=True)).to_be_focused()


def test_what_is_no_seed_gives_way_to_the_seed(explorer: Page) -> None:
    view(explorer).get_by_text("More settings").click()
    field = view(explorer).get_by_label("Seed", exact=True)
    for text in ("-1", "1.5", ""):
        field.fill(text)
        field.blur()
        settle(explorer)
        assert field.input_value() == "1"


def test_the_logarithmic_axis(explorer: Page) -> None:
    ticks = explorer.locator(".nn-loss-plot").first.locator(".nn-grid text")
    assert "0.8" in ticks.all_text_contents()
    view(explorer).get_by_label("logarithmic loss axis").check()
    settle(explorer)
    assert "0.1" in ticks.all_text_contents()
    assert "0.8" not in ticks.all_text_contents()


def test_the_table_holds_the_numbers(explorer: Page) -> None:
    view(explorer).get_by_text("The numbers as a table").click()
    explorer.locator(".nn-numbers-table td").first.wait_for()
    cells = explorer.locator(".nn-numbers-table table").first.locator("td").all_inner_texts()
    assert len(cells) == 11 * 3 * 2, "training and validation loss of three runs"
    assert float(cells[-2]) == loss(explorer)
    said = re.search(r"validation loss ([\d.]+),", sentence(explorer))
    assert float(cells[-1]) == float(said.group(1))


def test_the_loss_on_points_held_out_is_drawn_for_the_run_that_is_shown(explorer: Page) -> None:
    held = view(explorer).locator(".nn-curves .nn-held")
    assert held.get_attribute("data-run") == "3"
    assert held.locator("path").get_attribute("d"), "circles tell it from the other"
    before = held.locator("polyline").get_attribute("points")
    view(explorer).get_by_role("radio").first.check()
    settle(explorer)
    assert held.get_attribute("data-run") == "1"
    assert held.locator("polyline").get_attribute("points") != before


@pytest.mark.parametrize("by", ["http", "file"])
def test_the_link_restores_the_exact_state(
    context: BrowserContext, folder: Path, server: str, by: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_ready(context, server if by == "http" else (folder / "index.html").as_uri())
    view(page).get_by_label("Data").select_option("circles")
    view(page).get_by_role("button", name="Train").click()
    page.wait_for_function(
        "() => / epoch 200 of 200/.test(document.querySelector('.nn-sentence').textContent)"
    )
    plot(page).focus()
    for key in ["PageDown", "PageDown", "ArrowLeft"]:
        page.keyboard.press(key)
    view(page).get_by_label("logarithmic loss axis").check()
    settle(page)
    other = in_a_new_tab(context, page)
    assert other.url == page.url
    assert epoch(other) == 179
    second = other.locator(".nn-sentence").nth(1).inner_text()
    assert second == page.locator(".nn-sentence").nth(1).inner_text(), (
        "the link speaks of one explorer"
    )


@pytest.mark.parametrize(
    "text",
    [
        "lr=1e99&dataset=mars",
        "runs=moons,8,tanh",
        "runs=2~0~1&selected=5",
        "=&&%%%",
        "start=given&dataset=given",
    ],
)
def test_a_broken_link_does_no_harm(context: BrowserContext, server: str, text: str) -> None:
    page = context.new_page()
    errors = watch(page)
    page.goto(f"{server}#explorer=training.1&{text}")
    page.locator(".nn-explorer[data-ready]").first.wait_for()
    settle(page)
    assert re.match(r"Run \d|New network", sentence(page))
    assert errors == []


def test_divergence_is_said(context: BrowserContext, server: str) -> None:
    run = "moons,8.8.8,leaky_relu,SGD,1000,0,200,1,random"
    page = open_ready(context, f"{server}#explorer=training.1&runs={run}&selected=0&epoch=200")
    assert "the loss stopped being a finite number" in sentence(page)
    assert "diverged" in page.locator(".nn-run-rows").first.inner_text()
    assert "×1" in page.locator(".nn-numbers").first.text_content()


def test_nothing_is_left_after_removal(context: BrowserContext, server: str) -> None:
    context.add_init_script(COUNTING)
    page = open_ready(context, server)
    listeners, observers, _, _ = page.evaluate("count()")
    assert listeners > 20, "the count counts"
    assert observers == 4, "of two explorers: their size, and the page's theme"
    view(page).get_by_label("Data").select_option("spirals")
    view(page).get_by_role("button", name="Train").click()  # unmounted in the middle of training
    page.wait_for_function(
        "() => /^Run 4.* epoch [1-9]/.test(document.querySelector('.nn-sentence').textContent)"
    )
    page.evaluate("nnExplorers.unmount(document)")
    assert page.evaluate("count()") == [0, 0, 0, 0]
    assert page.locator(".nn-view").count() == 0
    assert page.locator(".nn-still").first.is_visible()
    page.evaluate("nnExplorers.mount(document)")
    settle(page)
    assert page.locator(".nn-explorer[data-ready]").count() == 2
    assert page.evaluate("count()")[:2] == [listeners, observers]


def test_one_that_is_hidden_at_first_is_drawn_when_it_is_shown(explorer: Page) -> None:
    expected = picture(explorer)
    explorer.evaluate(
        """() => {
            nnExplorers.unmount(document);
            const fold = document.createElement("details");
            document.querySelector(".nn-explorer").replaceWith(fold);
            fold.append(document.createElement("summary"));
        }"""
    )
    mount_point = TrainingExplorer(rates=RATES).html()
    explorer.evaluate(
        """(html) => {
            document.querySelector("main > details").insertAdjacentHTML("beforeend", html);
            nnExplorers.mount(document);
        }""",
        mount_point,
    )
    explorer.wait_for_timeout(200)
    explorer.evaluate("document.querySelector('main > details').open = true")
    settle(explorer)
    explorer.wait_for_function(
        "() => / epoch 200 of 200/.test(document.querySelector('.nn-sentence').textContent)"
    )
    settle(explorer)
    assert picture(explorer) == expected


def test_the_model_is_left_as_it_was(explorer: Page) -> None:
    during, *after = model_handlers(explorer, TrainingExplorer(rates=RATES))
    assert during >= 13
    assert after == [0, 0]


def test_targets_are_large_enough_for_fingers(browser: Browser, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 900}, has_touch=True, is_mobile=True
    )
    page = open_ready(context, server)
    boxes = (
        page.locator(".nn-view")
        .first.locator(":is(button, select, input[type=range], summary)")
        .evaluate_all(
            "all => all.map((el) => [el.innerText || el.ariaLabel, el.getBoundingClientRect().height])"
            ".filter(([, height]) => height)"
        )
    )
    assert len(boxes) >= 12
    assert [box for box in boxes if box[1] < 44] == []
    context.close()


def test_the_theme_changes_the_field(explorer: Page) -> None:
    before = picture(explorer)
    explorer.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(explorer)
    assert picture(explorer) != before


def test_reduced_motion_trains_without_a_film(browser: Browser, server: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = open_ready(context, server)
    view(page).get_by_label("Data").select_option("xor")
    page.evaluate(
        """() => { window.pictures = new Set();
            new MutationObserver(() => pictures.add(document.querySelector(".nn-boundary").getAttribute("d")))
                .observe(document.querySelector(".nn-boundary"), { attributes: true }); }"""
    )
    view(page).get_by_role("button", name="Train").click()
    page.wait_for_function(
        "() => / epoch 200 of 200/.test(document.querySelector('.nn-sentence').textContent)"
    )
    settle(page)
    assert page.evaluate("pictures.size") <= 2, "the start, and the end"
    context.close()
