"""The laboratory's plane and network in a real browser: points held out, drawn points, units, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

import serve
from nnlib import BinaryCrossEntropy, Network
from nnlib.widgets import TrainingExplorer
from nnlib.widgets.seeded import dataset
from tests.browser import axe
from tests.browser.explorers import (
    alive,
    changed_by,
    in_a_new_tab,
    open_ready,
    picture,
    sentence,
    settle,
    watch,
    write_page,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laboratory")
    write_page(folder, TrainingExplorer(rates=[0.3], epochs=50, noise=2.0))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serve.serving(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def explorer(context: BrowserContext, server: str) -> Iterator[Page]:
    with alive(context, server) as page:
        yield page


def view(page: Page) -> Locator:
    return page.locator(".nn-view").first


# ---- points held out


def test_points_held_out_are_shown_on_request_with_their_share(
    context: BrowserContext, explorer: Page
) -> None:
    marks = view(explorer).locator(".nn-held-points path")
    assert not marks.first.is_visible()
    assert "validation points on" not in sentence(explorer)
    box = view(explorer).get_by_label("validation points")
    changed_by(explorer, box.check)
    assert re.search(r"(\d+) % of the training points and (\d+) % of the", sentence(explorer))
    drawn = "".join(path.get_attribute("d") or "" for path in marks.all())
    assert drawn.count("M") == 200
    fill, width = marks.first.evaluate("el => [getComputedStyle(el).fill, el.getBBox().width]")
    assert fill == "none"
    assert width > 0
    assert in_a_new_tab(context, explorer).get_by_label("validation points").is_checked()
    changed_by(explorer, box.uncheck)


def test_the_shares_are_those_that_python_counts(explorer: Page) -> None:
    view(explorer).get_by_label("validation points").check()
    settle(explorer)
    net = TrainingExplorer(rates=[0.3], epochs=50, noise=2.0).network(0, 50)
    expected = [
        round(100 * float(((net.predict(x) > 0) == (y > 0.5)).mean()))
        for x, y in dataset("moons", 200, 2.0)
    ]
    found = re.search(r"(\d+) % of the training points and (\d+) % of the", sentence(explorer))
    assert [int(share) for share in found.groups()] == expected


# ---- drawn points


def pad(page: Page, across: float, up: float) -> tuple[float, float]:
    """A place of the plane to draw on, in pixels of the window."""
    box = view(page).locator(".nn-pad").bounding_box()
    assert box is not None
    return box["x"] + (across + 2) / 4 * box["width"], box["y"] + (2 - up) / 4 * box["height"]


def press(page: Page, *places: tuple[float, float]) -> None:
    for across, up in places:
        page.mouse.click(*pad(page, across, up))


def drag(page: Page, *places: tuple[float, float]) -> None:
    page.mouse.move(*pad(page, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*pad(page, *place), steps=5)
    page.mouse.up()


def marks(page: Page) -> list[int]:
    """How many points of class 0 and of class 1 are drawn."""
    return [
        sum(
            (path.get_attribute("d") or "").count("M")
            for path in view(page).locator(f".nn-points.nn-class-{kind}").all()
        )
        for kind in (0, 1)
    ]


def start_drawing(page: Page) -> None:
    view(page).get_by_label("Data").select_option("drawn by hand")
    settle(page)


def wait_for_the_end(page: Page) -> None:
    page.wait_for_function(
        "() => / epoch (\\d+) of \\1/.test(document.querySelector('.nn-sentence').textContent)"
    )
    settle(page)


def test_points_are_drawn_moved_and_erased_by_mouse(
    context: BrowserContext, explorer: Page
) -> None:
    assert not view(explorer).locator(".nn-pad").is_visible(), "other data are not drawn on"
    start_drawing(explorer)
    assert sentence(explorer).startswith("No points yet.")
    assert view(explorer).get_by_role("button", name="Draw points first").is_disabled()
    changed_by(explorer, lambda: press(explorer, (-1, -1), (-1, 1), (-0.5, 0)))
    view(explorer).get_by_label("class 1").check()
    changed_by(explorer, lambda: press(explorer, (1, -1), (1, 1)))
    assert marks(explorer) == [3, 2]
    changed_by(explorer, lambda: drag(explorer, (-1, 1), (-0.4, 0.4), (0.4, 1.6)))
    assert marks(explorer) == [3, 2], "a drag on a point moves it, whatever the pen"
    view(explorer).get_by_label("eraser").check()
    changed_by(explorer, lambda: press(explorer, (0.4, 1.6)))
    assert marks(explorer) == [2, 2]
    press(explorer, (0.4, 1.6))
    assert marks(explorer) == [2, 2], "there is nothing to erase"
    assert "4 points: 2 of class 0, 2 of class 1" in view(explorer).inner_text()
    assert "none is held out" in view(explorer).inner_text()
    view(explorer).get_by_role("button", name="Train").click()
    wait_for_the_end(explorer)
    assert "100 % of points" in sentence(explorer)
    assert "validation" not in sentence(explorer)
    other = in_a_new_tab(context, explorer)
    assert marks(other) == [2, 2]
    assert view(other).get_by_label("eraser").is_checked()
    changed_by(other, lambda: drag(other, (1, 1), (-1, -1)))
    assert marks(other) == [0, 0] or sum(marks(other)) < 4, "the eraser erases on its way"


def test_a_drag_on_an_empty_place_puts_a_point_and_moves_it(explorer: Page) -> None:
    start_drawing(explorer)
    drag(explorer, (0, 0), (0.5, 0.5), (1, 1))
    settle(explorer)
    assert marks(explorer) == [1, 0]
    view(explorer).locator(".nn-pad").focus()
    settle(explorer)
    place = re.search(r"class 0 at ([\d.]+), ([\d.]+)", view(explorer).inner_text()).groups()
    assert [float(value) for value in place] == pytest.approx([1, 1], abs=0.03)
    drag(explorer, (1, 1), (9, -9))  # far out of the picture
    settle(explorer)
    assert "class 0 at 2, −2" in view(explorer).inner_text(), "it stays in the plane"


def test_points_are_drawn_by_the_keyboard(explorer: Page) -> None:
    start_drawing(explorer)
    view(explorer).locator(".nn-pad").focus()
    for key in ["0", "ArrowRight", "ArrowRight", "1"]:
        explorer.keyboard.press(key)
    settle(explorer)
    assert marks(explorer) == [1, 1]
    assert "nearest point: class 1 at 0.2, 0" in view(explorer).inner_text()
    changed_by(explorer, lambda: explorer.keyboard.press("Shift+ArrowUp"))
    assert "nearest point: class 1 at 0.2, 0.1" in view(explorer).inner_text()
    explorer.keyboard.press("0")  # in place of the other
    settle(explorer)
    assert marks(explorer) == [2, 0]
    changed_by(explorer, lambda: explorer.keyboard.press("Delete"))
    assert "nearest point: class 0 at 0, 0" in view(explorer).inner_text()
    changed_by(explorer, lambda: explorer.keyboard.press("Backspace"))
    explorer.keyboard.press("Delete")
    assert sentence(explorer).startswith("No points yet.")
    for _ in range(45):
        explorer.keyboard.press("ArrowLeft")
    explorer.keyboard.press("Enter")
    settle(explorer)
    assert "class 0 at −2, 0.1" in view(explorer).inner_text()
    top = explorer.evaluate("scrollY")
    explorer.keyboard.press("ArrowDown")
    assert explorer.evaluate("scrollY") == top
    explorer.keyboard.press("Tab")
    settle(explorer)
    assert not explorer.evaluate("document.activeElement.matches('.nn-pad')")
    assert not view(explorer).locator(".nn-draw-cursor").is_visible()


def test_other_data_can_be_copied_and_edited(explorer: Page) -> None:
    changed_by(
        explorer,
        lambda: view(explorer).get_by_role("button", name="Draw on these points").click(),
    )
    assert marks(explorer) == [40, 40]
    assert view(explorer).get_by_label("Data").input_value() == "drawn"
    changed_by(explorer, lambda: press(explorer, (-1.9, 1.9)))
    assert marks(explorer) == [41, 40]
    view(explorer).get_by_role("radio", name="1 η = 0.3").check()  # the run on the moons
    settle(explorer)
    assert marks(explorer) == [100, 100]
    start_drawing(explorer)
    assert marks(explorer) == [41, 40], "looking at another run does not lose the drawing"
    view(explorer).get_by_role("button", name="Remove all").click()
    settle(explorer)
    assert marks(explorer) == [0, 0]
    view(explorer).get_by_role("button", name="Reset").click()
    settle(explorer)
    assert sentence(explorer).startswith("Run 1")


def test_there_is_room_for_a_hundred_points(explorer: Page) -> None:
    start_drawing(explorer)
    places = [(-1.9 + 0.4 * a, -1.9 + 0.4 * b) for a in range(10) for b in range(10)]
    press(explorer, *places)
    settle(explorer)
    assert sum(marks(explorer)) == 100
    press(explorer, (-1.7, -1.7))
    settle(explorer)
    assert sum(marks(explorer)) == 100
    assert "and no room for more" in view(explorer).inner_text()


def test_a_finger_draws_and_the_page_stays_where_it_is(browser: Browser, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_ready(context, server)
    session = context.new_cdp_session(page)

    def stroke(points: list[tuple[float, float]]) -> None:
        for kind, place in zip(
            ["touchStart", *["touchMove"] * len(points)], [points[0], *points], strict=False
        ):
            session.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]},
            )
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_function(  # until it has come to rest
            """() => new Promise((done) => { const before = scrollY;
                setTimeout(() => done(scrollY === before), 150); })"""
        )

    def scrolled(points: list[tuple[float, float]]) -> float:
        before = page.evaluate("scrollY")
        stroke(points)
        return page.evaluate("scrollY") - before

    def over_the_plane() -> list[tuple[float, float]]:
        box = view(page).locator(".nn-boundary-plot .nn-frame").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + 0.9 * box["height"]
        return [(x, y - k * box["height"] / 10) for k in range(8)]

    page.locator(".nn-boundary-plot").first.scroll_into_view_if_needed()
    assert scrolled(over_the_plane()) > 100, "other data: the page scrolls"
    start_drawing(page)
    page.locator(".nn-boundary-plot").first.scroll_into_view_if_needed()
    settle(page)
    assert scrolled(over_the_plane()) == 0
    settle(page)
    assert marks(page) == [1, 0], "put, and taken along"
    assert not sentence(page).startswith("No points")
    page.locator(".nn-sentence").first.scroll_into_view_if_needed()
    said = view(page).locator(".nn-sentence").bounding_box()
    assert said is not None
    x, y = said["x"] + 100, said["y"] + 20
    assert scrolled([(x, y + 15 * k) for k in range(8)]) < -50, "beside the plane it scrolls"
    context.close()


# ---- the network, unit by unit


def open_network(page: Page) -> None:
    view(page).get_by_text("The network", exact=True).click()
    settle(page)


def unit(page: Page, name: str) -> Locator:
    return view(page).locator(".nn-units").get_by_role("button", name=name, exact=True)


def words(page: Page) -> str:
    return view(page).locator(".nn-unit-words").inner_text()


def large(page: Page) -> str:
    """What the large field shows: its colours and its line."""
    return page.evaluate(
        """() => { const field = document.querySelector(".nn-large-field");
            return field.querySelector("canvas").toDataURL() + field.querySelector("path").getAttribute("d"); }"""
    )


def test_the_network_is_folded_at_first_and_draws_nothing(explorer: Page) -> None:
    before = picture(explorer)
    assert view(explorer).locator(".nn-diagram").count() == 0
    open_network(explorer)
    assert view(explorer).locator(".nn-unit[role=button]").count() == 8 + 1
    assert view(explorer).locator(".nn-weight").count() == 2 * 8 + 8
    assert picture(explorer) != before
    open_network(explorer)  # and folds it again
    assert view(explorer).locator(".nn-diagram").count() == 0
    assert picture(explorer) == before
    open_network(explorer)
    view(explorer).get_by_role("button", name="Reset").click()
    settle(explorer)
    assert picture(explorer) == before


def test_width_and_kind_of_a_line_show_its_weight(explorer: Page) -> None:
    open_network(explorer)
    net = TrainingExplorer(rates=[0.3], epochs=50, noise=2.0).network(0, 50)
    lines = {}
    for group in view(explorer).locator(".nn-weights g").all():
        line = group.locator(".nn-weight")
        lines[group.get_attribute("data-part")] = (
            float(line.get_attribute("stroke-width") or 0),
            line.get_attribute("stroke-dasharray") != "none",
        )
    for layer, weights in enumerate((net.layers[1].W, net.layers[2].W), 1):
        for (j, k), w in np.ndenumerate(weights):
            width, dashed = lines[f"{layer}.{j + 1}.{k + 1}"]
            assert dashed == (w < 0)
            assert width == pytest.approx(0.8 + 6 * np.tanh(abs(w) / 4), abs=0.06)


def test_a_unit_is_shown_large_under_the_pointer(explorer: Page) -> None:
    open_network(explorer)
    assert words(explorer).startswith("Output: 8 weighted activations and the bias")
    output = large(explorer)
    seen = {output}
    net = TrainingExplorer(rates=[0.3], epochs=50, noise=2.0).network(0, 50)
    for j in (1, 5):
        unit(explorer, f"Unit {j} of layer 1").hover()
        settle(explorer)
        seen.add(large(explorer))
        found = re.search(rf"Unit {j} of layer 1: tanh\((\S+) x₁ . ", words(explorer))
        first = float(found.group(1).replace("−", "-"))
        assert first == pytest.approx(net.layers[1].W[j - 1, 0], rel=5e-3)
    assert len(seen) == 3
    explorer.mouse.move(5, 5)
    settle(explorer)
    assert large(explorer) == output, "only what is pressed stays"
    unit(explorer, "Unit 5 of layer 1").click()
    explorer.mouse.move(5, 5)
    settle(explorer)
    assert words(explorer).startswith("Unit 5 of layer 1")
    assert unit(explorer, "Unit 5 of layer 1").get_attribute("aria-pressed") == "true"


def test_the_arrow_keys_go_from_unit_to_unit(context: BrowserContext, explorer: Page) -> None:
    view(explorer).get_by_label("Hidden units").select_option("4 + 4")
    open_network(explorer)
    stops = view(explorer).locator(".nn-units [tabindex='0']")
    assert stops.count() == 1, "one stop of the Tab key"
    stops.focus()
    shown = []
    for key in [f"Arrow{way}" for way in ("Down", "Down", "Right", "Up", "Right", "Right", "Left")]:
        top = explorer.evaluate("scrollY")
        explorer.keyboard.press(key)
        settle(explorer)
        assert explorer.evaluate("scrollY") == top
        shown.append(words(explorer).split(":")[0])
    assert shown == [
        "Unit 2 of layer 1",
        "Unit 3 of layer 1",
        "Unit 3 of layer 2",
        "Unit 2 of layer 2",
        "Output",
        "Output",
        "Unit 1 of layer 2",
    ]
    outline = explorer.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    assert words(in_a_new_tab(context, explorer)) == words(explorer)


def test_of_wide_layers_eight_units_are_shown(explorer: Page) -> None:
    view(explorer).get_by_label("Hidden units").select_option("16 + 16")
    open_network(explorer)
    assert view(explorer).locator(".nn-unit[role=button]").count() == 8 + 8 + 1
    assert view(explorer).locator(".nn-diagram").inner_text().count("8 of 16 shown") == 2
    view(explorer).get_by_label("Hidden units").select_option("none")
    settle(explorer)
    assert view(explorer).locator(".nn-unit[role=button]").count() == 1
    assert words(explorer).startswith("Output: ")


def test_a_finger_picks_a_unit(browser: Browser, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = open_ready(context, server)
    view(page).get_by_text("The network", exact=True).tap()
    settle(page)
    unit(page, "Unit 3 of layer 1").tap()
    settle(page)
    assert words(page).startswith("Unit 3 of layer 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_frames_stay_short_while_it_trains_with_the_network_open(
    context: BrowserContext, server: str
) -> None:
    context.add_init_script(
        """window.frames_ms = [];
        const ask = requestAnimationFrame;
        window.requestAnimationFrame = (task) => ask((now) => {
            const start = performance.now(); task(now); frames_ms.push(performance.now() - start); });"""
    )
    page = open_ready(context, server)
    open_network(page)
    page.evaluate("frames_ms.length = 0; window.fields = new Set()")
    page.evaluate(
        """() => new MutationObserver(() => fields.add(document.querySelector(".nn-unit-words").textContent))
            .observe(document.querySelector(".nn-unit-words"), { childList: true })"""
    )
    view(page).get_by_label("Data").select_option("spirals")
    view(page).get_by_role("button", name="Train", exact=True).click()
    wait_for_the_end(page)
    times = page.evaluate("frames_ms")
    assert len(times) > 30
    assert float(np.median(times)) < 16
    assert page.evaluate("fields.size") > 3, "it is drawn while it trains, not only at the end"


# ---- weights set by hand, and gradients


def trained() -> TrainingExplorer:
    return TrainingExplorer(rates=[0.3], epochs=50, noise=2.0)


def gradient_of(net: Network) -> np.ndarray:
    """The gradient of the mean loss over all training points, as nnlib has it."""
    x, y = dataset("moons", 200, 2.0)[0]
    net.backward(BinaryCrossEntropy().grad(net.forward(x), y))
    return net.grad


def number(text: str) -> float:
    """The number that a reader reads: −0.0123, or 8.5×10⁻⁴."""
    mantissa, _, power = text.replace("−", "-").partition("×10")
    return float(mantissa) * 10.0 ** int(
        power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0
    )


def field(page: Page, name: str) -> Locator:
    return view(page).locator(".nn-parameters").get_by_label(name)


def press_line(page: Page, name: str) -> None:
    """Press the line of a weight, at a place where no other lies above it."""
    line = view(page).locator(f'[data-part="{name}"] .nn-weight-reach')
    line.scroll_into_view_if_needed()
    x, y = line.evaluate(
        """(line) => { const matrix = line.getScreenCTM();
            for (let share = 0.3; share < 0.9; share += 0.02) {
                const { x, y } = line.getPointAtLength(share * line.getTotalLength()).matrixTransform(matrix);
                if (document.elementFromPoint(x, y) === line) return [x, y];
            } }"""
    )
    page.mouse.click(x, y)
    settle(page)


def said_loss(page: Page) -> float:
    return float(re.search(r": loss ([\d.]+)[,.] ", sentence(page)).group(1))


def test_a_press_on_a_line_shows_its_weight_and_gradient(explorer: Page) -> None:
    open_network(explorer)
    assert view(explorer).locator(".nn-parameters input").count() == 0
    press_line(explorer, "1.3.2")
    net = trained().network(0, 50)
    grad = gradient_of(net)
    inputs = view(explorer).locator(".nn-parameters input")
    assert inputs.count() == 3, "two weights and a bias lead into the unit"
    values = [float(box.input_value()) for box in inputs.all()]
    assert values == pytest.approx([net.theta[4], net.theta[5], net.theta[18]], rel=1e-3)
    shown = view(explorer).locator(".nn-gradient").all_inner_texts()
    found = [number(text.split()[1]) for text in shown]
    assert found == pytest.approx([grad[4], grad[5], grad[18]], rel=0.06)
    assert (
        "gradient of the mean loss (cross-entropy) over all 200 training points"
        in view(explorer).inner_text()
    )
    assert view(explorer).get_by_label("Weight from x₂ to unit 3 of layer 1 =").count() == 1
    assert view(explorer).locator(".nn-parameters .nn-picked").inner_text().startswith("W")


def test_a_typed_weight_moves_picture_and_loss_at_once(
    context: BrowserContext, explorer: Page
) -> None:
    open_network(explorer)
    unit(explorer, "Output").click()
    box = field(explorer, "Weight from unit 1 of layer 1 to the output")
    changed_by(explorer, lambda: box.fill("0"))
    net = trained().network(0, 50)
    net.layers[2].W[0, 0] = 0.0
    x, y = dataset("moons", 200, 2.0)[0]
    assert sentence(explorer).startswith("Weights set by hand, not trained yet: loss")
    assert said_loss(explorer) == pytest.approx(BinaryCrossEntropy()(net.predict(x), y), rel=5e-3)
    assert box.input_value() == "0"
    before = sentence(explorer)
    for nonsense in ("", "1e9"):
        box.fill(nonsense)
        settle(explorer)
        assert sentence(explorer) == before, "what is no weight is not taken over"
    box.blur()
    settle(explorer)
    assert box.input_value() == "0"
    other = in_a_new_tab(context, explorer)
    assert field(other, "Weight from unit 1 of layer 1 to the output").input_value() == "0"
    assert view(other).get_by_role("radio", name="1 η = 0.3").count() == 1, "the run is as it was"


def test_arrow_keys_nudge_a_weight(explorer: Page) -> None:
    open_network(explorer)
    unit(explorer, "Unit 2 of layer 1").focus()
    explorer.keyboard.press("Enter")
    settle(explorer)
    assert explorer.evaluate("document.activeElement.dataset.part") == "1.2.1"
    box = field(explorer, "Weight from x₁ to unit 2 of layer 1")
    first = float(box.input_value())
    top = explorer.evaluate("scrollY")
    for keys, steps in [
        ("ArrowUp", 0.1),
        ("Shift+ArrowDown", -0.9),
        ("PageUp", 0.1),
        ("ArrowDown", 0),
    ]:
        changed_by(explorer, lambda: explorer.keyboard.press(keys))  # noqa: B023
        assert float(box.input_value()) == pytest.approx(first + steps, rel=1e-3, abs=2e-3)
    assert explorer.evaluate("scrollY") == top
    slider = view(explorer).get_by_label("Weight from x₁ to unit 2 of layer 1 =")
    slider.focus()
    changed_by(explorer, lambda: explorer.keyboard.press("PageDown"))


def test_a_run_starts_from_edited_weights(context: BrowserContext, explorer: Page) -> None:
    open_network(explorer)
    unit(explorer, "Output").click()
    field(explorer, "Bias of the output").fill("-4")
    settle(explorer)
    before = said_loss(explorer)
    view(explorer).get_by_role("button", name="Train from these weights").click()
    wait_for_the_end(explorer)
    assert sentence(explorer).startswith("Run 2, ")
    assert "weights set by hand" in view(explorer).locator(".nn-run-rows").inner_text()
    net = trained().network(0, 50)
    net.layers[2].b[0] = -4.0
    python = TrainingExplorer(epochs=50, noise=2.0)
    python.edit(net)
    python.runs = [python.settings() | {"lr": 0.3}]
    assert said_loss(explorer) == pytest.approx(python.losses(0)[50], rel=5e-3)
    assert before == pytest.approx(python.losses(0)[0], rel=5e-3)
    other = in_a_new_tab(context, explorer)
    view(other).get_by_label("Epoch", exact=True).focus()
    other.keyboard.press("Home")
    settle(other)
    assert said_loss(other) == before
    view(other).get_by_label("Hidden units").select_option("4")
    settle(other)
    assert sentence(other).startswith("New network, not trained yet"), (
        "another network, random weights"
    )


def test_training_can_go_on_from_any_epoch(explorer: Page) -> None:
    open_network(explorer)
    view(explorer).get_by_label("Epoch", exact=True).focus()
    explorer.keyboard.press("PageDown")
    settle(explorer)
    at = said_loss(explorer)
    view(explorer).get_by_role("button", name="Train from these weights").click()
    wait_for_the_end(explorer)
    view(explorer).get_by_label("Epoch", exact=True).focus()
    explorer.keyboard.press("Home")
    settle(explorer)
    assert sentence(explorer).startswith("Run 2, ")
    assert said_loss(explorer) == at


def test_the_table_has_every_weight_and_leads_to_its_field(explorer: Page) -> None:
    view(explorer).get_by_label("Hidden units").select_option("16")
    open_network(explorer)
    view(explorer).get_by_text("All weights as a table").click()
    table = view(explorer).locator(".nn-editor table")
    table.locator("td").first.wait_for()
    net = TrainingExplorer(hidden=[16], epochs=50, noise=2.0).network()
    grad = gradient_of(net)
    cells = table.locator("td").all_inner_texts()
    assert len(cells) == 2 * 65
    values, gradients = cells[::2], cells[1::2]
    assert [number(text) for text in values] == pytest.approx(net.theta, rel=1e-3, abs=1e-9)
    assert [number(text) for text in gradients] == pytest.approx(grad, rel=6e-3, abs=1e-9)
    assert table.locator("tbody").count() == 2
    assert "Layer 1: 16 × 2 weights, 16 biases" in table.inner_text()
    table.get_by_role("button", name="Edit: Weight from x₂ to unit 12 of layer 1").click()
    settle(explorer)
    assert explorer.evaluate("document.activeElement.dataset.part") == "1.12.2", (
        "a unit that is not drawn"
    )
    changed_by(explorer, lambda: explorer.keyboard.press("PageUp"))


def test_a_large_network_says_why_it_cannot_be_edited(explorer: Page) -> None:
    view(explorer).get_by_label("Hidden units").select_option("16 + 16")
    open_network(explorer)
    text = view(explorer).locator(".nn-editor").inner_text()
    assert text == "This network has 337 parameters. Up to 128 can be edited here."


def test_editing_while_it_trains_leaves_the_run_alone(explorer: Page) -> None:
    open_network(explorer)
    unit(explorer, "Output").click()
    view(explorer).get_by_label("Data").select_option("circles")
    view(explorer).get_by_role("button", name="Train", exact=True).click()
    explorer.wait_for_function(
        "() => /^Run 2.* epoch [1-9]/.test(document.querySelector('.nn-sentence').textContent)"
    )
    field(explorer, "Bias of the output").fill("2.5")
    settle(explorer)
    assert sentence(explorer).startswith("Weights set by hand")
    view(explorer).get_by_role("button", name="Copy link").click()
    explorer.wait_for_function("() => location.hash.includes('&selected=-1&epoch=0&')")
    view(explorer).get_by_role("radio", name="2 η = 0.3").check()
    wait_for_the_end(explorer)
    python = TrainingExplorer(dataset="circles", rates=[0.3], epochs=50, noise=2.0)
    assert said_loss(explorer) == pytest.approx(python.losses(0)[50], rel=5e-3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_when_all_is_open(
    browser: Browser, tmp_path: Path, theme: str, width: int
) -> None:
    explorer = TrainingExplorer(epochs=5, show_network=True, picked="1.2.1", show_held=True)
    explorer.draw([[0, 0], [1, 1]], [[0], [1]])
    other = TrainingExplorer(rates=[0.3], epochs=5, show_network=True, picked="2.1", show_held=True)
    path = write_page(tmp_path, explorer, other, theme=theme)
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = open_ready(context, path.as_uri())
    page.locator("details").evaluate_all("all => all.forEach((fold) => { fold.open = true; })")
    settle(page)
    assert axe.faults(page, colours_only=theme == "dark") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    context.close()


@pytest.mark.parametrize(
    "text",
    [
        "start=edited&edited=AAAA",
        "start=edited&hidden=2",
        "edited=!!&drawn=AAA%20&picked=9.9.9&show_network=1",
        "dataset=drawn&drawn=____&pen=2",
        "runs=drawn,8,tanh,SGD,0.3,20,5,1,random",
        "runs=moons,8,tanh,SGD,0.3,20,5,1,edited",
    ],
)
def test_a_broken_link_does_no_harm(context: BrowserContext, server: str, text: str) -> None:
    page = context.new_page()
    errors = watch(page)
    page.goto(f"{server}#explorer=training.1&{text}")
    page.locator(".nn-explorer[data-ready]").first.wait_for()
    settle(page)
    assert re.match(r"Run \d|New network|No points yet", sentence(page))
    assert "NaN" not in picture(page)
    assert errors == []


def test_xor_can_be_solved_by_hand_as_the_chapter_says(explorer: Page) -> None:
    view(explorer).get_by_label("Data").select_option("xor")
    view(explorer).get_by_label("Hidden units").select_option("2")
    view(explorer).get_by_text("More settings").click()
    view(explorer).get_by_label("Noise").select_option("0.5")
    open_network(explorer)
    wanted = {
        "Unit 1 of layer 1": ["5", "5", "3"],
        "Unit 2 of layer 1": ["5", "5", "-3"],
        "Output": ["3", "-3", "-2"],
    }
    for name, values in wanted.items():
        unit(explorer, name).click()
        settle(explorer)
        for box, value in zip(
            view(explorer).locator(".nn-parameters input").all(), values, strict=True
        ):
            box.fill(value)
    settle(explorer)
    assert "loss 0.0767," in sentence(explorer)
    assert "100 % of points on the right side" in sentence(explorer)
    field(explorer, "Weight from unit 2 of layer 1 to the output").fill("0")
    settle(explorer)
    assert "loss 0.49," in sentence(explorer)
    assert "75 % of points" in sentence(explorer)
