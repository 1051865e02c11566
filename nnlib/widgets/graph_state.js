// The graph explorer without its picture: its state, its steps, and what there is to say about them.

import { flag, integer, number, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";
import { ExpressionError, TEXT_MOST, parseExpression } from "./graph_expression.js";
import { backwardPass, inputNames, localDerivatives, operationCounts, tangentsOf, valuesOf } from "./graph_math.js";

export const INPUT_MOST = 5; // inputs go from -5 to 5
export const NEW_INPUT = 2; // what a variable is that has no value yet
export const LAST_STEP = 999; // "after everything", however many steps there are

export const EXAMPLES = [
  ["x^2 * (x^2 + x)", "a value used twice"],
  ["tanh(w1*x1 + w2*x2 + b)", "a unit"],
  ["(sigmoid(w*x + b) - t)^2", "a unit and its loss"],
  ["log(exp(a) + exp(b) + exp(c))", "log-sum-exp"],
  ["a*b*c*d*e*f*g*h", "a product of eight"],
];
export const ORDERS = [
  ["topological", "after all that use it"],
  ["once", "when first met"],
  ["again", "each time it is met"],
];

const expressionType = {
  write: encodeURIComponent,
  read(text) {
    try {
      const expression = decodeURIComponent(text);
      parseExpression(expression);
      return expression;
    } catch {
      return undefined; // not a text, or no expression
    }
  },
};

/** Values by name, "x:3,y:1.5". */
const inputsType = {
  write: (inputs) => Object.entries(inputs).map(([name, value]) => `${name}:${value}`).join(","),
  read(text) {
    const pairs = text === "" ? [] : text.split(",").map((part) => part.split(":"));
    const inInterval = number(-INPUT_MOST, INPUT_MOST);
    const inputs = pairs.map(([name, value = ""]) => [name, inInterval.read(value)]);
    const fine = inputs.every(([name, value]) => /^[a-z]\w*$/i.test(name) && value !== undefined);
    return fine && pairs.length <= 64 ? Object.fromEntries(inputs) : undefined;
  },
};

export const graphTypes = {
  expression: expressionType,
  inputs: inputsType,
  by: { write: String, read: (text) => (/^\w{0,40}$/.test(text) ? text : undefined) },
  mode: oneOf(["reverse", "forward"]),
  step: integer(0, LAST_STEP),
  overwrite: flag,
  order: oneOf(ORDERS.map(([name]) => name)),
  twice: flag,
};

/** The nodes of an expression, or what is wrong with it. */
export function tryExpression(text) {
  try {
    return { nodes: parseExpression(text.slice(0, TEXT_MOST + 1)) };
  } catch (error) {
    if (error instanceof ExpressionError) return { error };
    throw error;
  }
}

/** A value for each variable: its own, or one that every function can take. A variable may be called "constructor". */
export const completeInputs = (nodes, inputs) =>
  Object.fromEntries(inputNames(nodes).map((name) => [name, Object.hasOwn(inputs, name) ? inputs[name] : NEW_INPUT]));

/** A value on the sliders' grid; 0 has no sign, or 1 / x would jump where x is the same. */
export const onGrid = (x) => Math.min(Math.max(Math.round(x * 20) / 20, -INPUT_MOST), INPUT_MOST) + 0;

/** Everything that the state amounts to: values, derivatives, the steps and how far they have got. */
export function graphSurvey(state) {
  const nodes = parseExpression(state.expression);
  const inputs = completeInputs(nodes, state.inputs);
  const names = Object.keys(inputs);
  const by = names.includes(state.by) ? state.by : (names[0] ?? null);
  const values = valuesOf(nodes, inputs);
  const local = localDerivatives(nodes, values);
  const passes = state.mode === "reverse" && state.twice ? 2 : 1;
  // Two passes add up at the inputs, as they should; inside, what the first has left must be cleared.
  const right = backwardPass(nodes, local).grads.map((grad, i) => (nodes[i].op === "input" ? passes * grad : grad));
  const passed = backwardPass(nodes, local, state);
  const tangents = tangentsOf(nodes, local, by);
  const operations = nodes.flatMap(({ args }, i) => (args.length ? [i] : []));
  const visits = state.mode === "reverse" ? passed.visits : [];
  const last = operations.length + visits.length;
  const step = Math.min(state.step, last);
  const place = nodes.findIndex(({ op, name }) => op === "input" && name === by);
  const wholeSlope = state.mode === "reverse" ? passed.grads[place] : tangents.at(-1);
  return {
    ...{ nodes, inputs, names, by, place, values, local, right, tangents, operations, visits, last, step },
    ...{ mode: state.mode, passes, complete: passed.complete || state.mode === "forward" },
    forwardDone: Math.min(step, operations.length),
    visit: step > operations.length ? visits[step - operations.length - 1] : null,
    slope: by === null ? 0 : wholeSlope,
    trueSlope: by === null ? 0 : right[place],
    counts: operationCounts(nodes),
  };
}

/** Whether two derivatives are the same but for rounding. */
export const sameSlope = (a, b) =>
  (Number.isNaN(a) && Number.isNaN(b)) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/** Which nodes have a value by now: the leaves, and the operations of the steps so far. */
export const hasValue = (now, i) => !now.nodes[i].args.length || now.operations.indexOf(i) < now.forwardDone;

/** The gradient (or tangent) that a node shows by now; null if none yet. */
export function shownDerivative(now, i) {
  if (!now.nodes[i].active) return null;
  if (now.mode === "forward") return hasValue(now, i) && now.step > 0 ? now.tangents[i] : null;
  return now.visit ? now.visit.grads[i] : null;
}

const text4 = (value) => formatNumber(value, 4);
const SIGNS = { "+": " + ", "-": " − ", "*": " · ", "/": " / ", "^": " ^ " };

/** How an operation reads, "v1 · x", with the names of its arguments or other words for them. */
export function operationText({ op, args }, word) {
  const words = args.map(word);
  if (op === "neg") return `−${words[0]}`;
  return op in SIGNS ? words.join(SIGNS[op]) : `${op}(${words.join(", ")})`;
}

const bracketed = (value) => (value < 0 ? `(${text4(value)})` : text4(value));

/** What the present step does. */
export function stepText(now) {
  const { nodes, values, operations, step, visit } = now;
  if (step === 0) return now.last ? "Nothing is computed yet but the inputs." : "There is nothing to compute.";
  const head = `Step ${step} of ${now.last}, `;
  if (visit) {
    const sent = visit.sent.map(({ to, local, given, amount }) => `${text4(given)} · ${bracketed(local)} = ${text4(amount)} to ${nodes[to].name}`);
    return `${head}backward: ${nodes[visit.node].name} hands on ${sent.join(" and ")}.`;
  }
  const node = nodes[operations[step - 1]];
  const formula = operationText(node, (i) => nodes[i].name);
  const numbers = operationText(node, (i) => bracketed(values[i]));
  const value = `${node.name} = ${formula} = ${numbers} = ${text4(values[operations[step - 1]])}`;
  if (now.mode === "reverse" || now.by === null) return `${head}forward: ${value}.`;
  return `${head}forward: ${value}, its derivative by ${now.by} is ${text4(now.tangents[operations[step - 1]])}.`;
}

/** What comes out in the end, and what should. */
function resultText(now) {
  const { by, names, values, slope, trueSlope, complete } = now;
  if (by === null) return `The result is ${text4(values.at(-1))}; there is no variable, so there is no derivative.`;
  const at = names.map((name) => `${name} = ${text4(now.inputs[name])}`).join(", ");
  const start = `At ${at} the value is ${text4(values.at(-1))}.`;
  if (!complete) return `${start} This order visits nodes so often that it was stopped: no result.`;
  const what = now.passes === 2 ? `twice the derivative by ${by}` : `the derivative by ${by}`;
  if (sameSlope(slope, trueSlope)) return `${start} ${what[0].toUpperCase()}${what.slice(1)} is ${text4(trueSlope)}.`;
  return `${start} This way gives ${text4(slope)} as ${what}: wrong, it is ${text4(trueSlope)}.`;
}

export const graphSentence = (state, now = graphSurvey(state)) => `${resultText(now)} ${stepText(now)}`;

const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** The cost of both modes, in words. */
export function countsText({ inputs, sweep, forward, reverse }) {
  if (!inputs) return "Without variables there is no derivative to compute.";
  const ofForward = `${counted(inputs, "sweep")} of ${counted(sweep, "operation")}`;
  return `All derivatives by ${counted(inputs, "input")}: forward mode ${ofForward}, ${forward} in all; reverse mode 1 sweep, ${counted(reverse, "operation")}.`;
}

const LETTERS = "abcdefgh";

/** The counts for products of 1 to 8 inputs, as the engine counts them. */
export const productCounts = () =>
  [1, 2, 4, 8].map((n) => operationCounts(parseExpression([...LETTERS.slice(0, n)].join("*"))));

/** All nodes as numbers: value, derivative as the chosen way computes it, and the right one. */
export function graphTable(state) {
  const { nodes, values, right, tangents, visits, mode, by } = graphSurvey(state);
  const name = (i) => (nodes[i].op === "constant" ? String(nodes[i].detail) : nodes[i].name);
  const formula = ({ op, args }) => {
    if (op === "neg") return `-${name(args[0])}`;
    if (!args.length) return op;
    return op in SIGNS ? args.map(name).join(` ${op} `) : `${op}(${args.map(name).join(", ")})`;
  };
  const computed = visits.at(-1)?.grads ?? right;
  const derivatives = (i) => (mode === "forward" ? [tangents[i]] : [computed[i], right[i]]);
  const columns = mode === "forward" ? [`derivative by ${by ?? "nothing"}`] : ["derivative by it as computed", "right derivative by it"];
  const rows = nodes.map((node, i) => {
    return [name(i), formula(node), values[i], ...(node.active ? derivatives(i) : columns.map(() => null))];
  });
  return { name: "graph", columns: ["node", "is", "value", ...columns], rows };
}
