// What all runs that this page computes have in common: curves that grow epoch by epoch, and where
// the run is to stop. A run that is paused within an epoch has a last entry after a part of it.

import { branchEpoch } from "./training_stages.js";

export class EpochRun {
  constructor(settings) {
    this.settings = settings;
    this.epochs = []; // 0, 1, ..., as far as the run has come; the last one may be a fraction
    this.loss = []; // of the whole data set, after that many epochs
    this.validation = []; // of the points held out, if there are any
  }

  /** How many entries there are after the first: epochs, the last of them perhaps not complete. */
  get epoch() {
    return this.epochs.length - 1;
  }

  /** Where the run is to stop for now: after so many epochs, and so many updates more. */
  get goal() {
    return this.settings.paused ?? [this.settings.epochs, 0];
  }

  /** How far the run goes for now, and how far it is planned to go. */
  get last() {
    const [epochs, updates] = this.goal;
    return this.diverged ? this.epoch : epochs + (updates ? 1 : 0);
  }

  get plan() {
    return this.diverged ? this.epoch : Math.max(this.settings.epochs, this.last);
  }

  /** The epoch from which the run is its own: a branch shares those before with its parent. */
  get from() {
    return branchEpoch(this.settings);
  }

  /** Let the run stop elsewhere: its settings with other `epochs`, or paused, or not. */
  retarget(settings) {
    this.settings = settings;
  }

  /** The place on the axis of the entry at `epoch`, or of the last one so far. */
  placeOf(epoch) {
    return this.epochs[Math.min(epoch, this.epoch)];
  }

  /** The entry at a place on the axis, or -1. */
  entryAt(place) {
    const entry = Math.ceil(place);
    return this.epochs[entry] === place ? entry : -1;
  }

  lossAt(place) {
    return this.loss[this.entryAt(place)];
  }

  validationAt(place) {
    return this.validation[this.entryAt(place)];
  }

  /** Updates that have been made after the last complete epoch before a place. */
  updatesAt(place) {
    return Math.round((place - Math.floor(place)) * this.stepsPerEpoch);
  }
}
