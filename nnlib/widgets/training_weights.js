// The weights of the unit that is picked: each a field to type in or to nudge with the arrow keys, with
// the gradient beside it; a slider for the one that is picked; and all of them as a table. A change
// makes a network with weights set by hand, from which a run can start.

import { editedSettings, gradientAt, nudged, whyNotEditable } from "./edited_weights.js";
import { indexOf, nameOf, parameterWords, parametersOf, partOf } from "./network_parts.js";
import { formatNumber } from "./scales.js";
import { button, h, setAttributes, setText } from "./dom.js";

const BOUND = 1000; // of a weight that is typed
const SLIDER = 8; // its range, unless the weight is larger
const NUDGES = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };

/** A parameter in the letters of the book, with row and column below. */
export function mathName({ l, j, k, bias }) {
  const apart = j > 9 || k > 9 ? "," : "";
  const index = bias ? `${j}` : `${j}${apart}${k}`;
  const scripts = h("span", {}, h("sup", {}, `(${l})`), h("sub", {}, index));
  return h("span", { class: "nn-math" }, h("i", {}, bias ? "b" : "W"), scripts);
}

export class WeightEditor {
  /** @param {View} view - the explorer. */
  constructor(view) {
    this.view = view;
    this.reason = h("p");
    this.note = h("p", { class: "nn-key nn-network-key" });
    this.fields = h("div", { class: "nn-row nn-parameters" });
    this.slider = h("input", { type: "range", step: 0.01 });
    this.sliderText = h("span", { class: "nn-caption" });
    this.sliderRow = h("label", { class: "nn-field nn-weight-slider" }, this.sliderText, this.slider);
    this.train = button("Train from these weights");
    this.table = h("table");
    const summary = h("summary", {}, "All weights as a table");
    this.tableFold = h("details", { class: "nn-numbers-table" }, summary, h("div", {}, this.table));
    const parts = [this.note, this.fields, this.sliderRow, h("div", { class: "nn-row" }, this.train), this.tableFold];
    this.content = h("div", {}, ...parts);
    this.element = h("div", { class: "nn-editor" }, this.reason, this.content);
    this.inputs = new Map(); // by name
    this.listen();
  }

  listen() {
    const { view } = this;
    const nameAt = (event) => event.target.dataset.part;
    view.on(this.fields, "focusin", (event) => this.pick(nameAt(event)));
    view.on(this.fields, "input", ({ target }) => {
      if (target.validity.valid && target.value !== "") this.change(target.dataset.part, Number(target.value));
    });
    view.onKey(this.fields, (event) => {
      if (!(event.key in NUDGES)) return;
      const name = nameAt(event);
      this.change(name, nudged(this.valueOf(name), NUDGES[event.key] * (event.shiftKey ? 10 : 1)));
      this.typing = false;
      event.preventDefault(); // it has its own step, and the page does not scroll as well
    });
    view.on(this.fields, "beforeinput", () => (this.typing = true));
    view.on(this.fields, "focusout", () => {
      this.typing = false;
      view.invalidate();
    });
    view.on(this.slider, "input", () => this.change(view.get("picked"), Number(this.slider.value)));
    view.on(this.train, "click", () => {
      if (!this.isEdited()) this.edit({});
      view.trainer.train();
    });
    view.on(this.table, "click", (event) => {
      const name = event.target.closest("button")?.value;
      if (name) this.enter(name);
    });
    view.on(this.tableFold, "toggle", () => view.invalidate());
  }

  // ---- the state

  pick(name) {
    if (name && name !== this.view.get("picked")) this.view.set({ picked: name });
  }

  /** Pick a part, and go to its field once that is there. */
  enter(name) {
    this.pick(name);
    this.entering = true;
    this.view.invalidate();
  }

  /** Whether what is shown are weights set by hand, before training. */
  isEdited() {
    const { index, run } = this.view.shown();
    return index < 0 && run.settings.start === "edited";
  }

  valueOf(name) {
    const { run, epoch } = this.view.shown();
    return run.thetaAt(epoch)[indexOf(partOf(name, run.sizes), run.sizes)];
  }

  change(name, value) {
    const { sizes } = this.view.shown().run;
    this.edit({ [indexOf(partOf(name, sizes), sizes)]: Math.min(Math.max(value, -BOUND), BOUND) });
  }

  /** Take the weights that are shown, some of them changed, as set by hand. */
  edit(changes) {
    const { run, epoch } = this.view.shown();
    const theta = Float64Array.from(run.thetaAt(epoch));
    for (const [i, value] of Object.entries(changes)) theta[i] = value;
    this.view.runSet.unwatch(); // a run in training goes on by itself
    this.view.set(editedSettings(run, theta)); // and so no run is shown
  }

  // ---- one frame

  /** @param {object} run @param {ArrayLike<number>} theta - the weights that are shown. */
  draw(run, theta) {
    const why = whyNotEditable(run);
    this.reason.toggleAttribute("hidden", !why);
    this.content.toggleAttribute("hidden", Boolean(why));
    setText(this.reason, why ?? "");
    if (why) return;
    const picked = partOf(this.view.get("picked"), run.sizes);
    const { grad } = gradientAt(run, theta, run.data) ?? {};
    this.build(run, picked);
    this.drawFields(run, theta, grad, picked);
    this.drawSlider(run, theta, picked);
    setText(this.note, this.noteText(run, picked));
    if (this.tableFold.open) this.drawTable(run, theta, grad);
    this.train.disabled = Boolean(this.view.runSet.live) || !run.data.y.length;
  }

  noteText(run, picked) {
    if (!picked) return "Choose a unit or a line to see its weights, their gradients, and to change them.";
    const m = run.data.y.length;
    const decay = this.view.get("weight_decay") ? ", without weight decay" : "";
    return `∂ℒ/∂w is the gradient of the mean loss (cross-entropy) over all ${m} training points${decay}. Type, or press ↑ and ↓.`;
  }

  /** The fields of the unit that is picked; they stay while it does. */
  build(run, picked) {
    const key = picked ? `${run.sizes} ${nameOf({ l: picked.l, j: picked.j })}` : "";
    if (key === this.key) return;
    this.key = key;
    this.inputs.clear();
    const parameters = picked ? parametersOf(picked, run.sizes) : [];
    const fields = parameters.map((part) => {
      const name = nameOf(part);
      const words = parameterWords(part, run.sizes);
      const range = { min: -BOUND, max: BOUND, step: "any" };
      const input = h("input", { type: "number", ...range, "data-part": name, "aria-label": words });
      const gradient = h("span", { class: "nn-gradient" });
      this.inputs.set(name, { part, input, gradient });
      return h("label", { class: "nn-field" }, mathName(part), input, gradient);
    });
    this.fields.replaceChildren(...fields);
  }

  drawFields(run, theta, grad, picked) {
    for (const [name, { part, input, gradient }] of this.inputs) {
      const i = indexOf(part, run.sizes);
      const typed = this.typing && document.activeElement === input; // not written over while it is typed
      if (!typed) input.value = Number(theta[i].toPrecision(4));
      setText(gradient, `∂ℒ/∂${part.bias ? "b" : "w"} ${grad ? formatNumber(grad[i], 2) : "–"}`);
      input.parentElement.classList.toggle("nn-picked", name === this.view.get("picked"));
    }
    if (!this.entering || !picked) return;
    this.entering = false;
    const { input } = this.inputs.get(nameOf(picked)) ?? [...this.inputs.values()][0];
    input.focus();
  }

  drawSlider(run, theta, picked) {
    const one = picked && (picked.bias || picked.k);
    this.sliderRow.toggleAttribute("hidden", !one);
    if (!one) return;
    const value = theta[indexOf(picked, run.sizes)];
    const name = nameOf(picked);
    if (name !== this.sliderName || Math.abs(value) > this.bound) {
      this.sliderName = name;
      this.bound = Math.max(SLIDER, Math.ceil(Math.abs(value)));
    }
    setAttributes(this.slider, { min: -this.bound, max: this.bound, "aria-valuetext": formatNumber(value, 3) });
    this.slider.value = value;
    setText(this.sliderText, `${parameterWords(picked, run.sizes)} = ${formatNumber(value, 3)}`);
  }

  drawTable(run, theta, grad) {
    const key = String(run.sizes);
    if (key !== this.tableKey) this.buildTable(run, key);
    for (const { i, value, gradient } of this.cells) {
      setText(value, formatNumber(theta[i], 4));
      setText(gradient, grad ? formatNumber(grad[i], 3) : "–");
    }
  }

  buildTable({ sizes }, key) {
    this.tableKey = key;
    this.cells = [];
    const row = (part) => {
      const [value, gradient] = [h("td"), h("td")];
      this.cells.push({ i: indexOf(part, sizes), value, gradient });
      const label = `Edit: ${parameterWords(part, sizes)}`;
      const name = h("button", { type: "button", value: nameOf(part), "aria-label": label }, mathName(part));
      return h("tr", {}, h("th", { scope: "row" }, name), value, gradient);
    };
    const layers = sizes.slice(1).map((n, i) => {
      const units = Array.from({ length: n }, (_, j) => parametersOf({ l: i + 1, j: j + 1 }, sizes));
      const parts = units.flat();
      const ordered = [...parts.filter(({ bias }) => !bias), ...parts.filter(({ bias }) => bias)];
      const title = `Layer ${i + 1}: ${n} × ${sizes[i]} weights, ${n} ${n === 1 ? "bias" : "biases"}`;
      const head = h("tr", {}, h("th", { scope: "rowgroup", colspan: 3 }, title));
      return h("tbody", {}, head, ...ordered.map(row));
    });
    const heads = ["Parameter", "Value", "Gradient"].map((text) => h("th", { scope: "col" }, text));
    const caption = h("caption", {}, "The parameters, and the gradient of the mean loss over the training points");
    this.table.replaceChildren(caption, h("thead", {}, h("tr", {}, ...heads)), ...layers);
  }
}
