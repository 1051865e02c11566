// Loss curves of histories: beside the training loss, the validation loss of the same run as a thinner
// line with circles.

import { LossPlot } from "./loss_plot.js";
import { setAttributes, svg } from "./dom.js";

const CIRCLES = 12; // on each validation curve

export class HistoryPlot extends LossPlot {
  constructor(view, what) {
    super(view, what);
    this.heldDot = svg("circle", { class: "nn-dot nn-held", r: 6 });
    this.dot.after(this.heldDot);
  }

  curve(run, i, selected) {
    const pairs = run.epochs.map((epoch, k) => [epoch, run.validation[k] ?? NaN]);
    const known = pairs.filter(([, value]) => Number.isFinite(value));
    const step = Math.max(1, Math.round(known.length / CIRCLES));
    const circles = known
      .filter((_, k) => k % step === Math.min(step - 1, known.length - 1))
      .map(([epoch, value]) => `M${(this.x(epoch) - 3.5).toFixed(1)} ${this.onY(value).toFixed(1)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`);
    const kind = selected ? "nn-held nn-selected" : "nn-held";
    const held = svg("g", { class: kind, "data-run": i + 1 });
    held.append(svg("polyline", { points: this.points(known) }), svg("path", { d: circles.join("") }));
    return svg("g", {}, super.curve(run, i, selected), held);
  }

  valuesAt(run, epoch) {
    return [run.lossAt(epoch), run.validationAt(epoch)];
  }

  point(run, index, epoch) {
    super.point(run, index, epoch);
    const value = run?.validationAt(epoch);
    this.heldDot.toggleAttribute("hidden", !Number.isFinite(value));
    if (Number.isFinite(value)) {
      setAttributes(this.heldDot, { "data-run": index + 1, cx: this.onX(epoch), cy: this.onY(value) });
    }
  }
}
