// The activations explorer: the functions, their derivatives, and the tangent at a point that can be
// dragged. Shaded is where the chosen function is saturated: there its slope lets no gradient through.

import { Handle } from "./handle.js";
import { Plot } from "./plot.js";
import { View } from "./view.js";
import { activations } from "./engine.js";
import { h, setAttributes, setText, svg } from "./dom.js";
import { activationText } from "./scales.js";
import {
  FLAT,
  Z_MOST,
  activationsSentence,
  activationsTable,
  activationsTypes,
  curvePoints,
  saturated,
  valueAndSlope,
} from "./activations_state.js";

const FINE = 0.1; // how far an arrow key moves z

class ActivationsExplorer extends View {
  constructor(mount) {
    super(mount, { name: "activations", title: "Activations explorer", types: activationsTypes });
    const all = Object.keys(activations);
    this.controls.append(
      this.choice("selected", "Tangent of", all.map((name) => [name, activationText(name)])),
      this.range("z", "at z =", { low: -Z_MOST, high: Z_MOST, step: 0.05 }),
      this.shown(all),
    );
    this.panels = [
      new Plot({ label: "The functions", xTitle: "z", yTitle: "f(z)" }),
      new Plot({ label: "Their derivatives", xTitle: "z", yTitle: "f′(z)" }),
    ];
    this.shades = this.panels.map((plot) => plot.content.appendChild(svg("g", { class: "nn-saturated" })));
    this.curves = this.panels.map((plot) => plot.content.appendChild(svg("g", { class: "nn-curves" })));
    this.tangent = svg("line", { class: "nn-tangent" });
    this.panels[0].content.append(this.tangent);
    this.grips = this.panels.map((plot, i) => this.grip(plot, i ? "Derivative" : "Point of tangency"));
    this.plots.append(...this.panels.map((plot) => h("div", { class: "nn-figure" }, plot.element)));
    this.key = h("p", { class: "nn-key" });
    this.plots.after(this.key);
  }

  /** A box for each function: whether it is drawn. */
  shown(all) {
    const boxes = all.map((name, i) => {
      const box = h("input", { type: "checkbox" });
      this.on(box, "change", () => {
        const others = this.get("functions").filter((other) => other !== name);
        this.set({ functions: all.filter((other) => (other === name ? box.checked : others.includes(other))) });
      });
      this.shows.push(() => {
        box.checked = name === this.get("selected") || this.get("functions").includes(name);
        box.disabled = name === this.get("selected");
      });
      const line = svg("line", { class: "nn-curve", "data-run": i + 1, x1: 0, x2: 26, y1: 6, y2: 6 });
      const swatch = svg("svg", { width: 26, height: 12, "aria-hidden": "true" }, line);
      return h("label", { class: "nn-check" }, box, swatch, activationText(name));
    });
    const list = h("fieldset", { class: "nn-checks" }, h("legend", { class: "nn-caption" }, "Draw"), ...boxes);
    return this.control("functions", "Which to draw", list);
  }

  grip(plot, label) {
    const move = (z) => this.set({ z: Math.min(Math.max(Math.round(z * 20) / 20, -Z_MOST), Z_MOST) });
    return new Handle(this, plot, {
      label,
      drag: (z) => move(z),
      step: (right, up) => move(this.get("z") + FINE * (right + up)),
    });
  }

  resize(width) {
    const narrow = width < 560;
    const each = narrow ? width : Math.floor((width - 12) / 2);
    for (const plot of this.panels) plot.resize(each, narrow ? 240 : 290);
  }

  draw() {
    const { selected, z } = this.state();
    const drawn = Object.keys(activations).filter(
      (name) => name === selected || this.get("functions").includes(name),
    );
    this.panels[0].axes({ low: -Z_MOST, high: Z_MOST }, { low: -2, high: 4 });
    this.panels[1].axes({ low: -Z_MOST, high: Z_MOST }, { low: -0.1, high: 1.1 });
    this.panels.forEach((plot, which) => this.drawPanel(plot, which, drawn, selected));
    const [a, slope] = valueAndSlope(selected, z);
    this.drawTangent(z, a, slope);
    const flat = saturated(selected).length > 0;
    setText(this.key, flat ? `Shaded: ${activationText(selected)} is saturated, its slope below ${FLAT}.` : "No part is saturated.");
    const text = activationsSentence({ selected, z });
    [a, slope].forEach((value, i) => {
      this.grips[i].place(z, value, { text, value: z, low: -Z_MOST, high: Z_MOST });
    });
    return text;
  }

  drawPanel(plot, which, drawn, selected) {
    const all = Object.keys(activations);
    const lines = drawn.map((name) =>
      svg("polyline", {
        class: name === selected ? "nn-curve nn-selected" : "nn-curve",
        "data-run": all.indexOf(name) + 1,
        points: plot.points(curvePoints(name, which)),
      }),
    );
    this.curves[which].replaceChildren(...lines);
    const { y, height } = plot.box;
    const shade = ([low, high]) =>
      svg("rect", { x: plot.x(low), width: Math.max(plot.x(high) - plot.x(low), 1), y, height });
    this.shades[which].replaceChildren(...saturated(selected).map(shade));
  }

  drawTangent(z, a, slope) {
    const { x, y } = this.panels[0];
    const ends = [-2 * Z_MOST, 2 * Z_MOST];
    const [y1, y2] = ends.map((end) => y(a + slope * (end - z)));
    setAttributes(this.tangent, { x1: x(ends[0]), y1, x2: x(ends[1]), y2 });
  }

  dataTable() {
    return activationsTable(this.state());
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new ActivationsExplorer(mount).start();
}
