// Numerical derivatives as a computer takes them, rounded after each operation, beside the exact ones.

import { Random } from "./random.js";

/** Arithmetics: how a number is rounded, and the gap between 1 and the next number. */
export const arithmetics = {
  float64: { round: (value) => value, eps: 2 ** -52 },
  float32: { round: Math.fround, eps: 2 ** -23 },
};

export const NOISE = 1e-6; // size of the error in each value of the noisy function

// ---- complex numbers [real, imaginary], each operation rounded by r

export const cMul = ([a, b], [p, q], r) => [r(r(a * p) - r(b * q)), r(r(a * q) + r(b * p))];

export function cExp([a, b], r) {
  const size = r(Math.exp(a));
  return [r(size * r(Math.cos(b))), r(size * r(Math.sin(b)))];
}

export const cSin = ([a, b], r) => [
  r(r(Math.sin(a)) * r(Math.cosh(b))),
  r(r(Math.cos(a)) * r(Math.sinh(b))),
];

export const cLog = ([a, b], r) => [r(Math.log(r(Math.hypot(a, b)))), r(Math.atan2(b, a))];

// ---- functions

const numberBits = new DataView(new ArrayBuffer(8));

/** Noise from [-1, 1) that depends on every bit of x, and is the same whenever x is. */
function noiseAt(x) {
  numberBits.setFloat64(0, x + 0); // + 0: the same for both zeros
  const seed = numberBits.getUint32(0) ^ Math.imul(numberBits.getUint32(4), 0x9e3779b1);
  return new Random(seed).uniform(-1, 1);
}

const sine = {
  domain: [-3, 3],
  y: [-1.7, 1.7],
  exact: (x) => [Math.sin(x), Math.cos(x), -Math.sin(x), -Math.cos(x)],
};

/**
 * The functions: `f` rounded by r, `complex` (where it is analytic) the same for a complex number,
 * `exact` the value and three derivatives, `kink` where there is none. `domain` holds x, `y` is the axis.
 */
export const functions = {
  exp: {
    text: "eˣ",
    domain: [-2, 2],
    y: [-2, 9],
    f: (x, r) => r(Math.exp(x)),
    complex: cExp,
    exact: (x) => Array(4).fill(Math.exp(x)),
  },
  sin: { ...sine, text: "sin x", f: (x, r) => r(Math.sin(x)), complex: cSin },
  cube: {
    text: "x³",
    domain: [-1.5, 1.5],
    y: [-4, 6],
    f: (x, r) => r(r(x * x) * x),
    complex: (z, r) => cMul(cMul(z, z, r), z, r),
    exact: (x) => [x ** 3, 3 * x * x, 6 * x, 6],
  },
  log: {
    text: "log x",
    domain: [0.2, 3],
    y: [-2.2, 2.2],
    f: (x, r) => r(Math.log(x)),
    complex: cLog,
    exact: (x) => [Math.log(x), 1 / x, -1 / (x * x), 2 / x ** 3],
  },
  abs: {
    text: "|x|",
    domain: [-2, 2],
    y: [-0.7, 3],
    f: (x) => Math.abs(x),
    kink: () => 0,
    sides: [-1, 1],
    exact: (x) => [Math.abs(x), Math.sign(x), 0, 0],
  },
  kink: {
    text: "max(x, c)",
    domain: [-2, 2],
    y: [-2.6, 3],
    f: (x, r, c) => Math.max(x, r(c)),
    kink: (c) => c,
    sides: [0, 1],
    exact: (x, c) => [Math.max(x, c), x > c ? 1 : 0, 0, 0],
  },
  noisy: {
    ...sine,
    text: "sin x with noise",
    noise: NOISE,
    f: (x, r) => r(Math.sin(x) + NOISE * noiseAt(x)),
  },
};

/** Whether x is where the function has no derivative. */
export const atKink = (name, x, c) => functions[name].kink?.(c) === x;

// ---- difference quotients: each takes f, x, h and the rounding r

const schemes = {
  forward: ({ f }, x, h, r, c) => r(r(f(r(x + h), r, c) - f(x, r, c)) / h),
  central: ({ f }, x, h, r, c) => r(r(f(r(x + h), r, c) - f(r(x - h), r, c)) / r(2 * h)),
  complex: ({ complex }, x, h, r) => r(complex([x, h], r)[1] / h),
};
export const schemeNames = Object.keys(schemes);

/** Those schemes that a function allows: a complex step needs an analytic one. */
export const schemesFor = (name) =>
  schemeNames.filter((scheme) => scheme !== "complex" || functions[name].complex);

/** The numerical derivative. A state is {function, x, c, precision}. */
export function difference(scheme, state, h) {
  const { round } = arithmetics[state.precision];
  return schemes[scheme](functions[state.function], round(state.x), round(h), round, state.c);
}

/** The value and three derivatives where the arithmetic has rounded x to. */
export function exactAt(state) {
  const { round } = arithmetics[state.precision];
  return functions[state.function].exact(round(state.x), round(state.c));
}

// ---- the error against h

const PER_DECADE = 20;
const DECADES = 16;

/** The steps h: 20 a decade from 1e-16 to 1, each with three digits, so that all languages agree. */
export const STEPS = Array.from({ length: PER_DECADE * DECADES + 1 }, (_, i) =>
  Number((10 ** (i / PER_DECADE - DECADES)).toPrecision(3)),
);

/** |difference quotient - derivative| for each step of STEPS. */
export function errorsOf(scheme, state) {
  const slope = exactAt(state)[1];
  return STEPS.map((h) => Math.abs(difference(scheme, state, h) - slope));
}

/** The median error over the steps within a factor of two: single errors cancel by chance. */
export function typicalErrors(errors) {
  const near = 6; // 10 ** (6 / 20) is just below 2
  return errors.map((_, i) => {
    const window = errors.slice(Math.max(i - near, 0), i + near + 1).sort((a, b) => a - b);
    return window[window.length >> 1];
  });
}

export const LOWEST = 1e-17; // the lower end of the error axis

/**
 * The step with the lowest typical error, {h, error, exact}. Where the error is no larger than the
 * rounding of the result (`exact`), the largest such step.
 */
export function bestStep(errors, slope, eps) {
  const typical = typicalErrors(errors.map((error) => (Number.isFinite(error) ? error : Infinity)));
  const lowest = Math.min(...typical);
  const floor = Math.max(eps * Math.abs(slope), LOWEST);
  const exact = lowest <= floor;
  const i = exact ? typical.findLastIndex((error) => error <= floor) : typical.indexOf(lowest);
  return { h: STEPS[i], error: typical[i], exact };
}

/**
 * What theory says: `rounding` R, where the error of a difference is about R / h; `truncation` a h^p,
 * as {scheme: [a, p]}; and the steps `best` at which their sum is smallest.
 */
export function theory(state) {
  const { noise = 0 } = functions[state.function];
  const [f, slope, second, third] = exactAt(state).map(Math.abs);
  const x = Math.abs(state.x);
  const rounding = noise + arithmetics[state.precision].eps * Math.max(f, x * slope);
  const truncation = { forward: [second / 2, 1], central: [third / 6, 2] };
  const best = {
    forward: Math.sqrt((2 * rounding) / second),
    central: Math.cbrt((3 * rounding) / third),
  };
  return { rounding, truncation, best };
}
