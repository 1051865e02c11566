// What the loss plot draws of a run: its own part, what it shares with the run from which it has
// branched, and the band between the lowest and the highest of several seeds.

import { h, svg } from "./dom.js";

const ownStart = (run) => run.from ?? -Infinity;

/** The [epoch, value] pairs of a curve that are a run's own. */
export const ownPairs = (run, values) =>
  run.epochs.map((epoch, k) => [epoch, values[k] ?? NaN]).filter(([epoch]) => epoch >= ownStart(run));

/** Those of its loss that it shares with its parent. */
export const sharedPairs = (run) =>
  run.epochs.map((epoch, k) => [epoch, run.loss[k]]).filter(([epoch]) => epoch <= ownStart(run));

/** The band of a run: its area, and its edges in the run's own kind of line. */
export function bandShape(plot, run, i, selected) {
  const [low, high] = [run.band.low, run.band.high].map((values) => ownPairs(run, values));
  const kind = selected ? "nn-band nn-selected" : "nn-band";
  const group = svg("g", { class: kind, "data-run": i + 1 });
  const area = plot.points([...low, ...high.toReversed()]);
  const edges = [low, high].map((pairs) => svg("polyline", { points: plot.points(pairs) }));
  group.append(svg("polygon", { points: area }), ...edges);
  return group;
}

/** What a band means: a part of a key. */
export function bandKey() {
  const edges = [1.5, 10.5].map((y) => svg("polyline", { points: `0,${y} 40,${y}` }));
  const band = svg("g", { class: "nn-band nn-selected", "data-run": 1 });
  band.append(svg("polygon", { points: "0,1.5 40,1.5 40,10.5 0,10.5" }), ...edges);
  const swatch = svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, band);
  return h("span", {}, swatch, "seeds: lowest to highest");
}
