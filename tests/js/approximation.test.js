// The approximation explorer without its picture: Python's numbers, the sum of bumps, and the tasks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decodeState, encodeState } from "../../nnlib/widgets/link.js";
import {
  PLACES,
  STEEPNESS,
  Training,
  UNITS,
  approximationSentence,
  approximationTypes,
  bump,
  bumpEdges,
  errorsOf,
  heightsOf,
  lossAxis,
  networkByHand,
  resampled,
  switches,
  targetValues,
  unitStep,
  valueAt,
} from "../../nnlib/widgets/approximation_state.js";

const golden = JSON.parse(readFileSync(new URL("./approximation.json", import.meta.url)));
const close = (a, b, tolerance, what) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a} is not ${b}`);

test("Python builds the same networks", () => {
  for (const { state, theta, by_hand } of golden) {
    const net = networkByHand(state);
    assert.equal(net.theta.length, theta.length);
    net.theta.forEach((value, i) => close(value, theta[i], 1e-12, "theta"));
    const out = net.forward(PLACES);
    by_hand.forEach((value, i) => close(out[25 * i], value, 1e-10, "output"));
  }
});

test("Python trains the same way and says the same", () => {
  for (const { state, sentence, at, losses, last } of golden) {
    const training = new Training(state, targetValues(state.target));
    while (training.done < state.steps) training.advance();
    const error = errorsOf(training.outputAt(state.steps), training.values);
    const all = [...training.losses, error.meanSquared];
    at.forEach((step, i) => close(all[step] / losses[i], 1, 1e-7, `loss after ${step} steps`));
    training.thetas.at(-1).forEach((value, i) => close(value, last[i], 1e-6, "theta"));
    assert.equal(approximationSentence(state, training.net.sizes[1], state.steps, error), sentence);
  }
});

test("the network is the sum of the bumps, whichever the units", () => {
  for (const units of Object.keys(UNITS)) {
    for (const steepness of STEEPNESS) {
      const state = { units, steepness, heights: [0.3, -1.2, 0.9, 0, 1.5] };
      const out = networkByHand(state).forward(PLACES);
      PLACES.forEach((x, i) => {
        const sum = state.heights.reduce((total, height, j) => total + height * bump(state, j, x), 0);
        close(out[i], sum, 1e-10, `${units}, k = ${steepness}, x = ${x}`);
      });
    }
  }
});

test("sigmoid and tanh make the same step, ReLU a ramp of the same slope", () => {
  for (const t of [-9, -1, -0.1, 0, 0.4, 3]) {
    close(unitStep("sigmoid", t), 1 / (1 + Math.exp(-t)), 1e-14, "sigmoid");
    assert.equal(unitStep("tanh", t), unitStep("sigmoid", t));
  }
  for (const units of Object.keys(UNITS)) {
    const slope = (unitStep(units, 1e-5) - unitStep(units, -1e-5)) / 2e-5;
    close(slope, 0.25, 1e-9, units);
    close(unitStep(units, -50), 0, 1e-12, units);
    close(unitStep(units, 50), 1, 1e-12, units);
  }
});

test("hidden units switch at the edges of the bumps", () => {
  const net = networkByHand({ units: "tanh", steepness: 20, heights: [1, 2, 3, 4] });
  assert.deepEqual(bumpEdges(4), [-0.25, 0.25, 0.5, 0.75, 1.25]);
  switches(net).forEach((place, j) => close(place, bumpEdges(4)[j], 1e-12, "edge"));
  net.layers[1].W.fill(0);
  assert.deepEqual(switches(net), [], "a unit without a weight switches nowhere");
});

test("more or fewer bumps keep the shape", () => {
  assert.deepEqual(resampled([1, -1], 4), [1, 1, -1, -1]);
  assert.deepEqual(resampled([1, 1, -1, -1], 2), [1, -1]);
  assert.equal(resampled([1, 2, 3], 16).length, 16);
  const values = targetValues("tent");
  close(valueAt(values, 0.25), 0, 1e-12, "on a place");
  close(valueAt(values, 0.2525), 0.01, 1e-12, "between places");
  close(valueAt(values, 1), -1, 1e-12, "at the end");
});

test("the largest error names the leftmost place", () => {
  const values = targetValues("wave");
  const error = errorsOf(new Float64Array(201), values);
  assert.deepEqual([error.largest, error.at], [1, 0.25], "as large at 0.75");
  close(error.meanSquared, 100 / 201, 1e-12, "the mean of a squared sine, 0.5, without half a place at each end");
});

test("the loss axis is finite, whatever the losses", () => {
  assert.deepEqual(lossAxis([0]), { low: 1e-12, high: 1e-11 });
  const { low, high } = lossAxis([0.5, 0.002, 3]);
  close(low, 0.001, 1e-12, "low");
  close(high, 10, 1e-12, "high");
});

test("a state survives its link exactly", () => {
  for (const { state } of golden) {
    const read = decodeState(approximationTypes, encodeState(approximationTypes, state));
    const { given, ...rest } = state;
    assert.deepEqual(given, []);
    assert.deepEqual(read, rest);
  }
  assert.equal(decodeState(approximationTypes, "heights=1~2~9").heights, undefined);
});

const fitted = (target, n, steepness) => {
  const values = targetValues(target);
  const state = { units: "sigmoid", steepness, rate: 0.01, heights: heightsOf(n, (x) => valueAt(values, x)) };
  const training = new Training(state, values);
  const error = (steps) => errorsOf(training.outputAt(steps), values);
  const trained = (steps) => {
    while (training.done < steps) training.advance();
    return error(steps);
  };
  return { before: error(0), trained };
};

test("task: twice as many bumps halve the largest error of the wave", () => {
  const largest = [4, 8, 16].map((n) => fitted("wave", n, 100).before.largest);
  assert.deepEqual(largest.map((error) => error.toFixed(2)), ["0.71", "0.38", "0.20"]);
  largest.forEach((error, i) => assert.ok(error <= Math.PI / [4, 8, 16][i], "half a width times the steepest slope"));
});

test("task: a jump costs at least half its height, however many bumps", () => {
  for (let n = 2; n <= 16; n++) {
    const { largest, meanSquared } = fitted("jump", n, 1000).before;
    assert.equal(largest.toFixed(2), n % 5 ? "1.30" : "0.65", `${n} bumps`);
    if (n === 15) assert.equal(meanSquared.toFixed(4), "0.0021");
  }
});

test("task: training goes far from gentle steps and nowhere from steep ones", () => {
  const [gentle, steep] = [20, 1000].map((steepness) => fitted("wave", 8, steepness));
  assert.equal(gentle.before.meanSquared.toFixed(4), "0.0206");
  assert.equal(steep.before.meanSquared.toFixed(4), "0.0239");
  assert.equal(gentle.trained(500).meanSquared.toFixed(6), "0.000023");
  assert.equal(steep.trained(500).meanSquared.toFixed(4), "0.0234");
  const slopes = (steepness) => {
    const net = networkByHand({ units: "sigmoid", steepness, heights: new Array(8).fill(1) });
    net.forward(PLACES);
    return net.layers[1].a.map((a) => a * (1 - a));
  };
  const alive = (steepness) => slopes(steepness).filter((slope) => slope > 0.0025).length / (9 * 201);
  assert.ok(alive(20) > 0.4, "a hundredth of the largest slope, or more");
  assert.ok(alive(1000) < 0.02, "saturated nearly everywhere");
});
