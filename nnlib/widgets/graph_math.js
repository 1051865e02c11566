// What a computational graph computes: values forward, then gradients, in the right way and in wrong ones.
// A node is {op, args, detail, active, name}, as the parser makes it; nodes stand after their arguments.

const logistic = (x) => 0.5 * (1 + Math.tanh(0.5 * x));

/** For each operation f(a, b) its value, and d(a, b, value): the derivative by each argument. */
export const OPERATIONS = {
  "+": { f: (a, b) => a + b, d: () => [1, 1] },
  "-": { f: (a, b) => a - b, d: () => [1, -1] },
  "*": { f: (a, b) => a * b, d: (a, b) => [b, a] },
  "/": { f: (a, b) => a / b, d: (a, b) => [1 / b, -a / (b * b)] },
  "^": { f: (a, b) => a ** b, d: (a, b, y) => [b === 0 ? 0 : b * a ** (b - 1), a === 0 && b > 0 ? 0 : y * Math.log(a)] },
  neg: { f: (a) => -a, d: () => [-1] },
  exp: { f: Math.exp, d: (a, _, y) => [y] },
  log: { f: Math.log, d: (a) => [a > 0 ? 1 / a : NaN] },
  sin: { f: Math.sin, d: (a) => [Math.cos(a)] },
  cos: { f: Math.cos, d: (a) => [-Math.sin(a)] },
  tanh: { f: Math.tanh, d: (a, _, y) => [1 - y * y] },
  sigmoid: { f: logistic, d: (a, _, y) => [y * (1 - y)] },
  relu: { f: (a) => Math.max(a, 0), d: (a) => [a > 0 ? 1 : 0] }, // 0 at the kink, by convention
  max: { f: Math.max, d: (a, b) => (a >= b ? [1, 0] : [0, 1]) }, // a tie goes to the first, by convention
};

export const inputNames = (nodes) => nodes.filter(({ op }) => op === "input").map(({ name }) => name).sort();

/** The value of every node, for inputs by name. */
export function valuesOf(nodes, inputs) {
  const values = [];
  for (const { op, args, detail } of nodes) {
    if (op === "constant") values.push(detail);
    else if (op === "input") values.push(inputs[detail]);
    else values.push(OPERATIONS[op].f(...args.map((i) => values[i])));
  }
  return values;
}

/** For every node the derivative of its value by each argument: the numbers at the edges. */
export function localDerivatives(nodes, values) {
  return nodes.map(({ op, args }, i) => {
    if (!args.length) return [];
    const [a, b] = args.map((arg) => values[arg]);
    return OPERATIONS[op].d(a, b, values[i]);
  });
}

/** Edges that a derivative flows along: not those from constants. */
export const activeArgs = (nodes, i) =>
  nodes[i].args.map((arg, k) => [arg, k]).filter(([arg]) => nodes[arg].active);

export const VISITS_MOST = 300; // depth-first recursion can take exponentially many

/**
 * Visit nodes as a backward pass may do; false if it was stopped because it took too many visits.
 * "topological": each after all nodes that use it. "once": each when it is first met, before others
 * that use it may have handed on. "again": each time it is met (depth-first recursion).
 */
function visitOrder(nodes, order, hand) {
  const root = nodes.length - 1;
  if (order === "topological") {
    for (let i = root; i >= 0; i--) if (nodes[i].active) hand(i);
    return true;
  }
  const seen = new Set();
  let left = VISITS_MOST;
  const descend = (i) => {
    if ((order === "once" && seen.has(i)) || left <= 0) return;
    seen.add(i);
    left -= 1;
    if (order === "once") hand(i);
    for (const [arg, k] of activeArgs(nodes, i)) {
      if (order === "again") hand(i, k);
      descend(arg);
    }
  };
  descend(root);
  return left > 0;
}

/**
 * A backward pass from the last node, visit by visit.
 * @param {{overwrite: boolean, order: string, twice: boolean}} how - the right way is
 *   {overwrite: false, order: "topological", twice: false}. With `twice` the pass runs a second time
 *   and nothing is cleared in between: what the first left inside is handed on again.
 * @returns {{grads: number[], visits: object[], complete: boolean}} - a visit is {node, pass, sent, grads}:
 *   what it handed on along each edge, {to, given, local, amount}, and all gradients after it.
 */
export function backwardPass(nodes, local, { overwrite = false, order = "topological", twice = false } = {}) {
  const grads = nodes.map(() => 0);
  const visits = [];
  const root = nodes.length - 1;
  let complete = true;
  for (let pass = 1; pass <= (twice ? 2 : 1); pass++) {
    grads[root] = 1; // the derivative of the result by itself
    complete &&= visitOrder(nodes, order, (node, only) => {
      const edges = activeArgs(nodes, node).filter(([, k]) => only === undefined || k === only);
      const sent = edges.map(([to, k]) => {
        const [given, slope] = [grads[node], local[node][k]];
        return { to, k, given, local: slope, amount: given * slope };
      });
      for (const { to, amount } of sent) grads[to] = overwrite ? amount : grads[to] + amount;
      if (sent.length) visits.push({ node, pass, sent, grads: [...grads] });
    });
  }
  return { grads, visits, complete };
}

/** Forward mode: the derivative of every node by one input, on the way forward. */
export function tangentsOf(nodes, local, name) {
  const tangents = [];
  nodes.forEach((node, i) => {
    if (!node.args.length) tangents.push(node.op === "input" && node.name === name ? 1 : 0);
    else tangents.push(activeArgs(nodes, i).reduce((sum, [arg, k]) => sum + local[i][k] * tangents[arg], 0));
  });
  return tangents;
}

/**
 * Multiplications and additions of derivatives, once the local ones are known. One sweep forward gives
 * the derivative by one input; one sweep backward gives those by all.
 */
export function operationCounts(nodes) {
  const edges = nodes.flatMap((_, i) => activeArgs(nodes, i).map(([to]) => to));
  const active = nodes.filter(({ active }) => active);
  const operations = active.filter(({ args }) => args.length).length;
  const inputs = active.length - operations;
  // An operation adds up what comes in along its edges; backward, a node what comes back along them.
  const sweep = edges.length + (edges.length - operations);
  const reverse = edges.length + (edges.length - new Set(edges).size);
  return { inputs, operations, edges: edges.length, sweep, forward: inputs * sweep, reverse: inputs ? reverse : 0 };
}
