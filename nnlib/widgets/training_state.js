// The state of the training explorer as values: what it may hold, its link, its sentence. No page
// and no picture here, so that node can test it.

import { activations, optimizers } from "./engine.js";
import { DATA_POINTS, datasets } from "./datasets.js";
import { decodePoints, drawnText } from "./drawn_points.js";
import { editedText, weightsFit } from "./edited_weights.js";
import { flag, integer, list, number, oneOf, record } from "./link.js";
import { partName } from "./network_parts.js";
import { activationText, formatNumber } from "./scales.js";
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
  drawn: "drawn by hand",
  given: "your data",
};

/** The settings of a run; each is also a value of the explorer, for the next run. */
export const settingTypes = {
  dataset: oneOf([...Object.keys(datasets), "drawn", "given"]),
  hidden: list(integer(1, 64), ".", 4),
  activation: oneOf(Object.keys(activations)),
  optimizer: oneOf(Object.keys(optimizers)),
  lr: number(1e-6, 1e3),
  batch_size: integer(0, 10000),
  epochs: integer(1, 1000),
  seed: integer(0, 2 ** 32 - 1),
  start: oneOf(["random", "given", "edited"]),
  noise: number(0, 10),
  points: integer(4, 2000),
  weight_decay: number(0, 10),
  init: oneOf(Object.keys(INITS)),
  seeds: integer(1, MOST_SEEDS),
  drawn: drawnText,
  edited: editedText,
};

/** Settings that runs need not name. */
const usualSettings = {
  noise: 1,
  points: DATA_POINTS,
  weight_decay: 0,
  init: "usual",
  seeds: 1,
  drawn: "",
  edited: "",
};

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
    show_held: flag,
    pen: oneOf(["0", "1", "erase"]),
    show_network: flag,
    picked: partName,
  };
}

/** Settings that say something only beside another one: the drawing, where it is the data, for one. */
const BESIDE = { drawn: ["dataset", "drawn"], edited: ["start", "edited"] };

/** The settings in an object that may hold more. What says nothing beside the others is as usual. */
export const settingsOf = (values) =>
  Object.fromEntries(
    Object.keys(settingTypes).map((key) => {
      const [other, needed] = BESIDE[key] ?? [];
      const idle = other && values[other] !== needed;
      return [key, idle ? usualSettings[key] : (values[key] ?? usualSettings[key])];
    }),
  );

/**
 * What the controls take over from a run: not its length, for theirs is that of the next training,
 * and not what says nothing there, so that it is not lost.
 */
export const takenOver = (settings) =>
  Object.fromEntries(
    Object.keys(settingTypes)
      .filter((key) => {
        const [other, needed] = BESIDE[key] ?? [];
        return key !== "epochs" && key in settings && (!other || settings[other] === needed);
      })
      .map((key) => [key, settings[key]]),
  );

/** Whether a run can be made of settings that are usable: it needs points. */
export const trainable = (settings) => settings.dataset !== "drawn" || settings.drawn !== "";

/** Whether settings can be used here: "given" needs something from Python, edited weights a network. */
export const usable = (settings, given) =>
  (settings.dataset !== "given" || Boolean(given.x)) &&
  (settings.start !== "given" || Boolean(given.network)) &&
  (settings.start !== "edited" || weightsFit(settings));

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

const START_WORDS = { random: "random weights", given: "given weights", edited: "weights set by hand" };

const describe = {
  dataset: (value) => DATA_NAMES[value],
  hidden: (value) => `hidden ${hiddenText(value)}`,
  activation: activationText,
  optimizer: (value) => value,
  batch_size: (value) => (value ? `batch ${value}` : "full batch"),
  seed: (value) => `seed ${value}`,
  start: (value) => START_WORDS[value],
  noise: (value) => `noise ${noiseText(value)}`,
  points: (value) => `${value} points`,
  weight_decay: (value) => (value ? `weight decay ${formatNumber(value, 3)}` : "no weight decay"),
  init: (value) => `${value} start`,
  drawn: (value) => (value ? `${decodePoints(value).length} drawn points` : "no drawing"),
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

/** A label with its rates in words; the name of a branch can have two. */
export const spelledOut = (label) => label.replaceAll("η =", "learning rate");

/**
 * What the pictures show, in words.
 * @param {{number: number, run: object, epoch: number, label: string, right?: number,
 *   rightHeld?: number, full?: boolean}} shown - full if there is no room for another run;
 *   number 0 stands for a network that has not been trained; right is a share, 0 to 1, and
 *   rightHeld that of the points held out, if they are shown.
 */
export function sentence({ number: which, run, epoch, label, right, rightHeld, full }) {
  if (run.data?.y.length === 0) return "No points yet. Choose a class and press in the plane to draw some.";
  const value = run.lossAt(epoch);
  const parts = [];
  const median = run.band ? "median " : "";
  if (value === undefined || Number.isNaN(value)) parts.push("no loss recorded");
  else parts.push(`${median}loss ${formatNumber(value, 3)}${bandText(run, epoch)}`);
  const held = run.validationAt?.(epoch) ?? NaN;
  const heldBand = bandText(run, epoch, run.heldBand);
  if (!Number.isNaN(held)) parts.push(`${median}validation loss ${formatNumber(held, 3)}${heldBand}`);
  const whose = run.band ? `seed ${run.settings.seed} has ` : "";
  if (right !== undefined) parts.push(`${whose}${sharesText(right, rightHeld)}`);
  const numbers = `${parts.join(", ")}.`;
  const untrained = run.settings?.start === "edited" ? "Weights set by hand" : "New network";
  if (which === 0) return `${untrained}, not trained yet: ${numbers} ${full ? "To train it, remove a run." : "Press Train."}`;
  const place = epochText(run, epoch);
  const ending = run.diverged && epoch >= run.epoch ? ` ${divergence(run)}` : "";
  const lost = run.lostAt?.(epoch);
  const seeds = lost ? ` By then ${lost} of ${run.settings.seeds} seeds ${lost === 1 ? "has" : "have"} diverged.` : "";
  return `Run ${which}, ${spelledOut(label)}, ${place}: ${numbers}${ending || seeds}`;
}

/** Between which losses the seeds of a run lie: " (0.1 to 0.3)". */
function bandText(run, place, band = run.band) {
  if (!band) return "";
  const [low, high] = run.bandAt(place, band);
  return low === undefined ? "" : ` (${formatNumber(low, 3)} to ${formatNumber(high, 3)})`;
}

/** Where in a run that is: "epoch 3 of 200", or so many updates later if it is paused there. */
export function epochText(run, place) {
  const updates = run.updatesAt?.(place) ?? 0;
  const part = updates ? `${updates} of ${run.stepsPerEpoch} updates after ` : "";
  const paused = run.settings?.paused && place >= run.epochs.at(-1) ? ", paused" : "";
  return `${part}epoch ${Math.floor(place)} of ${run.plan}${paused}`;
}

/** How many points are on the right side, of those held out too if they are shown. */
const sharesText = (right, rightHeld) =>
  rightHeld === undefined
    ? `${formatShare(right)} of points on the right side`
    : `${formatShare(right)} of the training points and ${formatShare(rightHeld)} of the validation points ` +
      "on the right side";

/** 1 only if all, 0 only if none: 199 of 200 points are not 100 %. */
function formatShare(share) {
  if (share > 0.99 && share < 1) return "more than 99 %";
  if (share < 0.01 && share > 0) return "less than 1 %";
  return `${Math.round(100 * share)} %`;
}

const divergence = (run) =>
  `After ${run.epoch} ${run.epoch === 1 ? "epoch" : "epochs"} the loss stopped being a finite number, ` +
  "and the run ended: try a smaller learning rate.";
