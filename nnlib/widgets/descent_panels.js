// The three pictures of the descent explorer: the surface with the path, the plane of rate and momentum,
// and the loss.

import { Plot } from "./plot.js";
import { contourPath } from "./contours.js";
import { setAttributes, setText, svg } from "./dom.js";
import { hasRegions, regionEnds, spectralRadius, factorAlong, surfaces } from "./descent_math.js";
import { X_MOST, momentumOf } from "./descent_state.js";

const GRID = { columns: 101, rows: 101 }; // over the square [-2, 2] x [-2, 2]
const DOTS = 150; // so many steps are marked one by one
const S_MOST = { Momentum: 4.4, Nesterov: 2.2 }; // how far the plane reaches in lr * lambda_max: all diverges beyond 4, and 2
const RHO = { columns: 67, rows: 51, levels: [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] };

/** The contour lines of a surface as one path, in units of the grid's cells. */
function surfaceContours(surface, kappa) {
  const { value, levels } = surfaces[surface];
  const field = Float64Array.from({ length: GRID.columns * GRID.rows }, (_, i) => {
    const x = X_MOST * ((2 * (i % GRID.columns)) / (GRID.columns - 1) - 1);
    const y = X_MOST * (1 - (2 * Math.floor(i / GRID.columns)) / (GRID.rows - 1));
    return value(x, y, kappa);
  });
  return levels(kappa).map((level) => contourPath(field, GRID.columns, level)).join("");
}

export class SurfacePanel {
  constructor() {
    this.plot = new Plot({ label: "The surface with the path", xTitle: "x", yTitle: "y" });
    this.contours = svg("path", { class: "nn-contours" });
    this.minima = svg("path", { class: "nn-minimum" });
    this.path = svg("polyline", { class: "nn-path" });
    this.dots = svg("path", { class: "nn-dots" });
    this.end = svg("circle", { class: "nn-end", r: 5 });
    this.plot.content.append(this.contours, this.minima, this.path, this.dots, this.end);
  }

  draw({ surface, kappa }, { path }) {
    const { plot } = this;
    const high = (X_MOST * plot.box.height) / plot.box.width; // as many pixels a unit upwards as across
    plot.axes({ low: -X_MOST, high: X_MOST }, { low: -high, high });
    const key = `${surface} ${kappa}`;
    if (key !== this.drawn) {
      this.drawn = key;
      setAttributes(this.contours, { d: surfaceContours(surface, kappa) });
    }
    const cell = (plot.x(X_MOST) - plot.x(-X_MOST)) / (GRID.columns - 1);
    setAttributes(this.contours, { transform: `translate(${plot.x(-X_MOST)} ${plot.y(X_MOST)}) scale(${cell})` });
    const cross = ([x, y]) => `M${plot.x(x) - 6} ${plot.y(y)}h12m-6 -6v12`;
    setAttributes(this.minima, { d: surfaces[surface].minima.map(cross).join("") });
    const points = plot.points(path);
    const marked = points.split(" ").slice(0, DOTS);
    setAttributes(this.path, { points });
    setAttributes(this.dots, { d: marked.map((point) => `M${point}h0`).join("") });
    const [x, y] = path.at(-1);
    setAttributes(this.end, { cx: plot.x(x), cy: plot.y(y) });
  }
}

export class RegionPanel {
  constructor() {
    this.plot = new Plot({ label: "The plane of rate and momentum", xTitle: "rate η", yTitle: "momentum μ" });
    this.areas = [1, 2, 3, 4].map((i) => svg("polygon", { class: "nn-area", "data-region": i }));
    this.lines = svg("path", { class: "nn-equal" });
    this.edges = [1, 2, 3].map(() => svg("polyline", { class: "nn-edge" }));
    this.names = [1, 2, 3, 4].map((i) => svg("text", { class: "nn-region", "text-anchor": "middle" }, String(i)));
    this.levels = RHO.levels.map(() => svg("text", { class: "nn-level", "text-anchor": "middle" }));
    this.best = svg("path", { class: "nn-best" });
    this.plot.content.append(...this.areas, this.lines, ...this.edges, ...this.levels, ...this.names, this.best);
  }

  draw({ optimizer, surface }, curvatures, best) {
    const { plot } = this;
    const rule = optimizer === "Nesterov" ? optimizer : "Momentum";
    const unit = 1 / curvatures[1];
    plot.axes(
      { low: 0, high: S_MOST[rule] * unit, title: surfaces[surface].quadratic ? "rate η" : "rate η, near the minimum" },
      { low: 0, high: 1 },
    );
    const [x, y] = [plot.x(best.lr), plot.y(best.mu)];
    setAttributes(this.best, { d: `M${x} ${y - 7}v14M${x - 7} ${y}h14` });
    const key = `${rule} ${curvatures} ${plot.width} ${plot.height}`;
    if (key === this.drawn) return; // the same regions
    this.drawn = key;
    this.drawAreas(rule, unit);
    this.drawLevels(rule, curvatures, unit);
  }

  drawAreas(rule, unit) {
    const { plot } = this;
    const mus = Array.from({ length: 61 }, (_, i) => (i / 60) ** 2); // denser where the roots of mu bend
    const ends = mus.map((mu) => [0, ...regionEnds(rule, mu), S_MOST[rule]]);
    const border = (k) => mus.map((mu, i) => [ends[i][k] * unit, mu]);
    this.areas.forEach((area, i) => {
      setAttributes(area, { points: plot.points([...border(i), ...border(i + 1).reverse()]) });
    });
    this.edges.forEach((edge, i) => setAttributes(edge, { points: plot.points(border(i + 1)) }));
    const places = rule === "Nesterov"
      ? [[0.08, 0.3], [0.75, 0.3], [1.25, 0.5], [1.85, 0.5]] // prettier-ignore
      : [[0.14, 0.2], [1.9, 0.72], [1.72, 0.05], [3.6, 0.3]]; // prettier-ignore
    places.forEach(([s, mu], i) => setAttributes(this.names[i], { x: plot.x(s * unit), y: plot.y(mu) + 4 }));
  }

  /** Lines of equal factor a step; each is named on its level part, where all directions swing. */
  drawLevels(rule, curvatures, unit) {
    const { plot } = this;
    const { columns, rows, levels } = RHO;
    const field = Float64Array.from({ length: columns * rows }, (_, i) => {
      const s = (S_MOST[rule] * (i % columns)) / (columns - 1);
      return spectralRadius(rule, s * unit, 1 - Math.floor(i / columns) / (rows - 1), curvatures);
    });
    setAttributes(this.lines, {
      d: levels.map((level) => contourPath(field, columns, level)).join(""),
      transform: `translate(${plot.box.x} ${plot.box.y}) scale(${plot.box.width / (columns - 1)} ${plot.box.height / (rows - 1)})`,
    });
    const along = Array.from({ length: 89 }, (_, k) => (S_MOST[rule] * k) / 88);
    this.levels.forEach((text, i) => {
      const heights = along.map((s) => highestMu(rule, s, levels[i], curvatures[0] * unit));
      const top = Math.max(...heights);
      const level = along.filter((_, k) => heights[k] > top - 0.015); // its highest part
      setText(text, top > 0.06 ? String(levels[i]) : "");
      setAttributes(text, {
        x: plot.x(level[Math.floor(level.length / 2)] * unit),
        y: plot.y(Math.max(top, 0)) + 4,
      });
    });
  }
}

/** The largest momentum at which both directions shrink by `level` or less; -1 if none does. */
function highestMu(rule, s, level, share) {
  for (let mu = 0.99; mu >= 0; mu -= 0.01) {
    if (Math.max(factorAlong(rule, s, mu), factorAlong(rule, s * share, mu)) <= level) return mu;
  }
  return -1;
}

export class LossPanel {
  constructor() {
    this.plot = new Plot({ label: "The loss against the step", xTitle: "step", yTitle: "loss", margin: { left: 60 } });
    this.predicted = svg("polyline", { class: "nn-predicted" });
    this.curve = svg("polyline", { class: "nn-path" });
    this.dots = svg("path", { class: "nn-dots" });
    this.note = svg("text", { class: "nn-note", "text-anchor": "end" });
    this.plot.content.append(this.predicted, this.curve, this.dots, this.note);
  }

  draw(state, { losses }, curvatures) {
    const { plot } = this;
    const { steps, log_loss: log } = state;
    const [low, high] = log ? logRange(losses) : [0, Math.min(Math.max(...losses), 3 * losses[0] || 1) * 1.05 || 1];
    plot.axes({ low: 0, high: steps }, { low, high, log });
    const pairs = losses.map((loss, t) => [t, log ? Math.max(loss, low) : loss]);
    const points = plot.points(pairs);
    setAttributes(this.curve, { points });
    setAttributes(this.dots, { d: steps <= 60 ? points.split(" ").map((point) => `M${point}h0`).join("") : "" });
    this.drawPredicted(state, losses, curvatures, steps, low);
  }

  /** The loss is of second order in the error, so a factor rho a step is rho^2 in the loss. */
  drawPredicted(state, losses, curvatures, steps, low) {
    const { plot } = this;
    const shown = state.log_loss && hasRegions(state.optimizer) && surfaces[state.surface].quadratic && losses[0] > 0;
    const factor = shown ? spectralRadius(state.optimizer, state.lr, momentumOf(state), curvatures) : 0;
    const ends = shown && factor > 0 ? [0, 1].map((share) => [share * steps, losses[0] * factor ** (2 * share * steps)]) : [];
    if (ends.length && !(ends[1][1] > 0 && Number.isFinite(ends[1][1]))) ends.length = 0;
    // A straight line on this axis, cut where it leaves the frame: the axis itself would bend it.
    if (ends.length && ends[1][1] < low) {
      const t = Math.log(low / losses[0]) / (2 * Math.log(factor));
      ends[1] = [t, low];
    }
    setAttributes(this.predicted, { points: plot.points(ends) });
    setText(this.note, ends.length ? "dashed: slope by the factor" : "");
    setAttributes(this.note, { x: plot.box.x + plot.box.width - 8, y: plot.box.y + 16 });
  }
}

/** Whole decades around the losses; at most so many that the smallest are still honest. */
function logRange(losses) {
  const positive = losses.filter((loss) => loss > 1e-20);
  if (!positive.length) return [1e-3, 1];
  const high = Math.min(Math.max(...positive), 1e6 * positive[0]);
  const low = Math.min(...positive);
  const [bottom, top] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return [10 ** Math.min(bottom, top - 1), 10 ** top];
}
