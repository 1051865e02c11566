// "Save": the pictures of an explorer as PNG, its numbers as CSV. Made in the browser.

import { csvText } from "./csv.js";
import { button, h } from "./dom.js";
import { pictureFile } from "./picture_file.js";

/** The folded menu. `view.dataTable()` gives {name, columns, rows}: the name of the files, and the numbers. */
export function saveMenu(view) {
  let address;
  const forget = () => URL.revokeObjectURL(address);
  const hand = (blob, ending) => {
    forget();
    address = URL.createObjectURL(blob);
    h("a", { href: address, download: `${view.dataTable().name}.${ending}` }).click();
  };
  view.stopped.signal.addEventListener("abort", forget);
  const [picture, data] = [button("Save picture (PNG)"), button("Save data (CSV)")];
  view.on(picture, "click", async () => hand(await pictureFile(view.element), "png"));
  view.on(data, "click", () => hand(new Blob([csvText(view.dataTable())], { type: "text/csv" }), "csv"));
  return h("details", { class: "nn-save" }, h("summary", {}, "Save"), h("div", { class: "nn-row" }, picture, data));
}
