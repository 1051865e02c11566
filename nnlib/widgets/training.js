// The training explorer: networks that learn while one watches. Left the decision boundary, right
// the loss of several runs; dragging on the loss goes back to any epoch. The model (the traits of
// nnlib.widgets.TrainingExplorer) holds the whole state; everything on the screen follows from it.

import { BoundaryPlot } from "./boundary_plot.js";
import { LossPlot } from "./loss_plot.js";
import { RunList } from "./training_list.js";
import { RunSet } from "./training_runs.js";
import { TrainingControls } from "./training_controls.js";
import { TrainingPanel } from "./training_panel.js";
import {
  MOST_RUNS,
  runLabels,
  sentence,
  settingTypes,
  settingsOf,
  stateTypes,
  usable,
} from "./training_state.js";
import { onThemeChange, reducedMotion } from "./dom.js";
import { decodeState, encodeState } from "./link.js";

const RESTARTING = ["dataset", "hidden", "activation", "seed", "start"]; // they change the first picture

class TrainingExplorer {
  constructor(model, element) {
    this.model = model;
    this.given = model.get("given");
    this.stopped = new AbortController();
    this.initial = this.values(stateTypes);
    this.readLink();
    this.runSet = new RunSet(this.given);
    this.controls = new TrainingControls(this.given);
    this.boundary = new BoundaryPlot();
    this.losses = new LossPlot();
    this.list = new RunList();
    this.panel = new TrainingPanel(this, Boolean(model.page));
    element.append(this.panel.element);
    this.follow();
    this.listen();
    this.panel.resize();
  }

  // ---- the state

  values(types) {
    return Object.fromEntries(Object.keys(types).map((key) => [key, this.model.get(key)]));
  }

  /** The settings that the controls show: those of the next run. */
  settings() {
    return this.values(settingTypes);
  }

  set(values) {
    for (const [key, value] of Object.entries(values)) this.model.set(key, value);
    this.model.save_changes();
  }

  get runs() {
    return this.runSet.runs;
  }

  /** What the pictures show: a run and its index, or the untrained network (index -1). */
  shown() {
    const index = this.model.get("selected");
    const run = this.runs[index];
    if (!run) return { index: -1, run: this.runSet.preview(this.settings()), epoch: 0 };
    return { index, run, epoch: Math.min(this.model.get("epoch"), run.epoch) };
  }

  /** A link's state takes the place of the page's, as far as it makes sense here. */
  readLink() {
    const text = this.model.page?.read() ?? null;
    if (text === null) return;
    const state = decodeState(stateTypes, text);
    const recorded = (i) => this.initial.runs[i] !== undefined && "label" in this.initial.runs[i];
    if (state.runs) {
      state.runs = state.runs
        .filter((run) => (typeof run === "number" ? recorded(run) : usable(run, this.given)))
        .map((run) => (typeof run === "number" ? this.initial.runs[run] : run));
    }
    if (usable({ ...this.initial, ...state }, this.given)) this.set(state);
  }

  /** The address that shows this state. */
  address() {
    const state = this.values(stateTypes);
    const initial = this.initial.runs;
    state.runs = state.runs.map((run) => ("label" in run ? initial.indexOf(run) : run));
    return this.model.page.address(encodeState(stateTypes, state));
  }

  /** Draw again whenever the model changes, by this page, by Python or by another view. */
  follow() {
    const keys = Object.keys(stateTypes);
    const changed = () => {
      if (this.runSet.update(this.model.get("runs"))) this.curvesChanged = true;
      this.invalidate();
    };
    for (const key of keys) this.model.on(`change:${key}`, changed);
    this.stopped.signal.addEventListener("abort", () => {
      for (const key of keys) this.model.off(`change:${key}`, changed);
      cancelAnimationFrame(this.frame);
    });
    changed();
  }

  listen() {
    const { signal } = this.stopped;
    const pressed = () => (this.runSet.live ? this.stop() : this.train());
    this.controls.listen((values) => this.changeSettings(values), signal);
    this.controls.train.addEventListener("click", pressed, { signal });
    this.list.listen(
      (index) => this.choose(index),
      (index) => this.remove(index),
      signal,
    );
    this.panel.listen(signal);
    onThemeChange(() => {
      this.boundary.readColours();
      this.invalidate();
    }, signal);
  }

  // ---- what the reader does

  changeSettings(values) {
    const restarts = RESTARTING.some((key) => key in values);
    this.set({ ...values, ...(restarts ? { selected: -1, epoch: 0 } : {}) });
  }

  train() {
    const runs = this.model.get("runs");
    if (runs.length >= MOST_RUNS) return;
    const settings = this.settings();
    const same = runs.findIndex(
      (run) => JSON.stringify(settingsOf(run)) === JSON.stringify(settings),
    );
    if (same >= 0) {
      this.choose(same); // the same settings give the same run
      return;
    }
    this.set({ runs: [...runs, settings], selected: runs.length, epoch: 0 });
    this.runSet.watch(this.runs.at(-1));
  }

  /** End the run that is training; what it has learnt so far stays. */
  stop() {
    const { index, settings } = this.runSet.stop();
    this.set({ runs: this.model.get("runs").map((run, i) => (i === index ? settings : run)) });
  }

  /** Show a run as it ended, and its settings in the controls. */
  choose(index) {
    const run = this.runs[index];
    if (this.runSet.live !== run) this.runSet.unwatch();
    this.set({ ...run.settings, selected: index, epoch: run.last });
  }

  remove(index) {
    if (this.runs[index] === this.runSet.live) this.runSet.unwatch();
    const selected = this.model.get("selected");
    const runs = this.model.get("runs").filter((_, i) => i !== index);
    const next = index < selected || selected >= runs.length ? selected - 1 : selected;
    this.set({ runs, selected: Math.max(next, -1) });
    this.goTo(this.shown().run.last);
  }

  clear() {
    this.runSet.unwatch();
    this.set({ runs: [], selected: -1, epoch: 0 });
  }

  reset() {
    this.runSet.unwatch();
    this.set(this.initial);
  }

  /** Go to an epoch of the run that is shown. Looking back, a run in training is no longer watched. */
  goTo(epoch) {
    const { index, run } = this.shown();
    if (run === this.runSet.live && epoch < run.epoch) this.runSet.unwatch();
    this.set({ epoch: index < 0 ? 0 : Math.min(Math.max(epoch, 0), run.last) });
  }

  // ---- one frame: train a little, then draw

  invalidate() {
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      this.advance(now);
      this.draw();
      if (this.runSet.unfinished.length) this.invalidate();
    });
  }

  advance(now) {
    if (!this.runSet.unfinished.length) return;
    const still = reducedMotion();
    this.runSet.advance(now, still);
    this.curvesChanged = true;
    const { live } = this.runSet;
    if (!live) return;
    if (live.finished) {
      this.runSet.unwatch();
      this.set({ epoch: live.last });
    } else if (!still) this.model.set("epoch", live.epoch); // Python hears of it at the end
  }

  draw() {
    if (!this.losses.width) return; // not laid out yet: the panel calls again when it is
    const { index, run, epoch } = this.shown();
    const labels = runLabels(this.model.get("runs"));
    const log = this.model.get("log_scale");
    if (this.curvesChanged || log !== this.log || index !== this.index) {
      this.losses.draw(this.runs, index, log);
      this.list.draw(this.runs, labels, index);
      Object.assign(this, { curvesChanged: false, log, index });
    }
    this.losses.point(index < 0 ? undefined : run, index, epoch);
    const right = this.boundary.draw(run, epoch);
    const text = sentence({ number: index + 1, run, epoch, label: labels[index], right });
    this.controls.show(this.settings());
    this.panel.draw({ index, run, epoch, text, log });
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render({ model, el }) {
  const explorer = new TrainingExplorer(model, el);
  return () => {
    explorer.stopped.abort();
    explorer.panel.element.remove();
  };
}
