// A run that nnlib has trained, as the pictures want it.

import { dataOf, decodeFloats } from "./training_run.js";

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

  get plan() {
    return this.last;
  }

  /** The place on the axis of an epoch. */
  placeOf(epoch) {
    return Math.min(epoch, this.epoch);
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
