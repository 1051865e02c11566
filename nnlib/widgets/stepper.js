// The backpropagation stepper: a small network, taken step by step through the forward pass and BP1 to BP4, each
// formula with its numbers; and the loss against one parameter, whose slope the passes have computed.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { View } from "./view.js";
import { button, h, labelled, select, setAttributes, setText, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { entryLine, formulaLine, matrixLine } from "./stepper_formula.js";
import { NetworkPicture, shownSample } from "./stepper_network.js";
import {
  NETWORKS,
  STEPS_OF_PASS,
  WEIGHT_MOST,
  lossCurve,
  parameterName,
  parameters,
  stepperSentence,
  stepperSurvey,
  stepperTable,
  stepperTypes,
} from "./stepper_state.js";

const LAST = STEPS_OF_PASS.length - 1;
const inRange = (value) => Math.min(Math.max(Math.round(value * 100) / 100, -WEIGHT_MOST), WEIGHT_MOST) + 0;

class BackpropExplorer extends View {
  constructor(mount) {
    super(mount, { name: "stepper", title: "Backpropagation, step by step", types: stepperTypes });
    this.controls.append(
      this.networkChoice(),
      this.choice("samples", "Batch", [[1, "one sample"], [3, "three samples"]], Number),
      this.parameterChoice(),
      this.valueField(),
      ...this.stepButtons(),
    );
    this.network = new NetworkPicture();
    this.on(this.network.element, "click", (event) => {
      const label = event.target.closest("[data-weight]");
      if (label) this.set({ weight: Number(label.dataset.weight) });
    });
    this.caption = h("p", { class: "nn-key" });
    this.plot = new Plot({ label: "The loss", xTitle: "", yTitle: "loss", margin: { left: 60 } });
    this.curve = this.plot.content.appendChild(svg("polyline", { class: "nn-curve" }));
    this.tangent = this.plot.content.appendChild(svg("line", { class: "nn-tangent" }));
    this.grip = new Handle(this, this.plot, {
      label: "The parameter",
      drag: (value) => this.move(value),
      step: (right, up) => this.move(this.get("theta")[this.now.weight] + 0.05 * (right + up)),
    });
    const line = svg("svg", { width: 30, height: 10, "aria-hidden": "true" }, svg("line", { class: "nn-tangent", x1: 0, x2: 30, y1: 5, y2: 5 }));
    this.plots.append(
      h("div", { class: "nn-figure" }, this.network.element, this.caption),
      h("div", { class: "nn-figure" }, this.plot.element, h("p", { class: "nn-key" }, h("span", {}, line, "the slope from BP3 and BP4"))),
    );
    this.plots.after(this.panel());
  }

  networkChoice() {
    const input = select(Object.keys(NETWORKS).map((name) => [name, name]));
    this.on(input, "input", () => {
      this.set({ network: input.value, theta: NETWORKS[input.value].theta, weight: 0, entry: 0 });
    });
    this.shows.push(() => (input.value = this.get("network")));
    return this.control("network", "Network", labelled("Network", input));
  }

  parameterChoice() {
    const input = select([]);
    this.on(input, "input", () => this.set({ weight: Number(input.value) }));
    this.shows.push(() => {
      const network = this.get("network");
      if (input.dataset.network !== network) {
        input.dataset.network = network;
        const options = parameters(network).map((parameter, i) => h("option", { value: i }, parameterName(parameter)));
        input.replaceChildren(...options);
      }
      input.value = String(this.get("weight") % input.options.length);
    });
    return this.control("weight", "Parameter", labelled("Parameter", input));
  }

  valueField() {
    const input = h("input", { type: "number", step: 0.1, min: -WEIGHT_MOST, max: WEIGHT_MOST });
    this.on(input, "input", () => {
      if (input.value !== "" && Number.isFinite(Number(input.value))) this.move(Number(input.value));
    });
    this.on(input, "blur", () => this.invalidate()); // what was no number gives way to the number
    this.shows.push(() => {
      const value = this.get("theta")[this.get("weight") % this.get("theta").length];
      const typing = document.activeElement === input; // then the text stays, as far as the value comes from it
      if (typing && (input.value === "" || inRange(Number(input.value)) === value)) return;
      input.value = value;
    });
    return this.control("theta", "Value of the parameter", labelled("Its value", input));
  }

  stepButtons() {
    const go = (text, label, step) => {
      const made = button(text, { "aria-label": label });
      this.on(made, "click", () => this.set({ step: Math.min(Math.max(step(this.get("step")), 0), LAST), entry: 0 }));
      return made;
    };
    const next = go("Next ▶", "Next step", (step) => step + 1);
    next.className = "nn-primary";
    this.count = h("span", { class: "nn-caption" });
    const buttons = [go("Start", "To the start", () => 0), go("◀ Back", "One step back", (step) => step - 1), next];
    return this.control("step", "Buttons for the steps", [...buttons, this.count]);
  }

  panel() {
    this.heading = h("p", { class: "nn-step-title" });
    this.formula = h("div");
    this.matrices = h("div", { class: "nn-matrices", tabindex: 0, role: "region", "aria-label": "The matrices of this step" });
    this.on(this.matrices, "click", (event) => {
      const cell = event.target.closest("[data-entry]");
      if (cell) this.set({ entry: Number(cell.dataset.entry) });
    });
    this.entry = h("div");
    this.other = button("Next entry");
    this.on(this.other, "click", () => this.set({ entry: (this.get("entry") + 1) % this.now.count }));
    const axes = [["batch", "the samples"], ["in", "the layer's inputs"], ["out", "its units"]];
    const key = axes.map(([axis, text]) => h("span", {}, h("span", { class: "nn-axis-tag", "data-axis": axis }, axis), text));
    return h("div", { class: "nn-panel" }, this.heading, this.formula, this.matrices, this.entry, h("div", { class: "nn-row" }, this.control("entry", "Next entry", this.other), h("p", { class: "nn-key" }, ...key)));
  }

  usable({ network, theta }) {
    return theta.length === NETWORKS[network].theta.length;
  }

  move(value) {
    const theta = [...this.get("theta")];
    theta[this.now.weight] = inRange(value);
    this.set({ theta });
  }

  resize(width) {
    const narrow = width < 560;
    const each = narrow ? width : Math.floor((width - 12) / 2);
    this.network.resize(each);
    this.plot.resize(each, narrow ? 230 : 290);
  }

  draw() {
    const state = this.state();
    const now = (this.now = stepperSurvey(state));
    const text = stepperSentence(state, now);
    this.network.draw(now, text);
    const sample = now.m > 1 ? `The numbers at the units are sample ${shownSample(now) + 1}. ` : "";
    setText(this.caption, `${sample}Press a weight to choose it.`);
    setText(this.count, `Step ${now.step} of ${LAST}`);
    setText(this.heading, now.what.title);
    this.formula.replaceChildren(formulaLine(now));
    this.matrices.replaceChildren(...matrixLine(now));
    this.entry.replaceChildren(entryLine(now));
    this.drawLoss(state, now, text);
    return text;
  }

  drawLoss(state, now, text) {
    const { plot } = this;
    const name = parameterName(now.parameter);
    const value = state.theta[now.weight];
    const points = lossCurve(state, now.weight);
    const heights = points.map(([, loss]) => loss);
    const [low, high] = [Math.min(...heights, now.loss), Math.max(...heights, now.loss)];
    const room = Math.max(0.08 * (high - low), 0.02);
    plot.axes({ low: -WEIGHT_MOST, high: WEIGHT_MOST, title: name }, { low: low - room, high: high + room });
    plot.describe(`The loss against ${name}. ${text}`);
    this.curve.setAttribute("points", plot.points(points));
    const far = 2 * WEIGHT_MOST;
    const [y1, y2] = [-far, far].map((by) => plot.y(now.loss + now.slope * by).toFixed(1));
    setAttributes(this.tangent, { x1: plot.x(value - far).toFixed(1), x2: plot.x(value + far).toFixed(1), y1, y2 });
    this.grip.place(value, now.loss, { text: `${name} = ${formatNumber(value, 4)}, loss ${formatNumber(now.loss, 4)}`, value, low: -WEIGHT_MOST, high: WEIGHT_MOST });
  }

  dataTable() {
    return stepperTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new BackpropExplorer(mount).start();
}
