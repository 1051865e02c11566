// The loss against the epoch, one curve a run. Colour, kind of line and a number tell runs apart.
//
// A run here is anything with {epochs, loss, epoch, last, diverged, lossAt(epoch)}: the epochs at
// which the loss is known, how far it has come, and how far it is to go. If it also has {validation,
// validationAt(epoch)}, the loss on points held out is drawn for the run that is selected. One that
// is paused may have a `plan` to go further, and a last epoch that is a fraction; a branch is drawn
// `from` the epoch at which it left its parent. One over several seeds has a `band`.

import { h, setAttributes, svg } from "./dom.js";
import { bandShape, ownPairs, sharedPairs } from "./loss_parts.js";
import { Plot } from "./plot.js";

const LOSS_MARGIN = { left: 58, right: 32, top: 20, bottom: 40 };
// Losses beyond this many times the largest first loss are cut off: one run that explodes must not
// press all others flat.
const CAP = { linear: 4, log: 1000 };
const FLOOR = 1e-12; // the lowest loss on a log axis, as a part of the highest
const REACH = 24; // how near to a curve a press has to be to choose it, in pixels
const EPOCH_KEYS = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};
const CIRCLES = 12; // on each curve of losses on points held out
const RUN_KEYS = { ArrowUp: -1, ArrowDown: 1 };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

const circlePath = (x, y) => `M${(x - 3.5).toFixed(1)} ${y.toFixed(1)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`;

/** Which kind of line is which set: two parts of a key. */
export function lossKey() {
  const swatch = (...parts) => svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, ...parts);
  const line = svg("line", { class: "nn-curve nn-selected", "data-run": 1, x1: 0, x2: 40, y1: 6, y2: 6 });
  const held = svg("g", { class: "nn-held", "data-run": 1 });
  held.append(svg("polyline", { points: "0,6 40,6" }), svg("path", { d: circlePath(20, 6) }));
  return [h("span", {}, swatch(line), "training"), h("span", {}, swatch(held), "validation")];
}

/** The lowest and highest loss to show. Only finite values count, and on a log axis positive ones. */
export function lossRange(runs, log) {
  const usable = (value) => Number.isFinite(value) && (!log || value > 0);
  const edges = (band) => (band ? [band.low, band.high] : []);
  const curves = (run) => [run.loss, run.validation ?? [], ...edges(run.band), ...edges(run.heldBand)];
  const values = runs.flatMap((run) => curves(run).flat().filter(usable));
  if (!values.length) return log ? [0.1, 1] : [0, 1];
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const firsts = runs.map((run) => run.loss.find(usable)).filter((value) => value !== undefined);
  const high = Math.min(most, (log ? CAP.log : CAP.linear) * Math.max(...firsts));
  if (!log) return [0, high * 1.05 || 1];
  const low = Math.max(Math.min(least, high), high * FLOOR) * 0.8;
  return [low, Math.max(high * 1.25, low * 10)];
}

/** Move heights apart until neighbours are at least `gap` apart, keeping their order. */
export function spread(heights, gap, low, high) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const result = [...heights];
  let least = low;
  for (const i of order) {
    result[i] = Math.max(result[i], least);
    least = result[i] + gap;
  }
  let most = high;
  for (const i of order.reverse()) {
    result[i] = Math.min(result[i], most);
    most = result[i] - gap;
  }
  return result;
}

export class LossPlot extends Plot {
  /**
   * The whole plot is a slider for the epoch: dragged, or moved by the keys.
   * @param {View} view
   * @param {{choose: function, goTo: function, where: function}} what - `choose(index)` takes a
   *   run, `goTo(epoch)` an epoch, and `where()` tells the present {index, epoch, last}.
   */
  constructor(view, what) {
    super({ label: "", xTitle: "epoch", yTitle: "loss", margin: LOSS_MARGIN });
    Object.assign(this, what, { runs: [], known: new WeakMap() });
    this.picture.removeAttribute("role"); // the plot as a whole has one
    this.curves = this.content.appendChild(svg("g", { class: "nn-curves" }));
    this.cursor = svg("line", { class: "nn-cursor" });
    this.dot = svg("circle", { class: "nn-dot", r: 6 });
    this.numbers = svg("g", { class: "nn-numbers" });
    this.handles.append(this.cursor, this.dot, this.numbers);
    this.element.classList.add("nn-loss-plot");
    const role = { role: "slider", tabindex: 0, "aria-label": "Epoch, on the loss curve" };
    setAttributes(this.element, role);
    this.listen(view);
  }

  listen(view) {
    const { element } = this;
    view.on(element, "pointerdown", (event) => {
      if (event.button !== 0 || !this.runs.length) return;
      const near = this.runAt(event);
      if (near >= 0 && near !== this.where().index) this.choose(near);
      element.setPointerCapture(event.pointerId);
      this.goTo(this.epochAt(event));
    });
    view.on(element, "pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.goTo(this.epochAt(event));
    });
    view.onKey(element, (event) => {
      const { index, epoch, last } = this.where();
      if (event.key in EPOCH_KEYS && index >= 0) {
        this.goTo(clamp(epoch + EPOCH_KEYS[event.key], 0, last));
      } else if (event.key in RUN_KEYS && this.runs.length) {
        this.choose(clamp(index + RUN_KEYS[event.key], 0, this.runs.length - 1));
      } else return;
      event.preventDefault(); // the page does not scroll as well
    });
  }

  resize(width, height) {
    super.resize(width, height);
    const { x, y, width: inner, height: tall } = this.box;
    const room = { x: x - 2, y: y - 2, width: inner + 4, height: tall + 4 }; // for a line on the frame
    setAttributes(this.content, { ...room, viewBox: Object.values(room).join(" ") });
  }

  /** Draw all curves. @param {object[]} runs @param {number} selected @param {boolean} log */
  draw(runs, selected, log) {
    const [low, high] = lossRange(runs, log);
    const longest = Math.max(10, ...runs.map((run) => run.plan ?? run.last));
    this.runs = runs;
    this.axes({ low: 0, high: longest }, { low, high, log, title: log ? "loss (log scale)" : "loss" });
    const order = runs.map((_, i) => i).sort((a, b) => (a === selected) - (b === selected));
    const shapes = order.map((i) => this.shapes(runs[i], i, selected));
    const layers = ["band", "heldBand", "shared", "curve", "fork", "held"];
    this.curves.replaceChildren(...layers.flatMap((layer) => shapes.flatMap((each) => each[layer] ?? [])));
    this.drawNumbers(selected);
  }

  /** What is drawn of a run, by layer; made anew only where it has grown or is to look otherwise. */
  shapes(run, i, selected) {
    const shown = i === selected;
    const key = [run.epochs.length, run.epochs.at(-1), i, shown, this.key].join();
    const known = this.known.get(run);
    if (known?.key === key) return known;
    const shapes = { key, curve: this.curve(run, i, shown) };
    if (run.band) shapes.band = bandShape(this, run, i, run.band, shown ? "nn-band nn-selected" : "nn-band");
    if (run.from) shapes.fork = this.fork(run, i);
    if (run.from && shown) shapes.shared = this.shared(run, i);
    if (this.drawsHeld(i, selected)) {
      shapes.held = this.held(run, i, shown);
      if (run.heldBand) shapes.heldBand = bandShape(this, run, i, run.heldBand, "nn-held-band");
    }
    this.known.set(run, shapes);
    return shapes;
  }

  /** Whether a run's loss on points held out is drawn: with many runs, of the selected one alone. */
  drawsHeld(i, selected) {
    return i === selected && this.runs[i].validation?.some(Number.isFinite);
  }

  /** The loss on points held out: a thinner line with circles. */
  held(run, i, selected) {
    const known = ownPairs(run, run.validation).filter(([, value]) => Number.isFinite(value));
    const step = Math.max(1, Math.round(known.length / CIRCLES));
    const circles = known
      .filter((_, k) => k % step === Math.min(step - 1, known.length - 1))
      .map(([epoch, value]) => circlePath(this.x(epoch), this.onY(value)));
    const kind = selected ? "nn-held nn-selected" : "nn-held";
    const held = svg("g", { class: kind, "data-run": i + 1 });
    held.append(svg("polyline", { points: this.points(known) }), svg("path", { d: circles.join("") }));
    return held;
  }

  curve(run, i, selected) {
    const points = this.points(ownPairs(run, run.loss));
    const kind = selected ? "nn-curve nn-selected" : "nn-curve";
    return svg("polyline", { class: kind, "data-run": i + 1, points });
  }

  /** What led to a branch, as a thin line: its parent may have been removed. */
  shared(run, i) {
    return svg("polyline", { class: "nn-shared", "data-run": i + 1, points: this.points(sharedPairs(run)) });
  }

  /** A mark where a branch left its parent. */
  fork(run, i) {
    const [x, y] = [this.onX(run.from), this.onY(run.lossAt(run.from) ?? NaN)];
    const d = Number.isFinite(y) ? `M${x - 5} ${y}l5 -5l5 5l-5 5z` : "";
    return svg("path", { class: "nn-fork", "data-run": i + 1, d });
  }

  /** The number of each run at the end of its curve; a run that diverged gets a cross there. */
  drawNumbers(selected) {
    const { y: top, height } = this.box;
    const ends = this.runs.map((run) => this.onY(run.loss.findLast(Number.isFinite) ?? this.y.low));
    const heights = spread(ends, 13, top + 4, top + height);
    const numbers = this.runs.map((run, i) => {
      const kind = i === selected ? "nn-number nn-selected" : "nn-number";
      const drawn = run.loss.some(Number.isFinite);
      const mark = !drawn ? "" : run.diverged ? `×${i + 1}` : String(i + 1);
      const at = { x: this.onX(run.epochs.at(-1) ?? 0) + 10, y: heights[i] + 4 };
      return svg("text", { class: kind, "data-run": i + 1, ...at }, mark);
    });
    this.numbers.replaceChildren(...numbers);
  }

  /** Move the cursor to an epoch of a run; of none, and it is hidden. */
  point(run, index, epoch) {
    const visible = run !== undefined;
    for (const part of [this.cursor, this.dot]) part.toggleAttribute("hidden", !visible);
    if (!visible) return;
    const x = this.onX(epoch);
    const value = run.lossAt(epoch);
    setAttributes(this.cursor, { x1: x, x2: x, y1: this.box.y, y2: this.box.y + this.box.height });
    this.dot.toggleAttribute("hidden", !Number.isFinite(value));
    if (Number.isFinite(value)) {
      setAttributes(this.dot, { "data-run": index + 1, cx: x, cy: this.onY(value) });
    }
  }

  /** Say to a screen reader where the slider is. */
  say(text, epoch, last) {
    const value = { "aria-valuemin": 0, "aria-valuemax": last, "aria-valuenow": epoch };
    setAttributes(this.element, { ...value, "aria-valuetext": text });
  }

  /** The epoch under a pointer event. */
  epochAt(event) {
    return Math.round(this.at(event)[0]);
  }

  /** What is drawn of a run at an epoch. */
  valuesAt(run, epoch) {
    return [run.lossAt(epoch)];
  }

  /** The run whose curve is nearest to a pointer event, or -1 if none is near. */
  runAt(event) {
    const box = this.element.getBoundingClientRect();
    const y = ((event.clientY - box.top) * this.height) / box.height;
    const epoch = this.epochAt(event);
    const away = this.runs.map((run) => {
      if (epoch < run.from) return Infinity; // there it is its parent that one sees
      const values = this.valuesAt(run, clamp(epoch, 0, run.epoch)).filter(Number.isFinite);
      return Math.min(...values.map((value) => Math.abs(this.onY(value) - y))); // of none: Infinity
    });
    const nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= REACH ? nearest : -1;
  }
}
