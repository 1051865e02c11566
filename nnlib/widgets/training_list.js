// The list of runs under the loss curves: legend, choice of the run to look at, and removal.

import { button, h, setText, svg } from "./dom.js";
import { formatNumber } from "./scales.js";

export class RunList {
  /** @param {View} view - the explorer: it has `choose(index)` and, if `removable`, `remove(index)`. */
  constructor(view, { removable = true } = {}) {
    Object.assign(this, { view, removable });
    // Radio buttons that exclude each other share a name, and no two lists of a page may share it.
    this.name = `nn-runs-${Math.random()}`;
    this.rows = h("div", { class: "nn-run-rows" });
    this.element = h("fieldset", { class: "nn-runs" }, h("legend", {}, "Runs"), this.rows);
    view.control("runs", "List of runs", this.element);
    view.on(this.rows, "change", (event) => view.choose(Number(event.target.value)));
    view.on(this.rows, "click", (event) => {
      const pressed = event.target.closest("button");
      if (pressed) view.remove(Number(pressed.value));
    });
  }

  /** Show the runs; rows are made anew only if their number or names change. */
  draw(runs, labels, selected) {
    const key = JSON.stringify(labels);
    if (key !== this.key) {
      this.key = key;
      this.rows.replaceChildren(...labels.map((label, i) => this.row(label, i)));
    }
    runs.forEach((run, i) => {
      const row = this.rows.children[i];
      row.querySelector("input").checked = i === selected;
      setText(row.querySelector(".nn-last-loss"), lastLoss(run));
    });
    this.view.offer("runs", runs.length > 0);
  }

  /** The choice of the run that is shown, or null. */
  get chosen() {
    return this.rows.querySelector("input:checked");
  }

  row(label, i) {
    const line = svg("line", { class: "nn-curve", "data-run": i + 1, x1: 0, x2: 36, y1: 6, y2: 6 });
    const swatch = svg(
      "svg",
      { class: "nn-swatch", width: 36, height: 12, "aria-hidden": "true" },
      line,
    );
    const radio = h("input", { type: "radio", name: this.name, value: i });
    const text = h("span", { class: "nn-run-label" }, h("b", {}, `${i + 1}`), ` ${label}`);
    const choice = h("label", {}, radio, swatch, text, h("span", { class: "nn-last-loss" }));
    if (!this.removable) return h("div", { class: "nn-run-row" }, choice);
    const remove = button("×", {
      value: i,
      class: "nn-remove",
      "aria-label": `Remove run ${i + 1}`,
    });
    return h("div", { class: "nn-run-row" }, choice, remove);
  }
}

function lastLoss(run) {
  if (run.diverged) return "diverged";
  const value = run.loss.at(-1);
  return value === undefined ? "" : `${run.band ? "median" : "loss"} ${formatNumber(value, 3)}`;
}
