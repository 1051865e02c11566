// The two pictures of the differentiation explorer: the function with its secant, and the errors.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { nearest } from "./view.js";
import { setAttributes, setText, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { LOWEST, STEPS, arithmetics, atKink, exactAt, functions, theory } from "./differentiation_math.js";
import { onGrid, roundStep, unitOf } from "./differentiation_state.js";

const SAMPLES = 240;
const LEFT = 50; // pixels beside the frame for the numbers of the axis,
const LEFT_ZOOMED = 88; // and for numbers like −1.5×10⁻¹⁵

/** Where h is on its slider, in powers of ten: what a slider's value can say. */
const decades = (h) => ({ value: Number(Math.log10(h).toFixed(2)), low: -16, high: 0 });

/** The part of the plane that is shown, and the point (ox, oy) from which coordinates are measured. */
function viewOf({ function: name, x, c, h, precision, zoom }) {
  const { domain, y, f } = functions[name];
  const { round } = arithmetics[precision];
  if (!zoom) return { ox: 0, oy: 0, x: [domain[0] - 0.3, domain[1] + 1.1], y };
  const reach = 1.5 * h;
  return { ox: round(x), oy: f(round(x), round, c), x: [-reach, reach], y: undefined };
}

export class FunctionPanel {
  constructor(view) {
    this.view = view;
    this.plot = new Plot({ label: "The function, a secant and the tangent", margin: { left: LEFT } });
    this.parts = Object.fromEntries(
      ["curve", "tangent", "rise", "secant"].map((name) => [name, svg("polyline", { class: `nn-${name}` })]),
    );
    this.letter = svg("text", { class: "nn-letter", "text-anchor": "middle" }, "h");
    this.dots = [0, 1].map(() => svg("circle", { class: "nn-point", r: 5 }));
    this.plot.content.append(...Object.values(this.parts), this.letter, ...this.dots);
    const state = () => view.state();
    this.xGrip = new Handle(view, this.plot, {
      label: "Point x",
      drag: (x) => view.set({ x: onGrid(view.get("function"), x) }),
      step: (right, up) => view.set({ x: onGrid(view.get("function"), view.get("x") + 0.05 * (right + up)) }),
    });
    this.cGrip = new Handle(view, this.plot, {
      label: "Kink c",
      drag: (c) => view.set({ c: onGrid("kink", c) }),
      step: (right, up) => view.set({ c: onGrid("kink", view.get("c") + 0.05 * (right + up)) }),
    });
    this.hGrip = new Handle(view, this.plot, {
      label: "Second point x + h",
      drag: (x) => {
        const { x: shown, ox } = this.held ?? viewOf(state());
        view.set({ h: roundStep(Math.max(x + ox - view.get("x"), (shown[1] - shown[0]) / 400)) });
      },
      step: (right, up) => view.stepH(right + up),
    });
    // The zoom stands still while the reader drags, or the picture would run away from the pointer.
    view.on(this.hGrip.element, "pointerdown", () => (this.held = this.shown));
    view.on(this.hGrip.element, "lostpointercapture", () => {
      this.held = undefined;
      view.invalidate();
    });
  }

  draw(state, rows, text) {
    const { plot, parts } = this;
    const { function: name, x, c, h, precision, secant, zoom } = state;
    const { round } = arithmetics[precision];
    const at = round(x);
    this.makeRoom(zoom ? LEFT_ZOOMED : LEFT);
    const shown = this.held ?? viewOf(state);
    const [low, high] = shown.x;
    const value = (d) => functions[name].f(round(at + d), round, round(c)) - shown.oy;
    const slope = exactAt(state)[1];
    const curve = Array.from({ length: SAMPLES + 1 }, (_, i) => {
      const across = low + ((high - low) * i) / SAMPLES;
      return [across, value(across + shown.ox - at)];
    });
    shown.y ??= around(curve.map(([, y]) => y), [low * slope, high * slope, value(round(h))]);
    this.shown = shown;
    const titles = zoom ? ["distance from x", "f − f(x)"] : ["x", `f(x) = ${functions[name].text}`];
    plot.axes(
      { low, high, title: titles[0] },
      { low: shown.y[0], high: shown.y[1], title: titles[1] },
    );
    const start = [x - shown.ox, value(0)];
    const row = rows.find(({ scheme }) => scheme === secant);
    const back = secant === "central" ? -h : 0;
    const ends = [start[0] + back, start[0] + h].map((across, i) => [across, value(round(i ? h : back))]);
    const line = ([px, py], rate) => plot.points([low, high].map((end) => [end, py + rate * (end - px)]));
    setAttributes(parts.curve, { points: plot.points(curve) });
    setAttributes(parts.tangent, { points: atKink(name, x, c) ? "" : line(start, slope) });
    const drawn = Number.isFinite(row.value) && ends.flat().every(Number.isFinite);
    setAttributes(parts.secant, { points: drawn ? line(ends[1], row.value) : "", "data-scheme": secant });
    setAttributes(parts.rise, { points: drawn ? plot.points([ends[0], [ends[1][0], ends[0][1]], ends[1]]) : "" });
    this.drawLetter(ends, drawn && secant === "forward");
    setAttributes(this.dots[0], { cx: plot.x(start[0]), cy: plot.y(start[1]) });
    this.dots[1].toggleAttribute("hidden", !(drawn && back));
    if (drawn && back) setAttributes(this.dots[1], { cx: plot.x(ends[0][0]), cy: plot.y(ends[0][1]) });
    this.placeGrips(state, shown, ends[1], text);
  }

  /** Leave so many pixels beside the frame. */
  makeRoom(left) {
    const { plot } = this;
    if (plot.margin.left === left) return;
    plot.margin.left = left;
    plot.resize(plot.width, plot.height);
  }

  drawLetter([from, to], wanted) {
    const [x1, x2] = [this.plot.x(from[0]), this.plot.x(to[0])];
    const fits = wanted && x2 - x1 > 22;
    setText(this.letter, fits ? "h" : "");
    if (!fits) return; // where the function has no value, there is no place for it either
    const below = to[1] >= from[1] ? 14 : -6;
    setAttributes(this.letter, { x: (x1 + x2) / 2, y: this.plot.y(from[1]) + below });
  }

  placeGrips({ function: name, x, c, h, zoom }, shown, [px, py], text) {
    const [low, high] = functions[name].domain;
    // That of c lies on top: h can be set elsewhere, too.
    this.present(zoom ? [this.hGrip] : [this.xGrip, this.hGrip, ...(name === "kink" ? [this.cGrip] : [])]);
    this.xGrip.place(x, shown.y[0], { text, value: x, low, high });
    this.cGrip.place(c, c, { text: `kink at ${formatNumber(c, 3)}`, value: c, low: -2, high: 2 });
    this.hGrip.place(px, Number.isFinite(py) ? py : 0, { text, ...decades(h) });
  }

  /** Put these grips into the picture, the last on top: one that is not seen must not take the focus. */
  present(grips) {
    const elements = grips.map(({ element }) => element);
    const { handles } = this.plot;
    const same = elements.length === handles.childElementCount && elements.every((one, i) => one === handles.children[i]);
    if (!same) handles.replaceChildren(...elements);
  }
}

/** An interval with some room around finite values. */
function around(values, more) {
  const all = [...values, ...more].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.12 * (high - low) || 1e-18;
  return [low - room, high + room];
}

// ---- the errors

export const MARKS = {
  forward: (x, y) => `M${x} ${y}h0`, // the ends of a line without length: a disc,
  central: (x, y) => `M${x} ${y}h0`, // or a square
  complex: (x, y) => `M${x} ${y - 3.4}l3 5.4h-6z`,
};
const ERROR_AXIS = { low: LOWEST, high: 100, log: true, title: "error of the derivative" };
const STEP_AXIS = { low: STEPS[0], high: 1, log: true, title: "step h" };

export class ErrorPanel {
  constructor(view) {
    this.plot = new Plot({ label: "Error of the numerical derivatives against the step h", margin: { left: 60 } });
    this.guides = svg("g", { class: "nn-guides" });
    this.cursor = svg("line", { class: "nn-cursor" });
    this.marks = Object.fromEntries(
      Object.keys(MARKS).map((scheme) => [scheme, svg("path", { class: "nn-marks", "data-scheme": scheme })]),
    );
    this.note = svg("text", { class: "nn-note", "text-anchor": "middle" });
    this.plot.content.append(this.guides, this.cursor, ...Object.values(this.marks), this.note);
    const set = (h) => view.set({ h: STEPS[nearest(STEPS.map(Math.log), Math.log(h))] });
    this.grip = new Handle(view, this.plot, { label: "Step h", drag: set, step: (right, up) => view.stepH(right + up) });
    view.on(this.plot.picture, "click", (event) => set(this.plot.at(event)[0]));
  }

  draw(state, rows, text) {
    const { plot } = this;
    plot.axes(STEP_AXIS, ERROR_AXIS);
    const none = atKink(state.function, state.x, state.c);
    for (const [scheme, path] of Object.entries(this.marks)) {
      const row = rows.find((candidate) => candidate.scheme === scheme);
      setAttributes(path, { d: row && !none ? this.path(scheme, row.errors) : "" });
    }
    this.guides.replaceChildren(...(none ? [] : this.lines(state)));
    setText(this.note, none ? "no derivative here, so no error" : "");
    setAttributes(this.note, { x: plot.box.x + plot.box.width / 2, y: plot.box.y + plot.box.height / 2 });
    const x = plot.x(state.h);
    setAttributes(this.cursor, { x1: x, x2: x, y1: plot.box.y, y2: plot.box.y + plot.box.height });
    this.grip.place(state.h, LOWEST, { text, ...decades(state.h) });
  }

  path(scheme, errors) {
    const places = errors.map((error, i) => [this.plot.x(STEPS[i]), this.plot.y(error), error]);
    const kept = places.filter(([, , error]) => Number.isFinite(error));
    return kept.map(([x, y]) => MARKS[scheme](Number(x.toFixed(1)), Number(y.toFixed(1)))).join("");
  }

  /** Where theory puts the errors: slopes 1, 2 and -1; and the steps of the lowest errors. */
  lines(state) {
    const { rounding, truncation } = theory(state);
    const { plot } = this;
    const guide = (a, power, text, h, dx, dy, anchor) => {
      if (!(a > 0)) return [];
      const points = plot.points(STEPS.filter((_, i) => i % 20 === 0).map((step) => [step, a * step ** power]));
      const at = { x: plot.x(h) + dx, y: plot.y(a * h ** power) + dy, "text-anchor": anchor };
      return [svg("polyline", { points }), svg("text", at, text)];
    };
    const { name, size } = unitOf(state);
    const mark = (root, power, row) => {
      const x = plot.x(size ** power);
      const { y, height } = plot.box;
      const right = x + 10 + 7 * (root + name).length < plot.box.x + plot.box.width; // room for the text on this side
      const at = { x: right ? x + 4 : x - 4, y: y + 14 + 15 * row, "text-anchor": right ? "start" : "end" };
      return [
        svg("line", { x1: x, x2: x, y1: y + 4 + 15 * row, y2: y + height }),
        svg("text", at, `${root}${name}`),
      ];
    };
    return [
      ...guide(...truncation.forward, "∝ h", 1e-3, -7, -4, "end"),
      ...guide(...truncation.central, "∝ h²", 1e-4, 8, 12, "start"),
      ...guide(rounding, -1, "∝ 1/h", Math.max(rounding, 1e-16) * 50, 8, -2, "start"),
      ...mark("√", 1 / 2, 0),
      ...mark("∛", 1 / 3, 1),
    ];
  }
}
