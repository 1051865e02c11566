// The page's engine against nnlib (golden.json, written by make_golden.py) and against finite
// differences, which need no other engine to be right.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Network, activations, losses, optimizers, trainStep } from "../../nnlib/widgets/engine.js";
import { Random } from "../../nnlib/widgets/random.js";
import { datasets } from "../../nnlib/widgets/datasets.js";
import { settingsOf } from "../../nnlib/widgets/training_state.js";
import { ComputedRun } from "../../nnlib/widgets/training_run.js";

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url)));

/** Every number within 1e-10 of the expected one, relative for large ones. */
function assertClose(actual, expected, what) {
  assert.equal(actual.length, expected.length, `${what}: length`);
  expected.forEach((value, i) => {
    const allowed = 1e-10 * Math.max(1, Math.abs(value));
    assert.ok(
      Math.abs(actual[i] - value) <= allowed,
      `${what}[${i}]: ${actual[i]}, nnlib has ${value}`,
    );
  });
}

test("golden.json covers every activation, loss and optimiser", () => {
  const seen = (key) => new Set(golden.networks.flatMap((net) => net[key]));
  assert.deepEqual(seen("activations"), new Set(Object.keys(activations)));
  assert.deepEqual(seen("loss"), new Set(Object.keys(losses)));
  assert.deepEqual(seen("optimizer"), new Set(Object.keys(optimizers)));
});

for (const expected of golden.networks) {
  test(`as nnlib: ${expected.name}`, () => {
    const net = new Network(expected.sizes, expected.activations);
    net.theta.set(expected.theta);
    const optimizer = new optimizers[expected.optimizer](expected.lr);
    const [x, y] = [Float64Array.from(expected.x), Float64Array.from(expected.y)];
    const values = expected.losses.map((_, step) => {
      const value = trainStep(net, losses[expected.loss], optimizer, x, y);
      if (step < expected.steps.length) {
        assertClose(net.grad, expected.steps[step].grad, `gradient at step ${step}`);
        assertClose(net.theta, expected.steps[step].theta, `theta after step ${step}`);
      }
      return value;
    });
    assertClose(values, expected.losses, "loss");
    assertClose(net.theta, expected.final, "theta at the end");
  });
}

test("the same random numbers as in Python", () => {
  const random = new Random(7);
  const { uniform, normal, permutation } = golden.random;
  assertClose(
    uniform.map(() => random.uniform(-1, 3)),
    uniform,
    "uniform",
  );
  assertClose(
    normal.map(() => random.normal(1, 2)),
    normal,
    "normal",
  );
  assert.deepEqual([...random.permutation(20)], permutation);
});

for (const [name, first] of Object.entries(golden.datasets)) {
  test(`the same points as in Python: ${name}`, () => {
    const { x, y } = datasets[name](new Random(1));
    assertClose(x.subarray(0, first.length), first, name);
    assert.equal(x.length, 2 * y.length);
    assert.deepEqual([...new Set(y)], [0, 1]);
  });
}

for (const { settings, loss, validation, theta, diverged } of golden.runs) {
  test(`a whole run as in Python: ${JSON.stringify(settings)}`, () => {
    const run = new ComputedRun(settingsOf(settings), {});
    while (!run.finished) run.advance();
    assertClose(run.loss, loss, "loss");
    assertClose(run.validation, validation, "validation loss");
    assertClose(run.thetaAt(run.last), theta, "theta");
    assert.equal(run.diverged, diverged);
  });
}

const targetsFor = {
  MSE: (n, random) => random.normal(0, 1),
  BinaryCrossEntropy: (n, random) => Math.round(random.next()),
  SoftmaxCrossEntropy: (n) => 1 / n,
};

for (const name of Object.keys(activations)) {
  for (const [lossName, loss] of Object.entries(losses)) {
    test(`gradient as central differences: ${name}, ${lossName}`, () => {
      const random = new Random(3);
      const net = new Network([3, 4, 2], [name, "identity"]).start(random);
      const x = Float64Array.from({ length: 15 }, () => random.normal(0, 1));
      const y = Float64Array.from({ length: 10 }, () => targetsFor[lossName](2, random));
      net.backward(loss.grad(net.forward(x), y, 5));
      const gradient = net.grad.slice();
      gradient.forEach((g, i) => {
        const h = 1e-5;
        const value = (t) => {
          net.theta[i] += t;
          const result = loss.value(net.forward(x), y, 5);
          net.theta[i] -= t;
          return result;
        };
        const slope = (value(h) - value(-h)) / (2 * h);
        assert.ok(Math.abs(slope - g) < 1e-8, `parameter ${i}: ${g}, central difference ${slope}`);
      });
    });
  }
}

test("losses stay finite for large logits", () => {
  const out = Float64Array.of(1000, -1000);
  for (const name of ["BinaryCrossEntropy", "SoftmaxCrossEntropy"]) {
    const y = Float64Array.of(0, 1);
    assert.ok(Number.isFinite(losses[name].value(out, y, 1)), name);
    assert.ok(losses[name].grad(out, y, 1).every(Number.isFinite), name);
  }
});
