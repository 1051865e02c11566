// What the buttons of the training explorer do to runs, as values: continue, pause, step.
// A run here is what the model names it by: its settings, and its past and pause if it has them.

import { sameValue } from "./training_stages.js";
import { MOST_EPOCHS, runOf, settingTypes } from "./training_state.js";

/** Whether a run has these settings, however long it is. */
export const hasSettings = (run, settings) =>
  !("label" in run) &&
  Object.keys(settingTypes).every((key) => key === "epochs" || sameValue(runOf(run)[key], settings[key]));

/** The index of the run that more training with these settings would continue, or -1. */
export function continuedBy(settings, runs, selected) {
  const continues = (run) => run !== undefined && hasSettings(run, settings);
  if (continues(runs[selected])) return selected;
  return runs.findIndex((run) => continues(run) && !run.past);
}

/** A run that goes on: to its end if it is paused, else so many epochs further. */
export function continued(run, epochs) {
  const further = run.paused ? run.epochs : Math.min(run.epochs + epochs, MOST_EPOCHS);
  return runOf({ ...run, epochs: further, paused: undefined });
}

/** A run that stops for now after so many epochs, and so many updates more. */
export function pausedAt(run, [epochs, updates]) {
  const atEnd = epochs === run.epochs && !updates;
  return runOf({ ...run, paused: atEnd ? undefined : [epochs, updates] });
}

/** Where an epoch (an update) more leads. @param {number} stepsPerEpoch - updates in an epoch. */
export function nextPosition(kind, [epochs, updates], stepsPerEpoch) {
  const completes = kind === "epoch" || updates + 1 >= stepsPerEpoch;
  return completes ? [epochs + 1, 0] : [epochs, updates + 1];
}

/**
 * A run that makes one step more and pauses there.
 * @param {number[]} position - how far it has come. @param {number} epochs - to go on by, if it is complete.
 */
export function stepped(run, kind, position, stepsPerEpoch, epochs) {
  const next = nextPosition(kind, position, stepsPerEpoch);
  const beyond = next[0] > run.epochs || (next[0] === run.epochs && next[1] > 0);
  return pausedAt(beyond ? continued(runOf({ ...run, paused: undefined }), epochs) : run, next);
}

/**
 * What the main button says.
 * @param {{live: boolean, run?: object, why?: string, epochs: number}} now - run is the one that is
 *   shown, if it has the settings; why says what keeps a new one from being trained.
 */
export function trainText({ live, run, why, epochs }) {
  if (live) return "Pause";
  if (run?.paused) return "Continue";
  if (run) return `Train ${continued(run, epochs).epochs - run.epochs} more`;
  return why || "Train";
}
