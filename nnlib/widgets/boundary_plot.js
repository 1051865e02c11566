// The plane as a network sees it: its output as a field of colour, the line where it is undecided,
// and the points, whose class shows in colour and shape. Field on a canvas, the rest as SVG above it.

import { contourPath } from "./contours.js";
import { Network } from "./engine.js";
import { cssColour, h, setAttributes, svg } from "./dom.js";
import { Plot } from "./plot.js";
import { probability, shareRight, wrongSide } from "./training_run.js";

const PLANE_MARGIN = { left: 42, right: 8, top: 20, bottom: 40 };
const CELLS = 64; // the field is computed on so many places each way; the browser fills in between
const STRONGEST = 0.42; // opacity where the network is sure

/** The square that holds all points, with some room: {x: [low, high], y: [low, high]}. */
export function squareAround(x) {
  const range = (k) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = k; i < x.length; i += 2) [low, high] = [Math.min(low, x[i]), Math.max(high, x[i])];
    return [low, high];
  };
  const [a, b] = [range(0), range(1)];
  const half = 0.56 * Math.max(a[1] - a[0], b[1] - b[0], 1e-9);
  const around = ([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half];
  return { x: around(a), y: around(b) };
}

/** The corners of a grid of `cells` by `cells` places over a square, from its upper left. */
export function gridOver({ x: [left, right], y: [low, high] }, cells = CELLS) {
  const places = new Float64Array(2 * cells * cells);
  for (let r = 0; r < cells; r++) {
    for (let c = 0; c < cells; c++) {
      const place = [
        left + ((right - left) * c) / (cells - 1),
        high - ((high - low) * r) / (cells - 1),
      ];
      places.set(place, 2 * (r * cells + c));
    }
  }
  return places;
}

const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
const square = (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;

/**
 * The marks of points in a plot, circles for class 0 and squares for class 1, as the paths
 * {right: [of class 0, of class 1], wrong: [...]}.
 */
export function pointPaths(plot, { x, y }, wrong, radius) {
  const paths = { right: ["", ""], wrong: ["", ""] };
  wrong.forEach((isWrong, i) => {
    const kind = y[i] > 0.5 ? 1 : 0;
    const [px, py] = [plot.x(x[2 * i]).toFixed(1), plot.y(x[2 * i + 1]).toFixed(1)].map(Number);
    paths[isWrong ? "wrong" : "right"][kind] += (kind ? square : circle)(px, py, radius);
  });
  return paths;
}

export class BoundaryPlot extends Plot {
  constructor() {
    super({ label: "Decision boundary: the plane as the network divides it", xTitle: "x₁", yTitle: "x₂" });
    this.canvas = h("canvas", { class: "nn-field-canvas", "aria-hidden": "true" });
    this.small = h("canvas", { width: CELLS, height: CELLS });
    this.line = svg("path", { class: "nn-boundary" });
    const layer = (kind) => svg("path", { class: `nn-points ${kind}` });
    this.right = ["nn-class-0", "nn-class-1"].map(layer);
    this.wrong = ["nn-class-0 nn-wrong", "nn-class-1 nn-wrong"].map(layer);
    this.content.append(this.line, ...this.right, ...this.wrong);
    this.figure = h("div", { class: "nn-boundary-plot" }, this.canvas, this.element);
  }

  /** The plane is a square in the middle of what there is. */
  resize(width, height) {
    const { left, right, top, bottom } = PLANE_MARGIN;
    const side = Math.min(width - left - right, height - top - bottom);
    const spare = (width - left - right - side) / 2;
    this.margin = { ...PLANE_MARGIN, left: left + spare, right: right + spare, bottom: height - top - side };
    super.resize(width, height);
    setAttributes(this.yTitle, { transform: `translate(${this.box.x - 32} ${top + side / 2}) rotate(-90)` });
    this.data = undefined; // the points have to be placed anew
    const sharp = Math.round(side * Math.min(window.devicePixelRatio || 1, 2));
    Object.assign(this.canvas, { width: sharp, height: sharp });
    const place = { left: this.box.x, top: this.box.y, width: side, height: side };
    for (const [name, value] of Object.entries(place)) this.canvas.style[name] = `${value}px`;
  }

  /** Show a run at an epoch. Returns the share of points on the right side, if it can be known. */
  draw(run, epoch) {
    const theta = run.data && run.sizes ? run.thetaAt(epoch) : undefined;
    this.figure.classList.toggle("nn-empty", theta === undefined);
    if (theta === undefined) return undefined;
    if (run.data !== this.data) this.setData(run.data);
    this.drawField(run, theta);
    const wrong = wrongSide(run, epoch);
    this.drawPoints(wrong);
    return shareRight(wrong);
  }

  setData(data) {
    this.data = data;
    const { x, y } = data.plane ?? squareAround(data.x);
    this.plane = { x, y };
    this.places = gridOver({ x, y });
    this.axes({ low: x[0], high: x[1] }, { low: y[0], high: y[1] });
  }

  /** The style sheet's colours of the two classes. They differ between a light and a dark page. */
  colours() {
    const style = getComputedStyle(this.figure);
    const texts = ["--x-class-0", "--x-class-1"].map((name) => style.getPropertyValue(name));
    if (texts.join() !== this.colourTexts) {
      this.colourTexts = texts.join();
      this.painted = ["--x-class-0", "--x-class-1"].map((name) => cssColour(this.figure, name));
    }
    return this.painted;
  }

  drawField(run, theta) {
    const shape = `${run.sizes} ${run.activations}`;
    if (shape !== this.shape)
      [this.shape, this.net] = [shape, new Network(run.sizes, run.activations)];
    this.net.theta.set(theta);
    const out = this.net.forward(this.places);
    const last = run.activations.at(-1);
    const colours = this.colours();
    const image = new ImageData(CELLS, CELLS);
    out.forEach((value, i) => {
      const p = probability(value, last);
      image.data.set(colours[p > 0.5 ? 1 : 0], 4 * i);
      image.data[4 * i + 3] = 255 * STRONGEST * Math.abs(2 * p - 1);
    });
    this.small.getContext("2d").putImageData(image, 0, 0);
    const pen = this.canvas.getContext("2d");
    const cell = this.canvas.width / (CELLS - 1); // the outermost places lie on the frame
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.small, -cell / 2, -cell / 2, cell * CELLS, cell * CELLS);
    const undecided = last === "sigmoid" ? out.map((value) => value - 0.5) : out;
    const { x, y, width } = this.box;
    setAttributes(this.line, {
      d: contourPath(undecided, CELLS),
      transform: `translate(${x} ${y}) scale(${width / (CELLS - 1)})`,
    });
  }

  drawPoints(wrong) {
    const paths = pointPaths(this, this.data, wrong, 3.5);
    this.right.forEach((path, kind) => setAttributes(path, { d: paths.right[kind] }));
    this.wrong.forEach((path, kind) => setAttributes(path, { d: paths.wrong[kind] }));
  }
}
