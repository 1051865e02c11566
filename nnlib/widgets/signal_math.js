// The mathematics of the signal flow explorer: a deep network with random weights, the sizes of what
// flows through it in both directions, and the mean-field theory of them.

import { Network, activations } from "./engine.js";
import { Random } from "./random.js";

export const BATCH = 16; // samples that flow through
const ROUNDING = 1e-14; // singular values below this share of the largest are lost in rounding
const SAME = 1e-12; // samples that differ by a smaller share of their size count as one

/** Rules for initial weights of n units: how the numbers are drawn, and their gain sqrt(n Var W). */
export const rules = {
  zeros: { text: "zeros", draw: "normal", gain: () => 0 },
  small: { text: "normal, deviation 0.01", draw: "normal", gain: (n) => 0.01 * Math.sqrt(n) },
  pytorch: { text: "PyTorch’s uniform", draw: "uniform", gain: () => 1 / Math.sqrt(3) },
  glorot: { text: "Glorot", draw: "normal", gain: () => 1 },
  he: { text: "He", draw: "normal", gain: () => Math.SQRT2 },
  orthogonal: { text: "orthogonal", draw: "orthogonal", gain: (n, gain) => gain },
  gain: { text: "normal, own gain", draw: "normal", gain: (n, gain) => gain },
};

export const gainOf = ({ rule, width, gain }) => rules[rule].gain(width, gain);

/** Make the rows of a matrix (n, n) orthonormal, one after the other (Gram and Schmidt, modified). */
function orthonormalise(Q, n) {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      let dot = 0;
      for (let k = 0; k < n; k++) dot += Q[i * n + k] * Q[j * n + k];
      if (i === j) for (let k = 0; k < n; k++) Q[j * n + k] /= Math.sqrt(dot);
      else for (let k = 0; k < n; k++) Q[j * n + k] -= dot * Q[i * n + k];
    }
  }
  return Q;
}

/**
 * Random numbers that do not depend on gain and depth, so that they are drawn once: inputs and a
 * gradient at the output, (BATCH, n) each, then a matrix (n, n) a layer, of variance 1 or orthogonal.
 */
class Draws {
  constructor(kind, n, seed) {
    Object.assign(this, { kind, n, random: new Random(seed), layers: [] });
    const normal = () => Float64Array.from({ length: BATCH * n }, () => this.random.normal(0, 1));
    this.x = normal();
    this.dOut = normal();
  }

  layer(l) {
    const { kind, n, random, layers } = this;
    while (layers.length <= l) {
      const edge = Math.sqrt(3); // of the uniform distribution with variance 1
      const draw = kind === "uniform" ? () => random.uniform(-edge, edge) : () => random.normal(0, 1);
      const matrix = Float64Array.from({ length: n * n }, draw);
      layers.push(kind === "orthogonal" ? orthonormalise(matrix, n) : matrix);
    }
    return layers[l];
  }
}

let lastDraws = { key: "", draws: null }; // one explorer is dragged at a time

function drawsFor({ rule, width, seed }) {
  const key = `${rules[rule].draw} ${width} ${seed}`;
  if (key !== lastDraws.key) lastDraws = { key, draws: new Draws(rules[rule].draw, width, seed) };
  return lastDraws.draws;
}

/** The network of a state, with the batch sent forward and the gradient at the output sent back. */
export function flow(state) {
  const { depth, width, activation, rule } = state;
  const draws = drawsFor(state);
  const net = new Network(Array(depth + 1).fill(width), Array(depth).fill(activation));
  const scale = gainOf(state) / (rules[rule].draw === "orthogonal" ? 1 : Math.sqrt(width));
  net.layers.slice(1).forEach(({ W }, l) => {
    const unit = draws.layer(l);
    for (let i = 0; i < W.length; i++) W[i] = scale * unit[i];
  });
  net.forward(draws.x);
  net.backward(draws.dOut);
  return net;
}

function sumOfSquares(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

const rms = (values) => Math.sqrt(sumOfSquares(values) / values.length);

/** How far apart the samples are: the root of the variance over the batch, mean over the units. */
function spreadOf(a, n) {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    let mean = 0;
    for (let i = j; i < a.length; i += n) mean += a[i] / BATCH;
    for (let i = j; i < a.length; i += n) sum += (a[i] - mean) * (a[i] - mean);
  }
  return Math.sqrt(sum / a.length);
}

/**
 * For each layer the root mean squares of its activations and error signals, how far the samples are
 * apart, and by what share of its size one step of gradient descent changes W (0 where W is zero).
 */
export function layerSizes(net, lr) {
  return net.layers.slice(1).map(({ a, delta, W, dW, nOut }) => {
    const [activation, spread] = [rms(a), spreadOf(a, nOut)];
    return {
      activation,
      spread: spread > SAME * activation ? spread : 0, // what rounding leaves is no difference
      error: rms(delta),
      update: rms(W) > 0 ? (lr * rms(dW)) / BATCH / rms(W) : 0,
    };
  });
}

/** The geometric mean of the factors that take `from` to `to` in so many steps; 0 if nothing arrives. */
export const perLayer = (from, to, steps) => (from > 0 ? (to / from) ** (1 / steps) : 0);

/** By how much a layer multiplies activations, differences of samples, and error signals (backward), on average. */
export function measuredFactors(sizes) {
  const [first, last] = [sizes[0], sizes.at(-1)];
  const seen = sizes.findLastIndex(({ spread }) => spread > 0); // up to here they differ
  return {
    forward: perLayer(first.activation, last.activation, sizes.length - 1),
    spread: seen > 0 && last.activation > 0 ? perLayer(first.spread, sizes[seen].spread, seen) : 0,
    backward: perLayer(last.error, first.error, sizes.length - 1),
  };
}

/** The Jacobian of z(L) with respect to z(1) for the first sample: the product of all J(k) from 2 to L. */
export function endToEnd(net) {
  const n = net.sizes[0];
  let product = null;
  for (let k = 2; k < net.layers.length; k++) {
    const { W } = net.layers[k];
    const { z, a, f } = net.layers[k - 1];
    const next = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const factor = W[j * n + i] * f.df(z[i], a[i]); // J(k) = W diag(f')
        if (factor === 0) continue;
        if (!product) next[j * n + i] = factor;
        else for (let c = 0; c < n; c++) next[j * n + c] += factor * product[i * n + c];
      }
    }
    product = next;
  }
  return product;
}

/**
 * The singular values of a matrix (n, n), largest first: its rows are turned in pairs until all are
 * orthogonal (Hestenes 1958); their lengths are the values. What is lost in rounding counts as 0.
 */
export function singularValues(matrix, n) {
  const A = Float64Array.from(matrix);
  const least = ROUNDING ** 2 * sumOfSquares(A);
  for (let sweep = 0, turned = true; turned && sweep < 40; sweep++) {
    turned = false;
    for (let p = 0; p + 1 < n; p++) {
      for (let q = p + 1; q < n; q++) turned = turnRows(A, n, p, q, least) || turned;
    }
  }
  const values = Array.from({ length: n }, (_, j) => Math.sqrt(sumOfSquares(A.subarray(j * n, (j + 1) * n))));
  values.sort((a, b) => b - a);
  return values.map((value) => (value > ROUNDING * values[0] ? value : 0));
}

/** Turn two rows in their plane so that they become orthogonal; false if they are, as far as it matters. */
function turnRows(A, n, p, q, least) {
  let [alpha, beta, gamma] = [0, 0, 0];
  for (let k = 0, i = p * n, j = q * n; k < n; k++, i++, j++) {
    alpha += A[i] * A[i];
    beta += A[j] * A[j];
    gamma += A[i] * A[j];
  }
  const size = Math.sqrt(alpha) * Math.sqrt(beta);
  if (Math.abs(gamma) <= 1e-13 * size || size <= least) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let k = 0, i = p * n, j = q * n; k < n; k++, i++, j++) {
    const u = A[i];
    A[i] = c * u - s * A[j];
    A[j] = s * u + c * A[j];
  }
  return true;
}

// Means over a standard normal z, as sums over midpoints: none lies on the kink of ReLU.
const NODES = Array.from({ length: 64 }, (_, k) => {
  const z = -8 + 0.25 * (k + 0.5);
  return [z, (0.25 * Math.exp(-z * z / 2)) / Math.sqrt(2 * Math.PI)];
});

/**
 * What the mean-field theory expects of `depth` wide layers: equations (variance forward) and
 * (variance backward) of chapter 4 with the pre-activations of each layer taken as normal.
 */
export function expectedFactors(activation, depth, gain) {
  const { f, df } = activations[activation];
  let [square, first, back] = [1, 0, 1]; // inputs of variance 1
  for (let l = 1; l <= depth; l++) {
    const deviation = gain * Math.sqrt(square);
    let [meanA, meanSlope] = [0, 0];
    for (const [node, weight] of NODES) {
      const z = deviation * node;
      const a = f(z);
      meanA += weight * a * a;
      meanSlope += weight * df(z, a) ** 2;
    }
    square = meanA;
    if (l === 1) first = square;
    if (l < depth) back *= gain * gain * meanSlope;
  }
  return {
    forward: Math.sqrt(perLayer(first, square, depth - 1)),
    backward: Math.sqrt(perLayer(1, back, depth - 1)),
  };
}
