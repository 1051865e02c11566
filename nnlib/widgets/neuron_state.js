// The neuron explorer without its picture: the state, the geometry of the line, and the points.

import { activations } from "./engine.js";
import { number, oneOf } from "./link.js";
import { Random } from "./random.js";
import { activationText, formatNumber } from "./scales.js";

export const PLANE = 2.5; // both axes go from -2.5 to 2.5
export const W_MOST = 5;
export const B_MOST = 10;
export const ARROW = 0.5; // w is drawn at half its length
const SHORTEST = 1e-9; // weights shorter than this make no line
const LEAST_ARROW = 0.1; // the hand does not make w shorter than this: a line always remains

export const DATA = { none: "none", and: "AND", or: "OR", xor: "XOR", blobs: "Blobs", given: "Given points" };

export const neuronTypes = {
  w1: number(-W_MOST, W_MOST),
  w2: number(-W_MOST, W_MOST),
  b: number(-B_MOST, B_MOST),
  activation: oneOf(Object.keys(activations)),
  data: oneOf(Object.keys(DATA)),
  x1: number(-PLANE, PLANE),
  x2: number(-PLANE, PLANE),
};

/** w · x + b. */
export const preActivation = ({ w1, w2, b }, [x1, x2]) => w1 * x1 + w2 * x2 + b;

/**
 * The line w · x + b = 0: the length of w, the unit normal, the line's signed distance from the origin
 * (positive along w) and its foot, the point next to the origin. Null if there is no line.
 */
export function lineOf({ w1, w2, b }) {
  const norm = Math.hypot(w1, w2);
  if (norm < SHORTEST) return null;
  const normal = [w1 / norm, w2 / norm];
  const away = -b / norm;
  return { norm, normal, away, foot: normal.map((n) => n * away) };
}

/** The ends of the part of the line z = `level` that lies in the picture, or null. */
export function lineInPlane({ norm, normal, away }, level = 0) {
  const start = normal.map((n) => n * (away + level / norm));
  const along = [-normal[1], normal[0]];
  let [low, high] = [-Infinity, Infinity];
  for (const k of [0, 1]) {
    if (Math.abs(along[k]) < 1e-12) {
      if (Math.abs(start[k]) > PLANE) return null;
      continue;
    }
    const ends = [(-PLANE - start[k]) / along[k], (PLANE - start[k]) / along[k]].sort((p, q) => p - q);
    [low, high] = [Math.max(low, ends[0]), Math.min(high, ends[1])];
  }
  if (low >= high) return null;
  return [low, high].map((t) => start.map((s, k) => s + t * along[k]));
}

/** Where the line is taken hold of: away from its foot, where the arrow and the points are. */
export function gripOfLine(line) {
  const along = [-line.normal[1], line.normal[0]];
  const wanted = line.foot.map((f, k) => f - 1.2 * along[k]);
  const ends = lineInPlane(line);
  if (!ends || wanted.every((v) => Math.abs(v) <= PLANE - 0.2)) return wanted;
  const share = (end) => (end[0] - line.foot[0]) * along[0] + (end[1] - line.foot[1]) * along[1];
  const [low, high] = [share(ends[0]) + 0.2, share(ends[1]) - 0.2];
  const t = low > high ? (low + high) / 2 : Math.min(Math.max(-1.2, low), high);
  return line.foot.map((f, k) => f + t * along[k]);
}

const round = (value, digits) => Number(value.toFixed(digits));
export const within = (value, most) => Math.min(Math.max(value, -most), most);

/** The line through a point, with the same weights: only b changes. */
export const lineThrough = ({ w1, w2 }, [x1, x2]) => ({
  b: within(round(-(w1 * x1 + w2 * x2), 3) + 0, B_MOST),
});

/** The line moved along its normal, so many units right and up. */
export function lineMoved(state, right, up) {
  const line = lineOf(state);
  if (!line) return {};
  const [n1, n2] = line.normal;
  return lineThrough(state, [line.foot[0] + right * (Math.abs(n1) > 0.05), line.foot[1] + up * (Math.abs(n2) > 0.05)]);
}

/**
 * New weights by hand. The line turns with them and keeps its distance from the origin: b follows. So
 * a longer w along the same line changes nothing but how steeply the output rises.
 */
export function weightsTo(state, [w1, w2]) {
  const line = lineOf(state);
  const norm = Math.hypot(w1, w2);
  if (norm < SHORTEST) return {};
  const longer = Math.max(1, LEAST_ARROW / norm);
  const b = line ? -line.away * norm * longer : state.b;
  // Where a weight or b would leave its range, all shrink together: the line is the same.
  const fits = Math.min(1, ...[w1, w2].map((w) => W_MOST / Math.abs(w * longer)), B_MOST / Math.abs(b));
  return { w1: round(w1 * longer * fits, 4), w2: round(w2 * longer * fits, 4), b: round(b * fits, 4) };
}

const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore

/** The points of a data set as rows [x1, x2, class]; `given` are the reader's own. */
export function neuronPoints(name, given = []) {
  if (name === "given") return given;
  if (name === "none") return [];
  if (name === "blobs") {
    const [random, middles] = [new Random(2), [[-0.7, -0.5], [0.8, 0.6]]]; // prettier-ignore
    return Array.from({ length: 40 }, (_, i) => [...middles[i % 2].map((m) => m + random.normal(0, 0.75)), i % 2]);
  }
  const rule = { and: (sum) => sum === 2, or: (sum) => sum >= 1, xor: (sum) => sum === 1 }[name];
  return CORNERS.map(([p, q]) => [p, q, Number(rule(p + q))]);
}

/** Whether a point lies on the side of its class: z > 0 for class 1, not for class 0. */
export const onRightSide = (state, [x1, x2, kind]) => preActivation(state, [x1, x2]) > 0 === kind > 0.5;

/** How an output is coloured: -1 is blue, 0 no colour, 1 orange. Unbounded outputs end at 4. */
export function tint(name, a) {
  if (name === "sigmoid") return 2 * a - 1;
  return within(name === "tanh" ? a : a / 4, 1);
}

/** The end of the z axis: the least of a few round numbers that holds all values, with some room. */
export const axisMost = (values) => [2, 5, 10, 20, 50].find((most) => values.every((z) => Math.abs(z) < 0.95 * most));

/** All numbers of the point to try and of the line; distances are null without a line. */
export function neuronNumbers(state) {
  const line = lineOf(state);
  const z = preActivation(state, [state.x1, state.x2]);
  return {
    z,
    a: activations[state.activation].f(z),
    line,
    distance: line && Math.abs(line.away),
    signed: line && z / line.norm,
  };
}

/** What the picture shows, in words. */
export function neuronSentence(state, points) {
  const text = (value) => formatNumber(value, 3);
  const { z, a, line, distance, signed } = neuronNumbers(state);
  const where = line ? `the line lies ${text(distance)} from the origin` : "no weights, so no line";
  const away = line ? `, signed distance to the line ${text(signed)}` : "";
  const said =
    `w = (${text(state.w1)}, ${text(state.w2)}), b = ${text(state.b)}: ${where}. ` +
    `At x = (${text(state.x1)}, ${text(state.x2)}): z = ${text(z)}, ${activationText(state.activation)} gives ${text(a)}${away}.`;
  if (state.data === "none") return said;
  const right = points.filter((point) => onRightSide(state, point)).length;
  return `${said} ${DATA[state.data]}: ${right} of ${points.length} on the right side.`;
}

/** The point to try and all points of the data as numbers, each with what the unit makes of it. */
export function neuronTable(state, points) {
  const { f } = activations[state.activation];
  const all = [[state.x1, state.x2, null], ...points];
  const rows = all.map(([x1, x2, kind], i) => {
    const z = preActivation(state, [x1, x2]);
    return [i ? i : "x", x1, x2, kind, z, f(z), state.w1, state.w2, state.b];
  });
  const columns = ["point", "x1", "x2", "class", "z", "a", "w1", "w2", "b"];
  return { name: `neuron-${state.data === "none" ? state.activation : state.data}`, columns, rows };
}
