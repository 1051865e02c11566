// Below the loss curves, for a run over several seeds: the numbers of its band where one looks.

import { h, setText } from "./dom.js";
import { formatNumber } from "./scales.js";

const BAND_HEADS = ["lowest", "median", "highest"];

export class BandTable {
  constructor() {
    this.caption = h("caption");
    this.first = h("th", { scope: "col" });
    const head = h("tr", {}, h("td"), ...BAND_HEADS.map((text) => h("th", { scope: "col" }, text)), this.first);
    this.rows = ["training loss", "validation loss"].map((text) => {
      const cells = Array.from({ length: 4 }, () => h("td"));
      return { cells, row: h("tr", {}, h("th", { scope: "row" }, text), ...cells) };
    });
    const body = h("tbody", {}, ...this.rows.map(({ row }) => row));
    this.element = h("table", { class: "nn-band-table", hidden: true }, this.caption, h("thead", {}, head), body);
  }

  /** @param {object} run - what is shown. @param {number} place - the epoch. */
  draw(run, place) {
    this.element.toggleAttribute("hidden", !run.band);
    if (!run.band) return;
    const { seed, seeds } = run.settings;
    setText(this.caption, `Over ${seeds} seeds, at epoch ${formatNumber(place, 6)}`);
    setText(this.first, `seed ${seed}`);
    const kinds = [
      [run.bandAt(place), run.lossAt(place), run.lead.lossAt(place)],
      [run.bandAt(place, run.heldBand), run.validationAt(place), run.lead.validationAt(place)],
    ];
    kinds.forEach(([[low, high], median, first], k) => {
      const { row, cells } = this.rows[k];
      row.toggleAttribute("hidden", median === undefined);
      [low, median, high, first].forEach((value, i) => {
        setText(cells[i], value === undefined ? "–" : formatNumber(value, 3));
      });
    });
  }
}
