"""How the training explorer runs, in a real browser: pause, continue, step, branch, and bands over seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import serve
from nnlib.widgets import TrainingExplorer
from tests.browser import axe
from tests.browser.explorers import (
    alive,
    changed_by,
    epoch,
    in_a_new_tab,
    loss,
    open_ready,
    picture,
    sentence,
    settle,
    write_page,
)

SAID = "document.querySelector('.nn-sentence').textContent"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("runs")
    write_page(folder, TrainingExplorer(rates=[0.03, 0.3]))
    with serve.serving(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    with alive(context, server) as page:
        yield page


def button(page: Page, name: str | re.Pattern[str], exact: bool = True) -> Locator:
    return page.get_by_role("button", name=name, exact=exact)


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard, and wait until everything is drawn."""
    button(page, name).press("Enter")
    settle(page)


def until(page: Page, words: str) -> None:
    """Wait for a sentence that holds these words."""
    page.wait_for_function(f"(words) => {SAID}.includes(words)", arg=words)
    settle(page)


def scrub(page: Page, epoch: int) -> None:
    script = "(input, epoch) => { input.value = epoch; input.dispatchEvent(new Event('input')); }"
    page.get_by_label("Epoch", exact=True).evaluate(script, epoch)
    settle(page)


# ---- run, pause, continue, step


def test_paused_stepped_and_continued_a_run_is_the_same(
    context: BrowserContext, page: Page, server: str
) -> None:
    page.get_by_role("combobox", name="Data").select_option("spirals")
    button(page, "Train").click()
    page.wait_for_function(f"() => /^Run 3.* epoch [1-9]/.test({SAID})")
    button(page, "Pause").click()
    settle(page)
    assert "paused" in sentence(page)
    at = epoch(page)
    assert 0 < at < 200
    for updates in (1, 2):
        changed_by(page, button(page, "One update").click)
        assert f"{updates} of 10 updates after epoch {at} of 200, paused" in sentence(page)
    other = in_a_new_tab(context, page)
    for name in ("One epoch", "One epoch"):
        at += 1
        for each in (page, other):
            changed_by(each, lambda: press(each, name))  # noqa: B023
            assert f"epoch {at} of 200, paused" in sentence(each)
    page.bring_to_front()
    button(page, "Continue").click()
    until(page, "epoch 200 of 200:")
    through = open_ready(context, server)
    through.get_by_role("combobox", name="Data").select_option("spirals")
    button(through, "Train").click()
    until(through, "epoch 200 of 200:")
    assert sentence(page) == sentence(through)
    assert picture(page) == picture(through)


def test_steps_begin_a_run_and_walk_along_one(page: Page) -> None:
    page.get_by_role("combobox", name="Data").select_option("xor")
    changed_by(page, lambda: press(page, "One update"))
    assert "two" not in sentence(page)
    assert "1 of 10 updates after epoch 0 of 200, paused" in sentence(page)
    for expected in (1, 2, 3):
        changed_by(page, lambda: press(page, "One epoch"))
        assert f"epoch {expected} of 200, paused" in sentence(page)
    scrub(page, 1)
    assert button(page, "One update").is_disabled(), "single updates of earlier epochs are not kept"
    changed_by(page, lambda: press(page, "One epoch"))
    assert "epoch 2 of 200:" in sentence(page)
    changed_by(page, button(page, "Continue").click)
    until(page, "epoch 200 of 200:")


def test_a_finished_run_goes_on_for_as_long_again(context: BrowserContext, page: Page) -> None:
    button(page, "Train 200 more").click()
    until(page, "epoch 400 of 400:")
    assert sentence(page).startswith("Run 2, learning rate 0.3")
    longer = TrainingExplorer(rates=[0.3], epochs=400)
    assert loss(page) == pytest.approx(longer.losses(0)[-1], rel=5e-3), "as Python computes it"
    assert button(page, "Train 200 more").count() == 1
    press(page, "One update")
    assert "1 of 10 updates after epoch 400 of 600, paused" in sentence(page)
    in_a_new_tab(context, page)


def test_other_settings_make_a_new_run_and_the_same_ones_find_theirs(page: Page) -> None:
    page.get_by_role("combobox", name="Optimiser").select_option("Adam")
    button(page, "Train").wait_for()
    page.get_by_role("combobox", name="Optimiser").select_option("SGD")
    button(page, "Train 200 more").wait_for()
    page.get_by_role("radio").first.check()
    settle(page)
    page.get_by_role("slider", name="Learning rate η").evaluate(
        "(input) => { input.value = 21; input.dispatchEvent(new Event('input')); }"
    )
    settle(page)
    button(page, "Train").click()
    until(page, "Run 2, learning rate 0.3, epoch 200 of 200:")


def test_a_pause_does_not_wait_for_a_slow_epoch(context: BrowserContext, page: Page) -> None:
    page.get_by_text("More settings").click()
    for label, value in [("Hidden units", "[16,16]"), ("Batch size", "1"), ("Points", "500")]:
        page.get_by_role("combobox", name=label, exact=True).select_option(value)
    button(page, "Train").click()
    page.wait_for_function(f"() => /^Run 3.* epoch [1-9]/.test({SAID})")
    button(page, "Pause").click()
    settle(page)
    assert re.search(r"(\d+ of 500 updates after )?epoch \d+ of 200, paused", sentence(page))
    in_a_new_tab(context, page)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_finger_presses_the_buttons(browser: Browser, server: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 1100}, has_touch=True, is_mobile=width < 500
    )
    page = open_ready(context, server)
    page.get_by_role("combobox", name="Data").select_option("circles")
    for name in ("One epoch", "One update"):
        changed_by(page, button(page, name).tap)
    assert "1 of 10 updates after epoch 1 of 200, paused" in sentence(page)
    context.close()


# ---- branches


def test_a_branch_trains_on_from_an_epoch(context: BrowserContext, page: Page) -> None:
    branch = page.get_by_role("button", name="Branch from epoch")
    assert branch.is_disabled(), "nothing has changed yet"
    scrub(page, 40)
    before = loss(page)
    page.get_by_role("combobox", name="Optimiser").select_option("Adam")
    page.get_by_text("Goes on with Adam; the optimiser starts anew.").wait_for()
    assert branch.inner_text() == "Branch from epoch 40"
    branch.click()
    until(page, "epoch 200 of 200:")
    said = "Run 3, from epoch 40 of run 2, learning rate 0.3, Adam, epoch 200 of 200:"
    assert sentence(page).startswith(said)
    expect(page.locator(".nn-runs input:checked")).to_be_focused()
    curve = page.locator('.nn-curve[data-run="3"]').first.get_attribute("points")
    assert len(curve.split()) == 161, "it is drawn from where it left its parent"
    same = TrainingExplorer(rates=[0.3])
    same.branch(0, 40, optimizer="Adam")
    assert loss(page) == pytest.approx(same.losses(1)[-1], rel=5e-3), "as Python computes it"
    assert before == pytest.approx(same.losses(0)[40], rel=5e-3)
    scrub(page, 20)
    assert loss(page) == pytest.approx(same.losses(0)[20], rel=5e-3), "what it shares"
    other = in_a_new_tab(context, page)
    button(other, "Remove run 2").click()
    settle(other)
    assert "from epoch 40 of a run with SGD" in other.locator(".nn-run-rows").inner_text()
    scrub(other, 200)
    assert loss(other) == pytest.approx(same.losses(1)[-1], rel=5e-3), "without its parent too"
    in_a_new_tab(context, other)


def test_the_file_of_numbers_says_where_a_run_has_branched(page: Page) -> None:
    scrub(page, 40)
    page.get_by_role("combobox", name="Optimiser").select_option("Adam")
    press(page, "Branch from epoch 40")
    until(page, "epoch 200 of 200:")
    page.locator(".nn-save").evaluate("(fold) => { fold.open = true; }")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save data (CSV)").press("Enter")
    head = Path(download.value.path()).read_text("utf-8").splitlines()[0]
    assert "loss, run 3, from epoch 40 of run 2, learning rate 0.3, Adam" in head


def test_a_branch_by_keyboard_alone_and_one_of_it(context: BrowserContext, page: Page) -> None:
    plot = page.locator(".nn-loss-plot")
    for rate, at in (("Home", 190), ("End", 180)):
        for _ in range(20 - at // 10):
            plot.press("PageDown")
        page.get_by_role("slider", name="Learning rate").press(rate)
        button(page, f"Branch from epoch {at}").wait_for()
        press(page, f"Branch from epoch {at}")
        until(page, "epoch 200 of 200:")
    assert "Run 4, from epoch 180 of run 2, learning rate 100," in sentence(page), (
        "where run 3 was still run 2"
    )
    press(page, "One epoch")
    assert "epoch 201 of 400, paused" in sentence(page)
    page.get_by_role("slider", name="Learning rate").press("Home")
    button(page, "Branch from epoch 201").wait_for()
    press(page, "Branch from epoch 201")
    until(page, "Run 5, from epoch 201 of run 4, learning rate 10⁻⁴, epoch 400 of 400:")
    in_a_new_tab(context, page)


def test_a_press_on_what_a_branch_shares_chooses_its_parent(page: Page) -> None:
    scrub(page, 150)
    page.get_by_role("combobox", name="Optimiser").select_option("Adam")
    button(page, "Branch from epoch 150").click()
    until(page, "Run 3, from epoch 150 of run 2")
    until(page, "epoch 200 of 200:")
    parent = page.locator('.nn-curve[data-run="2"]').first.bounding_box()
    page.mouse.click(parent["x"] + 0.5 * parent["width"], parent["y"] + 0.93 * parent["height"])
    settle(page)
    assert sentence(page).startswith("Run 2,")
    assert 90 < epoch(page) < 110


# ---- bands over seeds


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+\.\d+", text)]


def test_a_run_over_seeds_shows_its_band(context: BrowserContext, page: Page) -> None:
    page.get_by_text("More settings").click()
    seeds = page.get_by_role("combobox", name="Seeds in a run")
    seeds.focus()
    seeds.select_option("5")
    button(page, "Train").press("Enter")
    until(page, "Run 3, learning rate 0.3, 5 seeds, epoch 200 of 200:")
    band = page.locator('.nn-band[data-run="3"]')
    assert len(band.locator("polygon").get_attribute("points").split()) == 2 * 201
    edges = band.locator("polyline")
    assert edges.count() == 2
    assert edges.first.evaluate("el => getComputedStyle(el).stroke") != "none", (
        "not by colour alone"
    )
    assert page.locator(".nn-curves > *").first.get_attribute("class").startswith("nn-band")
    dotted = page.locator('.nn-held-band[data-run="3"]')
    assert len(dotted.locator("polygon").get_attribute("points").split()) == 2 * 201
    assert page.get_by_text("validation, lowest to highest").is_visible()
    scrub(page, 60)
    same = TrainingExplorer(seeds=5, rates=[0.3])
    every, held = same.seed_losses(0)[:, 60], same.seed_losses(0, validation=True)[:, 60]
    median, low, high, held_median, held_low, held_high = numbers(sentence(page).split(":")[1])[:6]
    assert (low, median, high) == pytest.approx(sorted(every)[::2], rel=5e-3), (
        "as Python computes it"
    )
    assert (held_low, held_median, held_high) == pytest.approx(sorted(held)[::2], rel=5e-3)
    table = page.locator(".nn-band-table")
    assert table.locator("caption").inner_text() == "Over 5 seeds, at epoch 60"
    rows = [numbers(row.inner_text()) for row in table.locator("tbody tr").all()]
    assert rows[0][:3] == [low, median, high]
    assert rows[1][:3] == [held_low, held_median, held_high]
    assert [rows[0][3], rows[1][3]] == pytest.approx([every[0], held[0]], rel=5e-3), "seed 1"
    assert "η = 0.3, 5 seeds" in page.locator(".nn-run-rows").inner_text()
    in_a_new_tab(context, page)
    page.get_by_role("radio").first.check()
    settle(page)
    assert not table.is_visible()
    assert dotted.count() == 0, "only of the run that is shown"
    assert not page.get_by_text("validation, lowest to highest").is_visible()
    page.get_by_text("The numbers as a table").click()
    heads = page.locator(".nn-numbers-table thead").inner_text()
    assert "Run 3, highest of 5 seeds" in heads
    assert "Run 3, validation, highest of 5 seeds" in heads


def test_a_band_is_paused_stepped_continued_and_branched(
    context: BrowserContext, page: Page, server: str
) -> None:
    def begin(page: Page) -> None:
        page.get_by_text("More settings").click()
        page.get_by_role("combobox", name="Seeds in a run").select_option("5")
        page.get_by_role("combobox", name="Data").select_option("xor")
        button(page, "Train").click()

    begin(page)
    page.wait_for_function(f"() => /^Run 3.* epoch [1-9]/.test({SAID})")
    button(page, "Pause").click()
    settle(page)
    at = epoch(page)
    changed_by(page, button(page, "One update").click)
    assert f"1 of 10 updates after epoch {at} of 200, paused" in sentence(page)
    assert re.search(r"Over 5 seeds, at epoch \d+\.1", page.locator(".nn-band-table").inner_text())
    button(page, "Continue").click()
    until(page, "epoch 200 of 200:")
    through = open_ready(context, server)
    begin(through)
    until(through, "epoch 200 of 200:")
    assert sentence(page) == sentence(through)
    assert picture(page) == picture(through)
    scrub(through, 50)
    through.get_by_role("combobox", name="Optimiser").select_option("Adam")
    button(through, "Branch from epoch 50").click()
    until(through, "Run 4, from epoch 50 of run 3, learning rate 0.3, XOR, Adam, 5 seeds,")
    until(through, "epoch 200 of 200:")
    area = through.locator('.nn-band[data-run="4"] polygon').get_attribute("points").split()
    assert len(area) == 2 * 151
    in_a_new_tab(context, through)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, theme: str, width: int) -> None:
    explorer = TrainingExplorer(seeds=3, epochs=20, rates=[0.3])
    explorer.branch(0, 10, lr=0.03)
    explorer.runs = [*explorer.runs, {**explorer.runs[0], "lr": 1.0, "paused": [7, 2]}]
    path = write_page(tmp_path, explorer, theme=theme)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = open_ready(context, path.as_uri())
    page.locator("details").evaluate_all("all => all.forEach((fold) => { fold.open = true; })")
    for index, words in enumerate(("3 seeds", "from epoch 10 of run 1", "paused")):
        page.get_by_role("radio").nth(index).check()
        settle(page)
        assert words in sentence(page)
        assert axe.faults(page, colours_only=theme == "dark") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
