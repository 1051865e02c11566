// A formula of the stepper as HTML: its letters, its matrices with their axes, and the numbers of one entry.

import { h } from "./dom.js";
import { formatNumber } from "./scales.js";
import { entryText, shapeText } from "./stepper_state.js";

const RAISED = { "⁽": "(", "⁾": ")", "⁰": "0", "¹": "1", "²": "2", ᵀ: "⊤" };
const LOWERED = Object.fromEntries([..."₀₁₂₃₄₅₆₇₈₉"].map((digit, i) => [digit, String(i)]));

/** A text with raised and lowered characters, as sup and sub elements. */
export function mathParts(text) {
  const pieces = text.match(/[⁽⁾⁰¹²ᵀ]+|[₀-₉]+|[^⁽⁾⁰¹²ᵀ₀-₉]+/g) ?? [];
  return pieces.map((piece) => {
    const plain = (table) => [...piece].map((character) => table[character]).join("");
    if (piece[0] in RAISED) return h("sup", {}, plain(RAISED));
    return piece[0] in LOWERED ? h("sub", {}, plain(LOWERED)) : piece;
  });
}

const nameOf = (part) => (typeof part === "string" ? part : part.name);

/** The formula in letters. */
export const formulaLine = ({ parts, result, step }) =>
  h("p", { class: "nn-formula" }, ...mathParts(step ? `${result.name} = ${parts.map(nameOf).join(" ")}` : "The batch and its targets"));

const axisTag = (axis, n) => h("span", { class: "nn-axis-tag", "data-axis": axis }, `${axis} ${n}`);

/** A matrix with its name, its axes by name and number, and the cells that are used marked. */
function matrixTable(part, marked, pick) {
  const { name, values, rows, cols } = part;
  const isMarked = (i, j) => marked && (marked[0] ?? i) === i && (marked[1] ?? j) === j;
  const lines = values.map((row, i) =>
    h("tr", {}, ...row.map((value, j) => {
      const cell = h("td", isMarked(i, j) ? { class: "nn-marked" } : {}, formatNumber(value, 4));
      if (pick) cell.dataset.entry = i * row.length + j;
      return cell;
    })),
  );
  const tags = [rows === null ? (cols === null ? null : "1") : axisTag(rows, values.length), cols === null ? null : axisTag(cols, values[0].length)];
  const both = tags.filter((tag) => tag !== null).flatMap((tag, i) => (i ? [" × ", tag] : [tag]));
  const table = h("table", { "data-rows": rows ?? "", "data-cols": cols ?? "", "aria-label": `${name} ${shapeText(part)}` }, h("tbody", {}, ...lines));
  return h("div", { class: pick ? "nn-matrix nn-result" : "nn-matrix" }, h("div", { class: "nn-matrix-name" }, ...mathParts(name)), table, h("div", { class: "nn-axes" }, ...both));
}

/** The formula in matrices: the result first, then what it is made from. */
export function matrixLine(now) {
  const marks = now.uses(...now.place);
  const parts = now.parts.map((part, i) => (typeof part === "string" ? h("span", { class: "nn-sign" }, part) : matrixTable(part, marks[i], false)));
  const equals = now.step ? [h("span", { class: "nn-sign" }, "=")] : [];
  return [matrixTable(now.result, now.place, true), ...equals, ...parts];
}

/** One entry with the numbers put in. */
export const entryLine = (now) => h("p", { class: "nn-entry" }, ...mathParts(entryText(now)));
