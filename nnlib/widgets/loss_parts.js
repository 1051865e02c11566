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

/** A band: its area, and its two edges, which are [x, y] pairs; `points` writes them as an SVG does. */
function band(kind, i, [low, high], points) {
  const edges = [low, high].map((pairs) => svg("polyline", { points: points(pairs) }));
  const group = svg("g", { class: kind, "data-run": i + 1 });
  group.append(svg("polygon", { points: points([...low, ...high.toReversed()]) }), ...edges);
  return group;
}

/** The band of a run's loss, or of that on points held out: `kind` says which, and whether the run is selected. */
export function bandShape(plot, run, i, { low, high }, kind) {
  return band(kind, i, [ownPairs(run, low), ownPairs(run, high)], (pairs) => plot.points(pairs));
}

/** What the bands mean: two parts of a key. */
export function bandKey() {
  const edges = [1.5, 10.5].map((y) => [[0, y], [40, y]]);
  const swatch = (kind) => {
    const shape = band(kind, 0, edges, (pairs) => pairs.join(" "));
    return svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, shape);
  };
  return [
    h("span", {}, swatch("nn-band nn-selected"), "seeds: lowest to highest"),
    h("span", {}, swatch("nn-held-band"), "validation, lowest to highest"),
  ];
}
