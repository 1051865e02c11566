// Making elements and controls. Native inputs throughout: they bring keyboard, touch and screen
// readers with them.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** An HTML element: h("p", { class: "note" }, "text", child). */
export const h = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** Change attributes of an element that exists. */
export const setAttributes = (element, attributes) => fill(element, attributes, []);

/** Write a text only where it differs: unchanged text is neither laid out nor read aloud again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A caption above a control. */
export const labelled = (caption, ...controls) =>
  h("label", { class: "nn-field" }, h("span", { class: "nn-caption" }, caption), ...controls);

/** A select of [value, text] pairs. */
export const select = (options) =>
  h("select", {}, ...options.map(([value, text]) => h("option", { value }, text)));

/** A button that does not submit anything. */
export const button = (text, attributes = {}) =>
  h("button", { type: "button", ...attributes }, text);

/** Whether the reader has asked for less motion. */
export const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A colour of the style sheet (such as "--nn-blue") as [red, green, blue], each 0 to 255. */
export function cssColour(element, property) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(element).getPropertyValue(property).trim();
  const hex = Number.parseInt(pen.fillStyle.slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

/**
 * Call back when the page turns light or dark. Style sheets follow on their own; what is painted on
 * a canvas has to be painted again.
 */
export function onThemeChange(callback, signal) {
  const observer = new MutationObserver(callback);
  const filter = {
    attributes: true,
    attributeFilter: ["data-theme", "data-jp-theme-light", "class"],
  };
  observer.observe(document.documentElement, filter);
  observer.observe(document.body, filter);
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback, { signal });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
