// The neuron explorer without its picture: Python's numbers, the geometry, and what the tasks say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { activations } from "../../nnlib/widgets/engine.js";
import { Random } from "../../nnlib/widgets/random.js";
import { formatNumber } from "../../nnlib/widgets/scales.js";
import {
  B_MOST,
  PLANE,
  W_MOST,
  axisMost,
  gripOfLine,
  lineInPlane,
  lineMoved,
  lineOf,
  lineThrough,
  neuronNumbers,
  neuronPoints,
  neuronSentence,
  onRightSide,
  preActivation,
  tint,
  weightsTo,
} from "../../nnlib/widgets/neuron_state.js";

const golden = JSON.parse(readFileSync(new URL("./neuron.json", import.meta.url)));
const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

const random = new Random(11);
const states = Array.from({ length: 300 }, () => ({
  w1: random.uniform(-W_MOST, W_MOST),
  w2: random.uniform(-W_MOST, W_MOST),
  b: random.uniform(-B_MOST, B_MOST),
}));
const place = () => [random.uniform(-PLANE, PLANE), random.uniform(-PLANE, PLANE)];

test("Python says the same", () => {
  assert.ok(golden.states.length > 30);
  for (const { state, sentence, z, a } of golden.states) {
    assert.equal(neuronSentence(state, neuronPoints(state.data)), sentence);
    const numbers = neuronNumbers(state);
    near(numbers.z, z);
    near(numbers.a, a);
  }
});

test("Python has the same points, tints and texts of numbers", () => {
  for (const [name, rows] of Object.entries(golden.points)) {
    const own = neuronPoints(name);
    assert.equal(own.length, rows.length);
    own.forEach((row, i) => row.forEach((value, k) => near(value, rows[i][k], 1e-12)));
  }
  for (const [name, tints] of Object.entries(golden.tints))
    tints.forEach((value, i) => near(tint(name, activations[name].f(golden.heights[i])), value));
  for (const [value, digits, text] of golden.numbers) assert.equal(formatNumber(value, digits), text);
});

test("z is zero on the line, and the foot is its point next to the origin", () => {
  for (const state of states) {
    const line = lineOf(state);
    near(preActivation(state, line.foot), 0);
    near(Math.hypot(...line.foot), Math.abs(state.b) / Math.hypot(state.w1, state.w2));
    near(Math.hypot(...line.normal), 1);
    const ends = lineInPlane(line);
    for (const end of ends ?? []) {
      near(preActivation(state, end), 0);
      near(Math.max(...end.map(Math.abs)), PLANE);
    }
    const corners = [[-1, -1], [-1, 1], [1, -1], [1, 1]].map((corner) => corner.map((v) => v * PLANE)); // prettier-ignore
    const signs = new Set(corners.map((corner) => preActivation(state, corner) > 0));
    assert.equal(ends !== null, signs.size === 2, "it is in the picture if it parts the corners");
    near(preActivation(state, gripOfLine(line)), 0);
    if (ends) assert.ok(gripOfLine(line).every((v) => Math.abs(v) <= PLANE));
  }
});

test("z over the length of w is the signed distance", () => {
  for (const state of states) {
    const { line, signed } = neuronNumbers({ ...state, x1: 0.7, x2: -1.1, activation: "relu" });
    const on = [0.7 - signed * line.normal[0], -1.1 - signed * line.normal[1]];
    near(preActivation(state, on), 0);
  }
});

test("a dragged line goes through the pointer, with the same weights", () => {
  for (const state of states) {
    const to = place();
    const moved = { ...state, ...lineThrough(state, to) };
    assert.deepEqual([moved.w1, moved.w2], [state.w1, state.w2]);
    if (Math.abs(moved.b) < B_MOST) near(preActivation(moved, to), 0, 6e-4);
  }
  const state = { w1: 2, w2: 0, b: -1 };
  near(lineOf({ ...state, ...lineMoved(state, 0.25, 0.25) }).foot[0], 0.75);
});

test("dragged weights keep the line's distance from the origin", () => {
  for (const state of states) {
    const to = place().map((v) => 2 * v);
    const turned = { ...state, ...weightsTo(state, to) };
    assert.ok(Math.abs(turned.w1) <= W_MOST && Math.abs(turned.w2) <= W_MOST && Math.abs(turned.b) <= B_MOST);
    const [before, after] = [lineOf(state), lineOf(turned)];
    near(after.away, before.away, 1e-3 * (1 + Math.abs(before.away) / after.norm));
    const angle = Math.atan2(to[1], to[0]) - Math.atan2(turned.w2, turned.w1);
    near(Math.sin(angle), 0, 2e-4 / after.norm);
    near(Math.cos(angle), 1, 1e-3);
  }
  assert.deepEqual(weightsTo({ w1: 1, w2: 1, b: -1.5 }, [2, 2]), { w1: 2, w2: 2, b: -3 }, "the same line, steeper");
});

test("without weights there is no line, and nothing breaks", () => {
  const state = { w1: 0, w2: 0, b: -2, x1: 1, x2: 1, activation: "tanh", data: "and" };
  assert.equal(lineOf(state), null);
  assert.deepEqual(lineMoved(state, 1, 1), {});
  assert.deepEqual(weightsTo(state, [0, 0]), {});
  assert.deepEqual(weightsTo(state, [1, 0]), { w1: 1, w2: 0, b: -2 });
  assert.match(neuronSentence(state, neuronPoints("and")), /no line.*AND: 3 of 4/);
  assert.equal(axisMost([]), 2);
  assert.equal(axisMost([35]), 50);
});

/** The most points that any line has on the right side: over directions and all gaps between points. */
function best(points) {
  let most = 0;
  for (let step = 0; step < 720; step++) {
    const [w1, w2] = [Math.cos((step * Math.PI) / 360 + 0.001), Math.sin((step * Math.PI) / 360 + 0.001)];
    const heights = points.map(([x1, x2]) => w1 * x1 + w2 * x2).sort((p, q) => p - q);
    const gaps = [heights[0] - 1, ...heights.map((height, i) => (height + (heights[i + 1] ?? height + 2)) / 2)];
    for (const gap of gaps) {
      const right = points.filter((point) => onRightSide({ w1, w2, b: -gap }, point)).length;
      most = Math.max(most, right);
    }
  }
  return most;
}

test("the task: AND and OR can be separated, XOR cannot", () => {
  assert.deepEqual(["and", "or", "xor", "blobs"].map((name) => best(neuronPoints(name))), [4, 4, 3, 38]);
  const right = (name, state) => neuronPoints(name).filter((point) => onRightSide(state, point)).length;
  assert.equal(right("and", { w1: 1, w2: 1, b: -1.5 }), 4);
  assert.equal(right("or", { w1: 1, w2: 1, b: -0.5 }), 4);
  assert.equal(right("xor", { w1: 1, w2: 1, b: -0.5 }), 3);
});
