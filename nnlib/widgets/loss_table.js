// The loss curves as a table of numbers, for those who read numbers rather than lines. Folded at
// first, and filled only while it is open.

import { h } from "./dom.js";
import { formatNumber } from "./scales.js";
import { nearest } from "./view.js";

const ROWS = 10; // about so many epochs are written down

/** The epochs to write down: the first, the last, and about ten round ones between. */
export function tableEpochs(runs) {
  const first = Math.min(...runs.map((run) => run.epochs[0] ?? 0));
  const last = Math.max(0, ...runs.map((run) => run.epochs.at(-1) ?? run.epoch));
  const step = Math.max(1, Math.round(last / ROWS));
  const round = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
  return [first, ...round.filter((epoch) => epoch > first && epoch < last), last];
}

/** Each run's loss, and that on points held out, by name: {name, run, at(epoch)}. */
function lossColumns(runs, names) {
  return runs.flatMap((run, i) => {
    const loss = [{ name: names[i], run, at: (epoch) => run.lossAt(epoch) }, ...edgeColumns(run, names[i], run.band)];
    if (!run.validation?.some(Number.isFinite)) return loss;
    const name = `${names[i]}, validation`;
    const held = { name, run, at: (epoch) => run.validationAt(epoch) };
    return [...loss, held, ...edgeColumns(run, name, run.heldBand)];
  });
}

/** Of a run over several seeds, also the lowest and the highest loss. */
function edgeColumns(run, name, band) {
  if (!band) return [];
  return ["lowest", "highest"].map((edge, k) => ({
    name: `${name}, ${edge} of ${run.settings.seeds} seeds`,
    run,
    at: (epoch) => run.bandAt(epoch, band)[k],
  }));
}

/** All losses as numbers: a line for each epoch that is known of any run. */
export function lossNumbers(runs, names) {
  const known = new Map(runs.map((run) => [run, new Set(run.epochs)]));
  const epochs = [...new Set(runs.flatMap((run) => [...run.epochs]))].sort((a, b) => a - b);
  const columns = lossColumns(runs, names);
  const rows = epochs.map((epoch) => [
    epoch,
    ...columns.map(({ run, at }) => (known.get(run).has(epoch) ? at(epoch) : null)),
  ]);
  return { columns: ["epoch", ...columns.map(({ name }) => name)], rows };
}

export class LossTable {
  constructor(view) {
    this.table = h("table");
    const summary = h("summary", {}, "The numbers as a table");
    this.element = h("details", { class: "nn-numbers-table" }, summary, this.table);
    view.control("table", "Table of numbers", this.element);
    this.runs = [];
    view.on(this.element, "toggle", () => this.fill());
  }

  /** @param {object[]} runs - as of LossPlot. @param {string[]} names - one for each. */
  draw(runs, names) {
    Object.assign(this, { runs, names });
    this.fill();
  }

  fill() {
    if (!this.element.open || !this.runs.length) return;
    const columns = lossColumns(this.runs, this.names);
    const head = columns.map(({ name }) => h("th", { scope: "col" }, name));
    const known = [...new Set(this.runs.flatMap((run) => run.epochs))]; // only these have a loss
    const epochs = tableEpochs(this.runs).map((epoch) => known[nearest(known, epoch)]);
    const rows = [...new Set(epochs)].map((epoch) => {
      const cells = columns.map(({ at }) => h("td", {}, cellText(at(epoch))));
      return h("tr", {}, h("th", { scope: "row" }, formatNumber(epoch, 6)), ...cells);
    });
    this.table.replaceChildren(
      h("caption", {}, "Loss after so many epochs"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Epoch"), ...head)),
      h("tbody", {}, ...rows),
    );
  }
}

const cellText = (loss) => (loss === undefined || Number.isNaN(loss) ? "–" : formatNumber(loss, 3));
