"""The loss explorer in JupyterLab: it grows while nnlib trains, and Python reads what the reader chose."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.jupyterlab import open_lab, output, run_cell, serving_lab

CELLS = [
    """
import time
import numpy as np
from nnlib import SGD, Adam, BinaryCrossEntropy, data, mlp, tanh, train
from nnlib.widgets import LossExplorer

rng = np.random.default_rng(0)
x, y = data.moons(60, rng=rng)
held = data.moons(60, rng=rng)
curves = LossExplorer()
curves
""",
    """
for name, rule in (("SGD", SGD(0.5)), ("Adam", Adam(0.05))):
    net = mlp([2, 6, 1], tanh, rng=rng)
    records = train(net, BinaryCrossEntropy(), rule, x, y, epochs=40, rng=rng, validation=held)
    for record in curves.follow(name, records):
        time.sleep(0.04)
print("trained")
""",
    """
print(curves.selected, curves.epoch < 40, curves.series, f"{curves.losses()[-1]:.3g}")
""",
]


def test_it_grows_while_nnlib_trains(browser: Browser, tmp_path_factory) -> None:
    with (
        serving_lab(tmp_path_factory.mktemp("lab"), CELLS) as address,
        open_lab(browser, address, len(CELLS)) as lab,
    ):
        errors: list[str] = []
        lab.on("pageerror", lambda error: errors.append(str(error)))
        run_cell(lab, 0)
        says = lab.locator(".nn-sentence")
        says.filter(has_text="No history yet").wait_for()
        lab.evaluate(
            """() => {
                window.said = new Set();
                const sentence = document.querySelector(".nn-sentence");
                new MutationObserver(() => said.add(sentence.textContent))
                    .observe(sentence, { childList: true, characterData: true, subtree: true });
            }"""
        )
        run_cell(lab, 1)
        says.filter(has_text="Adam, epoch 40 of 40: training loss 0.").wait_for()
        assert output(lab, 1) == "trained"
        assert lab.evaluate("said.size") >= 6, "it was drawn on the way"
        assert lab.locator(".nn-curves polyline").count() == 4, "two runs on two sets"

        lab.locator(".nn-run-row input").first.check()
        says.filter(has_text="SGD, epoch 40 of 40").wait_for()
        lab.locator(".nn-loss-plot").focus()
        lab.keyboard.press("PageDown")
        says.filter(has_text="SGD, epoch 30 of 40").wait_for()
        lab.get_by_role("combobox", name="Loss on").select_option("validation")
        last = lab.locator(".nn-last-loss").first.inner_text()
        assert last.startswith("loss 0.")
        run_cell(lab, 2)
        assert output(lab, 2).startswith("0 True validation 0.")
        assert errors == []
