// A picture with two axes, as SVG in the style sheet's colours: sharp at any size, and dark by itself.
// `content` is cut off at the frame; `handles` lie on top. Both are the explorer's to fill.

import { setAttributes, setText, svg } from "./dom.js";
import { formatNumber, linearScale, logScale, tickDigits } from "./scales.js";

const PLOT_MARGIN = { left: 50, right: 14, top: 14, bottom: 40 };

export class Plot {
  /** @param {{label: string, xTitle?: string, yTitle?: string, margin?: object}} what */
  constructor({ label, xTitle = "", yTitle = "", margin = {} }) {
    this.margin = { ...PLOT_MARGIN, ...margin };
    this.frame = svg("rect", { class: "nn-frame" });
    this.grid = svg("g", { class: "nn-grid" });
    this.content = svg("svg", { class: "nn-content" }); // an inner svg cuts off what leaves it
    this.handles = svg("g", { class: "nn-handles" });
    this.xTitle = svg("text", { class: "nn-axis-title", "text-anchor": "middle" }, xTitle);
    this.yTitle = svg("text", { class: "nn-axis-title", "text-anchor": "middle" }, yTitle);
    this.picture = svg(
      "g",
      { role: "img", "aria-label": label },
      ...[this.frame, this.grid, this.content, this.xTitle, this.yTitle],
    );
    this.element = svg("svg", { class: "nn-plot" }, this.picture, this.handles);
  }

  /** Say what the picture shows, for those who cannot see it. */
  describe(text) {
    this.picture.setAttribute("aria-label", text);
  }

  resize(width, height) {
    const { left, right, top, bottom } = this.margin;
    Object.assign(this, { width, height });
    this.box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
    const { box } = this;
    setAttributes(this.element, { viewBox: `0 0 ${width} ${height}`, width, height });
    setAttributes(this.frame, box);
    setAttributes(this.content, { ...box, viewBox: Object.values(box).join(" ") });
    setAttributes(this.xTitle, { x: box.x + box.width / 2, y: height - 6 });
    setAttributes(this.yTitle, { transform: `translate(12 ${box.y + box.height / 2}) rotate(-90)` });
  }

  /**
   * Set the scales this.x and this.y, and draw their ticks.
   * @param {{low: number, high: number, log?: boolean, whole?: boolean, title?: string}} x - `whole` if
   *   it counts things: there is no layer 1.5. @param {object} y - likewise.
   */
  axes(x, y) {
    const { box } = this;
    const [right, bottom] = [box.x + box.width, box.y + box.height];
    this.x = (x.log ? logScale : linearScale)(x.low, x.high, box.x, right);
    this.y = (y.log ? logScale : linearScale)(y.low, y.high, bottom, box.y);
    if (x.title !== undefined) setText(this.xTitle, x.title);
    if (y.title !== undefined) setText(this.yTitle, y.title);
    const key = JSON.stringify([x, y, box]);
    if (key === this.key) return; // the same ticks
    this.key = key;
    const xTicks = this.x.ticks(Math.max(3, Math.round(box.width / 70))).filter((tick) => !x.whole || Number.isInteger(tick));
    const yTicks = this.y.ticks(Math.max(3, Math.round(box.height / 50)));
    const [xDigits, yDigits] = [tickDigits(xTicks, 4), tickDigits(yTicks, 3)];
    const across = xTicks.flatMap((tick) => [
      svg("line", { x1: this.x(tick), x2: this.x(tick), y1: box.y, y2: bottom }),
      svg("text", { x: this.x(tick), y: bottom + 17, "text-anchor": "middle" }, formatNumber(tick, xDigits)),
    ]);
    const up = yTicks.flatMap((tick) => [
      svg("line", { x1: box.x, x2: right, y1: this.y(tick), y2: this.y(tick) }),
      svg("text", { x: box.x - 6, y: this.y(tick) + 4, "text-anchor": "end" }, formatNumber(tick, yDigits)),
    ]);
    this.grid.replaceChildren(...across, ...up);
  }

  /** The points of a polyline through [x, y] pairs; what is not a finite number is left out. */
  points(pairs) {
    const far = 1e4; // a value beyond the frame is cut off anyway, and must not overflow
    return pairs
      .map(([x, y]) => [this.x(x), this.y(y)])
      .filter(([x, y]) => Number.isFinite(x) && !Number.isNaN(y))
      .map(([x, y]) => `${x.toFixed(1)},${Math.min(Math.max(y, -far), far).toFixed(1)}`)
      .join(" ");
  }

  /** The place of an x (a y) in pixels, kept inside the frame. */
  onX(x) {
    return Math.min(Math.max(this.x(x), this.box.x), this.box.x + this.box.width);
  }

  onY(y) {
    return Math.min(Math.max(this.y(y), this.box.y), this.box.y + this.box.height);
  }

  /** The coordinates [x, y] under a pointer event. */
  at(event) {
    const box = this.element.getBoundingClientRect();
    return [
      this.x.invert(((event.clientX - box.left) * this.width) / box.width),
      this.y.invert(((event.clientY - box.top) * this.height) / box.height),
    ];
  }
}
