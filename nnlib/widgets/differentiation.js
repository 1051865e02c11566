// The differentiation explorer: a secant that turns into the tangent as h shrinks, and what the
// computer makes of it: the error of three numerical derivatives against h.

import { View, nearest } from "./view.js";
import { h, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { STEPS, arithmetics, atKink, functions, schemesFor } from "./differentiation_math.js";
import { ErrorPanel, FunctionPanel, MARKS } from "./differentiation_panels.js";
import {
  differentiationSentence,
  differentiationTable,
  differentiationTypes,
  onGrid,
  survey,
} from "./differentiation_state.js";

const HEADS = ["", "error at this h", "lowest typical error", "at h near", "h by theory"];

class DifferentiationExplorer extends View {
  constructor(mount) {
    super(mount, {
      name: "differentiation",
      title: "Differentiation explorer",
      types: differentiationTypes,
    });
    this.controls.append(
      this.functionChoice(),
      this.choice("secant", "Secant", [["forward", "forward"], ["central", "central"]]),
      this.choice("precision", "Numbers", Object.keys(arithmetics).map((name) => [name, name])),
      this.range("h", "h =", { stops: STEPS }),
      this.check("zoom", "Zoom in with h"),
    );
    this.function = new FunctionPanel(this);
    this.error = new ErrorPanel(this);
    this.panels = [this.function, this.error];
    this.plots.append(...this.panels.map(({ plot }) => h("div", { class: "nn-figure" }, plot.element)));
    this.plots.after(this.key());
    this.sentence.after(this.details());
  }

  functionChoice() {
    const names = Object.entries(functions).map(([name, { text }]) => [name, text]);
    const field = this.choice("function", "Function", names);
    // With the function, x moves into its domain.
    this.on(field, "input", () => this.set({ x: onGrid(this.get("function"), this.get("x")) }));
    return field;
  }

  key() {
    const entry = (scheme) => {
      const mark = svg("path", { class: "nn-marks", "data-scheme": scheme, d: MARKS[scheme](7, 7) });
      const swatch = svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, mark);
      const part = h("span", {}, swatch, scheme === "complex" ? "complex step" : scheme);
      this.shows.push(() => part.toggleAttribute("hidden", !schemesFor(this.get("function")).includes(scheme)));
      return part;
    };
    return h("p", { class: "nn-key" }, ...Object.keys(MARKS).map(entry), h("span", {}, "An error of 0 lies on the lower edge."));
  }

  details() {
    this.rows = h("tbody");
    const head = h("tr", {}, ...HEADS.map((text) => h(text ? "th" : "td", text ? { scope: "col" } : {}, text)));
    this.fold = h("details", {}, h("summary", {}, "All methods in both kinds of numbers"), h("table", {}, h("thead", {}, head), this.rows));
    this.on(this.fold, "toggle", () => this.invalidate());
    return this.control("table", "Table of all methods", this.fold);
  }

  usable({ function: name, x }) {
    const [low, high] = functions[name].domain;
    return x >= low && x <= high;
  }

  /** Move h by so many stops of the slider. */
  stepH(by) {
    const i = nearest(STEPS, this.get("h")) + by;
    this.set({ h: STEPS[Math.min(Math.max(i, 0), STEPS.length - 1)] });
  }

  resize(width) {
    const narrow = width < 560;
    const each = narrow ? width : Math.floor((width - 12) / 2);
    for (const { plot } of this.panels) plot.resize(each, narrow ? 260 : 310);
  }

  draw() {
    const state = this.state();
    const rows = survey(state);
    const text = differentiationSentence(state, rows);
    for (const panel of this.panels) panel.draw(state, rows, text);
    if (this.fold.open) this.drawTable(state);
    return text;
  }

  drawTable(state) {
    const short = (value) => (Number.isFinite(value) ? formatNumber(value) : "none");
    const none = atKink(state.function, state.x, state.c);
    const lines = Object.keys(arithmetics).flatMap((precision) =>
      survey({ ...state, precision }).map(({ scheme, error, lowest, theory }) => {
        const cells = none
          ? ["none", "none", "none", "none"]
          : [short(error), short(lowest.error), `${lowest.exact ? "up to " : ""}${short(lowest.h)}`, short(theory)];
        const name = h("th", { scope: "row" }, `${scheme}, ${precision}`);
        return h("tr", {}, name, ...cells.map((cell) => h("td", {}, cell)));
      }),
    );
    this.rows.replaceChildren(...lines);
  }

  dataTable() {
    return differentiationTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new DifferentiationExplorer(mount).start();
}
