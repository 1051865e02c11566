// The runs of a training explorer: made from what the model names, and trained frame by frame.

import { RecordedRun } from "./recorded_run.js";
import { ComputedRun } from "./training_run.js";
import { SeedRun } from "./training_seeds.js";
import { runOf, usable } from "./training_state.js";

const EPOCHS_PER_SECOND = 60; // of the run that is watched: slow enough to see,
const STEPS_PER_SECOND = 240; // but at least so many updates, for large batches
const BUDGET = 8; // milliseconds of computing in a frame, so that drawing and scrolling stay smooth

export class RunSet {
  /** @param {object} given - what Python has handed over. */
  constructor(given) {
    this.given = given;
    this.runs = [];
    this.known = new Map(); // settings as text -> run
  }

  /** Make the runs of these specifications; those that exist already are kept. */
  update(specifications) {
    if (specifications === this.specifications) return false;
    this.specifications = specifications;
    const before = this.known;
    this.known = new Map();
    this.runs = specifications.map((specification) => this.runOf(specification, before));
    return true;
  }

  /** The run of a specification: recorded, known from before, or to be computed. */
  runOf(specification, before) {
    if ("label" in specification) return new RecordedRun(specification, this.given);
    const settings = runOf(specification);
    const key = JSON.stringify(settings);
    if (!this.known.has(key)) {
      this.known.set(key, before.get(key) ?? this.make(settings));
    }
    return this.known.get(key);
  }

  /** A run to be computed. */
  make(settings) {
    return new (settings.seeds > 1 ? SeedRun : ComputedRun)(settings, this.given);
  }

  /** The network of these settings before any training. */
  preview(settings) {
    const key = JSON.stringify(settings);
    if (key !== this.previewKey && usable(settings, this.given)) {
      [this.previewKey, this.untrained] = [key, new ComputedRun(settings, this.given)];
    }
    return this.untrained;
  }

  /** Train this run at a pace that can be watched; all others as fast as they can be. */
  watch(run) {
    [this.live, this.before, this.owed] = [run, undefined, 0];
  }

  /** Go on with the watched run as with all others. */
  unwatch() {
    this.live = undefined;
  }

  /** Make a branch known: what it shares with its parent is taken over from there. */
  branch(settings, parent, epoch) {
    const run = this.make(settings);
    run.adopt(parent, epoch);
    this.known.set(JSON.stringify(settings), run);
  }

  /** Let a run stop elsewhere than so far: its settings with other `epochs`, or paused, or not. */
  retarget(run, settings) {
    this.known.delete(JSON.stringify(run.settings));
    run.retarget(settings);
    this.known.set(JSON.stringify(settings), run);
  }

  get unfinished() {
    return this.runs.filter((run) => !run.finished);
  }

  /**
   * Train within a frame: the watched run at its pace, or else all unfinished ones. Returns whether a
   * curve has grown.
   * @param {number} now - time of the frame. @param {boolean} still - whether not to watch.
   */
  advance(now, still) {
    const end = performance.now() + BUDGET;
    const reached = () => this.runs.map((run) => `${run.epochs.at(-1)} ${run.diverged}`).join();
    const before = reached();
    if (this.live && !still) this.advanceLive(now, end);
    else {
      for (const run of this.unfinished) {
        while (!run.finished && performance.now() < end) run.advance(end);
      }
    }
    return reached() !== before;
  }

  advanceLive(now, end) {
    const { live } = this;
    const elapsed = Math.min(now - (this.before ?? now), 100); // not all at once after a pause
    this.before = now;
    const rate = Math.max(EPOCHS_PER_SECOND, STEPS_PER_SECOND / live.stepsPerEpoch);
    this.owed = Math.min(this.owed + (elapsed / 1000) * rate, rate / 10);
    while (this.owed >= 1 && !live.finished && performance.now() < end) {
      const { epoch } = live;
      live.advance(end);
      this.owed -= live.epoch - epoch;
    }
  }
}
