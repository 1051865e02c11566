// The graph explorer: an expression as a computational graph, its values step by step forward, its
// derivatives step by step backward; and what comes out if one does it wrongly.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { View } from "./view.js";
import { button, h, labelled, select, setAttributes, setText, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { GraphPicture } from "./graph_picture.js";
import { curveOf, rangeOf, slopeLine } from "./graph_curve.js";
import {
  EXAMPLES,
  INPUT_MOST,
  LAST_STEP,
  ORDERS,
  completeInputs,
  countsText,
  graphSentence,
  graphSurvey,
  graphTable,
  graphTypes,
  onGrid,
  operationText,
  productCounts,
  sameSlope,
  tryExpression,
} from "./graph_state.js";

const cells = (tag, texts) => texts.map((text) => h(tag, tag === "th" ? { scope: "col" } : {}, text));

class GraphExplorer extends View {
  constructor(mount) {
    super(mount, { name: "graph", title: "Graph explorer", types: graphTypes });
    this.known = {}; // values of variables that an earlier expression had
    this.sliders = h("div", { class: "nn-row nn-inputs" });
    this.bySelect = select([]);
    this.on(this.bySelect, "input", () => this.set({ by: this.bySelect.value }));
    this.controls.append(
      ...this.expressionField(),
      this.control("inputs", "Values of the variables", this.sliders),
      this.choice("mode", "Derivatives", [["reverse", "reverse mode"], ["forward", "forward mode"]]),
      this.control("by", "Derivatives by", labelled("by", this.bySelect)),
      ...this.stepButtons(),
      this.faults(),
    );
    this.graph = new GraphPicture();
    this.stage = h("div", { class: "nn-stage", tabindex: 0, role: "region", "aria-label": "The graph" }, this.graph.element);
    this.plot = new Plot({ label: "The function", xTitle: "x", yTitle: "value", margin: { left: 66 } });
    this.curve = this.plot.content.appendChild(svg("g"));
    this.lines = ["nn-tangent", "nn-computed"].map((kind) => this.plot.content.appendChild(svg("line", { class: kind })));
    this.grip = new Handle(this, this.plot, {
      label: "The point",
      drag: (x) => this.move(onGrid(x)),
      step: (right, up) => this.move(onGrid(this.now.inputs[this.now.by] + 0.1 * (right + up))),
    });
    this.key = h("p", { class: "nn-key" });
    this.figure = h("div", { class: "nn-figure" }, this.plot.element, this.key);
    this.plots.append(this.stage, this.figure);
    this.counts = h("p", { class: "nn-counts" });
    this.sentence.after(this.counts, this.details());
  }

  expressionField() {
    this.field = h("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
    this.problem = h("p", { class: "nn-problem", role: "alert" });
    this.on(this.field, "input", () => this.take(this.field.value));
    this.shows.push(() => {
      if (this.taken === this.get("expression")) return; // the reader's own text, as far as it is one
      this.field.value = this.taken = this.get("expression");
      this.complain(null);
    });
    const examples = select([["", "choose …"], ...EXAMPLES.map(([text, name]) => [text, name])]);
    this.on(examples, "input", () => {
      if (examples.value) this.take(examples.value, true);
      examples.value = "";
    });
    const field = labelled("Expression", this.field);
    field.classList.add("nn-expression");
    return this.control("expression", "Expression and examples", [field, labelled("Examples", examples), this.problem]);
  }

  /** Take a text as the expression if it is one; if not, say why, and keep showing the last one. */
  take(text, replace = false) {
    const { nodes, error } = tryExpression(text);
    this.complain(error ?? null);
    if (error) return;
    this.taken = replace ? null : text;
    this.set({ expression: text, inputs: completeInputs(nodes, { ...this.known, ...this.get("inputs") }) });
    this.invalidate();
  }

  complain(error) {
    this.field.setAttribute("aria-invalid", String(error !== null));
    setText(this.problem, error ? `${error.message} The graph still shows the last expression.` : "");
  }

  stepButtons() {
    const go = (text, label, target) => {
      const made = button(text, { "aria-label": label });
      this.on(made, "click", () => {
        const { step, last } = this.now;
        const to = target(step, last);
        this.set({ step: to >= last ? LAST_STEP : Math.max(to, 0) });
      });
      return made;
    };
    this.count = h("span", { class: "nn-caption" });
    const buttons = [
      go("Start", "To the start", () => 0),
      go("◀ Back", "One step back", (step) => step - 1),
      go("Next ▶", "Next step", (step) => step + 1),
      go("End", "To the end", (_, last) => last),
    ];
    buttons[2].className = "nn-primary";
    return this.control("step", "Buttons for the steps", [...buttons, this.count]);
  }

  faults() {
    const box = h(
      "fieldset",
      { class: "nn-faults" },
      h("legend", { class: "nn-caption" }, "Do it wrongly (reverse mode)"),
      this.check("overwrite", "overwrite instead of adding"),
      this.check("twice", "backward twice, nothing cleared"),
      this.choice("order", "a node hands on", ORDERS),
    );
    this.shows.push(() => (box.disabled = this.get("mode") === "forward"));
    return box;
  }

  details() {
    this.trace = h("table");
    this.cost = h("table");
    this.fold = h("details", {}, h("summary", {}, "All numbers, and what each mode costs"), h("div", { class: "nn-tables", tabindex: 0, role: "region", "aria-label": "Tables" }, this.trace, this.cost));
    this.on(this.fold, "toggle", () => this.invalidate());
    return this.control("table", "Tables of all numbers", this.fold);
  }

  move(x) {
    this.set({ inputs: { ...this.now.inputs, [this.now.by]: x } });
  }

  reset() {
    this.taken = null;
    super.reset();
    this.invalidate();
  }

  resize(width) {
    this.plot.resize(width, width < 560 ? 220 : 240);
  }

  draw() {
    const now = (this.now = graphSurvey(this.state()));
    Object.assign(this.known, now.inputs);
    this.drawInputs(now);
    const text = graphSentence(this.state(), now);
    this.graph.draw(now, this.width - 4, text);
    setText(this.count, `Step ${now.step} of ${now.last}`);
    this.figure.hidden = now.by === null;
    if (now.by !== null) this.drawCurve(now, text);
    setText(this.counts, countsText(now.counts));
    if (this.fold.open) this.drawTables(now);
    return text;
  }

  /** The sliders: made anew when the variables are others, else moved. */
  drawInputs({ names, inputs, by }) {
    const key = names.join();
    if (key !== this.inputKey) {
      this.inputKey = key;
      this.bySelect.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
      this.sliders.replaceChildren(...names.map((name) => this.slider(name)));
    }
    this.bySelect.value = by ?? "";
    this.bySelect.disabled = !names.length;
    for (const { name, input, shown } of this.sliderParts ?? []) {
      if (!Object.hasOwn(inputs, name)) continue;
      input.value = inputs[name];
      setText(shown, formatNumber(inputs[name], 3));
    }
  }

  slider(name) {
    const input = h("input", { type: "range", min: -INPUT_MOST, max: INPUT_MOST, step: 0.05, "aria-label": name });
    const shown = h("b", { class: "nn-value" });
    input.addEventListener("input", () => this.set({ inputs: { ...this.now.inputs, [name]: onGrid(Number(input.value)) } }), { signal: this.stopped.signal });
    this.sliderParts = [...(this.sliderParts ?? []).filter((part) => part.name !== name), { name, input, shown }];
    return h("label", { class: "nn-field nn-wide" }, h("span", { class: "nn-caption" }, `${name} = `, shown), input);
  }

  drawCurve(now, text) {
    const { by, inputs, slope, trueSlope, passes, complete } = now;
    const { plot } = this;
    const value = now.values.at(-1);
    const pieces = curveOf(now, INPUT_MOST);
    const range = rangeOf(pieces, value);
    plot.axes({ low: -INPUT_MOST, high: INPUT_MOST, title: by }, { ...range, title: "value" });
    plot.describe(text);
    this.curve.replaceChildren(...pieces.map((piece) => svg("polyline", { class: "nn-curve", points: plot.points(piece) })));
    const wrong = complete && !sameSlope(slope, trueSlope);
    const ends = [trueSlope / passes, wrong ? slope / passes : NaN].map((s) => slopeLine(plot, inputs[by], value, s));
    this.lines.forEach((line, i) => {
      line.toggleAttribute("hidden", ends[i] === null);
      if (ends[i]) setAttributes(line, ends[i]);
    });
    const swatch = (kind) => svg("svg", { width: 30, height: 10, "aria-hidden": "true" }, svg("line", { class: kind, x1: 0, x2: 30, y1: 5, y2: 5 }));
    const half = passes === 2 ? " (half of it, as there were two passes)" : "";
    this.key.replaceChildren(h("span", {}, swatch("nn-tangent"), "tangent: the derivative"), ...(wrong ? [h("span", {}, swatch("nn-computed"), `the slope that came out${half}`)] : []));
    const y = Number.isFinite(value) ? value : range.low;
    this.grip.place(inputs[by], y, { text: `${by} = ${formatNumber(inputs[by], 3)}. ${text}`, value: inputs[by], low: -INPUT_MOST, high: INPUT_MOST });
  }

  drawTables(now) {
    const { nodes, values, tangents, right, mode } = now;
    const number = (value) => formatNumber(value, 4);
    const grads = now.visits.at(-1)?.grads ?? right;
    const rows = nodes.map((node, i) => {
      const formula = node.args.length ? operationText(node, (arg) => nodes[arg].name) : node.op;
      const derivative = mode === "forward" ? tangents[i] : grads[i];
      const numbers = node.active ? [number(derivative), mode === "forward" ? "" : number(right[i])] : ["", ""];
      return h("tr", {}, h("th", { scope: "row" }, node.name), ...cells("td", [formula, number(values[i]), ...numbers]));
    });
    const kind = mode === "forward" ? [`its derivative by ${now.by}`, ""] : ["derivative by it, as computed", "right"];
    const head = h("thead", {}, h("tr", {}, ...cells("th", ["node", "is", "value", kind[0]]), kind[1] ? h("th", { scope: "col" }, kind[1]) : h("td")));
    this.trace.replaceChildren(h("caption", {}, "At the end"), head, h("tbody", {}, ...rows));
    const costs = productCounts().map((c) => h("tr", {}, ...cells("td", [c.inputs, c.forward, c.reverse].map(String))));
    this.cost.replaceChildren(h("caption", {}, "Operations for a product of n inputs"), h("thead", {}, h("tr", {}, ...cells("th", ["n", "forward mode", "reverse mode"]))), h("tbody", {}, ...costs));
  }

  dataTable() {
    return graphTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new GraphExplorer(mount).start();
}
