// The plane as a network sees it: its output as a field of colour, the line where it is undecided,
// and the points, whose class shows in colour and shape. Field on a canvas, the rest as SVG above it.

import { Network } from "./engine.js";
import { cssColour, h, setAttributes, svg } from "./dom.js";
import { probability, wrongSide } from "./training_run.js";
import { linearScale, linearTicks, formatNumber } from "./scales.js";

const PLANE_MARGIN = { left: 34, right: 8, top: 20, bottom: 40 };
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

/** The corners of a grid of CELLS by CELLS places over a square, from its upper left. */
function gridOver({ x: [left, right], y: [low, high] }) {
  const places = new Float64Array(2 * CELLS * CELLS);
  for (let r = 0; r < CELLS; r++) {
    for (let c = 0; c < CELLS; c++) {
      const place = [
        left + ((right - left) * c) / (CELLS - 1),
        high - ((high - low) * r) / (CELLS - 1),
      ];
      places.set(place, 2 * (r * CELLS + c));
    }
  }
  return places;
}

/**
 * The line where a field crosses zero, as an SVG path in units of cells (marching squares: each
 * square of four neighbours gets the piece between the two sides on which the sign changes).
 */
export function zeroLine(field, n) {
  const pieces = [];
  const side = (r1, c1, r2, c2) => {
    const [u, v] = [field[r1 * n + c1], field[r2 * n + c2]];
    if (u > 0 === v > 0 || !Number.isFinite(u - v)) return null; // a huge network may overflow
    const t = u / (u - v);
    return `${(c1 + t * (c2 - c1)).toFixed(2)} ${(r1 + t * (r2 - r1)).toFixed(2)}`;
  };
  for (let r = 0; r + 1 < n; r++) {
    for (let c = 0; c + 1 < n; c++) {
      const crossings = [
        side(r, c, r, c + 1),
        side(r, c + 1, r + 1, c + 1),
        side(r + 1, c + 1, r + 1, c),
        side(r + 1, c, r, c),
      ].filter(Boolean);
      for (let i = 0; i + 1 < crossings.length; i += 2)
        pieces.push(`M${crossings[i]}L${crossings[i + 1]}`);
    }
  }
  return pieces.join("");
}

const circle = (x, y) => `M${x - 3.6} ${y}a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z`;
const square = (x, y) => `M${x - 3.4} ${y - 3.4}h6.8v6.8h-6.8z`;

export class BoundaryPlot {
  constructor() {
    this.canvas = h("canvas", { class: "nn-field-canvas", "aria-hidden": "true" });
    this.small = h("canvas", { width: CELLS, height: CELLS });
    this.axes = svg("g", { class: "nn-grid" });
    this.frame = svg("rect", { class: "nn-frame" });
    this.line = svg("path", { class: "nn-boundary" });
    this.points = ["nn-class-0", "nn-class-1"].map((kind) =>
      svg("path", { class: `nn-points ${kind}` }),
    );
    this.wrong = ["nn-class-0", "nn-class-1"].map((kind) =>
      svg("path", { class: `nn-points nn-wrong ${kind}` }),
    );
    this.svg = svg(
      "svg",
      {
        class: "nn-plot",
        role: "img",
        "aria-label": "Decision boundary: the plane as the network divides it",
      },
      ...[this.frame, this.axes, this.line, ...this.points, ...this.wrong],
    );
    this.element = h("div", { class: "nn-boundary-plot" }, this.canvas, this.svg);
  }

  resize(width, height) {
    Object.assign(this, { width, height, data: undefined });
    this.side = Math.min(
      width - PLANE_MARGIN.left - PLANE_MARGIN.right,
      height - PLANE_MARGIN.top - PLANE_MARGIN.bottom,
    );
    this.left =
      PLANE_MARGIN.left + (width - PLANE_MARGIN.left - PLANE_MARGIN.right - this.side) / 2;
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    setAttributes(this.frame, {
      x: this.left,
      y: PLANE_MARGIN.top,
      width: this.side,
      height: this.side,
    });
    const sharp = Math.round(this.side * Math.min(window.devicePixelRatio || 1, 2));
    Object.assign(this.canvas, { width: sharp, height: sharp });
    const place = { left: this.left, top: PLANE_MARGIN.top, width: this.side, height: this.side };
    for (const [name, value] of Object.entries(place)) this.canvas.style[name] = `${value}px`;
  }

  /** Take the colours of the style sheet for the field; call again when they change. */
  readColours() {
    this.colours = ["--x-class-0", "--x-class-1"].map((name) => cssColour(this.element, name));
  }

  /** Show a run at an epoch. Returns the share of points on the right side, if it can be known. */
  draw(run, epoch) {
    const theta = run.data && run.sizes ? run.thetaAt(epoch) : undefined;
    this.element.classList.toggle("nn-empty", theta === undefined);
    if (theta === undefined) return undefined;
    if (run.data !== this.data) this.setData(run.data);
    this.drawField(run, theta);
    const wrong = wrongSide(run, epoch);
    this.drawPoints(wrong);
    return 1 - wrong.filter(Boolean).length / wrong.length;
  }

  setData(data) {
    this.data = data;
    const around = squareAround(data.x);
    this.places = gridOver(around);
    this.x = linearScale(...around.x, this.left, this.left + this.side);
    this.y = linearScale(...around.y, PLANE_MARGIN.top + this.side, PLANE_MARGIN.top);
    const bottom = PLANE_MARGIN.top + this.side;
    const across = linearTicks(...around.x, 4).flatMap((tick) => [
      svg("line", {
        class: "nn-tick",
        x1: this.x(tick),
        x2: this.x(tick),
        y1: bottom,
        y2: bottom + 5,
      }),
      svg("text", { x: this.x(tick), y: bottom + 18, "text-anchor": "middle" }, formatNumber(tick)),
    ]);
    const up = linearTicks(...around.y, 4).flatMap((tick) => [
      svg("line", {
        class: "nn-tick",
        x1: this.left - 5,
        x2: this.left,
        y1: this.y(tick),
        y2: this.y(tick),
      }),
      svg(
        "text",
        { x: this.left - 8, y: this.y(tick) + 4, "text-anchor": "end" },
        formatNumber(tick),
      ),
    ]);
    const name = (index, x, y) =>
      svg(
        "text",
        { class: "nn-axis-title", x, y, "text-anchor": "middle" },
        "x",
        svg("tspan", { dy: 4, class: "nn-sub" }, index),
      );
    const titles = [
      name("1", this.left + this.side / 2, bottom + 33),
      name("2", this.left - 12, PLANE_MARGIN.top - 5),
    ];
    this.axes.replaceChildren(...across, ...up, ...titles);
  }

  drawField(run, theta) {
    const shape = `${run.sizes} ${run.activations}`;
    if (shape !== this.shape)
      [this.shape, this.net] = [shape, new Network(run.sizes, run.activations)];
    this.net.theta.set(theta);
    const out = this.net.forward(this.places);
    const last = run.activations.at(-1);
    const image = new ImageData(CELLS, CELLS);
    out.forEach((value, i) => {
      const p = probability(value, last);
      image.data.set(this.colours[p > 0.5 ? 1 : 0], 4 * i);
      image.data[4 * i + 3] = 255 * STRONGEST * Math.abs(2 * p - 1);
    });
    this.small.getContext("2d").putImageData(image, 0, 0);
    const pen = this.canvas.getContext("2d");
    const cell = this.canvas.width / (CELLS - 1); // the outermost places lie on the frame
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.small, -cell / 2, -cell / 2, cell * CELLS, cell * CELLS);
    const undecided = last === "sigmoid" ? out.map((value) => value - 0.5) : out;
    const unit = this.side / (CELLS - 1);
    setAttributes(this.line, {
      d: zeroLine(undecided, CELLS),
      transform: `translate(${this.left} ${PLANE_MARGIN.top}) scale(${unit})`,
    });
  }

  drawPoints(wrong) {
    const paths = { right: ["", ""], wrong: ["", ""] };
    const { x, y } = this.data;
    wrong.forEach((isWrong, i) => {
      const kind = y[i] > 0.5 ? 1 : 0;
      const [px, py] = [this.x(x[2 * i]).toFixed(1), this.y(x[2 * i + 1]).toFixed(1)].map(Number);
      paths[isWrong ? "wrong" : "right"][kind] += (kind ? square : circle)(px, py);
    });
    this.points.forEach((path, kind) => setAttributes(path, { d: paths.right[kind] }));
    this.wrong.forEach((path, kind) => setAttributes(path, { d: paths.wrong[kind] }));
  }
}
