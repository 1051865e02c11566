// How runs of training hang together: a branch goes on from an epoch of another run with other
// settings. It names the settings that led there, its past, so it stands for itself when the other
// run is removed. Up to its epoch the two are the same run; from there on the order of the samples
// goes on as it would have, and the optimiser starts anew, without velocity or running means.

import { STAGE_KEYS, branchEpoch, sameValue, stageOf, stagesOf } from "./training_stages.js";
import { MOST_BRANCHES, MOST_EPOCHS, describeSetting, runOf, settingTypes } from "./training_state.js";

const NETWORK_KEYS = Object.keys(settingTypes).filter((key) => key !== "epochs" && !STAGE_KEYS.includes(key));

/** The stages that led to an epoch of a run: those before, and the one that held then. */
function pastOf(run, epoch) {
  const stages = stagesOf(run);
  const past = stages.filter(({ until }) => until < epoch);
  return [...past, stageOf(stages[past.length], epoch)];
}

/**
 * A branch: the run `parent` until `epoch`, then with what `settings` say. It ends where its parent
 * does, or where that has no more epochs, so many further as `settings` say.
 */
export function branchOf(parent, epoch, settings) {
  const { until: _, ...now } = stageOf(settings);
  const further = epoch < parent.epochs ? parent.epochs : Math.min(epoch + settings.epochs, MOST_EPOCHS);
  return runOf({ ...parent, ...now, epochs: further, past: pastOf(parent, epoch), paused: undefined });
}

/** The settings that a branch there would change, in words. */
export function changesOf(parent, epoch, settings) {
  const held = pastOf(runOf(parent), epoch).at(-1);
  return STAGE_KEYS.filter((key) => held[key] !== settings[key]).map((key) => describeSetting(key, settings[key]));
}

/**
 * Whether one can branch from where a run is shown, and what there is to say about it.
 * @param {object} parent - its settings. @param {number} place - the epoch that is shown.
 */
export function branchOffer(parent, place, settings, full) {
  const not = (hint) => ({ possible: false, hint });
  if (place < 1) return not("Go to a later epoch to branch from it.");
  if (!Number.isInteger(place)) return not("Complete the epoch to branch from it.");
  const changes = changesOf(parent, place, settings);
  if (!changes.length) return not("To branch, change the rate, optimiser, batch size or weight decay.");
  if (full) return not("Six runs: remove one to branch.");
  if (pastOf(parent, place).length > MOST_BRANCHES) return not("A run can branch five times, not more.");
  if (place >= MOST_EPOCHS) return not("This is the longest that a run can be.");
  return { possible: true, hint: `Goes on with ${changes.join(", ")}; the optimiser starts anew.` };
}

/** Whether two specifications are one run, apart from how long it is. */
export const sameRun = (a, b) =>
  sameValue(...[a, b].map((run) => ({ ...runOf(run), epochs: 0, paused: 0 })));

/** The place of the run from which the run at place i has branched, or -1 if it is not among these. */
export function parentOf(i, runs) {
  const branch = runOf(runs[i]);
  const epoch = branchEpoch(branch);
  return runs.findIndex((run, j) => {
    if (j === i || "label" in run) return false;
    const parent = runOf(run);
    if ((parent.paused?.[0] ?? parent.epochs) < epoch) return false;
    if (parent.past?.some(({ until }) => until === epoch)) return false; // a branch from there too
    return NETWORK_KEYS.every((key) => sameValue(parent[key], branch[key])) && sameValue(pastOf(parent, epoch), branch.past);
  });
}

/** Where a run has branched: "from epoch 37 of run 2", or "" for a run that is no branch. */
export function branchText(i, runs) {
  const epoch = branchEpoch(runs[i]);
  if (!epoch) return "";
  const parent = parentOf(i, runs);
  if (parent >= 0) return `from epoch ${epoch} of run ${parent + 1}`;
  const held = runs[i].past.at(-1);
  const changed = STAGE_KEYS.filter((key) => held[key] !== runs[i][key]);
  return `from epoch ${epoch} of a run with ${changed.map((key) => describeSetting(key, held[key])).join(", ")}`;
}
