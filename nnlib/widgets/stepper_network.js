// The stepper's network as SVG: units with their activation and error, connections with their weight.

import { setAttributes, svg } from "./dom.js";
import { formatNumber } from "./scales.js";
import { parameters } from "./stepper_state.js";

const RADIUS = 24;
const ROW = 100;
const EDGE = RADIUS + 10;
const AT = 0.24; // where along a connection its weight stands: near its start, where they are apart

const labelWidth = (text) => 9 + 7 * text.length;

/** Which units "layer.unit" and connections "layer.to.from" the entry of a step is about. */
export function concerned({ what: { kind, layer: l }, place: [i, j], net: { sizes } }) {
  const unit = (layer, index) => `${layer}.${index}`;
  const range = (n) => Array.from({ length: n }, (_, k) => k);
  const into = (layer, index) => range(sizes[layer - 1]).map((k) => `${layer}.${index}.${k}`);
  switch (kind) {
    case "start":
      return [unit(0, j)];
    case "z":
      return [unit(l, j), ...into(l, j), ...range(sizes[l - 1]).map((k) => unit(l - 1, k))];
    case "bp2":
      return [unit(1, j), ...range(sizes[2]).flatMap((o) => [unit(2, o), `2.${o}.${j}`])];
    case "bp3":
      return [unit(l, i), unit(l - 1, j), `${l}.${i}.${j}`];
    case "bp4":
      return [unit(l, i)];
    case "loss":
      return range(sizes[2]).map((o) => unit(2, o));
    default:
      return [unit(l, j)];
  }
}

/** The sample whose numbers stand at the units: the row of the entry, where the result has samples for rows. */
export const shownSample = ({ result, place }) => (result.rows === "batch" ? place[0] : 0);

// After which step the activation and the error of a layer are known.
const KNOWN = { a: [0, 2, 4], delta: [null, 9, 6] };

export class NetworkPicture {
  /** @param {function} pick - called with the number of a parameter that the reader presses. */
  constructor(pick) {
    this.pick = pick;
    this.lines = svg("g");
    this.labels = svg("g");
    this.units = svg("g");
    this.element = svg("svg", { class: "nn-plot nn-network", role: "img" }, this.lines, this.units, this.labels);
  }

  resize(width) {
    this.width = width;
  }

  draw(now, text) {
    const { sizes } = now.net;
    const most = Math.max(...sizes);
    const height = most * ROW + 14;
    setAttributes(this.element, { viewBox: `0 0 ${this.width} ${height}`, width: this.width, height, "aria-label": text });
    const x = (l) => EDGE + (l * (this.width - 2 * EDGE)) / 2;
    const y = (l, j) => height / 2 - 4 + ROW * (j - (sizes[l] - 1) / 2);
    const chosen = new Set(concerned(now));
    const back = now.step >= 6 ? " nn-backward" : "";
    const lines = [];
    const labels = [];
    parameters(now.network).forEach(({ layer, j, k }, index) => {
      const value = formatNumber(now.theta[index], 3);
      const selected = index === now.weight;
      if (k === null) {
        labels.push(this.label(x(layer), y(layer, j) - RADIUS - 9, `b ${value}`, index, selected));
        return;
      }
      const [x1, y1, x2, y2] = [x(layer - 1), y(layer - 1, k), x(layer), y(layer, j)];
      const busy = chosen.has(`${layer}.${j}.${k}`) ? ` nn-busy${back}` : "";
      lines.push(svg("line", { class: `nn-connection${busy}`, x1, y1, x2, y2 }));
      // Its box covers no part of the unit, and where room is short, not the error of the next one.
      const beside = Math.min(x1 + RADIUS + 4 + labelWidth(value) / 2, x1 + 0.38 * (x2 - x1));
      labels.push(this.label(Math.max(x1 + AT * (x2 - x1) + 10, beside), y1 + AT * (y2 - y1) + 4, value, index, selected));
    });
    const sample = shownSample(now);
    const units = sizes.flatMap((n, l) => Array.from({ length: n }, (_, j) => this.unit(now, l, j, x(l), y(l, j), sample, chosen.has(`${l}.${j}`))));
    this.lines.replaceChildren(...lines);
    this.units.replaceChildren(...units);
    this.labels.replaceChildren(...labels);
  }

  /** A parameter's value, to be pressed. */
  label(x, y, text, index, selected) {
    const wide = labelWidth(text);
    const box = svg("rect", { class: "nn-box", x: (x - wide / 2).toFixed(1), y: (y - 13).toFixed(1), width: wide, height: 18, rx: 4 });
    const reach = svg("rect", { class: "nn-reach", x: (x - 24).toFixed(1), y: (y - 16).toFixed(1), width: 48, height: 24 });
    const words = svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle" }, text);
    return svg("g", { class: selected ? "nn-weight nn-chosen" : "nn-weight", "data-weight": index }, box, words, reach);
  }

  unit(now, l, j, x, y, sample, busy) {
    const n = now.net.sizes[l];
    const known = (what) => KNOWN[what][l] !== null && now.step >= KNOWN[what][l];
    const a = l ? now.net.layers[l].a[sample * n + j] : now.inputs[sample * n + j];
    const text = (dy, kind, words) => svg("text", { class: kind, x: x.toFixed(1), y: (y + dy).toFixed(1), "text-anchor": "middle" }, words);
    const parts = [svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: RADIUS })];
    parts.push(text(5, "nn-number", known("a") ? formatNumber(a, 3) : ["x", "a", "y"][l]));
    if (known("delta")) {
      const words = `Δ ${formatNumber(now.net.layers[l].delta[sample * n + j], 3)}`;
      parts.push(svg("text", { class: "nn-delta", x: (x + (l === 1 ? 12 : RADIUS)).toFixed(1), y: (y + RADIUS + 17).toFixed(1), "text-anchor": "end" }, words));
    }
    const kind = `nn-unit${busy ? " nn-busy" : ""}${known("a") ? "" : " nn-empty"}`;
    return svg("g", { class: kind }, ...parts);
  }
}
