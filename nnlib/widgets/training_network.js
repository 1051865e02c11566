// The network that is shown, unit by unit: its diagram, and beside it one unit's field large, the
// output's if none is chosen. All of it is folded away at first, and costs nothing while it is.

import { gridOver, pointPaths } from "./boundary_plot.js";
import { Network } from "./engine.js";
import { NetworkDiagram, FIELD_CELLS, placeSigns } from "./network_diagram.js";
import { FieldPainter, signPlaces, zeroLine } from "./network_field.js";
import { partOf, strengths, unitValues, unitWords } from "./network_parts.js";
import { linearScale } from "./scales.js";
import { wrongSide } from "./training_run.js";
import { WeightEditor } from "./training_weights.js";
import { h, setAttributes, setText, svg } from "./dom.js";

const LARGE_CELLS = 48;
const LIVE_FRAMES = 4; // while it trains, so many frames for one picture of the network
const NETWORK_KEY = "A solid line is a positive weight, a dashed one negative; the thicker, the larger. In a field, the line is where z = 0.";

export class NetworkPanel {
  /** @param {View} view - the explorer. @param {BoundaryPlot} boundary - its plane and colours are used here. */
  constructor(view, boundary) {
    Object.assign(this, { view, boundary, hovered: "", frames: 0 });
    this.editor = new WeightEditor(view);
    this.diagram = new NetworkDiagram(view, {
      hover: (name) => this.hover(name),
      pick: (name) => this.editor.pick(name),
      enter: (name) => this.editor.enter(name),
    });
    this.buildLarge();
    this.words = h("p", { class: "nn-unit-words" });
    const figures = h("div", { class: "nn-network-figures" }, this.diagram.element, this.large);
    const key = h("p", { class: "nn-key nn-network-key" }, NETWORK_KEY);
    this.parts = h("div", {}, figures, key, this.words, this.editor.element);
    this.missing = h("p", {}, "There are no weights to show for this run.");
    this.content = h("div", {}, this.missing, this.parts);
    this.element = h("details", { class: "nn-network" }, h("summary", {}, "The network"));
    view.control("network", "The network", this.element);
    view.on(this.element, "toggle", () => {
      if (this.element.open !== view.get("show_network")) view.set({ show_network: this.element.open });
    });
  }

  buildLarge() {
    this.canvas = h("canvas", { class: "nn-field-canvas", "aria-hidden": "true" });
    this.frame = svg("rect", { class: "nn-frame", x: 0, y: 0 });
    this.zero = svg("path", { class: "nn-boundary" });
    [this.plus, this.minus] = ["+", "−"].map((sign) => svg("text", { class: "nn-sign" }, sign));
    const layer = (kind) => svg("path", { class: `nn-points ${kind}` });
    this.right = ["nn-class-0", "nn-class-1"].map(layer);
    this.wrong = ["nn-class-0 nn-wrong", "nn-class-1 nn-wrong"].map(layer);
    this.picture = svg("svg", { class: "nn-plot", role: "img" });
    this.picture.append(this.frame, this.zero, ...this.right, ...this.wrong, this.plus, this.minus);
    this.caption = h("p", { class: "nn-key" });
    const stack = h("div", { class: "nn-large-field" }, this.canvas, this.picture);
    this.large = h("div", {}, stack, this.caption);
    this.painter = new FieldPainter(LARGE_CELLS);
  }

  hover(name) {
    if (name === this.hovered) return;
    this.hovered = name;
    this.view.invalidate();
  }

  resize(width) {
    const stacked = width < 560;
    this.side = stacked ? Math.min(width, 280) : Math.round(0.3 * width);
    this.room = stacked ? width : width - this.side - 24;
    this.scales = undefined;
  }

  // ---- one frame

  /** @param {object} run @param {number} epoch - what is shown. @param {boolean} live - whether it trains. */
  draw(run, epoch, live) {
    const open = this.view.get("show_network");
    if (open !== this.shownOpen) this.element.open = this.shownOpen = open; // what the reader folds is told by "toggle"
    if (!open) {
      this.content.remove(); // what is not seen is not drawn, nor kept in the page
      return;
    }
    if (!this.content.isConnected) this.element.append(this.content);
    this.frames = live ? this.frames + 1 : 0;
    if (this.frames % LIVE_FRAMES) return;
    // Read aloud to those who go from unit to unit, and not while numbers change by themselves.
    const listening = !live && this.diagram.element.contains(document.activeElement);
    this.words.setAttribute("aria-live", listening ? "polite" : "off");
    const theta = run.sizes && run.data ? run.thetaAt(epoch) : undefined;
    this.missing.toggleAttribute("hidden", theta !== undefined);
    this.parts.toggleAttribute("hidden", theta === undefined);
    if (theta === undefined) return;
    this.prepare(run, theta);
    this.diagram.build(run, this.room);
    this.small.net.forward(this.small.places);
    const picked = this.view.get("picked");
    this.diagram.draw(run, this.small.net, this.small.places, this.boundary.colours(), picked);
    this.drawLarge(run, epoch, this.partShown(run));
    this.editor.draw(run, theta);
  }

  /** The part under the pointer, or else the one that is picked, or else the output. */
  partShown(run) {
    const part = partOf(this.hovered, run.sizes) ?? partOf(this.view.get("picked"), run.sizes);
    return part ?? { l: run.sizes.length - 1, j: 1 };
  }

  /** Two networks with the weights shown, one for the small fields and one for the large. */
  prepare(run, theta) {
    const key = `${run.sizes} ${run.activations}`;
    if (key !== this.key) {
      this.key = key;
      const made = (cells) => ({ net: new Network(run.sizes, run.activations), cells });
      [this.small, this.fine] = [made(FIELD_CELLS), made(LARGE_CELLS)];
    }
    for (const field of [this.small, this.fine]) {
      field.net.theta.set(theta);
      if (field.plane !== this.boundary.plane) {
        field.plane = this.boundary.plane;
        field.places = gridOver(field.plane, field.cells);
        this.scales = undefined;
      }
    }
  }

  layLarge() {
    const { side } = this;
    const { x, y } = this.boundary.plane;
    this.scales = { x: linearScale(...x, 0, side), y: linearScale(...y, side, 0) };
    setAttributes(this.picture, { viewBox: `0 0 ${side} ${side}`, width: side, height: side });
    setAttributes(this.frame, { width: side, height: side });
    const sharp = Math.round(side * Math.min(window.devicePixelRatio || 1, 2));
    Object.assign(this.canvas, { width: sharp, height: sharp });
    Object.assign(this.canvas.style, { width: `${side}px`, height: `${side}px` });
  }

  drawLarge(run, epoch, { l, j }) {
    if (!this.scales) this.layLarge();
    const { net, places } = this.fine;
    net.forward(places);
    const layer = net.layers[l];
    const [z, a] = [layer.z, layer.a].map((values) => unitValues(values, layer.nOut, j - 1));
    const isOutput = l === run.sizes.length - 1;
    const shades = isOutput ? z.map((value) => Math.tanh(value / 2)) : strengths(a, run.activations[l - 1]);
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.painter.paint(pen, shades, this.boundary.colours(), 0, 0, this.canvas.width);
    setAttributes(this.zero, zeroLine(z, LARGE_CELLS, 0, 0, this.side));
    placeSigns(this, signPlaces(z, LARGE_CELLS, 0, 0, this.side, 12));
    const paths = pointPaths(this.scales, run.data, wrongSide(run, epoch), 2.5);
    this.right.forEach((path, kind) => setAttributes(path, { d: paths.right[kind] }));
    this.wrong.forEach((path, kind) => setAttributes(path, { d: paths.wrong[kind] }));
    const range = [Math.min(...a), Math.max(...a)];
    const words = unitWords({ l, j }, { run, theta: net.theta, range });
    setText(this.words, words);
    setText(this.caption, isOutput ? "the output's field, and the points" : `the field of unit ${j} of layer ${l}`);
    this.picture.setAttribute("aria-label", words);
  }
}
