// The activations explorer without its picture: its state, and what there is to say about a function.

import { activations } from "./engine.js";
import { list, number, oneOf } from "./link.js";
import { activationText, formatNumber } from "./scales.js";

export const Z_MOST = 6; // the axis goes from -6 to 6
export const FLAT = 0.05; // a slope below this counts as saturated,
const FAR = 1e3; // if it has come to 0 so far out: that of a leaky ReLU never does

const names = Object.keys(activations);

export const activationsTypes = {
  functions: list(oneOf(names), ".", names.length),
  selected: oneOf(names),
  z: number(-Z_MOST, Z_MOST),
};

/** f(z) and f'(z) of a function by its name. */
export function valueAndSlope(name, z) {
  const { f, df } = activations[name];
  const a = f(z);
  return [a, df(z, a)];
}

/** Points [z, f(z)] (or [z, f'(z)] for `which` 1) over the axis. */
export function curvePoints(name, which) {
  return Array.from({ length: 241 }, (_, i) => {
    const z = Z_MOST * (i / 120 - 1);
    return [z, valueAndSlope(name, z)[which]];
  });
}

/** Whether the slope goes to 0 on the side of the axis on which z lies. */
const levelsOff = (name, z) => Math.abs(valueAndSlope(name, FAR * Math.sign(z))[1]) < 1e-9;

/** Where on the axis the function is saturated: intervals [from, to] with |f'| below FLAT, on the way to 0. */
export function saturated(name) {
  const intervals = [];
  for (const [z, slope] of curvePoints(name, 1)) {
    if (Math.abs(slope) >= FLAT || !levelsOff(name, z)) continue;
    const last = intervals.at(-1);
    if (last && z - last[1] < 0.051) last[1] = z;
    else intervals.push([z, z]);
  }
  return intervals;
}

/** What the picture shows, in words. */
export function activationsSentence({ selected, z }) {
  const [a, slope] = valueAndSlope(selected, z);
  const flat = saturated(selected).some(([low, high]) => z >= low && z <= high);
  const kink = z === 0 && selected.includes("relu") ? " It has a kink here: the slope is a convention." : "";
  const verdict = flat ? `, below ${FLAT}: saturated` : "";
  const numbers = [z, a, slope].map((value) => formatNumber(value, 3));
  return `${activationText(selected)} at z = ${numbers[0]}: value ${numbers[1]}, slope ${numbers[2]}${verdict}.${kink}`;
}

/** The curves that are drawn, as numbers: z, and for each function its value and its slope. */
export function activationsTable({ functions, selected }) {
  const drawn = names.filter((name) => name === selected || functions.includes(name));
  const rows = curvePoints(selected, 0).map(([z]) => [z, ...drawn.flatMap((name) => valueAndSlope(name, z))]);
  return {
    name: `activations-${selected}`,
    columns: ["z", ...drawn.flatMap((name) => [`${name}(z)`, `${name}'(z)`])],
    rows,
  };
}
