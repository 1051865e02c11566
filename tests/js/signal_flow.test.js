// The signal flow explorer's mathematics: the same networks as nnlib's, and numpy's singular values.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { activations } from "../../nnlib/widgets/engine.js";
import { decodeState, encodeState } from "../../nnlib/widgets/link.js";
import { endToEnd, expectedFactors, flow, perLayer, rules, singularValues } from "../../nnlib/widgets/signal_math.js";
import {
  GAINS,
  GAIN_STOPS,
  RATE_STOPS,
  WIDTHS,
  gainAt,
  signalSentence,
  signalTypes,
  survey,
} from "../../nnlib/widgets/signal_flow_state.js";
import { FACTORS, decades } from "../../nnlib/widgets/signal_flow_panels.js";

const golden = JSON.parse(readFileSync(new URL("golden_signal_flow.json", import.meta.url), "utf-8"));
const start = { depth: 20, width: 32, activation: "tanh", rule: "glorot", gain: 1, lr: 0.01, seed: 1 };

const near = (a, b, tolerance, scale) => Math.abs(a - b) <= tolerance * Math.abs(scale ?? b) + 1e-300;

test("sizes, factors and singular values are those of nnlib and numpy", () => {
  for (const { state, sizes, measured, singular, sentence } of golden.cases) {
    const found = survey(state);
    const where = `${state.activation} ${state.rule} ${state.depth}`;
    for (const [name, values] of Object.entries(sizes)) {
      values.forEach((value, l) => {
        // Differences between samples are small differences of large numbers.
        const scale = name === "spread" ? sizes.activation[l] : value;
        assert.ok(near(found.sizes[l][name], value, 1e-10, scale), `${where}: ${name} of layer ${l + 1}`);
      });
    }
    for (const [way, value] of Object.entries(measured)) {
      assert.ok(near(found.factors[way], value, way === "spread" ? 1e-4 : 1e-10), `${where}: ${way}`);
    }
    assert.equal(found.singular.length, singular.length);
    singular.forEach((value, i) => {
      // An SVD is exact to rounding of the largest value.
      assert.ok(near(found.singular[i], value, 2e-13, singular[0]), `${where}: singular value ${i}`);
    });
    assert.equal(signalSentence(state, found), sentence);
  }
});

test("the theory is Python's", () => {
  for (const { activation, depth, gain, expected } of golden.expected) {
    const found = expectedFactors(activation, depth, gain);
    for (const way of ["forward", "backward"]) assert.ok(near(found[way], expected[way], 1e-10), `${activation} ${way}`);
  }
});

test("the theory knows the cases that can be worked out by hand", () => {
  for (const gain of [0.3, 1, Math.SQRT2, 2]) {
    const relu = expectedFactors("relu", 20, gain);
    const linear = expectedFactors("identity", 20, gain);
    for (const way of ["forward", "backward"]) {
      assert.ok(near(relu[way], gain / Math.SQRT2, 1e-9), `ReLU ${gain} ${way}`); // half of the square passes
      assert.ok(near(linear[way], gain, 1e-9), `identity ${gain} ${way}`);
    }
    assert.ok(expectedFactors("sigmoid", 20, gain).backward < gain / 4 + 1e-12); // f' is at most 1/4
  }
});

test("the measured factors scatter about the theory", () => {
  for (const [activation, rule] of [["relu", "he"], ["tanh", "glorot"], ["relu", "pytorch"], ["sigmoid", "he"]]) { // prettier-ignore
    const state = { ...start, activation, rule };
    const logs = Array.from({ length: 12 }, (_, seed) => Math.log(survey({ ...state, seed }).factors.backward));
    const mean = Math.exp(logs.reduce((a, b) => a + b) / logs.length);
    const { backward } = expectedFactors(activation, 20, rules[rule].gain(32));
    assert.ok(Math.abs(mean / backward - 1) < 0.05, `${activation} ${rule}: ${mean}, expected ${backward}`);
  }
});

test("error signals are the Jacobian's transpose times that of the last layer", () => {
  for (const activation of Object.keys(activations)) {
    const net = flow({ ...start, activation, rule: "gain", gain: 1.2, width: 8, depth: 5 });
    const J = endToEnd(net);
    const [first, last] = [net.layers[1], net.layers.at(-1)];
    const size = Math.hypot(...first.delta.subarray(0, 8));
    for (let c = 0; c < 8; c++) {
      let sum = 0;
      for (let j = 0; j < 8; j++) sum += J[j * 8 + c] * last.delta[j];
      // J begins behind f'(z(1)), so it holds that factor already.
      assert.ok(near(sum, first.delta[c], 1e-12, size), `${activation}: ${sum}, not ${first.delta[c]}`);
    }
  }
});

test("singular values of matrices that are known", () => {
  assert.deepEqual(singularValues(Float64Array.of(0, 0, 0, 0), 2), [0, 0]);
  const [high, low] = singularValues(Float64Array.of(0.5, 10, 0, 0.5), 2);
  assert.ok(near(high, 10.025, 1e-3) && near(high * low, 0.25, 1e-12)); // chapter 4's matrix
  assert.deepEqual(singularValues(Float64Array.of(3, 0, 0, 1e-20), 2), [3, 0]); // below rounding
  const orthogonal = survey({ ...start, activation: "identity", rule: "orthogonal" }).singular;
  assert.ok(orthogonal.every((value) => near(value, 1, 1e-11)));
});

test("draws do not depend on depth and gain", () => {
  const W = (state) => [...flow({ ...start, rule: "gain", ...state }).layers[2].W];
  const one = W({ gain: 1 });
  flow({ ...start, seed: 7 }); // another draw between
  assert.deepEqual(W({ gain: 1, depth: 4 }), one);
  W({ gain: 2 }).forEach((value, i) => assert.ok(near(value, 2 * one[i], 1e-14)));
});

test("the answers to the task", () => {
  const relu = (rule) => signalSentence({ ...start, activation: "relu", depth: 30, rule });
  assert.match(relu("glorot"), /back by 0\.69\. .*is 2\.3×10⁻⁵ of the last’s: it vanishes/);
  assert.match(relu("he"), /back by 0\.98\. .*is 0\.53 of the last’s: it keeps its size/);
  assert.ok(near(0.5 ** (29 / 2), 4.3e-5, 0.01));
  const sigmoid = signalSentence({ ...start, activation: "sigmoid" });
  assert.match(sigmoid, /activations by 1, differences between samples by 0\.23, .* back by 0\.23\./);
  assert.ok(near(expectedFactors("sigmoid", 20, 4).backward, 0.62, 0.01));
  for (const gain of GAIN_STOPS) assert.ok(expectedFactors("sigmoid", 20, gain).backward < 0.63);
  assert.match(signalSentence(start), /back by 0\.9\. .* largest is 0\.37, and 7 lie/);
  assert.match(signalSentence({ ...start, rule: "orthogonal" }), /back by 0\.92\. .* largest is 0\.43, and 26 lie/);
  assert.match(signalSentence({ ...start, rule: "zeros" }), /no error signal arrives/);
});

test("the sentence counts, and says what the rate does", () => {
  const tiny = { ...start, activation: "relu", width: 4, depth: 2, rule: "gain", gain: 0.02 };
  assert.match(signalSentence(tiny), / and 1 lies within a factor of 10 of it\./);
  const updates = (lr) => signalSentence({ ...start, lr }).match(/rate (\S+) changes the first layer’s weights by (\S+) of their size, the last’s by (\S+)\.$/).slice(1).map(Number);
  const [usual, large] = [updates(0.01), updates(0.1)];
  assert.deepEqual([usual[0], large[0]], [0.01, 0.1]);
  usual.forEach((number, i) => assert.ok(near(large[i], 10 * number, 0.05)));
  assert.doesNotMatch(signalSentence({ ...start, rule: "zeros" }), /rate/);
});

test("every factor of a layer has room on the axis", () => {
  for (const activation of Object.keys(activations)) {
    for (const [gain, seed] of [[0.02, 0], [0.02, 4], [4, 0], [4, 4]]) {
      const { forward, backward } = survey({ ...start, activation, rule: "gain", gain, seed, width: 4, depth: 2 }).factors;
      const theory = expectedFactors(activation, 2, gain);
      for (const factor of [forward, backward, theory.forward, theory.backward]) {
        assert.ok(factor === 0 || (factor > FACTORS[0] && factor < FACTORS[1]), `${activation} ${gain}: ${factor}`);
      }
    }
  }
});

test("nothing is NaN at extreme settings", () => {
  for (const activation of Object.keys(activations)) {
    for (const rule of Object.keys(rules)) {
      for (const gain of GAINS) {
        const state = { ...start, activation, rule, gain, width: 4, depth: 30, lr: 1 };
        const { sizes, factors, singular } = survey(state);
        const numbers = [...sizes.flatMap(Object.values), ...Object.values(factors), ...singular];
        assert.ok(numbers.every(Number.isFinite), `${activation} ${rule} ${gain}`);
        assert.doesNotMatch(signalSentence(state), /not a number|NaN|∞|undefined/);
      }
    }
  }
  assert.equal(perLayer(0, 0, 5), 0);
});

test("a link carries the state, and no value beyond its limits", () => {
  assert.deepEqual(decodeState(signalTypes, encodeState(signalTypes, start)), start);
  assert.deepEqual(decodeState(signalTypes, "width=5&depth=31&gain=9&rule=none&seed=1000&lr=0&activation=x"), {});
  assert.deepEqual(decodeState(signalTypes, "width="), {});
  assert.deepEqual(gainAt("glorot", 9), { gain: 4, rule: "gain" });
  assert.deepEqual(gainAt("orthogonal", 0), { gain: 0.02, rule: "orthogonal" });
  assert.ok(WIDTHS.includes(start.width) && RATE_STOPS.includes(start.lr));
  assert.ok(GAIN_STOPS.every((gain, i) => gain >= GAINS[0] && gain <= GAINS[1] && (i === 0 || gain > GAIN_STOPS[i - 1])));
});

test("axes hold whole decades", () => {
  assert.deepEqual(decades([0, 0]), [0.1, 10]);
  assert.deepEqual(decades([0.02, 0, 30]), [0.01, 100]);
  assert.deepEqual(decades([1]), [1, 10]);
});
