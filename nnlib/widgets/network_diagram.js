// The network as a diagram: a small field for every unit, a line for every weight. Width of a line: the
// size of the weight; dashed: a negative one. One stop of the Tab key; the arrow keys go from unit to
// unit. What is picked is the view's `picked`.

import { FieldPainter, signPlaces, zeroLine } from "./network_field.js";
import {
  MOST_SHOWN,
  diagramLayout,
  indexOf,
  lineWidth,
  nameOf,
  partOf,
  strengths,
  unitValues,
} from "./network_parts.js";
import { activationText } from "./scales.js";
import { h, setAttributes, svg } from "./dom.js";

export const FIELD_CELLS = 20;
const UNIT_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export class NetworkDiagram {
  /**
   * @param {View} view @param {{hover: function, pick: function, enter: function}} what - what is done
   *   with the name of a part: it is under the pointer ("" for none), it is chosen, its weights are wanted.
   */
  constructor(view, { hover, pick, enter }) {
    Object.assign(this, { view, hover, pick, enter });
    this.canvas = h("canvas", { class: "nn-field-canvas", "aria-hidden": "true" });
    this.lines = svg("g", { class: "nn-weights" });
    this.units = svg("g", { class: "nn-units" });
    this.texts = svg("g", { "aria-hidden": "true" });
    this.picture = svg("svg", { class: "nn-plot" }, this.lines, this.texts, this.units);
    this.picture.setAttribute("role", "group");
    this.picture.setAttribute("aria-label", "The network: its units, to be chosen with the arrow keys");
    this.element = h("div", { class: "nn-diagram" }, this.canvas, this.picture);
    this.painter = new FieldPainter(FIELD_CELLS);
    this.listen();
  }

  listen() {
    const { view, picture, element } = this;
    const named = (event) => event.target.closest("[data-part]")?.dataset.part ?? "";
    view.on(picture, "pointerover", (event) => this.hover(named(event)));
    view.on(picture, "pointerleave", () => this.hover(""));
    view.on(picture, "click", (event) => {
      const name = named(event);
      if (name) this.pick(name);
    });
    // Not on a part of the SVG: one that listens for the focus would be a stop of the Tab key.
    view.on(element, "focusin", (event) => this.pick(named(event)));
    view.onKey(this.units, (event) => {
      if (event.key in UNIT_KEYS) this.step(named(event), UNIT_KEYS[event.key]);
      else if (event.key === "Enter" || event.key === " ") this.enter(named(event));
      else return;
      event.preventDefault(); // the page does not scroll as well
    });
  }

  /** Go from one unit to its neighbour in a layer, or to the one beside it in the next. */
  step(name, [right, down]) {
    const { l, j } = partOf(name, this.sizes);
    const layer = Math.min(Math.max(l + right, 1), this.sizes.length - 1);
    const shown = Math.min(this.sizes[layer], MOST_SHOWN);
    const unit = Math.min(Math.max(j + down, 1), shown);
    this.unitOf.get(nameOf({ l: layer, j: unit })).group.focus();
  }

  /** Lay out for a width, and for a network. */
  build(run, width) {
    const key = `${run.sizes} ${run.activations} ${width}`;
    if (key === this.key) return;
    Object.assign(this, { key, sizes: run.sizes, width, layout: diagramLayout(run.sizes, width) });
    const { height, columns } = this.layout;
    setAttributes(this.picture, { viewBox: `0 0 ${width} ${height}`, width, height });
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    Object.assign(this.canvas, { width: Math.round(width * sharp), height: Math.round(height * sharp) });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.sharp = sharp;
    this.unitOf = new Map();
    this.lineOf = [];
    const hadFocus = this.units.contains(document.activeElement);
    this.lines.replaceChildren(...columns.slice(1).flatMap((_, l) => this.buildLines(l + 1)));
    this.units.replaceChildren(...columns.flatMap((_, l) => this.buildUnits(l)));
    this.texts.replaceChildren(...columns.flatMap((column, l) => this.buildTexts(column, l, run)));
    if (hadFocus) this.units.querySelector("[tabindex]")?.focus();
  }

  buildLines(l) {
    const { side, columns } = this.layout;
    return columns[l].units.flatMap((to, j) =>
      columns[l - 1].units.map((from, k) => {
        const part = { l, j: j + 1, k: k + 1 };
        const [x0, y0, x1, y1] = [from.x + side, from.y + side / 2, to.x, to.y + side / 2];
        const bend = (x1 - x0) / 2;
        const d = `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`;
        const line = svg("path", { class: "nn-weight", d });
        this.lineOf.push({ part, name: nameOf(part), line });
        return svg("g", { "data-part": nameOf(part) }, svg("path", { class: "nn-weight-reach", d }), line);
      }),
    );
  }

  buildUnits(l) {
    const { side, columns } = this.layout;
    return columns[l].units.map(({ x, y }, j) => {
      const name = nameOf({ l, j: j + 1 });
      const zero = svg("path", { class: "nn-zero-line" });
      const [plus, minus] = ["+", "−"].map((sign) => svg("text", { class: "nn-sign" }, sign));
      const frame = svg("rect", { class: "nn-unit-frame", x, y, width: side, height: side, rx: 3 });
      const group = svg("g", { class: "nn-unit" }, frame, zero, plus, minus);
      this.unitOf.set(l ? name : `x${j}`, { group, zero, plus, minus, x, y, l, j });
      if (!l) return group;
      const bias = svg("circle", { class: "nn-bias", cx: x - 1, cy: y + side - 1 });
      this.unitOf.get(name).bias = bias;
      group.append(bias);
      setAttributes(group, { "data-part": name, role: "button", tabindex: -1, "aria-label": unitName(l, j, this.sizes) });
      return group;
    });
  }

  buildTexts({ x, units, n }, l, { activations }) {
    const { side, height } = this.layout;
    const text = (at, what, anchor = "middle") => svg("text", { ...at, "text-anchor": anchor }, what);
    if (!l) return units.map(({ y }, k) => text({ x: x - 4, y: y + side / 2 + 4 }, `x${"₁₂"[k]}`, "end"));
    const [top, bottom] = [{ x: x + side / 2, y: 12 }, { x: x + side / 2, y: height - 5 }];
    const last = l === this.sizes.length - 1;
    const parts = [text(top, last ? "output" : `layer ${l}`)];
    if (n > MOST_SHOWN) parts.push(text(bottom, `${MOST_SHOWN} of ${n} shown`));
    else if (!last) parts.push(text(bottom, activationText(activations[l - 1])));
    return parts;
  }

  /**
   * @param {object} run @param {Network} net - with the weights to show, and the values of a forward
   *   pass over FIELD_CELLS by FIELD_CELLS places.
   * @param {Float64Array} places @param {number[][]} colours @param {string} picked - a name.
   */
  draw(run, net, places, colours, picked) {
    const { side } = this.layout;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    pen.clearRect(0, 0, this.width, this.layout.height);
    const part = partOf(picked, this.sizes);
    const current = part ? nameOf({ l: part.l, j: part.j }) : "";
    const stop = this.unitOf.has(current) ? current : nameOf({ l: 1, j: 1 });
    for (const [name, unit] of this.unitOf) {
      const { x, y, l, j, group } = unit;
      const layer = net.layers[l];
      const n = l ? layer.nOut : 2;
      const a = unitValues(l ? layer.a : places, n, j);
      const z = l ? unitValues(layer.z, n, j) : a;
      const shades = strengths(l === this.sizes.length - 1 ? z.map((v) => Math.tanh(v / 2)) : a, activationAt(run, l));
      this.painter.paint(pen, shades, colours, x, y, side);
      setAttributes(unit.zero, zeroLine(z, FIELD_CELLS, x, y, side));
      placeSigns(unit, signPlaces(z, FIELD_CELLS, x, y, side, 6));
      if (!l) continue;
      setAttributes(group, { tabindex: name === stop ? 0 : -1, "aria-pressed": String(name === current) });
      const b = net.theta[indexOf({ l, j: j + 1, bias: true }, this.sizes)];
      setAttributes(unit.bias, { r: (1.5 + 3.5 * Math.tanh(Math.abs(b) / 2)).toFixed(1), "data-sign": b < 0 ? "-" : "+" });
    }
    for (const { part: weight, name, line } of this.lineOf) {
      const w = net.theta[indexOf(weight, this.sizes)];
      const width = lineWidth(w);
      setAttributes(line, {
        "stroke-width": width.toFixed(1),
        "stroke-dasharray": w < 0 ? `${(3 + width).toFixed(1)} 3` : "none",
        "data-sign": w < 0 ? "-" : w > 0 ? "+" : "0",
        class: name === picked ? "nn-weight nn-picked" : "nn-weight",
      });
    }
  }
}

const activationAt = ({ activations }, l) => (l && l < activations.length ? activations[l - 1] : "identity");

/** What a unit's button is called. */
const unitName = (l, j, sizes) => (l === sizes.length - 1 ? "Output" : `Unit ${j + 1} of layer ${l}`);

/** Put the signs + and − where they belong, and hide those that belong nowhere. */
export function placeSigns({ plus, minus }, places) {
  for (const [sign, place] of [
    [plus, places.plus],
    [minus, places.minus],
  ]) {
    sign.toggleAttribute("hidden", !place);
    if (place) setAttributes(sign, { x: place[0].toFixed(1), y: (place[1] + 4).toFixed(1) });
  }
}
