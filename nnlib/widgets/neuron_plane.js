// The plane of the neuron explorer: the output as a field of colour, the line, the weights as an
// arrow, the points and the distances. The field is exact: it changes along w only, so it is a
// gradient of the style sheet, which turns dark with the page.

import { activations } from "./engine.js";
import { Plot } from "./plot.js";
import { formatNumber } from "./scales.js";
import { h, setAttributes, svg } from "./dom.js";
import { ARROW, PLANE, lineInPlane, lineOf, onRightSide, preActivation, tint, within } from "./neuron_state.js";

const STRONGEST = 0.42; // opacity of the strongest output
const LEVELS = [-2, -1, 1, 2]; // values of z whose lines are drawn besides 0
const APART = 20; // pixels that those need between them

/** The mark of a class, as an SVG path: a circle or a square. */
export const classMark = (x, y, kind) =>
  kind ? `M${x - 5.5} ${y - 5.5}h11v11h-11z` : `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z`;

/** The colour of an output, for the style sheet. */
export function tintColour(strength) {
  const share = Number((100 * STRONGEST * Math.abs(strength)).toFixed(1));
  return `color-mix(in srgb, var(--x-class-${strength > 0 ? 1 : 0}) ${share}%, transparent)`;
}

export class NeuronPlane extends Plot {
  constructor() {
    super({ label: "The plane of inputs", xTitle: "x₁", yTitle: "x₂", margin: { left: 42, top: 8, right: 8 } });
    const line = (kind) => svg("path", { class: kind });
    this.levels = svg("g", { class: "nn-levels" });
    this.far = line("nn-far");
    this.off = line("nn-off");
    this.line = line("nn-line");
    this.arrow = line("nn-arrow");
    this.points = ["nn-class-0", "nn-class-1"].map((kind) => line(`nn-points ${kind}`));
    this.wrong = ["nn-class-0", "nn-class-1"].map((kind) => line(`nn-points nn-wrong ${kind}`));
    const parts = [this.levels, this.far, this.off, this.line, ...this.points, ...this.wrong, this.arrow];
    this.content.append(...parts);
    this.field = h("div", { class: "nn-neuron-field", "aria-hidden": "true" });
    this.figure = h("div", { class: "nn-figure nn-neuron-plane" }, this.field, this.element);
  }

  /** The plane is a square of this width. */
  resize(width) {
    super.resize(width, width - 50 + 48);
    this.axes({ low: -PLANE, high: PLANE }, { low: -PLANE, high: PLANE });
    const { x, y, width: side, height } = this.box;
    Object.assign(this.field.style, { left: `${x}px`, top: `${y}px`, width: `${side}px`, height: `${height}px` });
    this.unit = side / (2 * PLANE); // pixels
  }

  /** A polyline through points of the plane as a path. */
  path(points) {
    return points.map((point, i) => `${i ? "L" : "M"}${this.place(point)}`).join("");
  }

  place([x, y]) {
    return `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`;
  }

  draw(state, points) {
    const line = lineOf(state);
    this.drawField(state, line);
    this.drawPoints(state, points);
    for (const part of [this.levels, this.far, this.off, this.line, this.arrow])
      part.toggleAttribute("hidden", !line);
    if (!line) return;
    const ends = lineInPlane(line);
    setAttributes(this.line, { d: ends ? this.path(ends) : "" });
    const near = ends !== null && Math.hypot(...line.foot) < 2 * PLANE;
    setAttributes(this.far, { d: near && ends ? this.dimension(line) : "" });
    const x = [state.x1, state.x2];
    const signed = preActivation(state, x) / line.norm;
    const below = x.map((v, k) => v - signed * line.normal[k]);
    setAttributes(this.off, { d: ends && Math.abs(signed) < 4 * PLANE ? this.path([x, below]) : "" });
    this.drawArrow([state.w1 * ARROW, state.w2 * ARROW], line.normal);
    this.drawLevels(state, line);
  }

  /** The way from the origin to the line, drawn beside it as on a technical drawing. */
  dimension({ normal: [n1, n2], foot }) {
    const beside = (k, [x, y]) => [x - k * n2, y + k * n1];
    const ends = [[0, 0], foot].map((end) => this.path([beside(0.06, end), beside(0.24, end)]));
    return this.path([[0, 0], foot].map((end) => beside(0.15, end))) + ends.join("");
  }

  drawArrow(tip, [n1, n2]) {
    const back = Math.min(0.34, 0.7 * Math.hypot(...tip));
    const barb = (side) => [tip[0] - back * (n1 + 0.45 * side * n2), tip[1] - back * (n2 - 0.45 * side * n1)];
    setAttributes(this.arrow, { d: this.path([[0, 0], tip]) + this.path([barb(1), tip, barb(-1)]) });
  }

  /** Lines on which z is -2, -1, 1 and 2, with the output there. */
  drawLevels(state, line) {
    const shown = this.unit / line.norm >= APART ? LEVELS : [];
    const parts = shown.flatMap((z) => {
      const ends = lineInPlane(line, z);
      if (!ends || Math.hypot(ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]) < 0.5) return [];
      const top = ends[0][1] > ends[1][1] ? ends[0] : ends[1];
      const bottom = top === ends[0] ? ends[1] : ends[0];
      const [px, py] = [0, 1].map((k) => top[k] + 0.09 * (bottom[k] - top[k]));
      const place = { x: this.x(within(px, 2.1)), y: this.y(within(py, 2.3)) + 4, "text-anchor": "middle" };
      const text = formatNumber(activations[state.activation].f(z), 2);
      return [svg("path", { d: this.path(ends) }), svg("text", place, text)];
    });
    this.levels.replaceChildren(...parts);
  }

  drawField(state, line) {
    const colour = (z) => tintColour(tint(state.activation, activations[state.activation].f(z)));
    if (!line) {
      this.field.style.background = colour(state.b);
      return;
    }
    const [n1, n2] = line.normal;
    const reach = PLANE * (Math.abs(n1) + Math.abs(n2)); // from the middle to the farthest corner
    const [low, high] = [-reach, reach].map((along) => along * line.norm + state.b);
    const wide = Array.from({ length: 25 }, (_, i) => low + ((high - low) * i) / 24);
    const narrow = Array.from({ length: 49 }, (_, i) => (i - 24) / 4); // and finely where it bends
    const stops = [...wide, ...narrow.filter((z) => z > low && z < high)].sort((p, q) => p - q);
    const texts = stops.map((z) => `${colour(z)} ${((100 * (z - low)) / (high - low)).toFixed(2)}%`);
    const angle = Math.atan2(n1, n2); // clockwise from upwards
    this.field.style.background = `linear-gradient(${angle.toFixed(4)}rad, ${texts.join(", ")})`;
  }

  drawPoints(state, points) {
    const paths = { right: ["", ""], wrong: ["", ""] };
    for (const point of points) {
      const [px, py] = [this.x(point[0]), this.y(point[1])].map((v) => Number(v.toFixed(1)));
      paths[onRightSide(state, point) ? "right" : "wrong"][point[2]] += classMark(px, py, point[2]);
    }
    this.points.forEach((path, kind) => setAttributes(path, { d: paths.right[kind] }));
    this.wrong.forEach((path, kind) => setAttributes(path, { d: paths.wrong[kind] }));
  }
}

