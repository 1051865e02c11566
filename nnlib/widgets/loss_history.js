// Loss curves of histories: beside the training loss, the validation loss of every run, and a second
// dot on it.

import { LossPlot } from "./loss_plot.js";
import { setAttributes, svg } from "./dom.js";

export class HistoryPlot extends LossPlot {
  constructor(view, what) {
    super(view, what);
    this.heldDot = svg("circle", { class: "nn-dot nn-held", r: 6 });
    this.dot.after(this.heldDot);
  }

  drawsHeld() {
    return true;
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
