// The loss against the epoch, one curve a run. Colour, kind of line and a number tell runs apart.
// Drawn as SVG in the style sheet's colours, so it is sharp at any size and turns dark by itself.

import { setAttributes, setText, svg } from "./dom.js";
import { formatNumber, linearScale, linearTicks, logScale } from "./scales.js";

const LOSS_MARGIN = { left: 58, right: 32, top: 20, bottom: 40 };
// Losses beyond this many times the largest first loss are cut off: one run that explodes must not
// press all others flat.
const CAP = { linear: 4, log: 1000 };
const FLOOR = 1e-12; // the lowest loss on a log axis, as a part of the highest
const REACH = 24; // how near to a curve a press has to be to choose it, in pixels

/** The lowest and highest loss to show. Only finite values count, and on a log axis positive ones. */
export function lossRange(runs, log) {
  const usable = (value) => Number.isFinite(value) && (!log || value > 0);
  const values = runs.flatMap((run) => run.loss.filter(usable));
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

export class LossPlot {
  constructor() {
    this.frame = svg("rect", { class: "nn-frame" });
    this.grid = svg("g", { class: "nn-grid" });
    this.curves = svg("svg", { class: "nn-curves" }); // an inner svg cuts off what leaves it
    this.numbers = svg("g", { class: "nn-numbers" });
    this.cursor = svg("line", { class: "nn-cursor" });
    this.dot = svg("circle", { class: "nn-dot", r: 6 });
    this.xTitle = svg("text", { class: "nn-axis-title", "text-anchor": "middle" }, "epoch");
    this.yTitle = svg("text", { class: "nn-axis-title", "text-anchor": "middle" }, "loss");
    this.element = svg(
      "svg",
      {
        class: "nn-plot nn-loss-plot",
        role: "slider",
        tabindex: 0,
        "aria-label": "Epoch, on the loss curve",
      },
      ...[
        this.frame,
        this.grid,
        this.curves,
        this.cursor,
        this.dot,
        this.numbers,
        this.xTitle,
        this.yTitle,
      ],
    );
  }

  resize(width, height) {
    Object.assign(this, { width, height });
    setAttributes(this.element, { viewBox: `0 0 ${width} ${height}`, width, height });
    const [inner, tall] = [
      width - LOSS_MARGIN.left - LOSS_MARGIN.right,
      height - LOSS_MARGIN.top - LOSS_MARGIN.bottom,
    ];
    const box = { x: LOSS_MARGIN.left, y: LOSS_MARGIN.top, width: inner, height: tall };
    setAttributes(this.frame, box);
    const room = { x: box.x - 2, y: box.y - 2, width: inner + 4, height: tall + 4 };
    setAttributes(this.curves, { ...room, viewBox: Object.values(room).join(" ") });
    setAttributes(this.xTitle, { x: LOSS_MARGIN.left + inner / 2, y: height - 6 });
    setAttributes(this.yTitle, {
      transform: `translate(11 ${LOSS_MARGIN.top + tall / 2}) rotate(-90)`,
    });
  }

  /** Draw all curves. @param {object[]} runs @param {number} selected @param {boolean} log */
  draw(runs, selected, log) {
    const [low, high] = lossRange(runs, log);
    const longest = Math.max(10, ...runs.map((run) => run.last));
    const bottom = this.height - LOSS_MARGIN.bottom;
    this.x = linearScale(0, longest, LOSS_MARGIN.left, this.width - LOSS_MARGIN.right);
    this.y = (log ? logScale : linearScale)(low, high, bottom, LOSS_MARGIN.top);
    this.runs = runs;
    setText(this.yTitle, log ? "loss (log scale)" : "loss");
    this.drawGrid(bottom);
    const order = runs.map((_, i) => i).sort((a, b) => (a === selected) - (b === selected));
    this.curves.replaceChildren(...order.map((i) => this.curve(runs[i], i, i === selected)));
    this.drawNumbers(selected, bottom);
  }

  drawGrid(bottom) {
    const right = this.width - LOSS_MARGIN.right;
    const across = linearTicks(0, this.x.high, this.width > 340 ? 5 : 4).flatMap((tick) => [
      svg("line", {
        x1: this.x(tick),
        x2: this.x(tick),
        y1: bottom,
        y2: bottom + 5,
        class: "nn-tick",
      }),
      svg(
        "text",
        { x: this.x(tick), y: bottom + 18, "text-anchor": "middle" },
        formatNumber(tick, 4),
      ),
    ]);
    const up = this.y
      .ticks(5)
      .flatMap((tick) => [
        svg("line", { x1: LOSS_MARGIN.left, x2: right, y1: this.y(tick), y2: this.y(tick) }),
        svg(
          "text",
          { x: LOSS_MARGIN.left - 7, y: this.y(tick) + 4, "text-anchor": "end" },
          formatNumber(tick, 2),
        ),
      ]);
    this.grid.replaceChildren(...up, ...across);
  }

  curve(run, i, selected) {
    const points = run.epochs
      .map((epoch, k) => [this.x(epoch), this.y(run.loss[k])])
      .filter(([, y]) => Number.isFinite(y))
      .map(([x, y]) => `${x.toFixed(1)},${Math.max(y, -1e4).toFixed(1)}`);
    const kind = selected ? "nn-curve nn-selected" : "nn-curve";
    return svg("polyline", { class: kind, "data-run": i + 1, points: points.join(" ") });
  }

  /** The number of each run at the end of its curve; a run that diverged gets a cross there. */
  drawNumbers(selected, bottom) {
    const ends = this.runs.map((run) =>
      this.onPlot(run.loss.findLast(Number.isFinite) ?? this.y.low),
    );
    const heights = spread(ends, 13, LOSS_MARGIN.top + 4, bottom);
    const numbers = this.runs.map((run, i) => {
      const x = Math.min(this.x(run.epoch) + 10, this.width - LOSS_MARGIN.right + 10);
      const kind = i === selected ? "nn-number nn-selected" : "nn-number";
      const mark = run.diverged ? `×${i + 1}` : String(i + 1);
      return svg("text", { class: kind, "data-run": i + 1, x, y: heights[i] + 4 }, mark);
    });
    this.numbers.replaceChildren(...numbers);
  }

  /** The height of a loss, kept inside the frame. */
  onPlot(value) {
    return Math.min(Math.max(this.y(value), LOSS_MARGIN.top), this.height - LOSS_MARGIN.bottom);
  }

  /** Move the cursor to an epoch of a run. */
  point(run, index, epoch) {
    const visible = run !== undefined;
    for (const part of [this.cursor, this.dot]) part.toggleAttribute("hidden", !visible);
    if (!visible) return;
    const x = this.x(epoch);
    const value = run.lossAt(epoch);
    setAttributes(this.cursor, {
      x1: x,
      x2: x,
      y1: LOSS_MARGIN.top,
      y2: this.height - LOSS_MARGIN.bottom,
    });
    setAttributes(this.dot, { "data-run": index + 1, cx: x, cy: this.onPlot(value) });
    this.dot.toggleAttribute("hidden", !Number.isFinite(value));
  }

  /** The epoch under a pointer event. */
  epochAt(event) {
    const box = this.element.getBoundingClientRect();
    return Math.round(this.x.invert(((event.clientX - box.left) * this.width) / box.width));
  }

  /** The run whose curve is nearest to a pointer event, or -1 if none is near. */
  runAt(event) {
    const box = this.element.getBoundingClientRect();
    const y = ((event.clientY - box.top) * this.height) / box.height;
    const epoch = this.epochAt(event);
    const away = this.runs.map((run) => {
      const value = run.lossAt(Math.min(Math.max(epoch, 0), run.epoch));
      return Number.isFinite(value) ? Math.abs(this.onPlot(value) - y) : Infinity;
    });
    const nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= REACH ? nearest : -1;
  }
}
