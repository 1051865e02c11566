// The controls of the training explorer: the settings of the next run.

import { activations, optimizers } from "./engine.js";
import { datasets } from "./datasets.js";
import { activationText, formatNumber } from "./scales.js";
import { h, labelled } from "./dom.js";
import { DATA_NAMES, INIT_NAMES, RATES, hiddenText, noiseText } from "./training_state.js";

const WIDTHS = [[], [1], [2], [3], [4], [6], [8], [16], [32], [4, 4], [8, 8], [16, 16]];
const BATCHES = [1, 5, 10, 20, 50, 100, 0];
const EPOCHS = [50, 100, 200, 500, 1000];
const NOISES = [0, 0.5, 1, 2, 4];
const POINTS = [20, 50, 100, 200, 500];
const DECAYS = [0, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const SEED_COUNTS = [1, 5, 10];
const STARTS = { random: "random", given: "your network", edited: "set by hand" };

const named = (names, text) => names.map((name) => [name, text(name)]);
const decayText = (decay) => (decay ? formatNumber(decay, 3) : "none");
// Other data than these are there as they are: there is no noise, or number of points, to choose.
const sampled = (view) => view.get("dataset") in datasets;
const own = (view) => view.get("start") !== "given";
const seedsText = (seeds) => (seeds > 1 ? `${seeds}, as a band` : String(seeds));
const batchText = (size) => (size ? String(size) : "all points");

export class TrainingControls {
  /** @param {View} view - the explorer. */
  constructor(view) {
    this.view = view;
    view.controls.append(...this.main(), view.trainer.buttons);
    const row = h("div", { class: "nn-row" }, ...this.more());
    const summary = h("summary", {}, "More settings");
    view.controls.after(view.control("more", "More settings", h("details", { class: "nn-more" }, summary, row)));
  }

  main() {
    const { view } = this;
    const data = Object.entries(DATA_NAMES).filter(([name]) => name !== "given" || view.given.x);
    return [
      view.choice("dataset", "Data", data),
      view.openChoice("hidden", "Hidden units", WIDTHS, hiddenText, own),
      view.choice("optimizer", "Optimiser", named(Object.keys(optimizers), String)),
      view.range("lr", "Learning rate η =", { stops: RATES }),
    ];
  }

  more() {
    const { view } = this;
    const fields = [
      view.choice("activation", "Activation", named(Object.keys(activations), activationText)),
      view.openChoice("batch_size", "Batch size", BATCHES, batchText),
      view.openChoice("epochs", "Epochs", EPOCHS, String),
      this.wholeNumber("seed", "Seed", 0, 2 ** 32 - 1),
      view.openChoice("seeds", "Seeds in a run", SEED_COUNTS, seedsText),
      view.openChoice("noise", "Noise", NOISES, noiseText, sampled),
      view.openChoice("points", "Points", POINTS, String, sampled),
      view.openChoice("weight_decay", "Weight decay", DECAYS, decayText),
      view.choice("init", "First weights", Object.entries(INIT_NAMES)),
    ];
    const starts = view.given.network ? ["random", "given"] : ["random"]; // and those by hand once there are any
    fields.push(view.openChoice("start", "Weights at the start", starts, (value) => STARTS[value]));
    return fields;
  }

  /** A field for a whole number; what is not one is not taken over while it is typed. */
  wholeNumber(name, caption, low, high) {
    const { view } = this;
    const input = h("input", { type: "number", min: low, max: high, step: 1 });
    view.on(input, "input", () => {
      if (input.validity.valid && input.value !== "") view.set({ [name]: Number(input.value) });
    });
    view.on(input, "blur", () => view.invalidate()); // what was no such number gives way to the number
    view.shows.push(() => {
      if (document.activeElement !== input) input.value = view.get(name);
    });
    return view.control(name, caption, labelled(caption, input));
  }
}
