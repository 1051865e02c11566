// The descent explorer's mathematics: the same paths as nnlib's, and regions that hold for real paths.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  REGIONS,
  bestSetting,
  descend,
  factorAlong,
  regionEnds,
  regionOf,
  spectralRadius,
  surfaces,
} from "../../nnlib/widgets/descent_math.js";
import {
  RATES,
  STEP_STOPS,
  descentSentence,
  descentTypes,
  meantMomentum,
  roundSetting,
  roundStart,
  settingAt,
} from "../../nnlib/widgets/descent_state.js";
import { decodeState, encodeState } from "../../nnlib/widgets/link.js";
import { contourPath } from "../../nnlib/widgets/contours.js";

const golden = JSON.parse(readFileSync(new URL("golden_descent.json", import.meta.url), "utf-8"));
const start = { surface: "ravine", kappa: 25, x: -1.6, y: 0.8, optimizer: "Momentum", lr: 0.04, mu: 0.8, steps: 60 };

const near = (a, b, tolerance = 1e-10) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));

function assertNear(found, expected, where) {
  assert.equal(found.length, expected.length, where);
  found.forEach((value, i) => assert.ok(near(value, expected[i]), `${where}[${i}]: ${value}, not ${expected[i]}`));
}

test("paths and losses are those that nnlib's optimisers take", () => {
  for (const { state, path, losses, sentence } of golden.paths) {
    const found = descend(state);
    const where = `${state.optimizer} on ${state.surface}`;
    assertNear(found.path.flat(), path.flat(), where);
    assertNear(found.losses, losses, where);
    assert.equal(descentSentence(state), sentence);
  }
});

test("the sentence is Python's", () => {
  for (const { state, sentence } of golden.sentences) assert.equal(descentSentence(state), sentence);
});

test("gradients are central differences of the values, and vanish at the minima", () => {
  const h = 1e-5;
  for (const [name, { value, gradient, minima, curvatures }] of Object.entries(surfaces)) {
    for (const [x, y] of [[-1.7, 0.4], [0.3, -1.1], [1.2, 0.9]]) { // prettier-ignore
      const [gx, gy] = gradient(x, y, 25);
      assert.ok(near(gx, (value(x + h, y, 25) - value(x - h, y, 25)) / (2 * h), 1e-8), name);
      assert.ok(near(gy, (value(x, y + h, 25) - value(x, y - h, 25)) / (2 * h), 1e-8), name);
    }
    for (const [x, y] of minima) assert.ok(Math.hypot(...gradient(x, y, 25)) < 1e-13, name);
    const [x, y] = minima[0];
    assert.equal(Math.abs(value(x, y, 25)), 0);
    const second = [gradient(x + h, y, 25)[0] / h, gradient(x, y + h, 25)[1] / h].sort((a, b) => a - b);
    second.forEach((c, i) => assert.ok(near(c, curvatures(25)[i], 1e-3), `${name}: ${second}`));
  }
});

test("spectral radius, edges and best settings are Python's", () => {
  for (const { optimizer, lr, mu, curvatures, radius } of golden.settings) {
    assert.ok(near(spectralRadius(optimizer, lr, mu, curvatures), radius));
  }
  for (const { optimizer, mu, ends } of golden.ends) assertNear(regionEnds(optimizer, mu), ends, optimizer);
  for (const { optimizer, curvatures, best } of golden.best) {
    assertNear(Object.values(bestSetting(optimizer, curvatures)), best, optimizer);
  }
});

test("the factor is what long paths show", () => {
  for (const optimizer of ["Momentum", "Nesterov"]) {
    for (const [lr, mu] of [[0.01, 0.3], [0.05, 0.2], [0.06, 0.6], [0.078, 0.05], [0.02, 0.9]]) { // prettier-ignore
      const factor = spectralRadius(optimizer, lr, mu, [1, 25]);
      if (factor > 1) continue; // out of range before the long run
      const { losses } = descend({ ...start, optimizer, lr, mu, steps: 400 });
      // The highest loss of the last swing and of one 200 steps before: factor^2 in the loss a step.
      const top = (from) => Math.max(...losses.slice(from, from + 60));
      const measured = (top(300) / top(100)) ** (1 / 400);
      assert.ok(Math.abs(measured - factor) < 0.004, `${optimizer} ${lr} ${mu}: ${measured}, not ${factor}`);
    }
  }
});

test("it converges exactly below the last edge, from any start", () => {
  for (const optimizer of ["Momentum", "Nesterov"]) {
    for (let mu = 0; mu < 0.96; mu += 0.19) {
      const edge = regionEnds(optimizer, mu)[2] / 25;
      for (const [share, converges] of [[0.97, true], [1.03, false]]) { // prettier-ignore
        const { losses, diverged } = descend({ ...start, optimizer, mu, lr: share * edge, steps: 3000 });
        assert.equal(!diverged && losses.at(-1) < 1e-6, converges, `${optimizer} mu ${mu} ${share}`);
        assert.equal(spectralRadius(optimizer, share * edge, mu, [1, 25]) < 1, converges);
        assert.equal(regionOf(optimizer, share * edge, mu, [1, 25]) !== "diverging", converges);
      }
    }
  }
});

test("the regions are what the paths do", () => {
  for (const optimizer of ["Momentum", "Nesterov"]) {
    for (const mu of [0, 0.2, 0.6]) {
      const ends = regionEnds(optimizer, mu);
      const middles = [ends[0] / 2, (ends[0] + ends[1]) / 2, (ends[1] + ends[2]) / 2, 1.1 * ends[2]];
      middles.forEach((s, region) => {
        if (region === 1 && ends[0] === ends[1]) return; // without momentum nothing swings
        assert.equal(regionOf(optimizer, s, mu, [1, 1]), REGIONS[region]);
        const { path } = descend({ ...start, surface: "bowl", optimizer, mu, lr: s, x: 1, y: 0, steps: 24 });
        const signs = path.map(([x]) => x).filter((x) => Math.abs(x) > 1e-13).map(Math.sign);
        const changes = signs.slice(1).filter((sign, t) => sign !== signs[t]).length;
        const what = `${optimizer} mu ${mu} s ${s}: ${changes} changes of ${signs.length}`;
        if (region === 0) assert.equal(changes, 0, what);
        if (region === 1) assert.ok(changes >= 1 && changes < signs.length - 1, what);
        if (region >= 2) assert.ok(changes >= signs.length - 3, what);
      });
    }
  }
});

test("nothing near the best setting is better", () => {
  for (const optimizer of ["SGD", "Momentum", "Nesterov"]) {
    for (const kappa of [4, 25, 100]) {
      const { lr, mu, factor } = bestSetting(optimizer, [1, kappa]);
      assert.ok(near(spectralRadius(optimizer, lr, mu, [1, kappa]), factor, 1e-6), `${optimizer} ${kappa}`);
      for (let angle = 0; angle < 6.3; angle += 0.3) {
        const other = optimizer === "SGD" ? 0 : Math.min(Math.max(mu + 0.03 * Math.sin(angle), 0), 0.999);
        const radius = spectralRadius(optimizer, lr * (1 + 0.05 * Math.cos(angle)), other, [1, kappa]);
        assert.ok(radius > factor - 1e-7, `${optimizer} ${kappa}: ${radius} below ${factor}`);
      }
    }
  }
  assert.equal(factorAlong("Momentum", 1, 0), 0); // one step is enough in a bowl
});

test("the answers to the tasks", () => {
  const ravine = (optimizer, lr, mu, steps) => descend({ ...start, optimizer, lr, mu, steps });
  assert.ok(near(spectralRadius("SGD", 0.0769, 0, [1, 25]), 0.923, 1e-3));
  assert.ok(near(spectralRadius("Momentum", 0.111, 0.45, [1, 25]), 0.671, 1e-3));
  assert.ok(near(spectralRadius("Momentum", 0.111, 0.44, [1, 25]), 0.742, 1e-3));
  // The loss has fallen a million times, and stays there.
  const arrived = (losses) => losses.findLastIndex((loss) => loss >= losses[0] / 1e6) + 1;
  assert.equal(arrived(ravine("SGD", 0.0769, 0, 300).losses), 86);
  assert.equal(arrived(ravine("SGD", 0.0759, 0, 300).losses), 76); // sooner, though the factor is larger
  assert.ok(near(spectralRadius("SGD", 0.0759, 0, [1, 25]), 0.924, 1e-3));
  assert.equal(arrived(ravine("Momentum", 0.111, 0.45, 300).losses), 20);
  const basins = { ...start, surface: "basins", x: 1.8, y: 0.6, lr: 0.0191, steps: 300 };
  assert.ok([0.0759, basins.lr].every((rate) => RATES.includes(rate)), "the slider has them");
  assert.deepEqual(roundStart(1.79, 0.61), { x: basins.x, y: basins.y }, "a hand can put it there");
  for (let k = 0; k < 100; k++) {
    const text = descentSentence({ ...basins, mu: k / 100 });
    if (k <= 83 || k === 96) assert.match(text, /in the shallow basin/);
    else if (k <= 95) assert.match(text, /in the deep basin/);
    const late = descend({ ...basins, mu: k / 100 }).path.slice(-50).map(([x]) => x);
    assert.equal(Math.max(...late) - Math.min(...late) < 0.02, k <= 96, "at rest");
  }
  assert.match(descentSentence({ ...basins, optimizer: "Adam", mu: 0 }), /in the shallow basin/);
  const saddle = { ...start, surface: "saddle", optimizer: "SGD", lr: 0.1, steps: 100 };
  assert.match(descentSentence({ ...saddle, y: 0 }), /loss from 1\.53 to 0\.25\. It is at the saddle/);
  assert.ok(descend({ ...saddle, y: 0.01 }).losses.at(-1) < 1e-3);
});

test("what a gesture sets is within the limits", () => {
  assert.deepEqual(roundStart(-9, 0.123), { x: -2, y: 0.1 });
  assert.deepEqual(roundStart(1.79, -0.02), { x: 1.8, y: 0 });
  assert.deepEqual([0.03, 0.05].map((mu) => meantMomentum("SGD", mu)), [0, 0.05]);
  assert.equal(meantMomentum("Momentum", 0.03), 0.03);
  assert.deepEqual(roundSetting(-1, 7), { lr: 1e-4, mu: 0.99 });
  assert.deepEqual(settingAt("SGD", 0.08126, 0.4), { lr: 0.0813, mu: 0.4, optimizer: "Momentum" });
  assert.deepEqual(settingAt("SGD", 0.08126, 0.001), { lr: 0.0813, mu: 0 });
  assert.deepEqual(settingAt("Nesterov", 0.05, 0.4), { lr: 0.05, mu: 0.4 });
  assert.deepEqual([RATES[0], RATES.at(-1)], [0.001, 10]);
  assert.ok(STEP_STOPS.every((steps) => descentTypes.steps.read(String(steps)) === steps));
});

test("nothing is NaN at extreme settings", () => {
  for (const surface of Object.keys(surfaces)) {
    for (const optimizer of ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]) {
      for (const [lr, mu] of [[10, 0.99], [1e-4, 0]]) { // prettier-ignore
        const state = { ...start, surface, optimizer, lr, mu, kappa: 100, x: 2, y: 1.5, steps: 300 };
        const { path, losses } = descend(state);
        assert.ok([...path.flat(), ...losses].every(Number.isFinite));
        assert.doesNotMatch(descentSentence(state), /not a number|NaN|undefined/);
      }
    }
  }
});

test("a link carries the state, and no value beyond its limits", () => {
  const state = { ...start, log_loss: true };
  assert.deepEqual(decodeState(descentTypes, encodeState(descentTypes, state)), state);
  assert.deepEqual(decodeState(descentTypes, "mu=1&lr=0&x=3&steps=0&surface=moon&kappa=0.5"), {});
});

test("contour lines lie at their level", () => {
  const d = contourPath(Float64Array.of(0, 1, 0, 1), 2, 0.25);
  assert.equal(d, "M0.25 0L0.25 1");
});
