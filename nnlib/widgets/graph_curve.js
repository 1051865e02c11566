// The value of an expression along one of its variables: the curve below the graph.

import { valuesOf } from "./graph_math.js";

const POINTS = 160;

/** Pieces of [x, y] points over [-most, most]; where there is no value, or a jump, a piece ends. */
export function curveOf({ nodes, inputs, by }, most) {
  const points = Array.from({ length: POINTS + 1 }, (_, i) => {
    const x = most * ((2 * i) / POINTS - 1);
    return [x, valuesOf(nodes, { ...inputs, [by]: x }).at(-1)];
  });
  const { low, high } = rangeOf([points], points[POINTS / 2][1]);
  const pieces = [[]];
  for (const point of points) {
    const last = pieces.at(-1).at(-1);
    const jump = last && (last[1] - high) * (point[1] - low) < 0 && (last[1] - low) * (point[1] - high) < 0 && Math.abs(last[1] - point[1]) > high - low;
    if (jump || !Number.isFinite(point[1])) pieces.push([]);
    if (Number.isFinite(point[1])) pieces.at(-1).push(point);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** An axis for the curve without its extremes, and for a value that has to be on it. */
export function rangeOf(pieces, value) {
  const sorted = pieces.flat().map(([, y]) => y).filter((y) => Math.abs(y) < 1e12).sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const wanted = Math.abs(value) < 1e12 ? [value] : [];
  const [low, high] = [Math.min(at(0.04), ...wanted), Math.max(at(0.88), ...wanted)];
  const size = Math.max(Math.abs(low), Math.abs(high), 1);
  const room = high - low > 1e-6 * size ? 0.08 * (high - low) : 0.1 * size; // a constant has no extent of its own
  return { low: low - room, high: high + room };
}

/** The ends in pixels of a line through a point; null where there is no such line. */
export function slopeLine(plot, x, y, slope) {
  if (!Number.isFinite(y) || !Number.isFinite(slope)) return null;
  const far = 1e5;
  const { low, high } = plot.x;
  const height = (at) => Math.min(Math.max(plot.y(y + slope * (at - x)), -far), far);
  // A steep line is cut off in x, not bent by the limits above.
  const reach = Math.min(high - low, (2 * Math.abs(plot.y.high - plot.y.low)) / Math.max(Math.abs(slope), 1e-12));
  const [from, to] = [x - reach, x + reach];
  return { x1: plot.x(from).toFixed(1), x2: plot.x(to).toFixed(1), y1: height(from).toFixed(1), y2: height(to).toFixed(1) };
}
