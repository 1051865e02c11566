// The signal flow explorer: how large activations and error signals are in each layer of a deep network
// with random weights, and what a layer should do to them by its gain.

import { Handle } from "./handle.js";
import { View } from "./view.js";
import { activations } from "./engine.js";
import { button, h, svg } from "./dom.js";
import { activationText } from "./scales.js";
import { gainOf, rules } from "./signal_math.js";
import { FactorPanel, LayerPanel, SpectrumPanel, UpdatePanel, mark } from "./signal_flow_panels.js";
import {
  DEPTHS,
  GAINS,
  GAIN_STOPS,
  RATE_STOPS,
  SEEDS,
  WIDTHS,
  gainAt,
  hasGain,
  signalSentence,
  signalTable,
  signalTypes,
  survey,
} from "./signal_flow_state.js";

class SignalFlowExplorer extends View {
  constructor(mount) {
    super(mount, { name: "signal_flow", title: "Signal flow explorer", types: signalTypes });
    this.controls.append(
      this.choice("activation", "Activation", Object.keys(activations).map((name) => [name, activationText(name)])),
      this.ruleChoice(),
      this.choice("width", "Units", WIDTHS.map((width) => [width, width]), Number),
      this.range("depth", "Layers", { low: DEPTHS[0], high: DEPTHS[1], step: 1 }),
      this.range("gain", "Gain", { stops: GAIN_STOPS }),
      this.range("lr", "Rate η", { stops: RATE_STOPS }),
    );
    this.layers = new LayerPanel();
    this.factor = new FactorPanel();
    this.spectrum = new SpectrumPanel();
    this.update = new UpdatePanel();
    this.panels = [this.layers, this.factor, this.spectrum, this.update];
    this.plots.append(...this.panels.map(({ plot }) => h("div", { class: "nn-figure" }, plot.element)));
    this.plots.after(this.key());
    this.grip = new Handle(this, this.factor.plot, {
      label: "Gain",
      drag: (gain) => this.set(gainAt(this.get("rule"), gain)),
      step: (right, up) => {
        const from = Math.max(gainOf(this.state()), GAINS[0]);
        this.set(gainAt(this.get("rule"), from * 1.03 ** (right + up)));
      },
    });
    const again = button("New random numbers");
    this.on(again, "click", () => this.set({ seed: (this.get("seed") + 1) % SEEDS }));
    this.actions.append(this.control("seed", "New random numbers", again));
  }

  ruleChoice() {
    const field = this.choice("rule", "Initial weights", Object.entries(rules).map(([name, { text }]) => [name, text]));
    // An orthogonal matrix has gain 1 until the reader says otherwise.
    this.on(field, "input", () => this.get("rule") === "orthogonal" && this.set({ gain: 1 }));
    return field;
  }

  key() {
    const entry = (kind, text) => {
      const line = svg("line", { class: "nn-line", "data-kind": kind, x1: 0, x2: 30, y1: 8, y2: 8 });
      const sign = svg("path", { class: "nn-marks", "data-kind": kind, d: mark(kind, 15, 8) });
      return h("span", {}, svg("svg", { width: 30, height: 16, "aria-hidden": "true" }, line, sign), text);
    };
    return h(
      "p",
      { class: "nn-key" },
      entry("activation", "activations"),
      entry("spread", "how far the samples differ"),
      entry("error", "error signals"),
      h("span", {}, "Sizes are root mean squares; zeros are not drawn. Against the gain: lines are theory, marks this network."),
    );
  }

  resize(width) {
    const narrow = width < 560;
    const each = narrow ? width : Math.floor((width - 12) / 2);
    this.panels.forEach(({ plot }, i) => plot.resize(each, i < 2 ? 290 : 220));
  }

  draw() {
    const state = this.state();
    const found = survey(state);
    const text = signalSentence(state, found);
    this.offer("gain", hasGain(state.rule));
    this.layers.draw(state, found);
    this.spectrum.draw(state, found);
    this.update.draw(state, found);
    const [gain, factor] = this.factor.draw(state, found);
    const value = Math.min(Math.max(gain, GAINS[0]), GAINS[1]);
    this.grip.place(gain, factor, { text: `gain ${Number(gain.toPrecision(3))}. ${text}`, value, low: GAINS[0], high: GAINS[1] });
    return text;
  }

  dataTable() {
    return signalTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new SignalFlowExplorer(mount).start();
}
