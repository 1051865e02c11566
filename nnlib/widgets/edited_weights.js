// Weights that a reader has set by hand, and the gradient at them. As a text, for a link and for the
// settings of a run, they are exact: base64 of their 8-byte floats, in letters that need no escape.
// nnlib/widgets/edited.py has the same rule.

import { Network, losses } from "./engine.js";
import { countParameters } from "./network_parts.js";

export const MOST_EDITABLE = 128; // parameters: as many as a link can hold and a reader can have in view

export function weightsText(theta) {
  const bytes = new Uint8Array(Float64Array.from(theta).buffer);
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The weights of a text, or undefined if it is none that weightsText writes. */
export function weightsOf(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes.length % 8 || bytes.length > 8 * MOST_EDITABLE) return undefined;
  const weights = new Float64Array(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)).buffer);
  return weights.every(Number.isFinite) ? weights : undefined;
}

/** The value of a link: the text itself. */
export const editedText = {
  write: String,
  read: (text) => (weightsOf(text) ? text : undefined),
};

/** Whether weights set by hand are those of a network with these hidden widths. */
export const weightsFit = ({ edited, hidden }) =>
  weightsOf(edited)?.length === countParameters([2, ...hidden, 1]);

/** Why a run's network cannot be edited, in words; undefined if it can. */
export function whyNotEditable({ sizes, activations }) {
  const P = countParameters(sizes);
  if (P > MOST_EDITABLE) return `This network has ${P} parameters. Up to ${MOST_EDITABLE} can be edited here.`;
  const last = activations.at(-1);
  const uniform = new Set(activations.slice(0, -1)).size <= 1 && sizes.length <= 6;
  if (last === "identity" && uniform) return undefined;
  return "Only networks with one activation in all hidden layers, and none after the output, can be edited here.";
}

/** The settings by which a run starts from a network like that of another run, with these weights. */
export function editedSettings({ sizes, activations, settings }, theta) {
  const { dataset, noise, points, drawn } = settings ?? { dataset: "given" };
  const data = settings ? { dataset, noise, points, ...(dataset === "drawn" ? { drawn } : {}) } : { dataset };
  const activation = sizes.length > 2 ? { activation: activations[0] } : {};
  return { ...data, ...activation, hidden: sizes.slice(1, -1), start: "edited", edited: weightsText(theta) };
}

/**
 * The mean loss over points, and its gradient with respect to every parameter, by backpropagation.
 * @returns {{loss: number, grad: Float64Array} | undefined} undefined if there are no points.
 */
export function gradientAt({ sizes, activations }, theta, { x, y }) {
  if (!y.length) return undefined;
  const net = new Network(sizes, activations);
  net.theta.set(theta);
  const out = net.forward(x);
  const loss = losses.BinaryCrossEntropy.value(out, y, y.length);
  net.backward(losses.BinaryCrossEntropy.grad(out, y, y.length));
  return { loss, grad: net.grad };
}

/** What a nudge makes of a value: a step further, without the digits that only rounding makes. */
export const nudged = (value, step) => Number((value + step).toPrecision(12));
