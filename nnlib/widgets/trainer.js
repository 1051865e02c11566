// What the reader does with runs: train, pause, continue, one epoch or one update more, and branch.

import { button, h, setText } from "./dom.js";
import { continued, continuedBy, nextPosition, pausedAt, stepped, trainText } from "./trainer_state.js";
import { branchOf, branchOffer, sameRun } from "./training_branch.js";
import { MOST_EPOCHS, MOST_RUNS, runOf, takenOver, trainable } from "./training_state.js";

const STEP_TEXTS = { update: "One update", epoch: "One epoch" };

export class Trainer {
  /** @param {View} view - the training explorer. */
  constructor(view) {
    this.view = view;
    this.trainButton = button("Train", { class: "nn-primary nn-train" });
    view.on(this.trainButton, "click", () => (view.runSet.live ? this.pause() : this.train()));
    this.stepButtons = {};
    for (const [kind, text] of Object.entries(STEP_TEXTS)) {
      this.stepButtons[kind] = button(text);
      view.on(this.stepButtons[kind], "click", () => this.step(kind));
    }
    const steps = Object.values(this.stepButtons);
    this.buttons = h("div", { class: "nn-presses" }, this.trainButton, ...steps);
    view.control("train", "Train", this.trainButton);
    view.control("steps", "One update, one epoch", steps);
    this.branchButton = button("Branch");
    this.branchHint = h("span", { id: `nn-branch-${Math.random()}` });
    this.branchButton.setAttribute("aria-describedby", this.branchHint.id);
    this.brancher = h("div", { class: "nn-use nn-brancher" }, this.branchButton, this.branchHint);
    view.control("branch", "Branch", this.brancher);
    view.on(this.branchButton, "click", () => this.branch());
    view.shows.push(() => this.show(), () => this.showBranch());
  }

  get full() {
    return this.view.get("runs").length >= MOST_RUNS;
  }

  /** The place of the run that has the settings of the controls, or -1. */
  get same() {
    const { view } = this;
    return continuedBy(view.settings, view.get("runs"), view.get("selected"));
  }

  /** Whether the run that is shown is shown as it was earlier. */
  get behind() {
    const { index, run } = this.view.shown();
    return index >= 0 && this.view.get("epoch") < run.epoch;
  }

  // ---- actions

  train() {
    const { view, same } = this;
    if (same < 0) this.add(runOf(view.settings), 0, true);
    else if (same !== view.get("selected")) view.choose(same); // the same settings give the same run
    else {
      const run = view.runs[same];
      this.replace(same, continued(run.settings, view.get("epochs")), run.epoch);
      view.runSet.watch(run);
    }
  }

  /** Begin a run, and show it at an epoch. */
  add(run, epoch, watched) {
    if (this.full || !trainable(run)) return;
    const { view } = this;
    const runs = view.get("runs");
    view.set({ ...takenOver(run), runs: [...runs, run], selected: runs.length, epoch });
    if (watched) view.runSet.watch(view.runs.at(-1));
  }

  /** Let a run stop elsewhere, and show it at an epoch, or where it will stop. */
  replace(index, settings, epoch) {
    const { view } = this;
    const run = view.runs[index];
    view.runSet.retarget(run, settings);
    const runs = view.get("runs").map((old, i) => (i === index ? settings : old));
    view.set({ runs, selected: index, epoch: epoch ?? run.last });
  }

  /** Stop the run that is training where it stands. */
  pause() {
    const { view } = this;
    const { live } = view.runSet;
    view.runSet.unwatch();
    this.replace(view.runs.indexOf(live), pausedAt(live.settings, live.position));
  }

  canStep(kind) {
    const { same, view } = this;
    if (same < 0) return !this.full && trainable(view.settings);
    if (same !== view.get("selected")) return true;
    const run = view.runs[same];
    if (!view.runSet.live && this.behind) return kind === "epoch"; // updates have been forgotten
    return !run.diverged && run.position[0] < MOST_EPOCHS;
  }

  /** One epoch or one update further: along the run that is shown, or by training. */
  step(kind) {
    const { view, same } = this;
    if (view.runSet.live) this.pause();
    if (same < 0) this.add(pausedAt(runOf(view.settings), nextPosition(kind, [0, 0])), 1, false);
    else if (same !== view.get("selected")) view.choose(same);
    else if (this.behind) view.goTo(view.get("epoch") + 1);
    else {
      const { position, stepsPerEpoch, settings } = view.runs[same];
      this.replace(same, stepped(settings, kind, position, stepsPerEpoch, view.get("epochs")));
    }
  }

  /** Go on from the epoch that is shown with the settings of the controls, as a new run. */
  branch() {
    const { view } = this;
    const { run, epoch } = view.shown();
    const branch = branchOf(run.settings, epoch, view.settings);
    const known = view.get("runs").findIndex((other) => !("label" in other) && sameRun(other, branch));
    view.focusLost = true; // from there, one cannot branch again
    if (known >= 0) view.choose(known);
    else {
      view.runSet.branch(branch, run, epoch);
      this.add(branch, epoch, true);
    }
  }

  // ---- one frame

  /** Say on the buttons what they would do now. */
  show() {
    const { view, full, same } = this;
    const live = Boolean(view.runSet.live);
    const run = same >= 0 && same === view.get("selected") ? view.runs[same] : undefined;
    const ended = run && !live && (run.diverged || (!run.settings.paused && run.last >= MOST_EPOCHS));
    const [shown, epochs] = [ended ? undefined : run?.settings, view.get("epochs")];
    const why = same < 0 && ((full && "Six runs: remove one") || (!trainable(view.settings) && "Draw points first"));
    setText(this.trainButton, trainText({ live, run: shown, why, epochs }));
    this.trainButton.disabled = !live && Boolean(ended || why);
    for (const [kind, step] of Object.entries(this.stepButtons)) step.disabled = !this.canStep(kind);
  }

  /** The button that branches; where no run that this page computes is shown, there is none. */
  showBranch() {
    const { view, branchButton } = this;
    const { index, run, epoch } = view.shown();
    const parent = index < 0 ? undefined : run.settings;
    view.offer("branch", Boolean(parent));
    if (!parent) return;
    const { possible, hint } = branchOffer(parent, epoch, view.settings, this.full);
    setText(branchButton, `Branch from epoch ${Math.floor(epoch)}`);
    branchButton.disabled = !possible;
    setText(this.branchHint, hint);
  }
}
