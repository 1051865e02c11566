// The training explorer: networks that learn while one watches. Left the decision boundary, right
// the loss of several runs; dragging on the loss goes back to any epoch. The model (the traits of
// nnlib.widgets.TrainingExplorer) holds the whole state; everything on the screen follows from it.

import { BandTable } from "./band_table.js";
import { BoundaryPlot } from "./boundary_plot.js";
import { bandKey } from "./loss_parts.js";
import { LossPlot, lossKey } from "./loss_plot.js";
import { LossTable, lossNumbers } from "./loss_table.js";
import { runNames } from "./training_labels.js";
import { RunList } from "./training_list.js";
import { RunSet } from "./training_runs.js";
import { TrainingControls } from "./training_controls.js";
import { Trainer } from "./trainer.js";
import { View } from "./view.js";
import {
  sentence,
  settingsOf,
  spelledOut,
  takenOver,
  trainable,
  trainingTypes,
  usable,
} from "./training_state.js";
import { Drawing } from "./training_drawing.js";
import { HeldPoints } from "./training_held.js";
import { NetworkPanel } from "./training_network.js";
import { formatNumber } from "./scales.js";
import { button, h, reducedMotion, setAttributes, setText } from "./dom.js";

// These change the first picture: the data, or the network before training.
const RESTARTING = ["dataset", "hidden", "activation", "seed", "start", "noise", "points", "init", "drawn", "edited"];

const LOADING_STEP = 50; // milliseconds between pictures of curves that nobody watches growing

class TrainingExplorer extends View {
  constructor(mount) {
    const types = trainingTypes(mount.model.get("runs"));
    super(mount, { name: "training", title: "Training explorer", types });
    this.given = this.get("given");
    this.drawnAt = 0; // when the curves were drawn last
    this.runSet = new RunSet(this.given);
    this.boundary = new BoundaryPlot();
    this.held = new HeldPoints(this, this.boundary);
    this.drawing = new Drawing(this, this.boundary);
    this.network = new NetworkPanel(this, this.boundary);
    this.losses = new LossPlot(this, {
      choose: (index) => this.choose(index),
      goTo: (epoch) => this.goTo(epoch),
      where: () => {
        const { index, run, epoch } = this.shown();
        return { index, epoch: Math.ceil(epoch), last: run.last };
      },
    });
    this.trainer = new Trainer(this);
    this.list = new RunList(this);
    this.bands = new BandTable();
    this.table = new LossTable(this);
    this.clearButton = button("Clear runs");
    this.on(this.clearButton, "click", () => this.clear());
    this.build();
  }

  build() {
    new TrainingControls(this);
    const key = [
      ["0", "class 0"],
      ["1", "class 1"],
      ["wrong", "wrong side"],
    ].map(([kind, text]) => h("span", {}, h("i", { class: "nn-mark", "data-kind": kind }), text));
    const [sets, [band, heldBand]] = [lossKey(), bandKey()];
    this.shows.push(() => {
      const held = this.shown().run.validation.length > 0;
      for (const part of sets) part.toggleAttribute("hidden", !held);
      band.toggleAttribute("hidden", !this.runs.some((run) => run.band));
      heldBand.toggleAttribute("hidden", !held || !this.shown().run.band);
    });
    const log = this.check("log_scale", "logarithmic loss axis");
    this.plots.append(
      h(
        "div",
        { class: "nn-figure" },
        this.boundary.figure,
        h("p", { class: "nn-key" }, ...key, this.held.box),
        this.drawing.element,
      ),
      h(
        "div",
        { class: "nn-figure" },
        ...[this.losses.element, h("p", { class: "nn-key" }, ...sets, band, heldBand, log), this.bands.element],
      ),
    );
    this.plots.after(this.scrubber(), this.trainer.brancher, this.network.element);
    this.sentence.after(this.list.element);
    this.actions.append(this.control("clear", "Clear runs", this.clearButton));
    this.element.append(this.table.element);
  }

  /** The slider of epochs, under both pictures. */
  scrubber() {
    const input = h("input", { type: "range", min: 0, step: 1, "aria-label": "Epoch" });
    const text = h("span", { class: "nn-epoch-text" });
    this.on(input, "input", () => this.goTo(Number(input.value)));
    this.shows.push(() => {
      const { index, run, epoch } = this.shown();
      const last = index < 0 ? 0 : run.plan;
      const place = `${formatNumber(epoch, 6)} of ${last}`;
      setAttributes(input, { max: Math.max(last, 1), "aria-valuetext": place });
      input.value = Math.ceil(epoch);
      input.disabled = index < 0;
      setText(text, index < 0 ? "" : place);
    });
    const caption = h("span", { class: "nn-caption" }, "Epoch");
    return this.control("epoch", "Slider of epochs", h("label", { class: "nn-scrub" }, caption, input, text));
  }

  // ---- the state

  /** The settings that the controls show: those of the next run. */
  get settings() {
    return settingsOf(this.state());
  }

  get runs() {
    if (this.runSet.update(this.get("runs"))) this.curvesChanged = true;
    return this.runSet.runs;
  }

  usable(state) {
    const possible = (run) => "label" in run || (usable(run, this.given) && trainable(run));
    return usable(state, this.given) && state.runs.every(possible);
  }

  set(values) {
    const next = { ...this.state(), ...values };
    if (next.start === "edited" && !usable(next, this.given)) values = { ...values, start: "random" };
    const restarts = !("selected" in values) && RESTARTING.some((key) => key in values);
    super.set(restarts ? { ...values, selected: -1, epoch: 0 } : values);
  }

  /**
   * What the pictures show: a run and its index, or the untrained network (index -1). `epoch` is a
   * fraction for a run that is paused within an epoch, where the model names the next whole one.
   */
  shown() {
    const index = this.get("selected");
    const run = this.runs[index];
    if (!run) return { index: -1, run: this.runSet.preview(this.settings), epoch: 0 };
    return { index, run, epoch: run.placeOf(this.get("epoch")) };
  }

  // ---- what the reader does

  /** Show a run as it ended, and its settings in the controls. */
  choose(index) {
    const run = this.runs[index];
    if (this.runSet.live !== run) this.runSet.unwatch();
    this.set({ ...takenOver(run.settings ?? {}), selected: index, epoch: run.last });
  }

  remove(index) {
    if (this.runs[index] === this.runSet.live) this.runSet.unwatch();
    const selected = this.get("selected");
    const runs = this.get("runs").filter((_, i) => i !== index);
    const next = index < selected || selected >= runs.length ? selected - 1 : selected;
    this.set({ runs, selected: Math.max(next, -1) });
    this.goTo(this.shown().run.last);
    this.focusLost = true;
  }

  clear() {
    this.runSet.unwatch();
    this.set({ runs: [], selected: -1, epoch: 0 });
    this.focusLost = true;
  }

  reset() {
    this.runSet.unwatch();
    super.reset();
  }

  /** Go to an epoch of the run that is shown. Looking back, a run in training is no longer watched. */
  goTo(epoch) {
    const { index, run } = this.shown();
    if (run === this.runSet.live && epoch < run.epoch) this.runSet.unwatch();
    this.set({ epoch: index < 0 ? 0 : Math.min(Math.max(epoch, 0), run.last) });
  }

  /**
   * A button that has removed itself, or can do no more, loses the focus, and nothing would be read aloud:
   * it goes to the run that is shown, or to what makes one.
   */
  catchFocus() {
    if (!this.focusLost) return;
    this.focusLost = false;
    (this.list.chosen ?? this.trainer.trainButton).focus({ preventScroll: true });
  }

  // ---- one frame: train a little, then draw

  resize(width) {
    const stacked = width < 560;
    const left = stacked ? width : Math.round(0.45 * (width - 12));
    this.boundary.resize(left, stacked ? Math.min(left, 380) + 12 : left + 12);
    this.losses.resize(stacked ? width : width - 12 - left, stacked ? 260 : left + 12);
    this.network.resize(width);
    this.curvesChanged = true;
  }

  advance(now) {
    const still = reducedMotion();
    this.grown = this.runSet.advance(now, still) || this.grown;
    const { live, unfinished } = this.runSet;
    const due = live || !unfinished.length || now - this.drawnAt > LOADING_STEP;
    if (this.grown && due) Object.assign(this, { curvesChanged: true, grown: false, drawnAt: now });
    if (!live) return;
    if (live.finished) {
      this.runSet.unwatch();
      this.set({ epoch: live.last });
    } else if (!still) this.model.set("epoch", live.epoch); // Python hears of it at the end
  }

  draw(now) {
    const { runs } = this;
    if (this.runSet.unfinished.length) {
      this.advance(now);
      this.invalidate(); // for the next frame
    }
    const { index, run, epoch } = this.shown();
    const labels = runNames(this.get("runs"));
    const how = `${index} ${this.get("log_scale")}`;
    if (this.curvesChanged || how !== this.how) {
      this.losses.draw(runs, index, this.get("log_scale"));
      this.list.draw(runs, labels, index);
      if (!this.runSet.unfinished.length) this.table.draw(runs, runs.map((_, i) => `Run ${i + 1}`));
      Object.assign(this, { curvesChanged: false, how });
    }
    this.losses.point(index < 0 ? undefined : run, index, epoch);
    this.bands.draw(run, epoch);
    const right = this.boundary.draw(run, epoch);
    const rightHeld = this.held.draw(run, epoch);
    this.drawing.draw(run);
    this.network.draw(run, epoch, run === this.runSet.live);
    const text = sentence({ number: index + 1, run, epoch, label: labels[index], right, rightHeld, full: this.trainer.full });
    this.losses.say(text, Math.ceil(epoch), index < 0 ? 0 : run.plan);
    this.clearButton.disabled = !runs.length;
    this.catchFocus();
    return text;
  }

  dataTable() {
    const names = runNames(this.get("runs")).map((label, i) => `loss, run ${i + 1}, ${spelledOut(label)}`);
    return { name: `training-${this.shown().run.settings?.dataset ?? this.get("dataset")}`, ...lossNumbers(this.runs, names) };
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new TrainingExplorer(mount).start();
}
