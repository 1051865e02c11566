// The four pictures of the signal flow explorer: sizes by layer, the factor of a layer by its gain,
// singular values, and updates by layer.

import { Plot } from "./plot.js";
import { setAttributes, setText, svg } from "./dom.js";
import { expectedFactors, gainOf, rules } from "./signal_math.js";
import { GAINS } from "./signal_flow_state.js";

export const FACTORS = [0.002, 10]; // what a layer multiplies by, on the axis: more than any setting reaches
const CURVE = Array.from({ length: 61 }, (_, i) => GAINS[0] * (GAINS[1] / GAINS[0]) ** (i / 60));
const FLOOR = 1e-60;

/** A mark of a kind about a place: a disc, a short bar or a square, as a line drawn with round or square ends. */
export const mark = (kind, x, y) => (kind === "spread" ? `M${x - 2} ${y}h4` : `M${x} ${y}h0`);

/** Whole decades around positive values: at least one. */
export function decades(values) {
  const positive = values.filter((value) => value > FLOOR && Number.isFinite(value));
  if (!positive.length) return [0.1, 10];
  const low = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...positive)) - 1e-9);
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/** A line with marks through pairs [x, y]; what is zero has no place on a logarithmic axis. */
class Series {
  constructor(plot, kind) {
    this.plot = plot;
    this.kind = kind;
    this.line = svg("polyline", { class: "nn-line", "data-kind": kind });
    this.marks = svg("path", { class: "nn-marks", "data-kind": kind });
    plot.content.append(this.line, this.marks);
  }

  draw(pairs) {
    const points = this.plot.points(pairs.filter(([, y]) => y > FLOOR));
    setAttributes(this.line, { points });
    const places = points ? points.split(" ").map((point) => point.split(",").map(Number)) : [];
    setAttributes(this.marks, { d: places.map(([x, y]) => mark(this.kind, x, y)).join("") });
  }
}

export class LayerPanel {
  constructor() {
    this.plot = new Plot({ label: "Sizes by layer", xTitle: "layer", yTitle: "size", margin: { left: 60 } });
    this.series = ["spread", "activation", "error"].map((kind) => new Series(this.plot, kind));
  }

  draw({ depth }, { sizes }) {
    const values = sizes.flatMap(({ activation, spread, error }) => [activation, spread, error]);
    const [low, high] = decades(values);
    this.plot.axes({ low: 0.5, high: depth + 0.5, whole: true }, { low, high, log: true });
    for (const series of this.series) series.draw(sizes.map((size, l) => [l + 1, size[series.kind]]));
  }
}

export class FactorPanel {
  constructor() {
    this.plot = new Plot({ label: "What a layer multiplies by, against the gain", xTitle: "gain √(n Var W)", yTitle: "factor of a layer", margin: { left: 60 } });
    this.one = svg("line", { class: "nn-one" });
    this.ticks = svg("g", { class: "nn-rules" });
    this.curves = ["activation", "error"].map((kind) => svg("polyline", { class: "nn-line", "data-kind": kind }));
    this.measured = ["activation", "error"].map((kind) => svg("path", { class: "nn-marks nn-large", "data-kind": kind }));
    this.here = svg("line", { class: "nn-here" });
    this.plot.content.append(this.one, this.ticks, this.here, ...this.curves, ...this.measured);
  }

  /** Returns the place of the handle: it runs along the lower edge, and covers nothing. */
  draw(state, { factors }) {
    const { plot } = this;
    plot.axes({ low: GAINS[0], high: GAINS[1], log: true }, { low: FACTORS[0], high: FACTORS[1], log: true });
    setAttributes(this.one, { x1: plot.box.x, x2: plot.box.x + plot.box.width, y1: plot.y(1), y2: plot.y(1) });
    this.drawTheory(state);
    const gain = gainOf(state);
    const x = plot.onX(Math.max(gain, GAINS[0]));
    setAttributes(this.here, { x1: x, x2: x, y1: plot.box.y, y2: plot.box.y + plot.box.height });
    [factors.forward, factors.backward].forEach((factor, i) => {
      const kind = ["activation", "error"][i];
      setAttributes(this.measured[i], { d: factor > 0 ? mark(kind, x, plot.onY(Math.max(factor, FACTORS[0]))) : "" });
    });
    return [gain, FACTORS[0] * 1.2];
  }

  drawTheory({ activation, depth }) {
    const { plot } = this;
    const key = `${activation} ${depth} ${plot.width} ${plot.height}`;
    if (key === this.drawn) return; // the same theory
    this.drawn = key;
    const expected = CURVE.map((gain) => expectedFactors(activation, depth, gain));
    ["forward", "backward"].forEach((way, i) => {
      setAttributes(this.curves[i], { points: plot.points(CURVE.map((gain, k) => [gain, expected[k][way]])) });
    });
    const names = ["pytorch", "glorot", "he"].flatMap((name) => {
      const x = plot.x(rules[name].gain());
      const [top, bottom] = [plot.box.y, plot.box.y + plot.box.height];
      const text = svg("text", { transform: `translate(${x - 4} ${top + 6}) rotate(-90)`, "text-anchor": "end" }, name === "pytorch" ? "PyTorch" : rules[name].text);
      return [svg("line", { x1: x, x2: x, y1: top, y2: bottom }), text];
    });
    this.ticks.replaceChildren(...names);
  }
}

export class SpectrumPanel {
  constructor() {
    this.plot = new Plot({ label: "Singular values of the Jacobian from first to last layer", xTitle: "number", yTitle: "singular value", margin: { left: 60 } });
    this.series = new Series(this.plot, "singular");
    this.note = svg("text", { class: "nn-note", "text-anchor": "end" });
    this.plot.content.append(this.note);
  }

  draw({ width }, { singular }) {
    const { plot } = this;
    const [low, high] = decades(singular);
    plot.axes({ low: 0.5, high: width + 0.5, whole: true }, { low, high, log: true });
    this.series.draw(singular.map((value, i) => [i + 1, value]));
    const lost = singular.filter((value) => value === 0).length;
    setText(this.note, lost ? `${lost} ${lost === 1 ? "is" : "are"} zero, up to rounding` : "");
    setAttributes(this.note, { x: plot.box.x + plot.box.width - 8, y: plot.box.y + 16 });
  }
}

export class UpdatePanel {
  constructor() {
    this.plot = new Plot({ label: "Size of the update over size of the weights, by layer", xTitle: "layer", yTitle: "update / weights", margin: { left: 60 } });
    this.guide = svg("line", { class: "nn-one" });
    this.note = svg("text", { class: "nn-note" }, "0.001, a usual size");
    this.plot.content.append(this.guide, this.note);
    this.series = new Series(this.plot, "update");
  }

  draw({ depth }, { sizes }) {
    const { plot } = this;
    const updates = sizes.map(({ update }) => update);
    const [low, high] = decades([...updates, 1e-3]);
    plot.axes({ low: 0.5, high: depth + 0.5, whole: true }, { low: low / 10, high: high * 10, log: true });
    setAttributes(this.guide, { x1: plot.box.x, x2: plot.box.x + plot.box.width, y1: plot.y(1e-3), y2: plot.y(1e-3) });
    const below = plot.y(1e-3) + 15; // where there is room
    setAttributes(this.note, { x: plot.box.x + 8, y: below < plot.box.y + plot.box.height ? below : below - 21 });
    this.series.draw(updates.map((update, l) => [l + 1, update]));
  }
}
