// A run of training that is computed here from its settings. recorded_run.js has those recorded by
// nnlib in a kernel. Both answer the same questions, so the pictures need not know which they show.

import { Network, losses, optimizers, trainStep } from "./engine.js";
import { EpochRun } from "./epoch_run.js";
import { Random } from "./random.js";
import { stagesOf } from "./training_stages.js";
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
 *   weight_decay: number, init: string, drawn: string, edited: string, past?: object[],
 *   paused?: number[]}} Settings
 *   batch_size 0 means the whole data set; start is "random", "given" for the weights of `given`,
 *   or "edited" for the weights `edited`, as text; noise is a multiple of the data set's usual; init
 *   is a name of INITS; drawn are the points of the data set "drawn", as text; past are the stages of
 *   a branch before its own (training_stages.js); paused is where the run stands, if it does:
 *   complete epochs, and updates after them.
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

const KEPT_VALUES = ["epochs", "loss", "validation", "thetas", "draws"]; // an entry for each epoch

/**
 * A run that this page computes, update by update. The same settings give the same run, with pauses
 * or without.
 */
export class ComputedRun extends EpochRun {
  /** @param {Settings} settings @param {Given} given */
  constructor(settings, given) {
    super(settings);
    this.data = dataOf(settings, given);
    this.random = new Random(settings.seed);
    this.net = startNetwork(settings, given, this.random);
    this.sizes = this.net.sizes;
    this.activations = [...this.sizes.slice(2).map(() => settings.activation), "identity"];
    if (settings.start === "given") this.activations = given.network.activations;
    this.stages = stagesOf(settings);
    this.diverged = false;
    this.whole = 0; // complete epochs
    this.updates = 0; // of the epoch that has begun
    this.thetas = [];
    this.draws = []; // the state of `random`
    this.keep();
  }

  get finished() {
    const [epochs, updates] = this.goal;
    return this.diverged || this.whole > epochs || (this.whole === epochs && this.updates >= updates);
  }

  /** How far the run has come: complete epochs, and updates after them. */
  get position() {
    return [this.whole, this.updates];
  }

  /** The settings that hold now. */
  get stage() {
    return this.stages.find(({ until }) => until > this.whole);
  }

  /** Updates per epoch. */
  get stepsPerEpoch() {
    const m = this.data.y.length;
    return Math.ceil(m / (this.stage.batch_size || m));
  }

  retarget(settings) {
    super.retarget(settings);
    if (this.updates && this.finished && this.epoch === this.whole) this.keep();
  }

  /** Take over the first epochs of a run that had the same settings, instead of computing them again. */
  adopt(run, epoch) {
    for (const name of KEPT_VALUES) this[name] = run[name].slice(0, epoch + 1);
    this.whole = epoch;
    this.net.theta.set(this.thetas[epoch]);
    this.random.state = this.draws[epoch];
  }

  /**
   * Train to the end of an epoch, or to where the run is to stop, or until there is no more time.
   * @param {number} end - as performance.now() tells the time.
   */
  advance(end = Infinity) {
    do this.update();
    while (this.updates && !this.finished && performance.now() < end);
    if (this.updates && this.finished) this.keep(); // paused within an epoch
  }

  /** One update, on the next batch. The run ends where loss or gradient is no longer finite. */
  update() {
    if (!this.updates) this.begin();
    else if (this.epoch > this.whole) for (const name of KEPT_VALUES) this[name].pop(); // that pause is over
    const { net, optimizer } = this;
    const before = net.theta.slice();
    const [x, y] = this.batches.next().value;
    const value = trainStep(net, loss, optimizer, x, y, this.stage.weight_decay);
    if (!Number.isFinite(value) || !Number.isFinite(net.grad.reduce((s, g) => s + g * g, 0))) {
      net.theta.set(before); // that step did not count
      Object.assign(this, { diverged: true, updates: 0 });
      return;
    }
    this.updates += 1;
    if (this.updates < this.stepsPerEpoch) return;
    Object.assign(this, { whole: this.whole + 1, updates: 0 });
    this.keep();
  }

  /** Begin an epoch; where the settings change, the optimiser starts anew. */
  begin() {
    const { stage } = this;
    if (stage !== this.begun) this.optimizer = new optimizers[stage.optimizer](stage.lr);
    this.begun = stage;
    this.batches = this.shuffled(stage.batch_size);
  }

  /** The data once, in batches and in random order; in one batch, as they are, for size 0. */
  *shuffled(size) {
    const { x, y } = this.data;
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

  /** Keep what there is now. */
  keep() {
    const value = meanLoss(this.net, this.data);
    if (!Number.isFinite(value)) this.diverged = true;
    if (this.diverged && this.epochs.length) return;
    this.epochs.push(this.whole + (this.updates && this.updates / this.stepsPerEpoch));
    this.loss.push(value);
    if (this.data.held) this.validation.push(meanLoss(this.net, this.data.held));
    this.thetas.push(this.net.theta.slice());
    this.draws.push(this.random.state);
  }

  thetaAt(place) {
    return this.thetas[Math.min(Math.ceil(place), this.epoch)];
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
