// The state of the training explorer as values: what it may hold, its link, its sentence. No page
// and no picture here, so that node can test it.

import { activations, optimizers } from "./engine.js";
import { DATA_POINTS, datasets } from "./datasets.js";
import { flag, integer, list, number, oneOf, record } from "./link.js";
import { formatNumber } from "./scales.js";
import { INITS } from "./training_run.js";
import { stageOf } from "./training_stages.js";

export const MOST_RUNS = 6; // one colour and one kind of line each
export const MOST_SEEDS = 10;
export const MOST_EPOCHS = 2000; // of a run, however often it has been continued
export const MOST_BRANCHES = 5; // of a branch of a branch
export const DATA_NAMES = {
  moons: "two moons",
  circles: "two circles",
  spirals: "two spirals",
  xor: "XOR",
  given: "your data",
};

/** The settings of a run; each is also a value of the explorer, for the next run. */
export const settingTypes = {
  dataset: oneOf([...Object.keys(datasets), "given"]),
  hidden: list(integer(1, 64), ".", 4),
  activation: oneOf(Object.keys(activations)),
  optimizer: oneOf(Object.keys(optimizers)),
  lr: number(1e-6, 1e3),
  batch_size: integer(0, 10000),
  epochs: integer(1, 1000),
  seed: integer(0, 2 ** 32 - 1),
  start: oneOf(["random", "given"]),
  noise: number(0, 10),
  points: integer(4, 2000),
  weight_decay: number(0, 10),
  init: oneOf(Object.keys(INITS)),
  seeds: integer(1, MOST_SEEDS),
};

/** Settings that runs need not name. */
const usualSettings = { noise: 1, points: DATA_POINTS, weight_decay: 0, init: "usual", seeds: 1 };

/** A run has settings; if it is a branch, its past; if it is paused, where it stands. */
const stageTypes = stageOf(settingTypes, integer(1, MOST_EPOCHS));
const runTypes = {
  ...settingTypes,
  epochs: integer(1, MOST_EPOCHS),
  past: list(record(stageTypes, {}, "+"), "_", MOST_BRANCHES),
  paused: list(integer(0, 10000), ".", 2),
};
const runRecord = record(runTypes, { ...usualSettings, past: [], paused: [] });

/** The settings of a run, its past and its pause if it has them, always in this order. */
export const runOf = (values) => ({
  ...settingsOf(values),
  ...(values.past?.length && { past: values.past }),
  ...(values.paused?.length && { paused: values.paused }),
});

/** Whether the past and the pause of a run are what this page writes. */
function consistent({ past, paused, epochs }) {
  const ends = [0, ...past.map(({ until }) => until), epochs];
  return paused.length !== 1 && ends.every((end, i) => i === 0 || end > ends[i - 1]);
}

const linkedRun = {
  write: (run) => runRecord.write({ past: [], paused: [], ...runOf(run) }),
  read(text) {
    const run = runRecord.read(text);
    return run && consistent(run) ? runOf(run) : undefined;
  },
};

/**
 * Everything that a link carries. A run is written as its settings, or, if nnlib has recorded it, as
 * its place among the runs of the page.
 * @param {object[]} initial - the runs that the page began with.
 */
export function trainingTypes(initial) {
  const linked = {
    write: (run) => ("label" in run ? String(initial.indexOf(run)) : linkedRun.write(run)),
    read(text) {
      const place = integer(0, 99).read(text);
      if (place === undefined) return linkedRun.read(text);
      return initial[place] && "label" in initial[place] ? initial[place] : undefined;
    },
  };
  return {
    ...settingTypes,
    runs: list(linked, "~", MOST_RUNS),
    selected: integer(-1, MOST_RUNS - 1),
    epoch: integer(0, 1e6),
    log_scale: flag,
  };
}

/** The settings in an object that may hold more. */
export const settingsOf = (values) =>
  Object.fromEntries(
    Object.keys(settingTypes).map((key) => [key, values[key] ?? usualSettings[key]]),
  );

/** What the controls take over from a run: not its length, for theirs is that of the next training. */
export const takenOver = (settings) =>
  Object.fromEntries(
    Object.keys(settingTypes)
      .filter((key) => key !== "epochs" && key in settings)
      .map((key) => [key, settings[key]]),
  );

/** Whether settings can be used here: "given" needs something that Python has given. */
export const usable = (settings, given) =>
  (settings.dataset !== "given" || Boolean(given.x)) &&
  (settings.start !== "given" || Boolean(given.network));

/** Stops of the learning-rate slider: a few round numbers in each power of ten. */
export const RATES = [-4, -3, -2, -1, 0, 1]
  .flatMap((e) => [1, 1.5, 2, 3, 5, 7].map((mantissa) => Number(`${mantissa}e${e}`)))
  .concat(100);

/** Hidden widths as a reader reads them: "8 + 8", or "none". */
export const hiddenText = (hidden) => (hidden.length ? hidden.join(" + ") : "none");

/** The noise of the data as a reader reads it. */
export const noiseText = (noise) =>
  ({ 0: "none", 0.5: "half", 1: "usual", 2: "double" })[noise] ?? `${formatNumber(noise, 3)} ×`;

/** What each rule for the first weights is called. */
export const INIT_NAMES = {
  usual: "usual (Glorot, He)",
  small: "small: a tenth",
  large: "large: five times",
  zeros: "all zero",
};

const describe = {
  dataset: (value) => DATA_NAMES[value],
  hidden: (value) => `hidden ${hiddenText(value)}`,
  activation: (value) => value.replace("_", " "),
  optimizer: (value) => value,
  batch_size: (value) => (value ? `batch ${value}` : "full batch"),
  seed: (value) => `seed ${value}`,
  start: (value) => (value === "given" ? "given weights" : "random weights"),
  noise: (value) => `noise ${noiseText(value)}`,
  points: (value) => `${value} points`,
  weight_decay: (value) => (value ? `weight decay ${formatNumber(value, 3)}` : "no weight decay"),
  init: (value) => `${value} start`,
};

/** A setting in words. */
export const describeSetting = (key, value) =>
  key === "lr" ? `η = ${formatNumber(value, 3)}` : describe[key](value);

/**
 * What to call each run: its rate, and those other settings in which the runs differ.
 * @param {object[]} runs - settings, or recorded runs with a label.
 */
export function runLabels(runs) {
  const computed = runs.filter((run) => !("label" in run));
  const differing = Object.keys(describe).filter(
    (key) => new Set(computed.map((run) => JSON.stringify(settingsOf(run)[key]))).size > 1,
  );
  return runs.map((run) => {
    if ("label" in run) return run.label;
    return ["lr", ...differing].map((key) => describeSetting(key, settingsOf(run)[key])).join(", ");
  });
}

/**
 * What the pictures show, in words.
 * @param {{number: number, run: object, epoch: number, label: string, right?: number}} shown -
 *   number 0 stands for a network that has not been trained; right is a share, 0 to 1.
 */
export function sentence({ number: which, run, epoch, label, right }) {
  const value = run.lossAt(epoch);
  const parts = [];
  const median = run.band ? "median " : "";
  if (value === undefined || Number.isNaN(value)) parts.push("no loss recorded");
  else parts.push(`${median}loss ${formatNumber(value, 3)}${bandText(run, epoch)}`);
  const held = run.validationAt?.(epoch) ?? NaN;
  const heldBand = bandText(run, epoch, run.heldBand);
  if (!Number.isNaN(held)) parts.push(`${median}validation loss ${formatNumber(held, 3)}${heldBand}`);
  const whose = run.band ? `seed ${run.settings.seed} has ` : "";
  if (right !== undefined) parts.push(`${whose}${formatShare(right)} of points on the right side`);
  const numbers = `${parts.join(", ")}.`;
  if (which === 0) return `New network, not trained yet: ${numbers} Press Train.`;
  const place = placeText(run, epoch);
  const ending = run.diverged && epoch >= run.epoch ? ` ${divergence(run)}` : "";
  const lost = run.lostAt?.(epoch);
  const seeds = lost ? ` By then ${lost} of ${run.settings.seeds} seeds ${lost === 1 ? "has" : "have"} diverged.` : "";
  return `Run ${which}, ${label.replace("η =", "learning rate")}, ${place}: ${numbers}${ending || seeds}`;
}

/** Between which losses the seeds of a run lie: " (0.1 to 0.3)". */
function bandText(run, place, band = run.band) {
  if (!band) return "";
  const [low, high] = run.bandAt(place, band);
  return low === undefined ? "" : ` (${formatNumber(low, 3)} to ${formatNumber(high, 3)})`;
}

/** Where in a run that is: "epoch 3 of 200", or so many updates later if it is paused there. */
export function placeText(run, place) {
  const updates = run.updatesAt?.(place) ?? 0;
  const part = updates ? `${updates} of ${run.stepsPerEpoch} updates after ` : "";
  const paused = run.settings?.paused && place >= run.epochs.at(-1) ? ", paused" : "";
  return `${part}epoch ${Math.floor(place)} of ${run.plan}${paused}`;
}

/** 1 only if all, 0 only if none: 199 of 200 points are not 100 %. */
function formatShare(share) {
  if (share > 0.99 && share < 1) return "more than 99 %";
  if (share < 0.01 && share > 0) return "less than 1 %";
  return `${Math.round(100 * share)} %`;
}

const divergence = (run) =>
  `After ${run.epoch} ${run.epoch === 1 ? "epoch" : "epochs"} the loss stopped being a finite number, ` +
  "and the run ended: try a smaller learning rate.";
