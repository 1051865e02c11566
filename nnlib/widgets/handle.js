// A thing that can be dragged in a picture: by mouse, by finger and by the arrow keys.

import { setAttributes, svg } from "./dom.js";

const FINGER = 22; // radius in pixels of what can be touched: 44 across, a fingertip
const STEP_KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
  PageDown: [-10, 0],
  PageUp: [10, 0],
};

export class Handle {
  /**
   * @param {View} view - whose picture it is in.
   * @param {Plot} plot - gives the coordinates; the handle is put on top of it.
   * @param {{label: string, drag: function, step: function}} what - `drag(x, y)` moves it to a place
   *   in the plot's coordinates, `step(right, up)` by so many small steps (keys: 1, pages: 10).
   *   Both do so by `view.set`.
   */
  constructor(view, plot, { label, drag, step }) {
    Object.assign(this, { view, plot, drag, step });
    this.element = svg(
      "g",
      { class: "nn-handle", role: "slider", tabindex: 0, "aria-label": label },
      svg("circle", { class: "nn-reach", r: FINGER }),
      svg("circle", { class: "nn-grip", r: 8 }),
    );
    plot.handles.append(this.element);
    this.listen();
  }

  listen() {
    const { view, element } = this;
    view.on(element, "pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      element.focus();
      event.preventDefault(); // no text is selected on the way
    });
    // `touch-action` has no effect on a part of an SVG: without this, a finger would scroll the page instead.
    view.on(element, "touchstart", (event) => event.preventDefault());
    view.on(element, "pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.drag(...this.plot.at(event));
    });
    view.onKey(element, (event) => {
      if (!(event.key in STEP_KEYS)) return;
      this.step(...STEP_KEYS[event.key]);
      event.preventDefault(); // the page does not scroll as well
    });
  }

  /** Put it at a place of the plot; `text` and `value` (in [low, high]) say to a screen reader where that is. */
  place(x, y, { text, value, low, high }) {
    const { plot } = this;
    const [px, py] = [plot.onX(x), plot.onY(y)]; // it stays in reach at the rim
    setAttributes(this.element, {
      transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})`,
      "aria-valuenow": value,
      "aria-valuemin": low,
      "aria-valuemax": high,
      "aria-valuetext": text,
    });
  }
}
