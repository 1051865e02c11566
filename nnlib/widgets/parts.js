// The parts of an explorer that readers use, by name: so that a link or Python can hide them.

import { hiddenBy } from "./link.js";

export class Parts {
  /** @param {function} byAuthor - tells the names of what Python hides. */
  constructor(byAuthor) {
    Object.assign(this, { byAuthor, byLink: [], known: new Map() });
  }

  /** Know an element, or several, by a name; `caption` is what a list of all parts says. */
  add(name, caption, elements) {
    this.known.set(name, { caption, elements, offered: true });
  }

  /** Show a part only where it has something to do; it may be hidden all the same. */
  offer(name, offered) {
    this.known.get(name).offered = offered;
    this.update(name);
  }

  /** Hide what a link names. Names of nothing are forgotten. */
  takeLink(text) {
    this.byLink = hiddenBy(text).filter((name) => this.known.has(name));
  }

  update(name) {
    const { elements, offered } = this.known.get(name);
    const hidden = !offered || this.byLink.includes(name) || this.byAuthor().includes(name);
    for (const element of elements) element.toggleAttribute("hidden", hidden);
  }

  updateAll() {
    for (const name of this.known.keys()) this.update(name);
  }

  /** The names of those that a link could hide as well, in the order in which they stand. */
  hideable() {
    const first = (name) => this.known.get(name).elements[0];
    const isAfter = (a, b) => first(a).compareDocumentPosition(first(b)) & Node.DOCUMENT_POSITION_PRECEDING;
    const names = [...this.known.keys()].filter((name) => !this.byAuthor().includes(name));
    return names.sort((a, b) => (isAfter(a, b) ? 1 : -1));
  }
}
