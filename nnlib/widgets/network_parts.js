// The parts of a network by name, where they stand in theta, in the diagram, and in words. No page
// here. A part is {l, j} for unit j of layer l, with k for the weight from unit k, or with bias: true;
// l, j and k count from 1, as the book does. Its name is "l.j", "l.j.k" or "l.j.b".

import { activationText, formatNumber } from "./scales.js";

export const MOST_SHOWN = 8; // units of a layer

/** The value of a link: the name of a part, or nothing. */
export const partName = {
  write: String,
  read: (text) => (/^(\d{1,3}\.\d{1,3}(\.(b|\d{1,3}))?)?$/.test(text) ? text : undefined),
};

export const nameOf = ({ l, j, k, bias }) => [l, j, bias ? "b" : k].filter(Boolean).join(".");

/** The part of this name in a network of these sizes, or undefined if there is none. */
export function partOf(name, sizes) {
  const [l, j, last] = name.split(".");
  const part = { l: Number(l), j: Number(j) };
  if (last === "b") part.bias = true;
  else if (last !== undefined) part.k = Number(last);
  const within = (i, n) => i >= 1 && i <= n;
  const exists = within(part.l, sizes.length - 1) && within(part.j, sizes[part.l]);
  return exists && (part.k === undefined || within(part.k, sizes[part.l - 1])) ? part : undefined;
}

/** How many parameters a network of these sizes has: P. */
export const countParameters = (sizes) =>
  sizes.slice(1).reduce((sum, n, l) => sum + n * (sizes[l] + 1), 0);

/** Where a weight or bias stands in theta: W1 row by row, b1, W2, b2, ... */
export function indexOf({ l, j, k, bias }, sizes) {
  const start = countParameters(sizes.slice(0, l));
  const [nIn, nOut] = [sizes[l - 1], sizes[l]];
  return start + (bias ? nOut * nIn + j - 1 : (j - 1) * nIn + k - 1);
}

/** The weights into a unit, and its bias. */
export function parametersOf({ l, j }, sizes) {
  const weights = Array.from({ length: sizes[l - 1] }, (_, k) => ({ l, j, k: k + 1 }));
  return [...weights, { l, j, bias: true }];
}

// ---- in the diagram

/**
 * Where the units stand: a column for each layer, the input first. Of a wide layer the first eight.
 * @returns {{height: number, side: number, columns: {x: number, units: {x: number, y: number}[],
 *   n: number}[]}} the upper left corner of each unit, a square of this side.
 */
export function diagramLayout(sizes, width) {
  const side = width < 380 && sizes.length > 4 ? 30 : 36;
  const step = side + 8;
  const [head, foot] = [22, 20];
  const tallest = Math.min(MOST_SHOWN, Math.max(...sizes));
  const inner = tallest * step - 8;
  const columns = sizes.map((n, l) => {
    const shown = Math.min(n, MOST_SHOWN);
    const x = 22 + (l * (width - side - 28)) / (sizes.length - 1); // left of it the inputs' names
    const top = head + (inner - shown * step + 8) / 2;
    return { x, n, units: Array.from({ length: shown }, (_, j) => ({ x, y: top + j * step })) };
  });
  return { height: head + inner + foot, side, columns };
}

/** The width of a connection's line: it grows with |w|, and ends growing for large ones. */
export const lineWidth = (w) => 0.8 + 6 * Math.tanh(Math.abs(w) / 4);

/** The strength from -1 to 1 with which a value of an activation is painted. */
export function strengths(values, activation) {
  const bounded = activation === "tanh" || activation === "sigmoid";
  const most = values.reduce((m, value) => (Number.isFinite(value) ? Math.max(m, Math.abs(value)) : m), 0);
  const scale = bounded ? 1 : most || 1;
  return values.map((value) => (Number.isNaN(value) ? 0 : Math.min(Math.max(value / scale, -1), 1)));
}

/** Where on a grid a field is largest, and where it is smallest: their indices. */
export function extremes(values) {
  let [low, high] = [0, 0];
  values.forEach((value, i) => {
    if (value > values[high]) high = i;
    if (value < values[low]) low = i;
  });
  return { low, high };
}

/** Every n-th value from the j-th: one unit's in an array of a whole layer's. */
export const unitValues = (values, n, j) =>
  Float64Array.from({ length: values.length / n }, (_, i) => values[i * n + j]);

// ---- in words

const NUMBER_DIGITS = 3;
const text = (value) => formatNumber(value, NUMBER_DIGITS);
const signed = (value) => `${value < 0 ? "−" : "+"} ${text(Math.abs(value))}`;
const activationWord = (name) => (name === "identity" ? "" : activationText(name));

/** What a unit computes: tanh(1.2 x₁ − 0.4 x₂ + 0.3). */
export function unitFormula({ l, j }, sizes, activations, theta) {
  const values = parametersOf({ l, j }, sizes).map((part) => theta[indexOf(part, sizes)]);
  const bias = values.pop();
  const word = activationWord(activations[l - 1]);
  if (l > 1) {
    const inputs = `${values.length} weighted ${values.length === 1 ? "activation" : "activations"}`;
    return `${word ? `${word} of ` : ""}${inputs} and the bias ${text(bias)}`;
  }
  const inside = `${text(values[0])} x₁ ${signed(values[1])} x₂ ${signed(bias)}`;
  return word ? `${word}(${inside})` : inside;
}

/**
 * A unit in words.
 * @param {{run: {sizes: number[], activations: string[]}, theta: ArrayLike<number>, range: number[]}} what -
 *   `range` is the lowest and the highest value over the plane.
 */
export function unitWords(part, { run: { sizes, activations }, theta, range }) {
  const last = sizes.length - 1;
  const formula = unitFormula(part, sizes, activations, theta);
  const [low, high] = range.map(text);
  if (part.l === last) {
    return `Output: ${formula}. Over the plane it goes from ${low} to ${high}. On the line the network is undecided.`;
  }
  const reach = low === high ? `is ${low} everywhere` : `goes from ${low} to ${high}`;
  const words = `Unit ${part.j} of layer ${part.l}: ${formula}. Over the plane it ${reach}.`;
  if (part.l < last - 1) return words;
  return `${words} The output takes it times ${text(theta[indexOf({ l: last, j: 1, k: part.j }, sizes)])}.`;
}

/** A weight or bias in words, as its control is called. */
export function parameterWords({ l, j, k, bias }, sizes) {
  const unit = l === sizes.length - 1 ? "the output" : `unit ${j} of layer ${l}`;
  if (bias) return `Bias of ${unit}`;
  return `Weight from ${l === 1 ? `x${"₀₁₂"[k]}` : `unit ${k} of layer ${l - 1}`} to ${unit}`;
}
