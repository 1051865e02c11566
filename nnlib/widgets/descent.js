// The descent explorer: the path of an optimiser down a surface, its loss, and for gradient descent with
// or without momentum the plane of rate and momentum, with the regions in which it converges.

import { Handle } from "./handle.js";
import { View } from "./view.js";
import { h, svg } from "./dom.js";
import { bestSetting, descend, hasMomentum, hasRegions, surfaces } from "./descent_math.js";
import { LossPanel, RegionPanel, SurfacePanel } from "./descent_panels.js";
import {
  MU_MOST,
  OPTIMIZER_TEXTS,
  RATES,
  STEP_STOPS,
  descentSentence,
  descentTable,
  descentTypes,
  meantMomentum,
  momentumOf,
  roundStart,
  settingAt,
} from "./descent_state.js";

const SURFACE_TEXTS = { bowl: "bowl", ravine: "ravine", saddle: "saddle", basins: "two basins" };

class DescentExplorer extends View {
  constructor(mount) {
    super(mount, { name: "descent", title: "Descent explorer", types: descentTypes });
    this.controls.append(
      this.choice("surface", "Surface", Object.entries(SURFACE_TEXTS)),
      this.choice("optimizer", "Optimiser", Object.entries(OPTIMIZER_TEXTS)),
      this.range("kappa", "Condition κ", { low: 1, high: 100, step: 1 }),
      this.range("lr", "Rate η", { stops: RATES }),
      this.range("mu", "Momentum μ", { low: 0, high: MU_MOST, step: 0.01 }),
      this.range("steps", "Steps", { stops: STEP_STOPS }),
      this.check("log_loss", "Logarithmic loss"),
    );
    this.surface = new SurfacePanel();
    this.regions = new RegionPanel();
    this.loss = new LossPanel();
    this.startGrip = this.addStart(this.surface.plot);
    this.settingGrip = this.addSetting(this.regions.plot);
    this.frames = [this.surface, this.regions, this.loss].map(({ plot }) => h("div", { class: "nn-figure" }, plot.element));
    this.plots.append(...this.frames);
    this.key = this.regionKey();
    this.plots.after(this.key);
  }

  /** The numbers of the regions, in words. */
  regionKey() {
    const words = ["no overshooting", "swings about the minimum", "jumps across at every step", "diverges"];
    const cross = svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, svg("path", { class: "nn-best", d: "M7 1V13M1 7H13" }));
    const entries = words.map((word, i) => h("span", {}, h("b", {}, String(i + 1)), ` ${word}`));
    return h("p", { class: "nn-key" }, ...entries, h("span", {}, cross, "fastest"));
  }

  addStart(plot) {
    this.onTap(plot, (x, y) => this.set(roundStart(x, y)));
    return new Handle(this, plot, {
      label: "Start",
      drag: (x, y) => this.set(roundStart(x, y)),
      step: (right, up) => this.set(roundStart(this.get("x") + 0.05 * right, this.get("y") + 0.05 * up)),
    });
  }

  addSetting(plot) {
    const to = (lr, mu) => this.set(settingAt(this.get("optimizer"), lr, mu));
    const byHand = (lr, mu) => to(lr, meantMomentum(this.get("optimizer"), mu));
    this.onTap(plot, byHand);
    return new Handle(this, plot, {
      label: "Rate and momentum",
      drag: byHand,
      step: (right, up) => {
        const unit = (plot.x.high - plot.x.low) / 200;
        to(this.get("lr") + unit * right, momentumOf(this.state()) + 0.01 * up);
      },
    });
  }

  /** A press anywhere inside a picture's frame, but not on its handle. */
  onTap(plot, act) {
    this.on(plot.element, "click", (event) => {
      if (plot.handles.contains(event.target)) return;
      const [x, y] = plot.at(event);
      if (x >= plot.x.low && x <= plot.x.high && y >= plot.y.low && y <= plot.y.high) act(x, y);
    });
  }

  resize(width) {
    const narrow = width < 560;
    const half = narrow ? width : Math.floor((width - 12) / 2);
    this.surface.plot.resize(half, Math.round(0.72 * half) + 40);
    this.regions.plot.resize(half, Math.round(0.72 * half) + 40);
    const beside = !narrow && !this.withRegions;
    this.loss.plot.resize(beside ? half : width, beside ? Math.round(0.72 * half) + 40 : 210);
  }

  /** The plane of rate and momentum stands only where it has something to say. */
  arrange(wanted) {
    if (wanted === this.withRegions) return;
    this.withRegions = wanted;
    if (wanted) this.frames[0].after(this.frames[1]);
    else this.frames[1].remove();
    this.key.hidden = !wanted;
    this.resize(this.width);
  }

  draw() {
    const state = this.state();
    const found = descend(state);
    const curvatures = surfaces[state.surface].curvatures(state.kappa);
    this.offer("kappa", state.surface === "ravine");
    this.offer("mu", hasMomentum(state.optimizer));
    this.arrange(hasRegions(state.optimizer));
    const text = descentSentence(state, found);
    this.surface.draw(state, found);
    this.loss.draw(state, found, curvatures);
    this.startGrip.place(state.x, state.y, {
      text: `x = ${state.x}, y = ${state.y}. ${text}`,
      value: state.x,
      low: -2,
      high: 2,
    });
    if (this.withRegions) {
      this.regions.draw(state, curvatures, bestSetting(state.optimizer, curvatures));
      const mu = momentumOf(state);
      const { low, high } = this.regions.plot.x;
      const value = Math.min(Math.max(state.lr, low), high);
      this.settingGrip.place(state.lr, mu, { text: `rate ${state.lr}, momentum ${mu}. ${text}`, value, low, high });
    }
    return text;
  }

  dataTable() {
    return descentTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new DescentExplorer(mount).start();
}
