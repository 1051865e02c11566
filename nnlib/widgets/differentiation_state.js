// The differentiation explorer without its picture: its state, and what there is to say about it.

import { flag, number, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";
import {
  STEPS,
  arithmetics,
  atKink,
  bestStep,
  difference,
  errorsOf,
  exactAt,
  functions,
  schemesFor,
  theory,
} from "./differentiation_math.js";

export const SMALLEST = STEPS[0];

export const differentiationTypes = {
  function: oneOf(Object.keys(functions)),
  x: number(-3, 3),
  c: number(-2, 2),
  h: number(SMALLEST, 1),
  secant: oneOf(["forward", "central"]),
  precision: oneOf(Object.keys(arithmetics)),
  zoom: flag,
};

/** x on a grid of 0.05, within the function's domain: kinks lie on the grid, too. */
export function onGrid(name, x) {
  const [low, high] = functions[name].domain;
  return Math.round(Math.min(Math.max(x, low), high) * 20) / 20;
}

/** A step with three digits, within what can be chosen. */
export const roundStep = (h) => Math.min(Math.max(Number(h.toPrecision(3)), SMALLEST), 1);

/** Numerical derivatives and their errors at the state's own h, and over all steps: one for each scheme. */
export function survey(state) {
  const slope = exactAt(state)[1];
  const { best } = theory(state);
  return schemesFor(state.function).map((scheme) => {
    const value = difference(scheme, state, state.h);
    const errors = errorsOf(scheme, state);
    const lowest = bestStep(errors, slope, arithmetics[state.precision].eps);
    return { scheme, value, error: Math.abs(value - slope), errors, lowest, theory: best[scheme] };
  });
}

/** Whether a kink lies between the two points of the secant that is drawn. */
export function acrossKink({ function: name, x, c, h, secant }) {
  const kink = functions[name].kink?.(c);
  return kink !== undefined && (secant === "central" ? x - h : x) < kink && kink < x + h;
}

/** Where x rounded to the arithmetic and x + h are the same number. */
export function swallowed({ x, h, precision }) {
  const { round } = arithmetics[precision];
  return round(round(x) + round(h)) === round(x);
}

const number3 = (value) => (Number.isFinite(value) ? formatNumber(value, 3) : "no number");

function kinkSentence(state, rows) {
  const { text, sides } = functions[state.function];
  const [forward, central] = rows.map(({ value }) => number3(value));
  const [left, right] = sides.map((slope) => formatNumber(slope));
  return (
    `${text} at x = ${formatNumber(state.x, 3)}: a kink, so there is no derivative. The slope is ${left} on the left ` +
    `and ${right} on the right. With h = ${number3(state.h)} in ${state.precision}, the forward difference gives ` +
    `${forward} and the central one ${central}. Where there is a derivative, both tend to it as h shrinks.`
  );
}

/** The size of the errors in the function's values: of rounding, or of the noise. */
export function unitOf({ function: name, precision }) {
  const { noise } = functions[name];
  return noise ? { name: "noise", size: noise } : { name: "ε", size: arithmetics[precision].eps };
}

/** What decides the error of the secant that is drawn. */
function cause(state, row) {
  if (acrossKink(state)) return "The points lie on both sides of the kink: the quotient mixes two slopes.";
  if (!Number.isFinite(row.value)) return `${functions[state.function].text} has no value at x − h.`;
  if (swallowed(state)) return "The computer cannot tell x + h from x.";
  if (row.lowest.exact) return "";
  const share = state.h / row.lowest.h;
  if (share > 3) return `For the ${row.scheme} difference h is too large: truncation decides.`;
  if (share < 1 / 3) return `For the ${row.scheme} difference h is too small: rounding decides.`;
  return `For the ${row.scheme} difference h is about right.`;
}

/** What the picture shows, in words. */
export function differentiationSentence(state, rows = survey(state)) {
  const { function: name, x, c, h, precision, secant } = state;
  if (atKink(name, x, c)) return kinkSentence(state, rows);
  const { text } = functions[name];
  const errors = rows.map(({ scheme, error }) => `${scheme} ${number3(error)}`).join(", ");
  const why = cause(state, rows.find(({ scheme }) => scheme === secant));
  return (
    `${text} at x = ${formatNumber(x, 3)} has the slope ${formatNumber(exactAt(state)[1], 6)}. ` +
    `Errors with h = ${number3(h)} in ${precision}: ${errors}.${why && ` ${why}`}`
  );
}

/** The picture of the errors as numbers: for each h and each method the difference quotient and its error. */
export function differentiationTable(state) {
  const schemes = schemesFor(state.function);
  const errors = schemes.map((scheme) => errorsOf(scheme, state));
  const none = atKink(state.function, state.x, state.c); // then there is no derivative, and no error
  const rows = STEPS.map((h, i) => [
    h,
    ...schemes.flatMap((scheme, k) => [difference(scheme, state, h), none ? null : errors[k][i]]),
  ]);
  const columns = ["h", ...schemes.flatMap((scheme) => [`${scheme} quotient`, `${scheme} error`])];
  return { name: `differentiation-${state.function}`, columns, rows };
}
