// What the activations explorer says about its functions.

import assert from "node:assert/strict";
import test from "node:test";

import { activations } from "../../nnlib/widgets/engine.js";
import {
  FLAT,
  Z_MOST,
  activationsSentence,
  curvePoints,
  saturated,
  valueAndSlope,
} from "../../nnlib/widgets/activations_state.js";

test("slopes are the central differences of the values", () => {
  const h = 1e-6;
  for (const [name, { f }] of Object.entries(activations)) {
    for (const z of [-5, -1.3, -0.2, 0.4, 2.7]) {
      const [a, slope] = valueAndSlope(name, z);
      assert.equal(a, f(z));
      assert.ok(Math.abs(slope - (f(z + h) - f(z - h)) / (2 * h)) < 1e-8, `${name} at ${z}`);
    }
  }
});

test("curves cover the axis", () => {
  const points = curvePoints("tanh", 0);
  assert.deepEqual(points[0], [-Z_MOST, Math.tanh(-Z_MOST)]);
  assert.deepEqual(points.at(-1), [Z_MOST, Math.tanh(Z_MOST)]);
});

test("the saturated parts are where the slope is small", () => {
  assert.deepEqual(saturated("identity"), []);
  const [left, right] = saturated("sigmoid");
  assert.equal(saturated("sigmoid").length, 2);
  // a (1 - a) = 0.05 at a = 0.0528, that is z = log(a / (1 - a)) = -2.887
  assert.ok(Math.abs(left[1] + 2.887) < 0.06);
  assert.ok(Math.abs(right[0] - 2.887) < 0.06);
  assert.deepEqual(saturated("relu"), [[-Z_MOST, 0]]);
  // softplus has the slope of the sigmoid's value: 0.05 at z = log(0.05 / 0.95) = -2.944
  assert.equal(saturated("softplus").length, 1);
  assert.ok(Math.abs(saturated("softplus")[0][1] + 2.944) < 0.06);
  for (const [low, high] of saturated("tanh")) {
    assert.ok(1 - Math.tanh((low + high) / 2) ** 2 < FLAT);
  }
});

test("a slope that is small and stays is no saturation", () => {
  assert.deepEqual(saturated("leaky_relu"), []);
  assert.equal(activationsSentence({ selected: "leaky_relu", z: -3 }), "leaky ReLU at z = −3: value −0.03, slope 0.01.");
});

test("the sentence names value, slope and saturation", () => {
  assert.equal(
    activationsSentence({ selected: "tanh", z: 0 }),
    "tanh at z = 0: value 0, slope 1.",
  );
  assert.match(activationsSentence({ selected: "sigmoid", z: 4 }), /slope 0\.0177, below 0\.05: saturated/);
  assert.match(activationsSentence({ selected: "relu", z: 0 }), /^ReLU at z = 0.*a kink here/);
});
