// What every explorer is: a model that holds its whole state, a picture and a sentence that follow
// from it, and buttons to reset it and to copy a link to it. A subclass names its state and draws:
//
//   class Neuron extends View {
//     constructor(mount) {
//       super(mount, { name: "neuron", title: "Neuron explorer", types: neuronTypes });
//       this.controls.append(this.range("b", "Bias b", { low: -3, high: 3, step: 0.1 }));
//       this.controls.append(this.control("own", "My own control", h("div", {}, ...)));
//       this.plots.append(...);
//     }
//     resize(width) { ... }     // lay out for a width in pixels
//     draw() { ...; return "the sentence"; }
//     dataTable() { ... }       // the numbers in the pictures: {name, columns, rows}, name for a file
//   }
//   export function render(mount) { return new Neuron(mount).start(); }

import { CopyLinks } from "./copy_link.js";
import { button, h, labelled, onThemeChange, select, setText } from "./dom.js";
import { decodeState } from "./link.js";
import { Parts } from "./parts.js";
import { saveMenu } from "./save.js";
import { formatNumber } from "./scales.js";

const SETTLE_TIME = 300; // milliseconds without change after which the sentence is read aloud

export class View {
  /**
   * @param {{model: object, el: Element}} mount - as anywidget hands them to `render`.
   * @param {{name: string, title: string, types: object}} kind - `types` (of link.js) are the state:
   *   one for each trait of the Python class that a reader can change.
   */
  constructor({ model, el }, { name, title, types }) {
    Object.assign(this, { model, types, parent: el, width: 0, shows: [] });
    this.parts = new Parts(() => this.get("hide") ?? []);
    this.links = new CopyLinks(this);
    this.stopped = new AbortController();
    this.initial = this.state();
    this.controls = h("div", { class: "nn-row nn-controls" });
    this.plots = h("div", { class: "nn-plots" });
    this.sentence = h("p", { class: "nn-sentence", role: "status" });
    this.actions = h("div", { class: "nn-row nn-actions" });
    this.element = h(
      "div",
      { class: `nn-view nn-${name}`, role: "group", "aria-label": title },
      ...[this.controls, this.plots, this.sentence, this.actions],
    );
  }

  /** Come to life. Returns what undoes it. */
  start() {
    this.addActions();
    this.readLink();
    this.parts.updateAll();
    this.parent.append(this.element);
    const changed = () => this.invalidate();
    const hide = () => this.parts.updateAll();
    for (const key of Object.keys(this.types)) this.model.on(`change:${key}`, changed);
    this.model.on("change:hide", hide);
    onThemeChange(changed, this.stopped.signal);
    const observer = new ResizeObserver(() => this.measure());
    observer.observe(this.plots);
    this.measure();
    return () => {
      for (const key of Object.keys(this.types)) this.model.off(`change:${key}`, changed);
      this.model.off("change:hide", hide);
      this.stopped.abort();
      observer.disconnect();
      cancelAnimationFrame(this.frame);
      clearTimeout(this.settling);
      this.element.remove();
    };
  }

  // ---- the state

  /** Everything that a link carries, by name. */
  state() {
    return Object.fromEntries(Object.keys(this.types).map((key) => [key, this.model.get(key)]));
  }

  get(name) {
    return this.model.get(name);
  }

  /** Change values of the state; the picture follows, in a kernel Python hears of it. */
  set(values) {
    for (const [key, value] of Object.entries(values)) this.model.set(key, value);
    this.model.save_changes();
  }

  /** Whether a state that a link names makes sense here; each value has been checked alone. */
  usable() {
    return true;
  }

  readLink() {
    const text = this.model.page?.read() ?? null;
    if (text === null) return;
    const state = decodeState(this.types, text);
    if (this.usable({ ...this.initial, ...state })) this.set(state);
    this.parts.takeLink(text);
    // Where something is hidden, Reset leads back to the link: readers could not set it again by hand.
    if (this.parts.byLink.length) this.initial = this.state();
  }

  /** Back to the state that the page, Python or a link for a class began with. */
  reset() {
    this.set(this.initial);
  }

  // ---- what can be hidden: by a link, or by Python

  /**
   * Make a part that readers use known by its name: that of its trait, or else of what it does.
   * @param {Element | Element[]} part - is returned. @param {string} caption - names it in the list of parts.
   */
  control(name, caption, part) {
    this.parts.add(name, caption, [part].flat());
    return part;
  }

  /** Show a part only where it has something to do; it may be hidden all the same. */
  offer(name, offered) {
    this.parts.offer(name, offered);
  }

  // ---- what the reader can press

  /** Listen until the explorer is removed. */
  on(target, type, handler) {
    target.addEventListener(type, handler, { signal: this.stopped.signal });
  }

  /** Listen to keys. With Alt, Ctrl or Meta they are the browser's: Alt and an arrow goes back. */
  onKey(target, handler) {
    this.on(target, "keydown", (event) => {
      if (!(event.altKey || event.ctrlKey || event.metaKey)) handler(event);
    });
  }

  addActions() {
    const reset = button("Reset");
    this.on(reset, "click", () => this.reset());
    this.actions.prepend(this.control("reset", "Reset", reset));
    const save = this.control("save", "Save", saveMenu(this));
    this.actions.append(save);
    if (!this.model.page) return; // in a notebook there is no address to copy
    const copy = this.links.button("Copy link to this state", () => this.parts.byLink);
    save.before(this.control("link", "Copy link to this state", copy));
    save.after(this.control("class", "Link for a class", this.links.classLink()));
  }

  /**
   * A slider for a number of the state. `stops`, if given, are the values it can take; else it goes
   * from `low` to `high` in steps. `text` says how the value reads.
   */
  range(name, caption, { low, high, step, stops, text = (value) => formatNumber(value, 3) }) {
    const limits = stops ? { min: 0, max: stops.length - 1, step: 1 } : { min: low, max: high, step };
    const spoken = caption.replace(/ ?[=:]$/, "");
    const input = h("input", { type: "range", ...limits, "aria-label": spoken });
    const shown = h("b", { class: "nn-value" });
    this.on(input, "input", () => {
      this.set({ [name]: stops ? stops[Number(input.value)] : Number(input.value) });
    });
    this.shows.push(() => {
      const value = this.get(name);
      input.value = stops ? nearest(stops, value) : value;
      input.setAttribute("aria-valuetext", text(value));
      setText(shown, text(value));
    });
    const field = h("label", { class: "nn-field nn-wide" }, h("span", { class: "nn-caption" }, `${caption} `, shown), input);
    return this.control(name, spoken, field);
  }

  /** A choice among [value, text] pairs; `read` turns the chosen value's text into the state's. */
  choice(name, caption, options, read = (text) => text) {
    const input = select(options.map(([value, text]) => [String(value), text]));
    this.on(input, "input", () => this.set({ [name]: read(input.value) }));
    this.shows.push(() => (input.value = String(this.get(name))));
    return this.control(name, caption, labelled(caption, input));
  }

  /** A choice among values, to which one is added that Python or a link has asked for. */
  openChoice(name, caption, values, text, enabled = () => true) {
    const option = (value) => h("option", { value: JSON.stringify(value) }, text(value));
    const input = h("select", {}, ...values.map(option));
    this.on(input, "input", () => this.set({ [name]: JSON.parse(input.value) }));
    this.shows.push(() => {
      const value = this.get(name);
      input.value = JSON.stringify(value);
      if (input.selectedIndex < 0) input.append(option(value));
      input.value = JSON.stringify(value);
      input.disabled = !enabled(this);
    });
    return this.control(name, caption, labelled(caption, input));
  }

  /** A box to tick. */
  check(name, caption) {
    const input = h("input", { type: "checkbox" });
    this.on(input, "change", () => this.set({ [name]: input.checked }));
    this.shows.push(() => (input.checked = this.get(name)));
    return this.control(name, caption, h("label", { class: "nn-check" }, input, caption));
  }

  // ---- one frame

  measure() {
    const width = this.plots.clientWidth;
    if (!width) return; // not visible: the observer calls again when it is
    this.width = width;
    this.element.classList.toggle("nn-stacked", width < 560);
    this.resize(width);
    this.invalidate();
  }

  /** Lay out for a width in pixels. */
  resize() {}

  /** Draw in the next frame, once however often it is asked for. */
  invalidate() {
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      if (!this.width) return; // not laid out yet
      for (const show of this.shows) show();
      this.say(this.draw(now));
    });
  }

  /**
   * Show the sentence at once, but let it be read aloud only when it has stopped changing, and only
   * to someone who is using the explorer: a page that opens stays quiet.
   */
  say(text) {
    if (this.sentence.textContent === text) return;
    this.links.forget();
    this.sentence.setAttribute("aria-live", "off");
    setText(this.sentence, text);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (!this.element.contains(document.activeElement)) return;
      this.sentence.setAttribute("aria-live", "polite");
      this.sentence.replaceChildren(text); // a change, so it is read
    }, SETTLE_TIME);
  }
}

/** The index of the stop that lies closest to a value. */
export function nearest(stops, value) {
  const away = stops.map((stop) => Math.abs(stop - value));
  return away.indexOf(Math.min(...away));
}
