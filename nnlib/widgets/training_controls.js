// The controls of the training explorer: the settings of the next run.

import { activations, optimizers } from "./engine.js";
import { button, h, labelled, select, setText } from "./dom.js";
import { DATA_NAMES, RATES, hiddenText, nearestRate } from "./training_state.js";
import { formatNumber } from "./scales.js";

const WIDTHS = [[], [1], [2], [3], [4], [6], [8], [16], [32], [4, 4], [8, 8], [16, 16]];
const BATCHES = [1, 5, 10, 20, 50, 100, 0];
const EPOCHS = [50, 100, 200, 500, 1000];

const named = (names) => names.map((name) => [name, name.replace("_", " ")]);

export class TrainingControls {
  /** @param {object} given - what Python has handed over: its data and network become choices. */
  constructor(given) {
    const data = Object.entries(DATA_NAMES).filter(([name]) => name !== "given" || given.x);
    const rates = { type: "range", min: 0, max: RATES.length - 1, step: 1 };
    this.rateText = h("b", { class: "nn-rate" });
    this.inputs = {
      dataset: select(data),
      hidden: select(WIDTHS.map((widths) => [JSON.stringify(widths), hiddenText(widths)])),
      optimizer: select(named(Object.keys(optimizers))),
      lr: h("input", { ...rates, "aria-label": "Learning rate" }),
      activation: select(named(Object.keys(activations))),
      batch_size: select(BATCHES.map((size) => [size, size ? String(size) : "all points"])),
      epochs: select(EPOCHS.map((epochs) => [epochs, String(epochs)])),
      seed: h("input", { type: "number", min: 0, max: 2 ** 32 - 1, step: 1 }),
      start: select([
        ["random", "random"],
        ["given", "your network"],
      ]),
    };
    this.train = button("Train", { class: "nn-primary" });
    this.element = h("div", { class: "nn-controls" }, this.mainRow(), this.moreRow(given));
  }

  mainRow() {
    const { dataset, hidden, optimizer, lr } = this.inputs;
    const caption = h("span", { class: "nn-caption" }, "Learning rate η = ", this.rateText);
    return h(
      "div",
      { class: "nn-row" },
      labelled("Data", dataset),
      labelled("Hidden units", hidden),
      labelled("Optimiser", optimizer),
      h("label", { class: "nn-field nn-wide" }, caption, lr),
      this.train,
    );
  }

  moreRow(given) {
    const { activation, batch_size: batchSize, epochs, seed, start } = this.inputs;
    const fields = [
      labelled("Activation", activation),
      labelled("Batch size", batchSize),
      labelled("Epochs", epochs),
      labelled("Seed", seed),
    ];
    if (given.network) fields.push(labelled("Weights at the start", start));
    const row = h("div", { class: "nn-row" }, ...fields);
    return h("details", { class: "nn-more" }, h("summary", {}, "More settings"), row);
  }

  /** Call back with {name: value} when the reader changes a setting. */
  listen(changed, signal) {
    for (const [name, input] of Object.entries(this.inputs)) {
      input.addEventListener(
        "input",
        () => {
          const value = this.valueOf(name);
          if (value !== undefined) changed({ [name]: value });
        },
        { signal },
      );
    }
  }

  /** The value of a control, or undefined while it holds none (a seed being typed). */
  valueOf(name) {
    const text = this.inputs[name].value;
    if (name === "hidden") return JSON.parse(text);
    if (name === "lr") return RATES[Number(text)];
    if (name === "seed")
      return this.inputs.seed.validity.valid && text !== "" ? Number(text) : undefined;
    return name === "batch_size" || name === "epochs" ? Number(text) : text;
  }

  /** Let the controls show these settings. */
  show(settings) {
    for (const [name, input] of Object.entries(this.inputs)) {
      if (name === "lr") continue;
      const value = name === "hidden" ? JSON.stringify(settings.hidden) : String(settings[name]);
      if (
        input.tagName === "SELECT" &&
        ![...input.options].some((option) => option.value === value)
      ) {
        // Python or a link may ask for what is not in the list.
        const text = name === "hidden" ? hiddenText(settings.hidden) : value;
        input.append(h("option", { value }, text));
      }
      if (document.activeElement !== input || input.tagName === "SELECT") input.value = value;
    }
    const rate = formatNumber(settings.lr, 3);
    this.inputs.lr.value = nearestRate(settings.lr);
    this.inputs.lr.setAttribute("aria-valuetext", rate);
    setText(this.rateText, rate);
    for (const name of ["hidden", "activation"])
      this.inputs[name].disabled = settings.start === "given";
  }
}
