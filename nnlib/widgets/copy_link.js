// Links to the state of an explorer: the button that copies one, and "Link for a class", where a
// teacher ticks what students should not see.

import { button, h, setText } from "./dom.js";
import { encodeState, hidingText } from "./link.js";

const upper = (text) => text[0].toUpperCase() + text.slice(1);

export class CopyLinks {
  constructor(view) {
    this.view = view;
    this.buttons = new Map(); // with what is written on them
  }

  /** A button that copies a link to the present state; `hides` gives the names of what it hides. */
  button(text, hides) {
    const made = button(text);
    this.buttons.set(made, text);
    this.view.on(made, "click", () => this.copy(made, hides()));
    return made;
  }

  async copy(pressed, hides) {
    const { model, types } = this.view;
    const address = model.page.address(encodeState(types, this.view.state()) + hidingText(hides));
    window.history.replaceState(null, "", address); // so the address line holds it too
    try {
      await navigator.clipboard.writeText(address);
      setText(pressed, "Link copied");
    } catch {
      // Not every page may write to the clipboard, a file:// page for one.
      setText(pressed, "The link is in the address line");
    }
  }

  /** What has been copied is no longer what is shown. */
  forget() {
    for (const [made, text] of this.buttons) setText(made, text);
  }

  /** A fold with a list of all parts that can be hidden; made when it is first opened, few readers are teachers. */
  classLink() {
    const fold = h("details", { class: "nn-class-link" }, h("summary", {}, "Link for a class"));
    this.view.on(fold, "toggle", () => fold.childElementCount === 1 && this.fill(fold));
    return fold;
  }

  fill(fold) {
    const { parts } = this.view;
    const boxes = parts.hideable().map((name) => {
      const box = h("input", { type: "checkbox", value: name });
      box.checked = parts.byLink.includes(name);
      return box;
    });
    const label = (box) => h("label", { class: "nn-check" }, box, upper(parts.known.get(box.value).caption));
    const legend = h("legend", { class: "nn-caption" }, "Hide from those who open the link");
    const list = h("fieldset", { class: "nn-checks" }, legend, ...boxes.map(label));
    this.view.on(list, "change", () => this.forget());
    const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
    fold.append(list, this.button("Copy link for a class", ticked));
  }
}
