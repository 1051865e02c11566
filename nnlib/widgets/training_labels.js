// What runs are called: where they branched, their rate, what else tells them apart, how many seeds.

import { branchText } from "./training_branch.js";
import { runLabels } from "./training_state.js";

/** A name for each run. @param {object[]} runs - as the model names them. */
export function runNames(runs) {
  const seedsText = ({ seeds = 1 }) => (seeds > 1 ? `${seeds} seeds` : "");
  const parts = (label, i) => [branchText(i, runs), label, seedsText(runs[i])];
  return runLabels(runs).map((label, i) => parts(label, i).filter(Boolean).join(", "));
}
