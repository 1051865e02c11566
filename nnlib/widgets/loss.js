// The loss explorer: the history of any training, recorded on a page or growing while a kernel trains.
// Python holds the curves; what the reader chooses and where the reader looks is the state.

import { HistoryPlot } from "./loss_history.js";
import { lossKey } from "./loss_plot.js";
import { LossTable, lossNumbers } from "./loss_table.js";
import { RunList } from "./training_list.js";
import { View } from "./view.js";
import { h } from "./dom.js";
import { HistoryCurve, SERIES, lossSentence, lossTypes, tableColumns } from "./loss_state.js";

class LossExplorer extends View {
  constructor(mount) {
    super(mount, { name: "loss", title: "Loss explorer", types: lossTypes });
    this.plot = new HistoryPlot(this, {
      choose: (index) => this.choose(index),
      goTo: (epoch) => this.goTo(epoch),
      where: () => this.shown(),
    });
    this.list = new RunList(this, { removable: false });
    this.table = new LossTable(this);
    this.controls.append(
      this.choice("series", "Loss on", SERIES.map((name) => [name, name === "both" ? "both sets" : `${name} set`])),
      this.check("log_scale", "logarithmic loss axis"),
    );
    this.plots.append(h("div", { class: "nn-figure" }, this.plot.element));
    // Alone, a set's losses are plain lines, and the choice above says which set it is.
    const key = h("p", { class: "nn-key" }, ...lossKey());
    this.shows.push(() => (key.hidden = !this.runs.some(({ validation }) => validation.some(Number.isFinite))));
    this.plots.after(key);
    this.sentence.after(this.list.element);
    this.element.append(this.table.element);
  }

  /** The curves are Python's, so they are in no link, and Reset leaves them; but they may grow. */
  start() {
    const grown = () => this.invalidate();
    this.model.on("change:curves", grown);
    const end = super.start();
    return () => {
      this.model.off("change:curves", grown);
      end();
    };
  }

  // ---- the state

  get runs() {
    const [curves, series] = [this.get("curves"), this.get("series")];
    if (curves !== this.known || series !== this.series) {
      this.made = curves.map((curve) => new HistoryCurve(curve, series));
      Object.assign(this, { known: curves, series, changed: true });
    }
    return this.made;
  }

  /** The curve that is looked at, and its recorded epoch that is closest to the one asked for. */
  shown() {
    const { runs } = this;
    const index = Math.min(this.get("selected"), runs.length - 1); // -1 if there is none
    const run = runs[index];
    return { index, run, epoch: run?.near(this.get("epoch")) ?? 0, last: run?.last ?? 0 };
  }

  choose(index) {
    this.set({ selected: index });
  }

  /** Go to an epoch; where few are recorded, to the next one on that side. */
  goTo(epoch) {
    const { run, epoch: from } = this.shown();
    if (!run) return;
    const beyond = run.epochs.filter((one) => (epoch > from ? one > from : one < from));
    const next = epoch > from ? beyond[0] : beyond.at(-1);
    const near = run.near(epoch);
    this.set({ epoch: near === from && epoch !== from ? (next ?? from) : near });
  }

  // ---- one frame

  resize(width) {
    this.plot.resize(width, width < 560 ? 260 : 320);
    this.changed = true;
  }

  draw() {
    const { runs } = this;
    const { index, run, epoch, last } = this.shown();
    const log = this.get("log_scale");
    const how = `${index} ${log}`;
    if (this.changed || how !== this.how) {
      this.plot.draw(runs, index, log);
      this.list.draw(runs, runs.map(({ label }) => label), index);
      const columns = tableColumns(runs);
      this.table.draw(columns.map((column) => column.run), columns.map(({ name }) => name));
      Object.assign(this, { changed: false, how });
    }
    this.plot.point(run, index, epoch);
    const text = lossSentence(run, epoch);
    this.plot.say(text, epoch, last);
    return text;
  }

  dataTable() {
    const columns = tableColumns(this.runs);
    return { name: "loss", ...lossNumbers(columns.map(({ run }) => run), columns.map(({ name }) => `loss, ${name}`)) };
  }
}

/** Mount the explorer: anywidget's form. Returns what undoes it. */
export function render(mount) {
  return new LossExplorer(mount).start();
}
