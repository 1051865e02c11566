// A run of training: either computed here from its settings, or recorded by nnlib in a kernel. Both
// answer the same questions, so the pictures need not know which kind they show.

import { Network, losses, optimizers, trainStep } from "./engine.js";
import { Random } from "./random.js";
import { DATA_POINTS, datasets } from "./datasets.js";
import { drawnData } from "./drawn_points.js";
import { weightsOf } from "./edited_weights.js";

const DATA_SEED = 1; // the points stay the same whatever the seed of a run, so runs can be compared

/** Rules for the first weights: what the usual ones are multiplied by. */
export const INITS = { usual: 1, small: 0.1, large: 5, zeros: 0 };
const loss = losses.BinaryCrossEntropy;

/**
 * @typedef {{dataset: string, hidden: number[], activation: string, optimizer: string, lr: number,
 *   batch_size: number, epochs: number, seed: number, start: string, noise: number, points: number,
 *   weight_decay: number, init: string, drawn: string, edited: string}} Settings
 *   batch_size 0 means the whole data set; start is "random", "given" for the weights of `given`,
 *   or "edited" for the weights `edited`, as text;
 *   noise is a multiple of the data set's usual; init is a name of INITS; drawn are the points of
 *   the data set "drawn", as text.
 * @typedef {{x?: number[][], y?: number[], network?: {sizes: number[], activations: string[],
 *   theta: string}}} Given - what Python has handed over.
 */

/** The 8-byte (or 4-byte) floats of a base64 text, as numbers. */
export function decodeFloats(text, dtype = "float64") {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const floats =
    dtype === "float32" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  return Float64Array.from(floats);
}

/**
 * The points {x: (m, 2), y: (m, 1)} of a data set of this page, or those given by Python; `held` are
 * further points of the same kind, never trained on (given data may come without, drawn ones do).
 */
export function dataOf({ dataset, points: m, noise, drawn }, given) {
  if (dataset === "drawn") return drawnData(drawn);
  if (dataset === "given") {
    const points = (x, y) => ({ x: Float64Array.from(x.flat()), y: Float64Array.from(y) });
    return { ...points(given.x, given.y), held: given.x_held && points(given.x_held, given.y_held) };
  }
  const random = new Random(DATA_SEED);
  return { ...datasets[dataset](random, m, noise), held: datasets[dataset](random, DATA_POINTS, noise) };
}

const meanLoss = (net, { x, y }) => (y.length ? loss.value(net.forward(x), y, y.length) : NaN);

/** The network that the settings describe, before any training; `random` draws its weights. */
function startNetwork(settings, given, random) {
  if (settings.start === "given") {
    const net = new Network(given.network.sizes, given.network.activations);
    net.theta.set(decodeFloats(given.network.theta));
    return net;
  }
  const hidden = settings.hidden.map(() => settings.activation);
  const net = new Network([2, ...settings.hidden, 1], [...hidden, "identity"]);
  if (settings.start !== "edited") return net.start(random, INITS[settings.init]);
  net.theta.set(weightsOf(settings.edited));
  return net;
}

/** A run that this page computes, epoch by epoch. The same settings give the same run. */
export class ComputedRun {
  /** @param {Settings} settings @param {Given} given */
  constructor(settings, given) {
    this.settings = settings;
    this.data = dataOf(settings, given);
    this.random = new Random(settings.seed);
    this.net = startNetwork(settings, given, this.random);
    this.sizes = this.net.sizes;
    this.activations = [...this.sizes.slice(2).map(() => settings.activation), "identity"];
    if (settings.start === "given") this.activations = given.network.activations;
    this.optimizer = new optimizers[settings.optimizer](settings.lr);
    this.diverged = false;
    this.epochs = []; // 0, 1, ..., as far as the run has come
    this.loss = []; // of the whole data set, after that many epochs
    this.validation = []; // of the points held out, if there are any
    this.thetas = [];
    this.keep();
  }

  /** How far the run has come, and how far it is to go. */
  get epoch() {
    return this.epochs.length - 1;
  }

  get last() {
    return this.diverged ? this.epoch : this.settings.epochs;
  }

  get finished() {
    return this.epoch >= this.last;
  }

  /** Updates per epoch. */
  get stepsPerEpoch() {
    const m = this.data.y.length;
    return Math.ceil(m / (this.settings.batch_size || m));
  }

  /** Train one epoch. The run ends where the loss or the gradient is no longer finite. */
  advance() {
    const { net, optimizer } = this;
    const decay = this.settings.weight_decay;
    for (const [x, y] of this.batches()) {
      const before = net.theta.slice();
      const value = trainStep(net, loss, optimizer, x, y, decay);
      if (!Number.isFinite(value) || !Number.isFinite(net.grad.reduce((s, g) => s + g * g, 0))) {
        net.theta.set(before); // that step did not count
        this.diverged = true;
        return;
      }
    }
    this.keep();
  }

  /** The data once, in batches and in random order; in one batch, as they are, for batch_size 0. */
  *batches() {
    const { x, y } = this.data;
    const size = this.settings.batch_size;
    if (!size) {
      yield [x, y];
      return;
    }
    const order = this.random.permutation(y.length);
    for (let start = 0; start < order.length; start += size) {
      const chosen = order.subarray(start, start + size);
      const xBatch = new Float64Array(2 * chosen.length);
      chosen.forEach((i, row) => xBatch.set(x.subarray(2 * i, 2 * i + 2), 2 * row));
      yield [xBatch, Float64Array.from(chosen, (i) => y[i])];
    }
  }

  keep() {
    const value = meanLoss(this.net, this.data);
    if (!Number.isFinite(value)) this.diverged = true;
    if (this.diverged && this.epochs.length) return;
    this.epochs.push(this.epochs.length);
    this.loss.push(value);
    if (this.data.held) this.validation.push(meanLoss(this.net, this.data.held));
    this.thetas.push(this.net.theta.slice());
  }

  /** End the run where it stands. */
  stop() {
    this.settings = { ...this.settings, epochs: Math.max(1, this.epoch) };
  }

  lossAt(epoch) {
    return this.loss[epoch];
  }

  validationAt(epoch) {
    return this.validation[epoch];
  }

  thetaAt(epoch) {
    return this.thetas[Math.min(epoch, this.epoch)];
  }
}

/** A run that nnlib has trained: losses, and weights for some or all epochs. */
export class RecordedRun {
  /**
   * @param {{label: string, epochs: number[], loss: (number | null)[],
   *   validation?: (number | null)[], diverged: boolean, sizes: number[], activations: string[], theta_epochs: number[], theta: string[],
   *   dtype: string}} recorded
   * @param {Given} given
   */
  constructor(recorded, given) {
    Object.assign(this, recorded);
    this.loss = recorded.loss.map((value) => value ?? NaN); // JSON has no NaN
    this.validation = (recorded.validation ?? []).map((value) => value ?? NaN);
    this.data = given.x ? dataOf({ dataset: "given" }, given) : undefined;
    this.finished = true;
    this.epoch = this.last = Math.max(0, ...this.epochs.slice(-1), ...this.theta_epochs.slice(-1));
  }

  lossAt(epoch) {
    return this.loss[this.epochs.indexOf(epoch)];
  }

  validationAt(epoch) {
    return this.validation[this.epochs.indexOf(epoch)];
  }

  /** The weights at the latest recorded epoch that is not after `epoch`. */
  thetaAt(epoch) {
    const i = this.theta_epochs.findLastIndex((recorded) => recorded <= epoch);
    return i < 0 ? undefined : decodeFloats(this.theta[i], this.dtype);
  }
}

/** The probability of class 1 for an output of a network: outputs without an activation are logits. */
export const probability = (out, lastActivation) =>
  lastActivation === "sigmoid" ? out : 0.5 * (1 + Math.tanh(0.5 * out));

/** Which points a run puts on the wrong side at an epoch: an array of booleans, one a point. */
export function wrongSide(run, epoch, { x, y } = run.data) {
  if (!y.length) return [];
  const net = new Network(run.sizes, run.activations);
  net.theta.set(run.thetaAt(epoch));
  const lastActivation = run.activations.at(-1);
  return Array.from(
    net.forward(x),
    (out, i) => probability(out, lastActivation) > 0.5 !== y[i] > 0.5,
  );
}

/** The share of points that are not on the wrong side, undefined if there are no points. */
export const shareRight = (wrong) =>
  wrong.length ? 1 - wrong.filter(Boolean).length / wrong.length : undefined;
