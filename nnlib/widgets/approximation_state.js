// The universal approximation explorer without its picture: targets, bumps, the network that is their
// sum, and its training.

import { beside } from "./csv.js";
import { Network, losses, optimizers, trainStep } from "./engine.js";
import { integer, list, number, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";

export const PLACES = Float64Array.from({ length: 201 }, (_, i) => i / 200);
export const HEIGHT_MOST = 1.5;
export const STEPS_MOST = 500;
export const BUMPS = { low: 2, high: 16 };
export const STEEPNESS = [5, 10, 20, 50, 100, 200, 500, 1000];
export const ADAM_RATES = [0.001, 0.003, 0.01];
export const UNITS = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU" };

export const TARGETS = {
  wave: { text: "a wave", f: (x) => Math.sin(2 * Math.PI * x) },
  hill: { text: "a hill", f: (x) => Math.exp(-40 * (x - 0.5) ** 2) },
  tent: { text: "a tent", f: (x) => 1 - 4 * Math.abs(x - 0.5) },
  chirp: { text: "a chirp", f: (x) => Math.sin(6 * Math.PI * x ** 2) },
  jump: { text: "a jump", f: (x) => (x < 0.4 ? -0.6 : 0.7) },
  given: { text: "the given curve" },
};

export const approximationTypes = {
  target: oneOf(Object.keys(TARGETS)),
  heights: list(number(-HEIGHT_MOST, HEIGHT_MOST), "~", BUMPS.high),
  steepness: number(STEEPNESS[0], STEEPNESS.at(-1)),
  units: oneOf(Object.keys(UNITS)),
  rate: number(1e-4, 0.01),
  steps: integer(0, STEPS_MOST),
};

/** The target at all places; `given` are the values of the reader's own. */
export const targetValues = (name, given) =>
  name === "given" ? Float64Array.from(given) : PLACES.map(TARGETS[name].f);

/** The n + 1 edges of n bumps that share [0, 1]; the outermost lie a width outside: the ends do not sag. */
export const bumpEdges = (n) =>
  Array.from({ length: n + 1 }, (_, j) => (j === 0 ? -1 / n : j === n ? 1 + 1 / n : j / n));

export const middleOf = (j, n) => (j + 0.5) / n;

/** The step that the units make, from 0 to 1, of t = k (x - s): two ReLUs make a ramp of the same slope. */
export const unitStep = (units, t) =>
  units === "relu" ? Math.max(t / 4 + 0.5, 0) - Math.max(t / 4 - 0.5, 0) : 0.5 * (1 + Math.tanh(0.5 * t));

/** Bump j of height 1 at x. */
export function bump({ units, steepness, heights }, j, x) {
  const s = bumpEdges(heights.length);
  return unitStep(units, steepness * (x - s[j])) - unitStep(units, steepness * (x - s[j + 1]));
}

/** Heights that give each of n bumps the value of a curve in its middle. */
export const heightsOf = (n, f) => Array.from({ length: n }, (_, j) => Number(f(middleOf(j, n)).toFixed(3)) + 0);

/** A curve between the places, from its values there. */
export function valueAt(values, x) {
  const i = Math.min(Math.floor(x * 200), 199);
  return values[i] + (x * 200 - i) * (values[i + 1] - values[i]);
}

/** So many bumps instead, with the heights that stood there. */
export const resampled = (heights, n) => heightsOf(n, (x) => heights[Math.floor(x * heights.length)]);

/**
 * The network whose output is the sum of the bumps. Where one bump ends the next begins, so they share
 * a step, and a step's output weight is the difference of two heights. tanh makes the same steps:
 * sigmoid(z) = (1 + tanh(z / 2)) / 2, and the halves add up to zero.
 */
export function networkByHand({ heights, steepness: k, units }) {
  const s = bumpEdges(heights.length);
  const rise = s.map((_, j) => (heights[j] ?? 0) - (heights[j - 1] ?? 0));
  const half = units === "tanh" ? 0.5 : 1;
  let [W, b, out] = [s.map(() => k * half), s.map((edge) => -k * half * edge), rise.map((r) => r * half)];
  if (units === "relu") {
    W = [...s, ...s].map(() => k / 4);
    b = [0.5, -0.5].flatMap((end) => s.map((edge) => end - (k / 4) * edge));
    out = [...rise, ...rise.map((r) => -r)];
  }
  const net = new Network([1, b.length, 1], [units, "identity"]);
  net.theta.set([...W, ...b, ...out, 0]);
  return net;
}

/** Where each hidden unit of the network switches: x = -b / w. */
export function switches(net) {
  const { W, b } = net.layers[1];
  return [...W].map((w, j) => -b[j] / w).filter(Number.isFinite);
}

/** Training of the network from the bumps on, by Adam, each step on all places. */
export class Training {
  constructor(state, values) {
    this.values = values;
    this.net = networkByHand(state);
    this.optimizer = new optimizers.Adam(state.rate);
    this.thetas = [this.net.theta.slice()]; // after each step
    this.losses = []; // before each step
  }

  get done() {
    return this.thetas.length - 1;
  }

  advance() {
    this.net.theta.set(this.thetas.at(-1));
    this.losses.push(trainStep(this.net, losses.MSE, this.optimizer, PLACES, this.values));
    this.thetas.push(this.net.theta.slice());
  }

  /** The outputs after so many steps, at all places. */
  outputAt(step) {
    this.net.theta.set(this.thetas[step]);
    return this.net.forward(PLACES).slice();
  }
}

/** The largest error, where it is (of equal ones the leftmost), and the mean squared error. */
export function errorsOf(output, values) {
  const away = output.map((out, i) => Math.abs(out - values[i]));
  const largest = away.reduce((p, q) => Math.max(p, q));
  const index = away.findIndex((error) => error >= largest - 1e-9);
  return { largest, index, at: PLACES[index], meanSquared: losses.MSE.value(output, values, values.length) };
}

/** The ends of the loss axis: powers of ten around all losses, at least one decade. */
export function lossAxis(all) {
  const inside = all.map((loss) => Math.log10(Math.max(loss, 1e-12)));
  const low = Math.floor(inside.reduce((p, q) => Math.min(p, q)));
  const high = Math.ceil(inside.reduce((p, q) => Math.max(p, q)));
  return { low: 10 ** low, high: 10 ** Math.max(high, low + 1) };
}

/** What the picture shows, in words. */
export function approximationSentence({ target, heights, units }, hidden, steps, error) {
  const text = (value) => formatNumber(value, 3);
  const trained = steps ? `, after ${steps} steps of training` : "";
  return (
    `${heights.length} bumps for ${TARGETS[target].text}, from ${hidden} ${UNITS[units]} units${trained}: ` +
    `largest error ${text(error.largest)} at x = ${text(error.at)}, mean squared error ${text(error.meanSquared)}.`
  );
}

/**
 * Both pictures as numbers: the curve, the network and (before training) each bump at all places; beside
 * them the loss after each step of training.
 */
export function approximationTable(state, values, output, training) {
  const bumps = state.steps ? [] : state.heights.map((_, j) => j);
  const rows = [...PLACES].map((x, i) => [x, values[i], output[i], ...bumps.map((j) => state.heights[j] * bump(state, j, x))]);
  const past = [...training.losses.slice(0, state.steps), errorsOf(output, values).meanSquared];
  const curves = { columns: ["x", "curve", "network", ...bumps.map((j) => `bump ${j + 1}`)], rows };
  const losses = { columns: ["step of training", "mean squared error"], rows: past.map((loss, step) => [step, loss]) };
  return { name: `approximation-${state.target}`, ...beside(curves, losses) };
}
