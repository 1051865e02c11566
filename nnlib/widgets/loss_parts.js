// What the loss plot draws of a run: its own part, what it shares with the run from which it has
// branched, and the bands between the lowest and the highest of several seeds.

import { h, svg } from "./dom.js";

const ownStart = (run) => run.from ?? -Infinity;

/** The [epoch, value] pairs of a curve that are a run's own. */
export const ownPairs = (run, values) =>
  run.epochs.map((epoch, k) => [epoch, values[k] ?? NaN]).filter(([epoch]) => epoch >= ownStart(run));

/** Those of its loss that it shares with its parent. */
export const sharedPairs = (run) =>
  run.epochs.map((epoch, k) => [epoch, run.loss[k]]).filter(([epoch]) => epoch <= ownStart(run));

/** A band: its area, and its two edges. `kind` says of which loss, and whether the run is selected. */
function band(kind, i, low, high) {
  const edges = [low, high].map((points) => svg("polyline", { points: points.join(" ") }));
  const group = svg("g", { class: kind, "data-run": i + 1 });
  group.append(svg("polygon", { points: [...low, ...high.toReversed()].join(" ") }), ...edges);
  return group;
}

/** The band of a run's training loss: filled, its edges in the run's own kind of line. */
export function bandShape(plot, run, i, selected) {
  const { low, high } = pointsOf(plot, run, run.band);
  return band(selected ? "nn-band nn-selected" : "nn-band", i, low, high);
}

/** That of its loss on points held out: empty between dotted edges. */
export function heldBandShape(plot, run, i) {
  const { low, high } = pointsOf(plot, run, run.heldBand);
  return band("nn-held-band", i, low, high);
}

function pointsOf(plot, run, { low, high }) {
  const points = (values) => plot.points(ownPairs(run, values)).split(" ");
  return { low: points(low), high: points(high) };
}

/** What the bands mean: two parts of a key. */
export function bandKey() {
  const swatch = (kind) => {
    const edges = [1.5, 10.5].map((y) => [`0,${y}`, `40,${y}`]);
    return svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, band(kind, 0, ...edges));
  };
  return [
    h("span", {}, swatch("nn-band nn-selected"), "seeds: lowest to highest"),
    h("span", {}, swatch("nn-held-band"), "validation, lowest to highest"),
  ];
}
