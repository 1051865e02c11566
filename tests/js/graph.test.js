// The graph explorer's engine: known numbers, wrong ways that go wrong as they should, and agreement with Python.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decodeState, encodeState } from "../../nnlib/widgets/link.js";
import { parseExpression } from "../../nnlib/widgets/graph_expression.js";
import { curveOf, rangeOf } from "../../nnlib/widgets/graph_curve.js";
import { layoutGraph } from "../../nnlib/widgets/graph_layout.js";
import { boxNumber, boxTitle } from "../../nnlib/widgets/graph_picture.js";
import { VISITS_MOST, backwardPass, localDerivatives, operationCounts, tangentsOf, valuesOf } from "../../nnlib/widgets/graph_math.js";
import { EXAMPLES, LAST_STEP, completeInputs, countsText, graphSentence, graphSurvey, graphTypes, onGrid, productCounts, tryExpression } from "../../nnlib/widgets/graph_state.js";

const golden = JSON.parse(readFileSync(new URL("./graph.json", import.meta.url)));
const start = golden.states.find(({ state }) => state.step === LAST_STEP).state;

const close = (a, b) => (b === null ? !(Math.abs(a) < 1e300) : Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)));

test("values, derivatives, counts and sentences are those of Python", () => {
  assert.ok(golden.states.length > 90);
  for (const { state, sentence, counts, values, right, tangents, grads } of golden.states) {
    const now = graphSurvey(state);
    const where = JSON.stringify(state);
    const found = { values: now.values, right: now.right, tangents: now.tangents, grads: now.visits.at(-1)?.grads ?? [] };
    for (const [name, wanted] of Object.entries({ values, right, tangents, grads })) {
      assert.equal(found[name].length, wanted.length, where);
      wanted.forEach((value, i) => assert.ok(close(found[name][i], value), `${where} ${name}[${i}]: ${found[name][i]}, ${value}`));
    }
    assert.deepEqual(now.counts, counts, where);
    assert.equal(graphSentence(state), sentence);
  }
});

test("a bad expression is refused with Python's words, which name the position", () => {
  for (const [text, message] of golden.errors) {
    assert.equal(tryExpression(text).error?.message, message, text);
    assert.match(message, /^Character \d+: /);
  }
});

test("the known numbers of x^2 (x^2 + x) at 3", () => {
  const result = (how) => graphSurvey({ ...start, expression: "x^2 * (x^2 + x)", inputs: { x: 3 }, ...how });
  const slope = (how) => result({ overwrite: false, order: "topological", twice: false, ...how }).slope;
  assert.equal(slope({}), 135);
  assert.equal(slope({ mode: "forward" }), 135);
  assert.equal(slope({ overwrite: true, order: "again" }), 9);
  assert.equal(slope({ overwrite: true }), 27);
  assert.equal(slope({ order: "once" }), 81);
  assert.equal(slope({ twice: true }), 459);
  assert.equal(result({ overwrite: false, order: "topological", twice: true }).trueSlope, 270);
});

test("the answers on the page", () => {
  const at = (x, how) => graphSurvey({ ...start, inputs: { x }, overwrite: false, order: "topological", twice: false, ...how });
  // Overwriting leaves the last thing that v1 handed on: x times its own, which is v1: x^3.
  for (const x of [-2, 0.5, 3]) assert.ok(Math.abs(at(x, { overwrite: true }).slope - x ** 3) < 1e-12);
  for (const x of [-2, 0.5, 3]) assert.ok(Math.abs(at(x, {}).slope - (4 * x ** 3 + 3 * x ** 2)) < 1e-12);
  for (const x of [-1, 0]) assert.ok(at(x, { overwrite: true }).slope === at(x, {}).slope, "where the wrong way looks right");
  assert.deepEqual(productCounts().map(({ forward, reverse }) => [forward, reverse]), [[0, 0], [6, 2], [36, 6], [168, 14]]);
});

test("reverse mode, forward mode and central differences agree", () => {
  const h = 1e-5;
  const texts = [...EXAMPLES.map(([text]) => text), "max(x, y)/(1 + relu(x)^3) - cos(x*y)^x", "x^-1.5 + -x^4"];
  for (const text of texts) {
    const nodes = parseExpression(text);
    const names = nodes.flatMap(({ op, name }) => (op === "input" ? [name] : []));
    const inputs = Object.fromEntries(names.map((name, i) => [name, 0.4 + 0.17 * i]));
    const values = valuesOf(nodes, inputs);
    const local = localDerivatives(nodes, values);
    const { grads } = backwardPass(nodes, local);
    for (const name of names) {
      const value = (x) => valuesOf(nodes, { ...inputs, [name]: x }).at(-1);
      const wanted = (value(inputs[name] + h) - value(inputs[name] - h)) / (2 * h);
      const reverse = grads[nodes.findIndex((node) => node.name === name)];
      const forward = tangentsOf(nodes, local, name).at(-1);
      assert.ok(Math.abs(reverse - wanted) < 1e-7 * Math.max(1, Math.abs(wanted)), `${text} by ${name}`);
      assert.ok(Math.abs(reverse - forward) <= 1e-12 * Math.max(1, Math.abs(forward)), `${text} by ${name}`);
    }
  }
});

test("each operation is counted once for each edge and each sum", () => {
  // x * y: two products in a sweep and one sum; backward, one product for each factor.
  assert.deepEqual(operationCounts(parseExpression("x*y")), { inputs: 2, operations: 1, edges: 2, sweep: 3, forward: 6, reverse: 2 });
  assert.equal(operationCounts(parseExpression("3*x + 2")).edges, 2, "constants have no derivative");
  assert.match(countsText(operationCounts(parseExpression("x*y"))), /2 sweeps of 3 operations, 6 in all; reverse mode 1 sweep, 2 operations/);
  assert.match(countsText(operationCounts(parseExpression("2"))), /^Without variables/);
});

test("a recursion without memory is stopped", () => {
  const nodes = parseExpression("x^2".padEnd(3 + 18, "^2"));
  const { complete, visits } = backwardPass(nodes, nodes.map(() => [1, 1]), { order: "again" });
  assert.ok(complete && visits.length < VISITS_MOST);
  let text = "x";
  for (let i = 0; i < 12; i++) text = `(${text})^2`;
  const deep = { ...start, expression: text, order: "again", inputs: { x: 1 } };
  assert.equal(graphSurvey(deep).complete, false);
  assert.match(graphSentence(deep), /it was stopped: no result/);
});

test("a variable may have any name", () => {
  for (const name of ["constructor", "valueOf", "toString", "x"]) {
    assert.deepEqual(completeInputs(parseExpression(name), {}), { [name]: 2 });
    assert.match(graphSentence({ ...start, expression: `3*${name}`, inputs: {} }), new RegExp(`^At ${name} = 2 the value is 6\\.`));
  }
});

test("one operation is no operations", () => {
  const text = countsText(operationCounts(parseExpression("log(x)")));
  assert.equal(text, "All derivatives by 1 input: forward mode 1 sweep of 1 operation, 1 in all; reverse mode 1 sweep, 1 operation.");
});

test("zero has no sign, however one comes to it", () => {
  for (const x of [-0.01, 0.01, -0]) assert.ok(Object.is(onGrid(x), 0));
  assert.deepEqual([onGrid(9), onGrid(-9), onGrid(1.234)], [5, -5, 1.25]);
});

test("a power of zero stays 0 when its exponent changes", () => {
  const now = graphSurvey({ ...start, expression: "0^y", inputs: { y: 2 }, by: "y" });
  assert.deepEqual([now.values.at(-1), now.slope], [0, 0]);
});

test("what stands in a box fits into it", () => {
  const texts = [12, 0.3333333, -1.649e-8, 8.2449e-9, -Infinity, NaN].map(boxNumber);
  assert.deepEqual(texts, ["12", "0.3333", "−1.6×10⁻⁸", "8.24×10⁻⁹", "−∞", "none"]);
  const nodes = parseExpression("tanh(a_long_name_of_a_weight) + x");
  assert.deepEqual(nodes.map((node) => boxTitle(node, nodes)).sort(), ["a_long_name_…", "v1: tanh", "v2 = v1 + x", "x"]);
});

test("equal parts are one node, and what is not needed is left out", () => {
  const nodes = parseExpression("x^2 * (x*x + x)");
  assert.deepEqual(nodes.map(({ name, op, args }) => [name, op, args]), [
    ["x", "input", []],
    ["v1", "*", [0, 0]],
    ["v2", "+", [1, 0]],
    ["v3", "*", [1, 2]],
  ]);
  assert.deepEqual(parseExpression("-3").map(({ detail }) => detail), [-3]);
  assert.deepEqual(parseExpression("-x^2").map(({ op }) => op), ["input", "*", "neg"]);
});

test("nodes stand after their arguments, and none on another", () => {
  for (const [text] of EXAMPLES) {
    const nodes = parseExpression(text);
    const { places, edges } = layoutGraph(nodes);
    nodes.forEach(({ args }, i) => args.forEach((arg) => assert.ok(places[arg][0] < places[i][0], text)));
    assert.equal(new Set(places.map(String)).size, nodes.length);
    for (const { path } of edges) path.slice(1).forEach(([layer], i) => assert.equal(layer, path[i][0] + 1));
  }
});

test("a curve ends at a pole, and its axis has an extent", () => {
  const pieces = curveOf({ nodes: parseExpression("1/x"), inputs: { x: 2 }, by: "x" }, 5);
  assert.equal(pieces.length, 2);
  for (const [text, value] of [["3 + 0*x", 3], ["x*4.4e-17 + 2", 2], ["log(-1 - x^2)", NaN], ["exp(exp(x^2))", Infinity]]) {
    const { low, high } = rangeOf(curveOf({ nodes: parseExpression(text), inputs: { x: 2 }, by: "x" }, 5), value);
    assert.ok(high - low > 1e-3 && Number.isFinite(high - low), text);
  }
});

test("a state survives its link, and a link cannot bring in what is no state", () => {
  for (const { state } of golden.states) {
    const back = decodeState(graphTypes, encodeState(graphTypes, state));
    assert.deepEqual({ ...state, ...back }, state);
    assert.equal(Object.keys(back).length, Object.keys(graphTypes).length);
  }
  assert.deepEqual(decodeState(graphTypes, "expression=x%20%2B&inputs=x:9&by=<b>&step=-1&order=x"), {});
  assert.deepEqual(decodeState(graphTypes, "expression=%&inputs=x"), {});
});
