// The points held out from training, on the plane: smaller marks than those trained on, and hollow.

import { pointPaths } from "./boundary_plot.js";
import { shareRight, wrongSide } from "./training_run.js";
import { setAttributes, svg } from "./dom.js";

const HELD_RADIUS = 2.4;

export class HeldPoints {
  /** @param {View} view - the explorer. @param {BoundaryPlot} plot - where they are drawn. */
  constructor(view, plot) {
    Object.assign(this, { view, plot });
    this.layer = svg("g", { class: "nn-held-points" });
    const path = (kind, more = "") => svg("path", { class: `nn-held-${kind}${more}` });
    this.right = [path(0), path(1)];
    this.wrong = [path(0, " nn-held-wrong"), path(1, " nn-held-wrong")];
    this.layer.append(...this.right, ...this.wrong);
    plot.content.append(this.layer);
    this.box = view.check("show_held", "validation points (smaller, hollow)");
  }

  /** Draw them if they are to be seen. Returns the share of them on the right side, if so. */
  draw(run, epoch) {
    const held = run.sizes && run.data?.held;
    this.view.offer("show_held", Boolean(held));
    const theta = held && this.view.get("show_held") ? run.thetaAt(epoch) : undefined;
    this.layer.toggleAttribute("hidden", theta === undefined);
    if (theta === undefined) return undefined;
    const wrong = wrongSide(run, epoch, held);
    const paths = pointPaths(this.plot, held, wrong, HELD_RADIUS);
    for (const name of ["right", "wrong"]) {
      this[name].forEach((part, kind) => setAttributes(part, { d: paths[name][kind] }));
    }
    return shareRight(wrong);
  }
}
