// What runs are called: where they branched, their rate, and what else tells them apart.

import { branchText } from "./training_branch.js";
import { runLabels } from "./training_state.js";

/** A name for each run. @param {object[]} runs - as the model names them. */
export function runNames(runs) {
  return runLabels(runs).map((label, i) => [branchText(i, runs), label].filter(Boolean).join(", "));
}
