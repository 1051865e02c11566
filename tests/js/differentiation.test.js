// Numerical derivatives on the page: what the expansions promise, what rounding does, and what is said of it.

import assert from "node:assert/strict";
import test from "node:test";

import {
  STEPS,
  arithmetics,
  bestStep,
  cExp,
  cLog,
  cMul,
  cSin,
  difference,
  errorsOf,
  exactAt,
  functions,
  schemesFor,
  theory,
  typicalErrors,
} from "../../nnlib/widgets/differentiation_math.js";
import {
  acrossKink,
  differentiationSentence,
  onGrid,
  roundStep,
  survey,
  swallowed,
} from "../../nnlib/widgets/differentiation_state.js";

const state = { function: "exp", x: 1, c: 0.5, h: 0.1, secant: "forward", precision: "float64", zoom: false };
const smooth = ["exp", "sin", "cube", "log"];
const close = (a, b, allowed) => assert.ok(Math.abs(a - b) <= allowed, `${a} is not ${b}`);
const exact = (value) => value; // no rounding beyond float64

test("the exact derivatives are those of the function", () => {
  const h = 1e-4;
  for (const [name, { f, exact: derivatives }] of Object.entries(functions)) {
    if (name === "noisy") continue;
    for (const x of [-1.2, 0.3, 1.4].filter((x) => x >= functions[name].domain[0])) {
      const c = 0.5;
      const [value, slope, second, third] = derivatives(x, c);
      close(value, f(x, exact, c), 1e-15);
      const at = (d) => derivatives(x + d, c);
      close(slope, (at(h)[0] - at(-h)[0]) / (2 * h), 1e-6);
      close(second, (at(h)[1] - at(-h)[1]) / (2 * h), 1e-5);
      close(third, (at(h)[2] - at(-h)[2]) / (2 * h), 1e-4);
    }
  }
});

test("truncation is what the expansions say, at large h", () => {
  for (const name of smooth) {
    const here = { ...state, function: name, x: 0.8 };
    const [, slope, second, third] = exactAt(here);
    const h = 1e-3;
    const { truncation } = theory(here);
    assert.deepEqual(truncation, { forward: [Math.abs(second) / 2, 1], central: [Math.abs(third) / 6, 2] });
    close((difference("forward", here, h) - slope) / h, second / 2, 1e-3);
    close((difference("central", here, h) - slope) / h ** 2, third / 6, 1e-3);
    close((difference("complex", here, h) - slope) / h ** 2, -third / 6, 1e-3);
  }
});

test("only the complex step is exact for the smallest h, because it subtracts nothing", () => {
  for (const name of smooth) {
    for (const precision of Object.keys(arithmetics)) {
      const here = { ...state, function: name, x: 0.8, precision };
      const slope = exactAt(here)[1];
      const { eps } = arithmetics[precision];
      close(difference("complex", here, 1e-16), slope, 4 * eps * Math.abs(slope));
      assert.equal(difference("forward", here, 1e-17), 0, "x + h is x");
    }
  }
});

test("complex functions obey their rules", () => {
  const [z, w] = [[0.3, -0.4], [1.1, 0.7]];
  const near = (a, b) => a.forEach((part, i) => close(part, b[i], 1e-14));
  near(cMul(cExp(z, exact), cExp(w, exact), exact), cExp([z[0] + w[0], z[1] + w[1]], exact));
  near(cLog(cExp(z, exact), exact), z);
  near(cSin([0.8, 0], exact), [Math.sin(0.8), 0]);
  near(cSin([0, 0.8], exact), [0, Math.sinh(0.8)]);
});

test("the lowest errors of e^x lie where theory expects them, in both kinds of numbers", () => {
  for (const precision of Object.keys(arithmetics)) {
    const here = { ...state, precision };
    const { eps } = arithmetics[precision];
    for (const [scheme, root] of [["forward", 1 / 2], ["central", 1 / 3]]) {
      const { h, error } = bestStep(errorsOf(scheme, here), exactAt(here)[1], eps);
      assert.ok(h / theory(here).best[scheme] > 0.1 && h / theory(here).best[scheme] < 10, `${scheme} ${h}`);
      assert.ok(error < 30 * eps ** (scheme === "forward" ? root : 2 * root), `${scheme} ${error}`);
    }
  }
});

test("noise in the values moves the best step to its own root", () => {
  const here = { ...state, function: "noisy" };
  const { h, error } = bestStep(errorsOf("forward", here), exactAt(here)[1], 2 ** -52);
  assert.ok(h > 1e-4 && h < 1e-2, `${h}`); // sqrt(1e-6) = 1e-3
  assert.ok(error > 1e-5 && error < 1e-2, `${error}`);
  assert.deepEqual(schemesFor("noisy"), ["forward", "central"]);
});

test("a typical error is a median: single lucky steps do not count", () => {
  const errors = STEPS.map((_, i) => (i === 100 ? 0 : 1));
  assert.ok(typicalErrors(errors).every((error) => error === 1));
});

test("at a kink the quotients tend to nothing that is a derivative", () => {
  const here = { ...state, function: "abs", x: 0, h: 1e-6 };
  const [forward, central] = survey(here).map(({ value }) => value);
  assert.deepEqual([forward, central], [1, 0]);
  assert.match(differentiationSentence(here), /a kink, so there is no derivative. The slope is −1 on the left and 1 on the right/);
  for (const [x, secant, across] of [[-1e-7, "forward", true], [1e-7, "forward", false], [1e-7, "central", true], [0.1, "central", false]])
    assert.equal(acrossKink({ ...here, x, secant }), across, `${secant} at ${x}`);
  const edge = { ...here, function: "kink", x: 0.4, c: 0.5 };
  for (const secant of ["forward", "central"]) {
    assert.match(differentiationSentence({ ...edge, secant, h: 0.1 }), /forward 0, central 0\.$/); // it ends on the kink
    assert.match(differentiationSentence({ ...edge, secant, h: 0.112 }), /both sides of the kink/);
  }
});

test("x stays on its grid and in its domain, h among three digits", () => {
  assert.equal(onGrid("log", -3), 0.2);
  assert.equal(onGrid("exp", 0.3333), 0.35);
  assert.equal(roundStep(0.123456), 0.123);
  assert.equal(roundStep(7), 1);
  assert.ok(swallowed({ ...state, h: 1e-16 }) && !swallowed({ ...state, h: 1e-15 }));
});

test("the sentence says what decides the error", () => {
  const say = (more) => differentiationSentence({ ...state, ...more });
  assert.equal(
    say({ function: "cube" }),
    "x³ at x = 1 has the slope 3. Errors with h = 0.1 in float64: forward 0.31, central 0.01, complex 0.01. " +
      "For the forward difference h is too large: truncation decides.",
  );
  assert.match(say({ h: 1e-8 }), /forward difference h is about right/);
  assert.match(say({ h: 1e-8, secant: "central" }), /central difference h is too small: rounding decides/);
  assert.match(say({ h: 1e-16 }), /The computer cannot tell x \+ h from x/);
  assert.match(say({ function: "kink", x: 0.4, h: 0.2 }), /on both sides of the kink/);
});

test("nothing is undefined in any state", () => {
  for (const name of Object.keys(functions)) {
    for (const precision of Object.keys(arithmetics)) {
      for (const x of functions[name].domain) {
        for (const h of [STEPS[0], 1e-8, 1]) {
          const text = differentiationSentence({ ...state, function: name, x, h, precision });
          assert.doesNotMatch(text, /undefined|NaN|Infinity|not a number/);
        }
      }
    }
  }
});

test("the answers to the chapter's task", () => {
  const lowest = (precision, scheme) => {
    const here = { ...state, precision };
    return bestStep(errorsOf(scheme, here), exactAt(here)[1], arithmetics[precision].eps);
  };
  for (const [precision, scheme, h, error] of [
    ["float64", "forward", 9e-9, 3e-8],
    ["float64", "central", 3e-6, 2e-11],
    ["float32", "forward", 2e-4, 9e-4],
    ["float32", "central", 3e-3, 1e-5],
  ]) {
    const found = lowest(precision, scheme);
    // The last digit of e^x differs between machines, and with it the best step.
    assert.ok(found.h / h > 1 / 4 && found.h / h < 4, `${precision} ${scheme} ${found.h}`);
    assert.ok(found.error / error > 1 / 2 && found.error / error < 2, `${found.error}`);
  }
  const kink = (more) => {
    const rows = survey({ ...state, function: "kink", x: 0.4, c: 0.5, ...more });
    return rows.map(({ value }) => Number(value.toFixed(8)));
  };
  assert.deepEqual(kink({ h: 0.1 }), [0, 0]);
  assert.deepEqual(kink({ h: 0.2 }), [0.5, 0.25]);
  for (const h of [1e-8, 0.01, 1]) assert.deepEqual(kink({ h, c: 0.4 }), [1, 0.5]);
});
