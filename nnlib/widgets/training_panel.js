// Everything around the two pictures of the training explorer: the slider of epochs, the sentence,
// the buttons, the table, and the pointer and keyboard on the loss curves.

import { button, h, setAttributes, setText } from "./dom.js";
import { formatNumber } from "./scales.js";
import { MOST_RUNS } from "./training_state.js";

const NARROW = 560; // below this width the pictures stand one above the other
const SETTLE = 300; // milliseconds without change after which the sentence is read aloud

export class TrainingPanel {
  /** @param {object} explorer @param {boolean} onPage - whether there is an address to copy. */
  constructor(explorer, onPage) {
    this.explorer = explorer;
    this.scrubber = h("input", { type: "range", min: 0, step: 1, "aria-label": "Epoch" });
    this.epochText = h("span", { class: "nn-epoch-text" });
    this.log = h("input", { type: "checkbox" });
    this.sentence = h("p", { class: "nn-sentence", role: "status" });
    this.resetButton = button("Reset");
    this.clearButton = button("Clear runs");
    this.linkButton = button("Copy link to this state");
    this.table = h("table");
    this.details = h(
      "details",
      { class: "nn-numbers-table" },
      h("summary", {}, "The numbers as a table"),
      this.table,
    );
    this.plots = h("div", { class: "nn-plots" }, this.boundaryFigure(), this.lossFigure());
    this.element = h("div", {
      class: "nn-view nn-training",
      role: "group",
      "aria-label": "Training explorer",
    });
    const buttons = h("div", { class: "nn-row nn-actions" }, this.resetButton, this.clearButton);
    if (onPage) buttons.append(this.linkButton);
    const scrub = h(
      "label",
      { class: "nn-scrub" },
      h("span", { class: "nn-caption" }, "Epoch"),
      this.scrubber,
      this.epochText,
    );
    const { controls, list } = explorer;
    this.element.append(
      controls.element,
      this.plots,
      scrub,
      this.sentence,
      list.element,
      buttons,
      this.details,
    );
  }

  boundaryFigure() {
    const key = h("p", { class: "nn-key" });
    for (const [kind, text] of [
      ["0", "class 0"],
      ["1", "class 1"],
      ["wrong", "wrong side"],
    ]) {
      key.append(h("span", {}, h("i", { class: "nn-mark", "data-kind": kind }), text));
    }
    return h("div", { class: "nn-figure" }, this.explorer.boundary.element, key);
  }

  lossFigure() {
    const toggle = h("label", { class: "nn-check" }, this.log, "logarithmic loss axis");
    return h(
      "div",
      { class: "nn-figure" },
      this.explorer.losses.element,
      h("p", { class: "nn-key" }, toggle),
    );
  }

  listen(signal) {
    const { explorer } = this;
    const on = (element, type, handler) => element.addEventListener(type, handler, { signal });
    on(this.scrubber, "input", () => explorer.goTo(Number(this.scrubber.value)));
    on(this.log, "change", () => explorer.set({ log_scale: this.log.checked }));
    on(this.resetButton, "click", () => explorer.reset());
    on(this.clearButton, "click", () => explorer.clear());
    on(this.linkButton, "click", () => this.copyLink());
    on(this.details, "toggle", () => this.fillTable());
    this.listenToPlot(on);
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.plots);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      clearTimeout(this.settling);
    });
  }

  /** Drag along the loss curves, or use the keys, to go to another epoch or run. */
  listenToPlot(on) {
    const { explorer } = this;
    const plot = explorer.losses;
    on(plot.element, "pointerdown", (event) => {
      if (event.button !== 0 || !explorer.runs.length) return;
      const near = plot.runAt(event);
      if (near >= 0 && near !== explorer.shown().index) explorer.choose(near);
      plot.element.setPointerCapture(event.pointerId);
      explorer.goTo(plot.epochAt(event));
    });
    on(plot.element, "pointermove", (event) => {
      if (plot.element.hasPointerCapture(event.pointerId)) explorer.goTo(plot.epochAt(event));
    });
    on(plot.element, "keydown", (event) => {
      const { index, run, epoch } = explorer.shown();
      const steps = {
        ArrowLeft: -1,
        ArrowRight: 1,
        PageDown: -10,
        PageUp: 10,
        Home: -Infinity,
        End: Infinity,
      };
      const runs = { ArrowUp: -1, ArrowDown: 1 };
      if (event.key in steps && index >= 0)
        explorer.goTo(Math.max(0, Math.min(run.last, epoch + steps[event.key])));
      else if (event.key in runs && explorer.runs.length) {
        explorer.choose(Math.max(0, Math.min(explorer.runs.length - 1, index + runs[event.key])));
      } else return;
      event.preventDefault(); // the page does not scroll as well
    });
  }

  async copyLink() {
    const address = this.explorer.address();
    window.history.replaceState(null, "", address); // so the address line holds it too
    try {
      await navigator.clipboard.writeText(address);
      setText(this.linkButton, "Link copied");
    } catch {
      // Not every page may write to the clipboard, a file:// page for one.
      setText(this.linkButton, "The link is in the address line");
    }
  }

  resize() {
    const total = this.plots.clientWidth;
    if (!total) return; // not visible: the observer calls again when it is
    const stacked = total < NARROW;
    this.element.classList.toggle("nn-stacked", stacked);
    const left = stacked ? total : Math.round(0.45 * (total - 12));
    this.explorer.boundary.resize(left, stacked ? Math.min(left, 380) + 12 : left + 12);
    this.explorer.losses.resize(stacked ? total : total - 12 - left, stacked ? 260 : left + 12);
    this.explorer.boundary.readColours(); // in a notebook, only now does the style sheet apply
    this.explorer.curvesChanged = true;
    this.explorer.invalidate();
  }

  draw({ index, run, epoch, text, log }) {
    const { explorer } = this;
    const { runs } = explorer;
    const last = index < 0 ? 0 : run.last;
    setAttributes(this.scrubber, {
      max: Math.max(last, 1),
      "aria-valuetext": `${epoch} of ${last}`,
    });
    this.scrubber.value = epoch;
    this.scrubber.disabled = index < 0;
    setText(this.epochText, index < 0 ? "" : `${epoch} of ${last}`);
    this.log.checked = log;
    this.say(text);
    const written = runs.map((run) => run.epoch).join();
    if (written !== this.written && runs.every((run) => run.finished)) {
      this.written = written;
      this.fillTable();
    }
    const limits = {
      "aria-valuemin": 0,
      "aria-valuemax": last,
      "aria-valuenow": epoch,
      "aria-valuetext": text,
    };
    setAttributes(explorer.losses.element, limits);
    const { train } = explorer.controls;
    const full = runs.length >= MOST_RUNS;
    setText(train, explorer.runSet.live ? "Stop" : full ? "Six runs: remove one" : "Train");
    train.disabled = full && !explorer.runSet.live;
    this.clearButton.disabled = !runs.length;
    if (text !== this.lastText) setText(this.linkButton, "Copy link to this state");
    this.lastText = text;
  }

  /**
   * Show the sentence at once, but let it be read aloud only when it has stopped changing, and only
   * to someone who is using the explorer: a page that opens stays quiet.
   */
  say(text) {
    if (this.sentence.textContent === text) return;
    this.sentence.setAttribute("aria-live", "off");
    setText(this.sentence, text);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (!this.element.contains(document.activeElement)) return;
      this.sentence.setAttribute("aria-live", "polite");
      this.sentence.replaceChildren(text); // a change, so it is read
    }, SETTLE);
  }

  /** About a dozen epochs of every run as a table, if it is open. */
  fillTable() {
    if (!this.details.open) return;
    const { runs } = this.explorer;
    const last = Math.max(0, ...runs.map((run) => run.epoch));
    const step = Math.max(1, Math.round(last / 10));
    const epochs = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
    const head = runs.map((_, i) => h("th", { scope: "col" }, `Run ${i + 1}`));
    const rows = epochs.map((epoch) => {
      const cells = runs.map((run) => h("td", {}, cellText(run.lossAt(epoch))));
      return h("tr", {}, h("th", { scope: "row" }, String(epoch)), ...cells);
    });
    this.table.replaceChildren(
      h("caption", {}, "Loss after so many epochs"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Epoch"), ...head)),
      h("tbody", {}, ...rows),
    );
  }
}

const cellText = (loss) => (loss === undefined || Number.isNaN(loss) ? "–" : formatNumber(loss, 3));
