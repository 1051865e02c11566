// The neuron explorer: a unit with two inputs. The line moves the weights, the weights move the line;
// beside it stands what the unit makes of the one number z that it keeps of each point.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { View } from "./view.js";
import { activations } from "./engine.js";
import { h, setAttributes, setText, svg } from "./dom.js";
import { activationText, formatNumber } from "./scales.js";
import { NeuronPlane, classMark, tintColour } from "./neuron_plane.js";
import {
  ARROW,
  B_MOST,
  DATA,
  PLANE,
  W_MOST,
  axisMost,
  gripOfLine,
  lineMoved,
  lineOf,
  lineThrough,
  neuronNumbers,
  neuronPoints,
  neuronSentence,
  neuronTable,
  neuronTypes,
  preActivation,
  weightsTo,
  within,
} from "./neuron_state.js";

const FINE = 0.05; // how far an arrow key moves a thing in the plane
const NUMBERS = {
  norm: "length ‖w‖",
  normal: "direction w / ‖w‖",
  distance: "origin to line, |b| / ‖w‖",
  z: "z = w · x + b",
  a: "output a = f(z)",
  signed: "line to x, z / ‖w‖",
};

class NeuronExplorer extends View {
  constructor(mount) {
    super(mount, { name: "neuron", title: "Neuron explorer", types: neuronTypes });
    const sets = Object.entries(DATA).filter(([name]) => name !== "given" || this.get("given").length);
    const functions = Object.keys(activations).map((name) => [name, activationText(name)]);
    const weight = { low: -W_MOST, high: W_MOST, step: 0.05 };
    this.controls.append(
      this.choice("data", "Points", sets),
      this.choice("activation", "Activation f", functions),
      this.range("w1", "Weight w₁ =", weight),
      this.range("w2", "Weight w₂ =", weight),
      this.range("b", "Bias b =", { low: -B_MOST, high: B_MOST, step: 0.05 }),
    );
    this.plane = new NeuronPlane();
    this.output = new Plot({ label: "The activation", xTitle: "z = w · x + b", yTitle: "a = f(z)", margin: { top: 8 } });
    this.addOutput();
    this.table = this.numbers();
    this.beside = h("div", { class: "nn-figure" }, this.output.element, this.table);
    this.plots.append(this.plane.figure, this.beside);
    this.plots.after(this.keyLine());
    this.addHandles();
  }

  addOutput() {
    const part = (kind) => svg("path", { class: kind });
    this.zero = svg("line", { class: "nn-line" });
    this.curve = svg("polyline", { class: "nn-output-curve" });
    this.guide = svg("polyline", { class: "nn-off" });
    this.images = [part("nn-points nn-class-0"), part("nn-points nn-class-1")];
    this.dot = svg("circle", { class: "nn-test", r: 6 });
    this.output.content.append(this.zero, this.curve, this.guide);
    this.output.content.append(svg("g", { class: "nn-images" }, ...this.images), this.dot);
  }

  numbers() {
    this.cells = {};
    const rows = Object.entries(NUMBERS).map(([name, caption]) =>
      h("tr", {}, h("th", { scope: "row" }, caption), (this.cells[name] = h("td"))),
    );
    return this.control("table", "Table of numbers", h("table", { class: "nn-neuron-numbers" }, h("tbody", {}, ...rows)));
  }

  keyLine() {
    const mark = (kind, wrong) =>
      svg(
        "svg",
        { width: 16, height: 16, "aria-hidden": "true" },
        svg("path", { class: `nn-points nn-class-${kind} ${wrong}`, d: classMark(8, 8, kind) }),
      );
    this.ends = [h("span", { class: "nn-low" }), h("span", { class: "nn-high" })];
    const strengths = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
    const bar = h("span", { class: "nn-tints" });
    bar.style.background = `linear-gradient(90deg, ${strengths.map(tintColour).join(", ")})`;
    this.pointKeys = [
      h("span", {}, mark(0, ""), "class 0"),
      h("span", {}, mark(1, ""), "class 1"),
      h("span", {}, mark(0, "nn-wrong"), mark(1, "nn-wrong"), "on the wrong side"),
    ];
    return h("p", { class: "nn-key" }, ...this.pointKeys, h("span", {}, "output", this.ends[0], bar, this.ends[1]));
  }

  addHandles() {
    const handle = (label, letter, drag, step) => {
      const made = new Handle(this, this.plane, { label, drag, step });
      made.element.classList.add(`nn-hand-${letter || "line"}`);
      made.letter = made.element.appendChild(svg("text", { class: "nn-letter", y: -9, "aria-hidden": "true" }, letter));
      return made;
    };
    this.lineGrip = handle(
      "Line",
      "",
      (x, y) => this.set(lineThrough(this.state(), [x, y])),
      (right, up) => this.set(lineMoved(this.state(), FINE * right, FINE * up)),
    );
    this.arrowGrip = handle(
      "Weights w",
      "w",
      (x, y) => this.set(weightsTo(this.state(), [x / ARROW, y / ARROW])),
      (right, up) => {
        const { w1, w2 } = this.state();
        this.set(weightsTo(this.state(), [w1 + 2 * FINE * right, w2 + 2 * FINE * up]));
      },
    );
    const put = (x, y) => this.set({ x1: within(Number(x.toFixed(2)), PLANE), x2: within(Number(y.toFixed(2)), PLANE) });
    this.testGrip = handle("Point x", "x", put, (right, up) =>
      put(this.get("x1") + FINE * right, this.get("x2") + FINE * up),
    );
  }

  usable(state) {
    return state.data !== "given" || this.get("given").length > 0;
  }

  resize(width) {
    const stacked = width < 560;
    const side = stacked ? Math.min(width, 400) : Math.min(Math.round(0.56 * width), 410);
    this.plane.resize(side);
    const rest = stacked ? width : width - side - 12;
    this.output.resize(rest, stacked ? 210 : side - 168);
    this.beside.style.width = `${rest}px`;
  }

  draw() {
    const state = this.state();
    const points = neuronPoints(state.data, this.get("given"));
    const text = neuronSentence(state, points);
    this.plane.draw(state, points);
    this.drawOutput(state, points);
    this.placeHandles(state, text);
    this.showNumbers(state);
    for (const key of this.pointKeys) key.hidden = points.length === 0;
    const low = { sigmoid: "0", tanh: "−1" }[state.activation] ?? "−4";
    setText(this.ends[0], low);
    setText(this.ends[1], low === "−4" ? "4" : "1");
    return text;
  }

  drawOutput(state, points) {
    const { f } = activations[state.activation];
    const heights = points.map((point) => preActivation(state, point));
    const { z, a } = neuronNumbers(state);
    const most = axisMost([...heights, z]);
    const [low, high] = { sigmoid: [0, 1], tanh: [-1, 1] }[state.activation] ?? [f(-most), f(most)];
    const room = 0.08 * (high - low);
    const { output } = this;
    output.axes({ low: -most, high: most }, { low: low - room, high: high + room });
    const places = Array.from({ length: 201 }, (_, i) => most * (i / 100 - 1));
    setAttributes(this.curve, { points: output.points(places.map((place) => [place, f(place)])) });
    const [left, bottom] = [output.box.x, output.box.y + output.box.height];
    setAttributes(this.zero, { x1: output.x(0), x2: output.x(0), y1: output.box.y, y2: bottom });
    const [px, py] = [output.x(z), output.y(a)].map((v) => v.toFixed(1));
    setAttributes(this.guide, { points: `${px},${bottom} ${px},${py} ${left},${py}` });
    setAttributes(this.dot, { cx: px, cy: py });
    const paths = ["", ""];
    heights.forEach((height, i) => {
      const place = [output.x(height), output.y(f(height))].map((v) => Number(v.toFixed(1)));
      paths[points[i][2]] += classMark(...place, points[i][2]);
    });
    this.images.forEach((path, kind) => setAttributes(path, { d: paths[kind] }));
  }

  placeHandles(state, text) {
    const line = lineOf(state);
    this.lineGrip.element.toggleAttribute("hidden", !line);
    if (line) this.lineGrip.place(...gripOfLine(line), { text, value: state.b, low: -B_MOST, high: B_MOST });
    const weight = { text, value: state.w1, low: -W_MOST, high: W_MOST };
    this.arrowGrip.place(state.w1 * ARROW, state.w2 * ARROW, weight);
    this.testGrip.place(state.x1, state.x2, { text, value: state.x1, low: -PLANE, high: PLANE });
    this.placeLetter(this.arrowGrip, state.w1 * ARROW);
    this.placeLetter(this.testGrip, state.x1);
  }

  /** The letter stands to the right of its grip, or to the left where the frame ends. */
  placeLetter({ letter }, x) {
    const left = this.plane.x(PLANE) - this.plane.x(x) < 26;
    setAttributes(letter, { x: left ? -12 : 12, "text-anchor": left ? "end" : "start" });
  }

  showNumbers(state) {
    const { z, a, line, distance, signed } = neuronNumbers(state);
    const text = (value) => (value === null ? "none" : formatNumber(value, 3));
    const normal = line ? `(${line.normal.map((n) => formatNumber(n, 3)).join(", ")})` : "none";
    const values = { norm: text(line ? line.norm : 0), normal, distance: text(distance), z: text(z), a: text(a), signed: text(signed) };
    for (const [name, value] of Object.entries(values)) setText(this.cells[name], value);
  }

  dataTable() {
    return neuronTable(this.state(), neuronPoints(this.get("data"), this.get("given")));
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new NeuronExplorer(mount).start();
}
