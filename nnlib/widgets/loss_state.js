// The loss explorer without its picture: its state, the histories as curves, and what there is to say.

import { flag, integer, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";

export const MOST_CURVES = 6; // one colour and one kind of line each
export const SERIES = ["both", "training", "validation"];

export const lossTypes = {
  selected: integer(0, MOST_CURVES - 1),
  epoch: integer(0, 1e9),
  series: oneOf(SERIES),
  log_scale: flag,
};

const filled = (values) => values.map((value) => value ?? NaN); // JSON has no NaN

/** The index of the value that lies closest; -1 if there is none. The values are in order. */
function closest(values, wanted) {
  const after = values.findIndex((value) => value >= wanted);
  if (after < 0) return values.length - 1;
  return after > 0 && wanted - values[after - 1] < values[after] - wanted ? after - 1 : after;
}

/** The history of a training, as the loss plot draws it. What `loss` is depends on the series. */
export class HistoryCurve {
  /**
   * @param {{label: string, epochs: number[], loss: (number | null)[], validation: (number | null)[],
   *   diverged: boolean}} recorded
   */
  constructor({ label, epochs, loss, validation, diverged }, series) {
    const held = filled(validation);
    Object.assign(this, { label, epochs, diverged, finished: true, training: filled(loss), held });
    this.loss = series === "validation" ? held : this.training;
    this.validation = series === "both" ? held : [];
    this.epoch = this.last = epochs.at(-1) ?? 0;
  }

  /** The recorded epoch that is closest. */
  near(epoch) {
    return this.epochs[closest(this.epochs, epoch)] ?? 0;
  }

  /** A value of `values` at an epoch, or at the closest recorded one; before and after, there is none. */
  at(values, epoch) {
    if (epoch < this.epochs[0] || epoch > this.last) return undefined;
    return values[closest(this.epochs, epoch)];
  }

  lossAt(epoch) {
    return this.at(this.loss, epoch);
  }

  validationAt(epoch) {
    return this.at(this.validation, epoch);
  }

  /** The lowest finite value and its epoch, or undefined. */
  lowest(values) {
    const best = Math.min(...values.filter(Number.isFinite));
    const i = values.indexOf(best);
    return i < 0 ? undefined : { epoch: this.epochs[i], value: best };
  }
}

/** Curves for the table: one for each series that is drawn, with its name. */
export function tableColumns(curves) {
  return curves.flatMap((curve) => {
    const column = (values, name) => ({
      name: `${curve.label}, ${name}`,
      run: { epochs: curve.epochs, epoch: curve.epoch, lossAt: (epoch) => curve.at(values, epoch) },
    });
    const drawn = (values) => values === curve.loss || values === curve.validation;
    const columns = [column(curve.training, "training"), column(curve.held, "validation")];
    return [curve.training, curve.held].flatMap((values, i) =>
      drawn(values) && values.some(Number.isFinite) ? [columns[i]] : [],
    );
  });
}

/** What the picture shows, in words. */
export function lossSentence(curve, epoch) {
  if (!curve || !curve.epochs.length) return "No history yet: train, and it grows here.";
  const held = curve.held.some(Number.isFinite);
  const value = (values) => {
    const found = curve.at(values, epoch);
    return Number.isFinite(found) ? formatNumber(found, 3) : "not known";
  };
  const parts = [`training loss ${value(curve.training)}`];
  if (held) parts.push(`validation loss ${value(curve.held)}`);
  const lowest = curve.lowest(held ? curve.held : curve.training);
  const best = lowest
    ? ` The ${held ? "validation" : "training"} loss is lowest at epoch ${lowest.epoch}: ${formatNumber(lowest.value, 3)}.`
    : "";
  const end = curve.diverged ? " Then it was no longer a finite number, and the run ended." : "";
  return `${curve.label}, epoch ${epoch} of ${curve.last}: ${parts.join(", ")}.${best}${end}`;
}
