// The backpropagation stepper without its picture: a small network, the matrices of each step of the forward and
// the backward pass, and what there is to say about them. All numbers come from the engine.

import { Network, losses } from "./engine.js";
import { integer, list, number, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";

export const WEIGHT_MOST = 3; // parameters go from -3 to 3

/** The networks: the first is the chapter's worked example, and so is the first sample. */
export const NETWORKS = {
  "2-2-1": {
    sizes: [2, 2, 1],
    names: ["tanh", "sigmoid"],
    theta: [0.4, -0.6, -0.8, 0.3, 0.1, 0.2, 1.2, -0.7, -0.3],
    x: [[0.5, -1], [1, 0.5], [-1.5, 1]],
    y: [[0], [1], [1]],
  },
  "2-3-2": {
    sizes: [2, 3, 2],
    names: ["tanh", "sigmoid"],
    theta: [0.4, -0.6, -0.8, 0.3, 0.5, 0.9, 0.1, 0.2, -0.1, 1.2, -0.7, 0.4, -0.5, 0.6, 1.1, -0.3, 0.2],
    x: [[0.5, -1], [1, 0.5], [-1.5, 1]],
    y: [[0, 1], [1, 0], [1, 1]],
  },
};
const PARAMETERS_MOST = 17;

export const stepperTypes = {
  network: oneOf(Object.keys(NETWORKS)),
  samples: { write: String, read: (text) => ({ 1: 1, 3: 3 })[text] },
  theta: list(number(-WEIGHT_MOST, WEIGHT_MOST), ",", PARAMETERS_MOST),
  weight: integer(0, PARAMETERS_MOST - 1),
  step: integer(0, 11),
  entry: integer(0, 8),
};

/** A matrix as rows; `rows` and `cols` name its axes: "batch", "out" or "in". A vector has cols null. */
const matrix = (name, values, width, rows, cols) => ({
  name,
  rows,
  cols,
  values: Array.from({ length: values.length / width }, (_, i) => [...values.slice(i * width, (i + 1) * width)]),
});

/** The network with these parameters, after its forward and backward pass. */
export function runNetwork({ network, samples, theta }) {
  const { sizes, names, x, y } = NETWORKS[network];
  const net = new Network(sizes, names);
  net.theta.set(theta);
  const inputs = Float64Array.from(x.slice(0, samples).flat());
  const targets = Float64Array.from(y.slice(0, samples).flat());
  const out = net.forward(inputs);
  const loss = losses.MSE.value(out, targets, samples);
  net.backward(losses.MSE.grad(out, targets, samples));
  return { net, inputs, targets, loss, m: samples };
}

/** Each parameter's place: {layer, kind, j, k}; k is null for a bias. */
export function parameters(network) {
  const { sizes } = NETWORKS[network];
  return [1, 2].flatMap((layer) => {
    const [nIn, nOut] = [sizes[layer - 1], sizes[layer]];
    const weights = Array.from({ length: nIn * nOut }, (_, i) => ({ layer, kind: "W", j: Math.floor(i / nIn), k: i % nIn }));
    return [...weights, ...Array.from({ length: nOut }, (_, j) => ({ layer, kind: "b", j, k: null }))];
  });
}

const LAYER = ["⁽⁰⁾", "⁽¹⁾", "⁽²⁾"];
const DIGITS = "₀₁₂₃₄₅₆₇₈₉";
const indexed = (...places) => places.map((i) => DIGITS[i + 1]).join("");

/** How a parameter reads: W⁽¹⁾₁₂. */
export const parameterName = ({ layer, kind, j, k }) => `${kind}${LAYER[layer]}${k === null ? indexed(j) : indexed(j, k)}`;

/** The steps: what each computes, in which layer, by which rule. */
export const STEPS_OF_PASS = [
  { kind: "start", layer: 0, title: "Start" },
  { kind: "z", layer: 1, title: "Forward, layer 1" },
  { kind: "a", layer: 1, title: "Forward, layer 1" },
  { kind: "z", layer: 2, title: "Forward, layer 2" },
  { kind: "a", layer: 2, title: "Forward, layer 2" },
  { kind: "loss", layer: 2, title: "Loss" },
  { kind: "bp1", layer: 2, title: "BP1" },
  { kind: "bp3", layer: 2, title: "BP3, layer 2" },
  { kind: "bp4", layer: 2, title: "BP4, layer 2" },
  { kind: "bp2", layer: 1, title: "BP2" },
  { kind: "bp3", layer: 1, title: "BP3, layer 1" },
  { kind: "bp4", layer: 1, title: "BP4, layer 1" },
];

/** All matrices of a pass by their names: X, Y, W1, b1, Z1, A1, S1 (slopes f'), D1, dW1, db1, ... */
function matricesOf({ net, inputs, targets, m }) {
  const [n0, n1, n2] = net.sizes;
  const all = {
    A0: matrix("A⁽⁰⁾", inputs, n0, "batch", "in"),
    Y: matrix("Y*", targets, n2, "batch", "out"),
    one: matrix("𝟏", new Float64Array(m).fill(1), 1, "batch", null),
  };
  [[1, n0, n1], [2, n1, n2]].forEach(([l, nIn, nOut]) => {
    const { W, b, z, a, delta, dW, db, f } = net.layers[l];
    const slopes = z.map((value, i) => f.df(value, a[i]));
    all[`W${l}`] = matrix(`W${LAYER[l]}`, W, nIn, "out", "in");
    all[`b${l}`] = matrix(`b${LAYER[l]}`, b, 1, "out", null);
    all[`Z${l}`] = matrix(`Z${LAYER[l]}`, z, nOut, "batch", "out");
    all[`A${l}`] = matrix(`A${LAYER[l]}`, a, nOut, "batch", "out");
    all[`S${l}`] = matrix(`f′(Z${LAYER[l]})`, slopes, nOut, "batch", "out");
    all[`D${l}`] = matrix(`Δ${LAYER[l]}`, delta, nOut, "batch", "out");
    all[`dW${l}`] = matrix(`∂ℒ/∂W${LAYER[l]}`, dW, nIn, "out", "in");
    all[`db${l}`] = matrix(`∂ℒ/∂b${LAYER[l]}`, db, 1, "out", null);
  });
  return all;
}

const transposed = ({ name, values, rows, cols }) => ({
  name: `${name}ᵀ`,
  rows: cols,
  cols: rows,
  values: values[0].map((_, k) => values.map((row) => row[k])),
});
/** The same numbers, seen from the layer above: its inputs. */
const asInputs = (given) => ({ ...given, cols: "in" });

const text4 = (value) => formatNumber(value, 4);
const factor = (value) => (value < 0 ? `(${text4(value)})` : text4(value));
const products = (pairs) => pairs.map(([a, b]) => `${factor(a)}·${factor(b)}`).join(" + ");

/**
 * What a step shows: {parts, result, line, uses}: the matrices and signs of its formula in order, the result, how
 * an entry (i, j) of the result is computed in numbers, and which cells of the parts that uses.
 */
function formulaOf({ kind, layer: l }, all, run) {
  const { names } = NETWORKS[run.network];
  const f = { tanh: "tanh", sigmoid: "σ" }[names[l - 1]];
  const row = (part, i) => part.values[i];
  const column = (part, j) => part.values.map((values) => values[j]);
  const zip = (a, b) => a.map((value, i) => [value, b[i]]);
  if (kind === "z") {
    const [A, W, b] = [asInputs(all[`A${l - 1}`]), transposed(all[`W${l}`]), transposed(all[`b${l}`])];
    const line = (i, j) => `${products(zip(row(A, i), column(W, j)))} + ${factor(b.values[0][j])}`;
    return { parts: [A, W, "+ 𝟏", b], result: all[`Z${l}`], line, uses: (i, j) => [[i, null], [null, j], null, [0, j]] };
  }
  if (kind === "a") {
    const Z = all[`Z${l}`];
    return { parts: [`${f}(`, Z, ")"], result: all[`A${l}`], line: (i, j) => `${f}(${text4(Z.values[i][j])})`, uses: (i, j) => [null, [i, j], null] };
  }
  if (kind === "loss") {
    const [A, Y] = [all.A2, all.Y];
    const result = { name: "ℒ", rows: null, cols: null, values: [[run.loss]] };
    const squares = A.values.flatMap((values, i) => values.map((a, j) => `(${text4(a)} − ${text4(Y.values[i][j])})²`));
    const line = () => `${run.m > 1 ? `1/${run.m} · [` : ""}${squares.join(" + ")}${run.m > 1 ? "]" : ""}`;
    return { parts: [run.m > 1 ? `1/${run.m} Σ (` : "Σ (", A, "−", Y, ")²"], result, line, uses: () => [null, [null, null], null, [null, null], null] };
  }
  if (kind === "bp1") {
    const [A, Y, S] = [all.A2, all.Y, all.S2];
    const line = (i, j) => `2/${run.m} · (${text4(A.values[i][j])} − ${text4(Y.values[i][j])}) · ${factor(S.values[i][j])}`;
    return { parts: [`2/${run.m} (`, A, "−", Y, ") ⊙", S], result: all.D2, line, uses: (i, j) => [null, [i, j], null, [i, j], null, [i, j]] };
  }
  if (kind === "bp2") {
    const [D, W, S] = [all.D2, all.W2, asInputs(all.S1)];
    const line = (i, j) => `(${products(zip(row(D, i), column(W, j)))}) · ${factor(S.values[i][j])}`;
    return { parts: ["(", D, W, ") ⊙", S], result: asInputs(all.D1), line, uses: (i, j) => [null, [i, null], [null, j], null, [i, j]] };
  }
  if (kind === "bp3") {
    const [D, A] = [transposed(all[`D${l}`]), asInputs(all[`A${l - 1}`])];
    return { parts: [D, A], result: all[`dW${l}`], line: (i, j) => products(zip(row(D, i), column(A, j))), uses: (i, j) => [[i, null], [null, j]] };
  }
  if (kind === "bp4") {
    const D = transposed(all[`D${l}`]);
    return { parts: [D, all.one], result: all[`db${l}`], line: (i) => row(D, i).map(factor).join(" + "), uses: (i) => [[i, null], [null, null]] };
  }
  const given = [asInputs(all.A0), all.Y];
  return { parts: ["targets", given[1]], result: given[0], line: null, uses: () => [null, null] };
}

/** Everything that the state amounts to. */
export function stepperSurvey(state) {
  const run = { ...runNetwork(state), network: state.network };
  const all = matricesOf(run);
  const what = STEPS_OF_PASS[state.step];
  const formula = formulaOf(what, all, run);
  const { values } = formula.result;
  const count = values.length * values[0].length;
  const at = state.entry % count;
  const place = [Math.floor(at / values[0].length), at % values[0].length];
  const list = parameters(state.network);
  const weight = state.weight % list.length;
  return { ...run, ...formula, what, all, step: state.step, place, count, weight, parameter: list[weight], slope: run.net.grad[weight], theta: state.theta };
}

/** The length of an axis. */
export const shapeText = ({ rows, cols, values }) => {
  if (rows === null && cols === null) return "a number";
  return cols === null ? `(${values.length})` : `(${values.length}, ${values[0].length})`;
};

/** How the entry that is looked at reads: Δ⁽¹⁾₂₁. */
export function entryName({ result, place: [i, j] }) {
  if (result.rows === null) return result.name;
  return `(${result.name})${result.cols === null ? indexed(i) : indexed(i, j)}`;
}

/** An entry of the result, with the numbers put in. */
export function entryText(now) {
  const value = now.result.values[now.place[0]][now.place[1]];
  const line = now.line?.(...now.place) ?? "";
  const worked = line === "" || line === factor(value) ? "" : `${line} = `; // a sum of one term says nothing
  return `${entryName(now)} = ${worked}${text4(value)}`;
}

/** What the picture shows, in words. */
export function stepperSentence(state, now = stepperSurvey(state)) {
  const head = state.step ? `Step ${state.step} of ${STEPS_OF_PASS.length - 1}, ` : "";
  const batch = now.m === 1 ? "one sample" : `a batch of ${now.m}`;
  const what = now.result.rows === null ? now.result.name : `${now.result.name} of shape ${shapeText(now.result)}`;
  const after = `With ${parameterName(now.parameter)} = ${text4(state.theta[now.weight])} the loss of ${batch} is ${text4(now.loss)}; its slope along that parameter is ${text4(now.slope)}.`;
  return `${head}${now.what.title}: ${what}. ${entryText(now)}. ${after}`;
}

/** The loss against one parameter, [value, loss] over its interval: the curve whose slope the gradient is. */
export function lossCurve(state, weight) {
  return Array.from({ length: 61 }, (_, i) => {
    const value = WEIGHT_MOST * (i / 30 - 1);
    const theta = [...state.theta];
    theta[weight] = value;
    return [value, runNetwork({ ...state, theta }).loss];
  });
}

// What the matrices are called where there are letters and digits only.
const PLAIN_NAMES = { S1: "f'(Z1)", S2: "f'(Z2)", D1: "Delta1", D2: "Delta2" };

/** All matrices of both passes as numbers, an entry a line; rows and columns count from 1. */
export function stepperTable(state) {
  const { all, loss } = stepperSurvey(state);
  const rows = Object.entries(all).flatMap(([key, { values, rows: axis, cols }]) =>
    key === "one" ? [] : values.flatMap((row, i) =>
      row.map((value, j) => [PLAIN_NAMES[key] ?? key, axis, i + 1, cols, cols && j + 1, value]),
    ),
  );
  const columns = ["matrix", "axis of rows", "row", "axis of columns", "column", "value"];
  return { name: `stepper-${state.network}`, columns, rows: [...rows, ["loss", null, null, null, null, loss]] };
}
