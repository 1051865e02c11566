// One run of training over several seeds: other first weights and another order of the samples each
// time, all else the same. Its loss is the median; `band` holds the lowest and the highest. The plane
// shows the network of the first seed. A seed that has diverged counts as infinite from there on.

import { EpochRun } from "./epoch_run.js";
import { ComputedRun } from "./training_run.js";

/** The lowest of some numbers, the median, and the highest. */
export function lowMedianHigh(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return [sorted[0], median, sorted.at(-1)];
}

export class SeedRun extends EpochRun {
  /** @param {Settings} settings - of training_run.js, with `seeds`. @param {Given} given */
  constructor(settings, given) {
    super(settings);
    this.parts = Array.from({ length: settings.seeds }, (_, k) => {
      return new ComputedRun({ ...settings, seed: (settings.seed + k) % 2 ** 32 }, given);
    });
    const [lead] = this.parts;
    Object.assign(this, { lead, data: lead.data, sizes: lead.sizes, activations: lead.activations });
    this.band = { low: [], high: [] };
    this.heldBand = { low: [], high: [] };
    this.gather();
  }

  get diverged() {
    return this.parts.every((part) => part.diverged);
  }

  get finished() {
    return this.parts.every((part) => part.finished);
  }

  get stepsPerEpoch() {
    return this.lead.stepsPerEpoch;
  }

  /** How far the furthest seed has come. */
  get position() {
    const [a, b] = [0, 1].map((k) => (part) => part.position[k]);
    return [...this.parts].sort((p, q) => a(q) - a(p) || b(q) - b(p))[0].position;
  }

  retarget(settings) {
    super.retarget(settings);
    for (const part of this.parts) part.retarget({ ...settings, seed: part.settings.seed });
    this.gather();
  }

  /** Take over the first epochs of a run with the same settings; the other seeds follow on their own. */
  adopt(run, epoch) {
    if (run.lead.epoch >= epoch) this.lead.adopt(run.lead, epoch);
    const copy = (values) => values.slice(0, epoch + 1);
    for (const name of ["epochs", "loss", "validation"]) this[name] = copy(run[name]);
    for (const name of ["band", "heldBand"]) {
      this[name] = { low: copy(run[name].low), high: copy(run[name].high) };
    }
  }

  /** Train the seed that is furthest behind, to the end of an epoch or until there is no more time. */
  advance(end) {
    const behind = this.parts
      .filter((part) => !part.finished)
      .reduce((a, b) => (b.whole < a.whole || (b.whole === a.whole && b.updates < a.updates) ? b : a));
    behind.advance(end);
    if (behind !== this.lead) behind.thetas.length = 0; // nobody looks at them
    this.gather();
  }

  /** Add the epochs to which all seeds have come. */
  gather() {
    const going = this.parts.filter((part) => !part.diverged);
    const whole = Math.min(...going.map((part) => part.whole)); // of none: infinite
    const last = going.length ? whole : Math.max(...this.parts.map((part) => part.epoch));
    if (!Number.isInteger(this.epochs.at(-1) ?? 0)) this.columns().forEach((values) => values.pop());
    while (this.epoch < last) this.add(this.epoch + 1);
    const paused = going.length && going.every((part) => part.epoch > part.whole); // within an epoch
    if (paused && this.epoch === last) this.add(going[0].epochs.at(-1));
  }

  columns() {
    const { band, heldBand } = this;
    return [this.epochs, band.low, this.loss, band.high, heldBand.low, this.validation, heldBand.high];
  }

  add(place) {
    const entry = Math.ceil(place);
    const values = (name) => lowMedianHigh(this.parts.map((part) => part[name][entry] ?? Infinity));
    const held = this.data.held ? values("validation") : [];
    const columns = this.columns();
    [place, ...values("loss"), ...held].forEach((value, i) => columns[i].push(value));
  }

  thetaAt(place) {
    return this.lead.thetaAt(place);
  }

  /** The lowest and the highest loss at a place, on points held out if there are any. */
  bandAt(place, { low, high } = this.band) {
    const entry = this.entryAt(place);
    return [low[entry], high[entry]];
  }

  /** How many seeds have diverged before a place. */
  lostAt(place) {
    return this.parts.filter((part) => part.diverged && part.epoch < place).length;
  }
}
