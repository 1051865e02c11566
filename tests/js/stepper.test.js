// The backpropagation stepper: its matrices are the engine's, its steps say what Python says, and each line of
// numbers is what it claims to be.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decodeState, encodeState } from "../../nnlib/widgets/link.js";
import { concerned, shownSample } from "../../nnlib/widgets/stepper_network.js";
import {
  NETWORKS,
  STEPS_OF_PASS,
  entryText,
  lossCurve,
  parameterName,
  parameters,
  runNetwork,
  shapeText,
  stepperSentence,
  stepperSurvey,
  stepperTypes,
} from "../../nnlib/widgets/stepper_state.js";

const golden = JSON.parse(readFileSync(new URL("./stepper.json", import.meta.url)));
const first = { network: "2-2-1", samples: 1, theta: NETWORKS["2-2-1"].theta, weight: 0, step: 0, entry: 0 };
const batch = { ...first, samples: 3 };
const near = (a, b, where) => assert.ok(Math.abs(a - b) <= 1e-12, `${where}: ${a} is not ${b}`);

test("losses, gradients, results and sentences are those of nnlib", () => {
  assert.equal(golden.length, 96);
  for (const { state, sentence, loss, grad, result } of golden) {
    const now = stepperSurvey(state);
    near(now.loss, loss, "loss");
    assert.equal(now.net.grad.length, grad.length);
    grad.forEach((value, i) => near(now.net.grad[i], value, `grad ${i}`));
    const values = now.result.values.flat();
    assert.equal(values.length, result.length, sentence);
    result.forEach((value, i) => near(values[i], value, now.what.title));
    assert.equal(stepperSentence(state), sentence);
  }
});

test("the worked example of the chapter", () => {
  const at = (step) => stepperSurvey({ ...first, step }).result.values.map((row) => row.map((value) => Number(value.toFixed(4))));
  assert.deepEqual(at(1), [[0.9, -0.5]]);
  assert.deepEqual(at(2), [[0.7163, -0.4621]]);
  assert.deepEqual(at(5), [[0.5005]]);
  assert.deepEqual(at(6), [[0.2928]]);
  assert.deepEqual(at(7), [[0.2098, -0.1353]]);
  assert.deepEqual(at(9), [[0.1711, -0.1612]]);
  assert.deepEqual(at(10), [[0.0856, -0.1711], [-0.0806, 0.1612]]);
});

test("every entry is the number that its line works out", () => {
  const worked = (text) => {
    const plain = text
      .replaceAll("−", "-")
      .replace(/×10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, digits) => `e-${[...digits].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(d)).join("")}`)
      .replaceAll("·", "*")
      .replaceAll("²", "**2")
      .replaceAll("[", "(")
      .replaceAll("]", ")")
      .replace(/tanh\(/g, "Math.tanh(")
      .replace(/σ\(([^)]*)\)/g, "(1/(1+Math.exp(-($1))))");
    return Number(new Function(`return ${plain}`)());
  };
  for (const { state } of golden) {
    const count = stepperSurvey(state).count;
    for (let entry = 0; entry < count; entry++) {
      const now = stepperSurvey({ ...state, entry });
      const value = now.result.values.flat()[entry];
      const line = now.line?.(...now.place);
      if (line) assert.ok(Math.abs(worked(line) - value) < 5e-3 * Math.max(1, Math.abs(value)), `${entryText(now)}`);
    }
  }
});

test("the gradient is the slope of the curve that is drawn", () => {
  const h = 1e-6;
  for (const network of Object.keys(NETWORKS)) {
    const state = { ...batch, network, theta: NETWORKS[network].theta };
    parameters(network).forEach((_, i) => {
      const loss = (by) => runNetwork({ ...state, theta: state.theta.map((value, k) => (k === i ? value + by : value)) }).loss;
      assert.ok(Math.abs(stepperSurvey({ ...state, weight: i }).slope - (loss(h) - loss(-h)) / (2 * h)) < 1e-9, `parameter ${i}`);
    });
  }
});

test("the 1/m stands in the last layer's error signals alone", () => {
  const single = [0, 1, 2].map((i) => {
    const { x, y } = NETWORKS["2-2-1"];
    const [kx, ky] = [x[0], y[0]];
    [x[0], y[0]] = [x[i], y[i]];
    const { grad } = runNetwork(first).net;
    [x[0], y[0]] = [kx, ky];
    return [...grad];
  });
  runNetwork(batch).net.grad.forEach((value, p) => near(value, (single[0][p] + single[1][p] + single[2][p]) / 3, p));
  for (const step of [7, 8, 9, 10, 11]) assert.doesNotMatch(entryText(stepperSurvey({ ...batch, step })), /\/3/);
  assert.match(entryText(stepperSurvey({ ...batch, step: 6 })), /= 2\/3 · /);
});

test("shapes fit: neighbours in a product share the axis that is summed over", () => {
  for (const { state } of golden) {
    const { parts, result, what } = stepperSurvey(state);
    const matrices = parts.filter((part) => typeof part !== "string");
    if (["z", "bp2", "bp3", "bp4"].includes(what.kind)) {
      const [left, right] = matrices;
      assert.equal(left.cols, right.rows);
      assert.equal(left.values[0].length, right.values.length);
      assert.deepEqual([result.rows, result.cols], [left.rows, right.cols]);
    }
  }
  const shapes = STEPS_OF_PASS.map((_, step) => shapeText(stepperSurvey({ ...batch, step }).result));
  assert.deepEqual(shapes, ["(3, 2)", "(3, 2)", "(3, 2)", "(3, 1)", "(3, 1)", "a number", "(3, 1)", "(1, 2)", "(1)", "(3, 2)", "(2, 2)", "(2)"]);
});

test("the picture marks what an entry is about", () => {
  const marks = (step, entry) => concerned(stepperSurvey({ ...batch, step, entry }));
  assert.deepEqual(marks(9, 3), ["1.1", "2.0", "2.0.1"]);
  assert.deepEqual(marks(10, 1), ["1.0", "0.1", "1.0.1"]);
  assert.deepEqual(marks(1, 0), ["1.0", "1.0.0", "1.0.1", "0.0", "0.1"]);
  assert.equal(shownSample(stepperSurvey({ ...batch, step: 9, entry: 3 })), 1);
  assert.equal(shownSample(stepperSurvey({ ...batch, step: 10, entry: 3 })), 0);
});

test("parameters are named in the order of theta", () => {
  const names = parameters("2-2-1").map(parameterName);
  assert.deepEqual(names, ["W⁽¹⁾₁₁", "W⁽¹⁾₁₂", "W⁽¹⁾₂₁", "W⁽¹⁾₂₂", "b⁽¹⁾₁", "b⁽¹⁾₂", "W⁽²⁾₁₁", "W⁽²⁾₁₂", "b⁽²⁾₁"]);
  assert.equal(lossCurve(batch, 3).length, 61);
});

test("the answers in the chapter", () => {
  const text = (step, entry) => entryText(stepperSurvey({ ...batch, step, entry }));
  assert.equal(text(9, 1), "(Δ⁽¹⁾)₁₂ = (0.09761·(−0.7)) · 0.7864 = −0.05374");
  assert.equal(text(8, 0), "(∂ℒ/∂b⁽²⁾)₁ = 0.09761 + (−0.07272) + (−0.06502) = −0.04013");
  const one = entryText(stepperSurvey({ ...first, step: 9, entry: 1 }));
  assert.equal(one, "(Δ⁽¹⁾)₁₂ = (0.2928·(−0.7)) · 0.7864 = −0.1612");
  // With W⁽²⁾₁₂ = 0 nothing comes back to unit 2, and the weights into it have slope 0.
  const theta = [...batch.theta];
  theta[7] = 0;
  for (const weight of [2, 3, 5]) assert.ok(stepperSurvey({ ...batch, theta, weight }).slope === 0);
  assert.ok(stepperSurvey({ ...batch, theta, weight: 7 }).slope !== 0, "the weight itself still has one");
});

test("a state survives its link, and a link cannot bring in what is no state", () => {
  for (const { state } of golden) {
    const back = decodeState(stepperTypes, encodeState(stepperTypes, state));
    assert.deepEqual({ ...state, ...back }, state);
    assert.equal(Object.keys(back).length, Object.keys(stepperTypes).length);
  }
  assert.deepEqual(decodeState(stepperTypes, "network=9-9-9&samples=2&theta=4,1&weight=17&step=12&entry=a"), {});
});
