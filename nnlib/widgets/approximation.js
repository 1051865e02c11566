// The universal approximation explorer: build a curve out of bumps by dragging their heights, then let
// training go on from there. Training is computed in the page; a state names the number of its steps.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { View } from "./view.js";
import { button, h, reducedMotion, setAttributes, setText, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import {
  ADAM_RATES,
  BUMPS,
  HEIGHT_MOST,
  PLACES,
  STEEPNESS,
  STEPS_MOST,
  TARGETS,
  Training,
  UNITS,
  approximationSentence,
  approximationTable,
  approximationTypes,
  bump,
  errorsOf,
  heightsOf,
  lossAxis,
  middleOf,
  resampled,
  switches,
  targetValues,
  valueAt,
} from "./approximation_state.js";

const FINE = 0.02; // how far an arrow key moves a height
const BUDGET = 7; // milliseconds of a frame that training may take
const LIVE = 4; // steps a frame while the reader watches
const TRAIN = "Let training do it";
const within = (value, low, high) => Math.min(Math.max(value, low), high);

class ApproximationExplorer extends View {
  constructor(mount) {
    super(mount, { name: "approximation", title: "Universal approximation explorer", types: approximationTypes });
    this.shown = 0; // steps of training that are shown; they run after those of the state
    this.shows.push(() => this.train());
    const targets = Object.entries(TARGETS).filter(([name]) => name !== "given" || this.get("given").length);
    this.controls.append(
      this.choice("target", "Curve", targets.map(([name, { text }]) => [name, text])),
      this.choice("units", "Units", Object.entries(UNITS)),
      this.range("bumps", "Bumps:", { ...BUMPS, step: 1 }),
      this.range("steepness", "Steepness k =", { stops: STEEPNESS }),
    );
    this.curvePlot = new Plot({ label: "The curve and the network", xTitle: "x", margin: { left: 36, top: 8 } });
    this.lossPlot = new Plot({ label: "The loss", xTitle: "steps of training", margin: { left: 46, top: 8 } });
    this.addParts();
    this.plots.append(...[this.curvePlot, this.lossPlot].map((plot) => h("div", { class: "nn-figure" }, plot.element)));
    this.plots.after(this.keyLine(), this.trainingRow());
    this.grips = [];
  }

  addParts() {
    const line = (kind) => svg("polyline", { class: kind });
    this.bumps = svg("g", { class: "nn-bumps" });
    this.switches = svg("path", { class: "nn-switches" });
    [this.target, this.sum] = [line("nn-target"), line("nn-sum")];
    this.gap = svg("path", { class: "nn-gap" });
    this.curvePlot.content.append(this.bumps, this.switches, this.sum, this.target, this.gap);
    this.loss = line("nn-sum");
    this.dot = svg("circle", { class: "nn-now", r: 5 });
    this.lossPlot.content.append(this.loss);
    this.lossPlot.picture.append(this.dot); // whole, also where it stands on the frame
  }

  keyLine() {
    const entry = (part, text) => {
      const swatch = svg("svg", { width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true" }, part);
      return h("span", {}, swatch, text);
    };
    const line = (kind) => svg("line", { class: kind, x1: 0, x2: 26, y1: 7, y2: 7 });
    this.bumpKey = entry(svg("g", { class: "nn-bumps" }, line("")), "each bump");
    return h(
      "p",
      { class: "nn-key" },
      entry(line("nn-target"), "the curve"),
      entry(line("nn-sum"), "the network"),
      this.bumpKey,
      entry(svg("path", { class: "nn-gap", d: "M13 1v12M9 1h8M9 13h8" }), "largest error"),
      entry(svg("path", { class: "nn-switches", d: "M13 3l5 8h-10z" }), "where a unit switches"),
    );
  }

  trainingRow() {
    this.trainButton = button(TRAIN, { class: "nn-primary" });
    this.on(this.trainButton, "click", () => this.startOrStop());
    return h(
      "div",
      { class: "nn-row nn-training-row" },
      this.control("train", TRAIN, this.trainButton),
      this.openChoice("rate", "Learning rate", ADAM_RATES, (rate) => formatNumber(rate, 3)),
      this.range("steps", "Steps of training:", { low: 0, high: STEPS_MOST, step: 5, text: String }),
    );
  }

  addActions() {
    super.addActions();
    const by = (name, text, heights) => {
      const pressed = button(text);
      this.on(pressed, "click", () => this.set({ heights: heights() }));
      return this.control(name, text, pressed);
    };
    const fit = () => heightsOf(this.get("bumps"), (x) => valueAt(this.values(), x));
    const flat = () => this.get("heights").map(() => 0);
    this.actions.prepend(by("fit", "Set bumps to the curve", fit), by("flatten", "Flatten", flat));
  }

  // ---- the state

  get(name) {
    if (name === "bumps") return this.model.get("heights").length;
    return name === "steps" ? this.shown : super.get(name);
  }

  /** Whatever else is changed, training has to begin again. */
  set({ bumps, ...values }) {
    this.live = false;
    const changed = bumps === undefined ? values : { ...values, heights: resampled(this.get("heights"), bumps) };
    super.set({ steps: 0, ...changed });
  }

  usable({ target, heights }) {
    return heights.length >= BUMPS.low && (target !== "given" || this.get("given").length > 0);
  }

  values() {
    return targetValues(this.get("target"), this.get("given"));
  }

  // ---- training

  startOrStop() {
    if (this.live) {
      this.set({ steps: this.shown });
      return;
    }
    if (this.shown === STEPS_MOST) this.shown = 0; // watch it again
    this.set({ steps: STEPS_MOST });
    this.live = true;
  }

  /** Go some way to the steps of the state, within a frame's time. */
  train() {
    const { steps, ...rest } = this.state();
    const key = JSON.stringify(rest);
    if (key !== this.trainingKey) {
      [this.trainingKey, this.training, this.shown] = [key, new Training(rest, this.values()), 0];
    }
    const calm = reducedMotion(); // then only the end is shown
    const goal = this.live && !calm ? Math.min(this.shown + LIVE, steps) : steps;
    const end = performance.now() + BUDGET;
    while (this.training.done < goal && performance.now() < end) this.training.advance();
    if (!calm || this.training.done >= goal) this.shown = Math.min(goal, this.training.done);
    if (this.shown === steps) this.live = false;
    else this.invalidate();
    setText(this.trainButton, this.live ? "Stop" : TRAIN);
  }

  // ---- the picture

  resize(width) {
    const stacked = width < 560;
    const left = stacked ? width : Math.round(0.62 * width);
    this.curvePlot.resize(left, stacked ? 290 : 330);
    this.lossPlot.resize(stacked ? width : width - left - 12, stacked ? 200 : 330);
  }

  draw() {
    const state = { ...this.state(), steps: this.shown };
    const values = this.values();
    const output = this.training.outputAt(this.shown);
    const error = errorsOf(output, values);
    this.drawCurves(state, values, output, error);
    this.drawLoss(error.meanSquared);
    const hidden = this.training.net.sizes[1];
    this.placeGrips(state.heights);
    return approximationSentence(state, hidden, this.shown, error);
  }

  drawCurves(state, values, output, error) {
    const plot = this.curvePlot;
    plot.axes({ low: 0, high: 1 }, { low: -1.6, high: 1.6 });
    const curve = (ys) => plot.points([...PLACES].map((x, i) => [x, ys[i]]));
    setAttributes(this.target, { points: curve(values) });
    setAttributes(this.sum, { points: curve(output) });
    const [x, ...ends] = [plot.x(error.at), plot.onY(values[error.index]), plot.onY(output[error.index])];
    const caps = ends.map((y) => `M${(x - 5).toFixed(1)} ${y.toFixed(1)}h10`);
    setAttributes(this.gap, { d: `M${x.toFixed(1)} ${ends[0].toFixed(1)}V${ends[1].toFixed(1)}${caps.join("")}` });
    this.drawBumps(state);
    const bottom = plot.box.y + plot.box.height;
    const inside = switches(this.training.net).filter((place) => place >= 0 && place <= 1);
    const mark = (place) => `M${plot.x(place).toFixed(1)} ${bottom - 9}l5 8h-10z`;
    setAttributes(this.switches, { d: inside.map(mark).join("") });
  }

  /** The bumps by themselves; after training the units no longer go in pairs, and there are none. */
  drawBumps(state) {
    this.bumpKey.hidden = state.steps > 0;
    this.element.classList.toggle("nn-trained", state.steps > 0);
    const n = state.steps > 0 ? 0 : state.heights.length;
    const parts = Array.from({ length: n }, (_, j) => {
      const low = within((j - 1) / n, 0, 1);
      const places = Array.from({ length: 61 }, (_, i) => low + (i / 60) * (within((j + 2) / n, 0, 1) - low));
      return svg("polyline", {
        points: this.curvePlot.points(places.map((x) => [x, state.heights[j] * bump(state, j, x)])),
      });
    });
    this.bumps.replaceChildren(...parts);
  }

  drawLoss(now) {
    const plot = this.lossPlot;
    const past = this.training.losses.slice(0, this.shown);
    plot.axes({ low: 0, high: STEPS_MOST }, { ...lossAxis([...past, now]), log: true });
    setText(plot.yTitle, "mean squared error");
    setAttributes(this.loss, { points: plot.points([...past, now].map((loss, step) => [step, loss])) });
    setAttributes(this.dot, { cx: plot.onX(this.shown), cy: plot.onY(now) });
  }

  placeGrips(heights) {
    const n = heights.length;
    while (this.grips.length > n) this.grips.pop().element.remove();
    while (this.grips.length < n) this.grips.push(this.grip(this.grips.length));
    const wide = Math.min(44, this.curvePlot.box.width / n); // neighbours do not cover each other
    heights.forEach((height, j) => {
      const text = `height ${formatNumber(height, 3)} at x = ${formatNumber(middleOf(j, n), 2)}`;
      this.grips[j].place(middleOf(j, n), height, { text, value: height, low: -HEIGHT_MOST, high: HEIGHT_MOST });
      setAttributes(this.grips[j].reach, { x: (-wide / 2).toFixed(1), width: wide.toFixed(1) });
    });
  }

  grip(j) {
    const move = (height) => {
      const rounded = Number(within(height, -HEIGHT_MOST, HEIGHT_MOST).toFixed(2)) + 0;
      this.set({ heights: this.get("heights").map((old, i) => (i === j ? rounded : old)) });
    };
    const made = new Handle(this, this.curvePlot, {
      label: `Bump ${j + 1}`,
      drag: (x, y) => move(y),
      step: (right, up) => move(this.get("heights")[j] + FINE * (right + up)),
    });
    made.reach = svg("rect", { class: "nn-reach", y: -22, height: 44 });
    made.element.firstChild.replaceWith(made.reach);
    return made;
  }

  dataTable() {
    const state = { ...this.state(), steps: this.shown };
    return approximationTable(state, this.values(), this.training.outputAt(this.shown), this.training);
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new ApproximationExplorer(mount).start();
}
