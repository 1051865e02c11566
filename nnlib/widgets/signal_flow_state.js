// The signal flow explorer without its picture: its state, and what there is to say about it.

import { beside } from "./csv.js";
import { activations } from "./engine.js";
import { integer, number, oneOf } from "./link.js";
import { activationText, formatNumber } from "./scales.js";
import { endToEnd, flow, gainOf, layerSizes, measuredFactors, rules, singularValues } from "./signal_math.js";

export const DEPTHS = [2, 30];
export const WIDTHS = [4, 8, 16, 32];
export const GAINS = [0.02, 4]; // where the gain can be dragged
export const SEEDS = 1000;
export const GAIN_STOPS = Array.from({ length: 116 }, (_, i) => Number((0.02 * 200 ** (i / 115)).toPrecision(3)));
export const RATE_STOPS = [1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

export const signalTypes = {
  depth: integer(...DEPTHS),
  width: {
    write: String,
    read: (text) => WIDTHS.find((width) => String(width) === text),
  },
  activation: oneOf(Object.keys(activations)),
  rule: oneOf(Object.keys(rules)),
  gain: number(...GAINS),
  lr: number(1e-4, 1),
  seed: integer(0, SEEDS - 1),
};

/** Whether a rule has a gain to choose. */
export const hasGain = (rule) => rule === "gain" || rule === "orthogonal";

/** A gain of three digits within its limits; it belongs to a rule that has one. */
export function gainAt(rule, gain) {
  const value = Number(Math.min(Math.max(gain, GAINS[0]), GAINS[1]).toPrecision(3));
  return { gain: value, rule: hasGain(rule) ? rule : "gain" };
}

/** All numbers of a state. */
export function survey(state) {
  const net = flow(state);
  const sizes = layerSizes(net, state.lr);
  return { sizes, factors: measuredFactors(sizes), singular: singularValues(endToEnd(net), state.width) };
}

/** What becomes of the error signal from the last layer to the first. */
function verdict(share) {
  if (share === 0) return "no error signal arrives";
  if (share < 0.01) return "it vanishes";
  return share > 100 ? "it explodes" : "it keeps its size, within a factor of 100";
}

/** What a step does to the weights. */
function updateText({ rule, lr }, sizes) {
  if (rule === "zeros") return ""; // no share of nothing
  const [first, last] = [sizes[0], sizes.at(-1)].map(({ update }) => formatNumber(update, 2));
  return ` A step with the rate ${formatNumber(lr, 3)} changes the first layer’s weights by ${first} of their size, the last’s by ${last}.`;
}

/** What the picture shows, in words. `found` is survey(state). */
export function signalSentence(state, found = survey(state)) {
  const { sizes, factors, singular } = found;
  const { activation, depth, width, rule } = state;
  const gain = formatNumber(gainOf(state), 3);
  const share = sizes.at(-1).error > 0 ? sizes[0].error / sizes.at(-1).error : 0;
  const [forward, spread, backward] = ["forward", "spread", "backward"].map((way) => formatNumber(factors[way], 2));
  const near = singular.filter((value) => value > singular[0] / 10).length;
  const spectrum = singular[0] > 0
    ? `Of the ${width} singular values of the whole Jacobian the largest is ${formatNumber(singular[0], 2)}, and ${near} ${near === 1 ? "lies" : "lie"} within a factor of 10 of it.`
    : "The whole Jacobian is zero.";
  return (
    `${activationText(activation)}, ${depth} layers of ${width} units, ${rules[rule].text} (gain ${gain}). ` +
    `A layer multiplies activations by ${forward}, differences between samples by ${spread}, and error signals on their way back by ${backward}. ` +
    `The first layer’s error signal is ${formatNumber(share, 2)} of the last’s: ${verdict(share)}. ${spectrum}${updateText(state, sizes)}`
  );
}

/** The pictures by layer as numbers; beside them the singular values. */
export function signalTable(state) {
  const { sizes, singular } = survey(state);
  const layers = {
    columns: ["layer", "activations", "differences of samples", "error signals", "update / weights"],
    rows: sizes.map(({ activation, spread, error, update }, l) => [l + 1, activation, spread, error, update]),
  };
  const spectrum = { columns: ["number", "singular value"], rows: singular.map((value, i) => [i + 1, value]) };
  return { name: `signal-flow-${state.activation}`, ...beside(layers, spectrum) };
}
