// Drawing the data by hand: the pens under the plane, and the plane as something to draw on. A press
// puts a point of the pen's class, or takes hold of one that is there; the eraser removes. The keys
// move a cursor, put points and remove them. The points themselves are the model's `drawn`.

import {
  MOST_POINTS,
  coordinate,
  copiedPoints,
  decodePoints,
  encodePoints,
  movedPoint,
  nearestPoint,
  placeOf,
  pointsText,
  withPoint,
  withoutPoint,
} from "./drawn_points.js";
import { formatNumber } from "./scales.js";
import { button, h, setAttributes, setText, svg } from "./dom.js";

const PENS = { 0: "class 0", 1: "class 1", erase: "eraser" };
const REACHES = { mouse: 9, touch: 18 }; // how near to a point a press takes hold of it, in pixels
const CURSOR_STEP = 5; // places that an arrow key moves
const CARRY = 30; // places within which Shift and an arrow key take a point along
const CURSOR_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const PAD_LABEL =
  "Plane to draw on. Arrow keys move the cursor, with Shift they carry the nearest point along. " +
  "0 and 1 put a point, Delete removes the nearest.";

export class Drawing {
  /** @param {View} view - the explorer. @param {BoundaryPlot} plot - the plane. */
  constructor(view, plot) {
    Object.assign(this, { view, plot, at: [100, 100], holding: -1 });
    // An element of its own above the picture: a part of an SVG cannot keep a finger from scrolling.
    this.pad = h("div", { class: "nn-pad", role: "application", tabindex: 0, "aria-label": PAD_LABEL });
    this.cursor = svg("path", { class: "nn-draw-cursor", d: "M-9 0H-3M3 0H9M0 -9V-3M0 3V9", hidden: true });
    plot.handles.append(this.cursor);
    plot.figure.append(this.pad);
    this.tools = this.toolbar();
    this.copy = button("Draw on these points", { class: "nn-small" });
    this.element = h("div", { class: "nn-use nn-drawing" }, this.copy, this.tools);
    view.control("drawing", "Drawing tools", this.element);
    this.listen();
  }

  toolbar() {
    const { view } = this;
    const name = `nn-pens-${Math.random()}`; // no two groups of a page may share it
    this.pens = Object.entries(PENS).map(([value, text]) => {
      const input = h("input", { type: "radio", name, value });
      view.on(input, "change", () => view.set({ pen: value }));
      const mark = value === "erase" ? [] : [h("i", { class: "nn-mark", "data-kind": value })];
      return h("label", { class: "nn-check" }, input, ...mark, text);
    });
    this.clear = button("Remove all", { class: "nn-small" });
    this.count = h("span", { "aria-live": "polite" });
    const note = "Press in the plane to put a point, drag one to move it. All are trained on: none is held out.";
    return h(
      "div",
      { class: "nn-tools" },
      h("div", { class: "nn-pens", role: "radiogroup", "aria-label": "Pen" }, ...this.pens, this.clear),
      h("p", {}, this.count, ". ", note),
    );
  }

  // ---- the state

  get points() {
    return decodePoints(this.view.get("drawn")) ?? [];
  }

  set points(points) {
    this.view.set({ drawn: encodePoints(points) });
  }

  /** Put a point of a class where the cursor is. */
  put(kind) {
    this.points = withPoint(this.points, [...this.at, kind]);
  }

  remove(index) {
    if (index >= 0) this.points = withoutPoint(this.points, index);
  }

  // ---- mouse and finger

  listen() {
    const { view, pad } = this;
    view.on(this.clear, "click", () => (this.points = []));
    view.on(this.copy, "click", () => {
      const points = copiedPoints(view.shown().run.data);
      view.set({ dataset: "drawn", drawn: encodePoints(points) });
    });
    view.on(pad, "pointerdown", (event) => {
      if (event.button !== 0) return;
      pad.setPointerCapture(event.pointerId);
      pad.focus({ preventScroll: true });
      event.preventDefault(); // no text is selected on the way
      this.press(event);
    });
    view.on(pad, "pointermove", (event) => {
      if (pad.hasPointerCapture(event.pointerId)) this.drag(event);
    });
    view.onKey(pad, (event) => this.key(event));
    view.on(pad, "focus", () => view.invalidate());
    view.on(pad, "blur", () => view.invalidate());
  }

  /** The point under a pointer, or -1. */
  under(event) {
    this.at = this.plot.at(event).map(placeOf);
    const { index, distance } = nearestPoint(this.points, this.at);
    const reach = REACHES[event.pointerType === "touch" ? "touch" : "mouse"];
    return (distance / 200) * this.plot.box.width <= reach ? index : -1;
  }

  press(event) {
    this.holding = this.under(event);
    const pen = this.view.get("pen");
    if (pen === "erase") this.remove(this.holding);
    else if (this.holding < 0) {
      const before = this.points.length;
      this.put(Number(pen));
      this.holding = this.points.length > before ? before : -1; // it hangs on the pointer
    }
  }

  drag(event) {
    const under = this.under(event);
    if (this.view.get("pen") === "erase") this.remove(under);
    else if (this.holding >= 0) this.points = movedPoint(this.points, this.holding, this.at);
  }

  // ---- keys

  key(event) {
    const { key } = event;
    const pen = this.view.get("pen");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (key in CURSOR_KEYS) this.step(CURSOR_KEYS[key], event.shiftKey);
    else if (key === "0" || key === "1") this.put(Number(key));
    else if (key === "Delete" || key === "Backspace") this.remove(nearestPoint(this.points, this.at).index);
    else if ((key === "Enter" || key === " ") && pen !== "erase") this.put(Number(pen));
    else if (key === "Enter" || key === " ") this.remove(nearestPoint(this.points, this.at).index);
    else return;
    event.preventDefault(); // the page does not scroll as well
    this.view.invalidate();
  }

  step([right, up], carrying) {
    const { points } = this;
    const { index, distance } = nearestPoint(points, this.at);
    const carried = carrying && distance <= CARRY;
    const [i, j] = carried ? points[index] : this.at;
    const within = (place) => Math.min(Math.max(place, 0), 200);
    this.at = [within(i + CURSOR_STEP * right), within(j + CURSOR_STEP * up)];
    if (carried) this.points = movedPoint(points, index, this.at);
  }

  // ---- one frame

  /** @param {object} run - what is shown. */
  draw(run) {
    const drawing = this.view.get("dataset") === "drawn";
    this.tools.toggleAttribute("hidden", !drawing);
    this.copy.toggleAttribute("hidden", drawing || !run.data);
    this.pad.toggleAttribute("hidden", !drawing);
    const focused = drawing && document.activeElement === this.pad;
    this.cursor.toggleAttribute("hidden", !focused);
    if (!drawing) return;
    const { x: left, y: top, width, height } = this.plot.box;
    for (const [name, value] of Object.entries({ left, top, width, height })) this.pad.style[name] = `${value}px`;
    const pen = this.view.get("pen");
    for (const label of this.pens) label.firstChild.checked = label.firstChild.value === pen;
    const { points } = this;
    this.clear.disabled = !points.length;
    const full = points.length === MOST_POINTS ? ", and no room for more" : "";
    setText(this.count, `${pointsText(points)}${full}${focused ? this.cursorText(points) : ""}`);
    if (!focused) return;
    const [x, y] = this.at.map(coordinate);
    setAttributes(this.cursor, { transform: `translate(${this.plot.x(x)} ${this.plot.y(y)})` });
  }

  cursorText(points) {
    const place = (i) => formatNumber(coordinate(i), 3);
    const { index } = nearestPoint(points, this.at);
    const cursor = `. Cursor at ${this.at.map(place).join(", ")}`;
    if (index < 0) return cursor;
    const [i, j, kind] = points[index];
    return `${cursor}; nearest point: class ${kind} at ${place(i)}, ${place(j)}`;
  }
}
