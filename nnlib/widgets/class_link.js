// "Link for a class": a teacher ticks what students should not see, and copies a link that hides it.

import { h } from "./dom.js";

const upper = (text) => text[0].toUpperCase() + text.slice(1);

/** Fill the fold with a list of all parts of an explorer that can be hidden, and the button that copies the link. */
export function fillClassLink(view, fold) {
  const first = (name) => view.parts.get(name).elements[0];
  const isAfter = (a, b) => first(a).compareDocumentPosition(first(b)) & Node.DOCUMENT_POSITION_PRECEDING;
  const names = [...view.parts.keys()].filter((name) => !view.authorHides.includes(name));
  const boxes = names.sort((a, b) => (isAfter(a, b) ? 1 : -1)).map((name) => {
    const box = h("input", { type: "checkbox", value: name });
    box.checked = view.linkHides.includes(name);
    return box;
  });
  const label = (box) => h("label", { class: "nn-check" }, box, upper(view.parts.get(box.value).caption));
  const legend = h("legend", { class: "nn-caption" }, "Hide from those who open the link");
  const list = h("fieldset", { class: "nn-checks" }, legend, ...boxes.map(label));
  view.on(list, "change", () => view.forgetCopies());
  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  fold.append(list, view.copyButton("Copy link for a class", ticked));
}
