// An explorer's pictures and sentence as a PNG, as they stand on the page: boxes, canvases and text are
// painted where they are, then all SVG on top, as one image with its styles written into it. Nothing is
// fetched and no HTML is drawn as an image, so that a browser lets the result be read also on file://.

import { svg } from "./dom.js";

const FILE_SCALE = 2;
const FILE_MARGIN = 14;
const FILE_GAP = 8; // between parts that stand apart on the page by what is left out

// What readers use is left out, and what is folded or holds no picture; the list of runs is a legend and stays.
const LEFT_OUT =
  ".nn-controls, .nn-actions, .nn-use, details:not([open]), details:not(:has(svg, canvas)), summary, button, select, input";
const isControlLabel = (el) => el.matches("label") && el.querySelector("select, input:not([type=radio])") !== null;

const FILE_STYLES = [
  ...["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap"],
  ...["stroke-linejoin", "vector-effect", "paint-order", "opacity", "overflow", "visibility", "stop-color"],
  ...["stop-opacity", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "text-decoration"],
];

/** Everything to be drawn of an element, each {kind, element or text, style, box, alpha}. */
function* marksOf(element, alpha = 1) {
  if (element.matches(LEFT_OUT) || isControlLabel(element)) return;
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  const mark = { element, style, box: element.getBoundingClientRect(), alpha: alpha * Number(style.opacity) };
  if (element instanceof SVGSVGElement) {
    yield { ...mark, kind: "svg" };
    return;
  }
  if (element instanceof HTMLCanvasElement) yield { ...mark, kind: "canvas" };
  else yield { ...mark, kind: "box" };
  for (const child of element.childNodes) {
    if (child instanceof Element) yield* marksOf(child, mark.alpha);
    else if (child instanceof Text) yield* wordsOf(child, mark);
  }
}

/** The words of a text, each where it stands. */
function* wordsOf(text, mark) {
  const range = document.createRange();
  for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    yield { ...mark, kind: "word", word, box: range.getBoundingClientRect() };
  }
}

const isDrawnMark = ({ kind, style }) =>
  kind !== "box" || style.backgroundImage !== "none" || !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(style.backgroundColor);

/** A copy of an SVG element with its style written into it; what is not displayed is left out. */
function styledCopy(original) {
  const copy = original.cloneNode(false);
  const style = getComputedStyle(original);
  if (style.display === "none") return document.createComment("");
  for (const name of FILE_STYLES) copy.style.setProperty(name, style.getPropertyValue(name));
  for (const child of original.childNodes) {
    copy.append(child instanceof Element ? styledCopy(child) : child.cloneNode());
  }
  return copy;
}

async function imageOf(element) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(element))}`;
  await image.decode();
  return image;
}

/** A linear gradient of the style sheet for a canvas. */
function gradientOf(pen, text, { x, y, width, height }) {
  const [, angle, rest] = text.match(/^linear-gradient\((-?[\d.e-]+(?:rad|deg)), (.*)\)$/);
  const turn = Number.parseFloat(angle) * (angle.endsWith("deg") ? Math.PI / 180 : 1);
  const half = (Math.abs(width * Math.sin(turn)) + Math.abs(height * Math.cos(turn))) / 2;
  const [dx, dy] = [half * Math.sin(turn), -half * Math.cos(turn)];
  const [middle, centre] = [x + width / 2, y + height / 2];
  const gradient = pen.createLinearGradient(middle - dx, centre - dy, middle + dx, centre + dy);
  const stops = rest.split(/, (?![^(]*\))/);
  stops.forEach((stop, i) => {
    const [, colour, share] = stop.match(/^(.*?)(?: ([-\d.e]+)%)?$/);
    gradient.addColorStop(share === undefined ? i / (stops.length - 1) : share / 100, colour);
  });
  return gradient;
}

const BORDER_DASHES = { dashed: [2, 1], dotted: [1, 1] }; // in widths of the line

/** One side of a border, from corner to corner. */
function paintSide(pen, style, side, [x1, y1], [x2, y2]) {
  const [kind, width] = [style[`border${side}Style`], Number.parseFloat(style[`border${side}Width`])];
  if (kind === "none" || !width) return;
  const across = x1 === x2 ? [1, 0] : [0, 1];
  const lines = kind === "double" ? [-width / 3, width / 3] : [0]; // a double line is two thin ones
  Object.assign(pen, { strokeStyle: style[`border${side}Color`], lineWidth: width / (lines.length === 2 ? 3 : 1) });
  pen.setLineDash((BORDER_DASHES[kind] ?? []).map((share) => share * width));
  for (const away of lines) {
    pen.beginPath();
    pen.moveTo(x1 + away * across[0], y1 + away * across[1]);
    pen.lineTo(x2 + away * across[0], y2 + away * across[1]);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function paintBox(pen, style, box) {
  const { x, y, width, height } = box;
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) * (style.borderTopLeftRadius.endsWith("%") ? width / 100 : 1), width / 2);
  const isGradient = style.backgroundImage.startsWith("linear-gradient");
  const line = Number.parseFloat(style.borderTopWidth);
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  for (const fill of [style.backgroundColor, ...(isGradient ? [gradientOf(pen, style.backgroundImage, box)] : [])]) {
    pen.fillStyle = fill;
    pen.fill();
  }
  if (radius && line) {
    pen.beginPath();
    pen.roundRect(x + line / 2, y + line / 2, width - line, height - line, Math.max(radius - line / 2, 0));
    Object.assign(pen, { strokeStyle: style.borderTopColor, lineWidth: line });
    pen.stroke();
    return;
  }
  const inset = (side) => Number.parseFloat(style[`border${side}Width`]) / 2;
  const [top, bottom] = [y + inset("Top"), y + height - inset("Bottom")];
  const [left, right] = [x + inset("Left"), x + width - inset("Right")];
  paintSide(pen, style, "Top", [x, top], [x + width, top]);
  paintSide(pen, style, "Bottom", [x, bottom], [x + width, bottom]);
  paintSide(pen, style, "Left", [left, y], [left, y + height]);
  paintSide(pen, style, "Right", [right, y], [right, y + height]);
}

function paintWord(pen, style, box, word) {
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pen.measureText(word);
  pen.fillText(word, box.x, box.y + (box.height - above - below) / 2 + above);
}

/** Lay what is behind an element on a canvas: its own colour over those of what it stands in. */
function paintGround(pen, element, width, height) {
  const colours = ["#fff"];
  for (let el = element; el; el = el.parentElement) colours.splice(1, 0, getComputedStyle(el).backgroundColor);
  for (const colour of colours) {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, width, height);
  }
}

/** The parts of an explorer one below the other: {marks, height}, the marks moved to their places. */
function layOut(element) {
  const { left } = element.getBoundingClientRect();
  const marks = [];
  let height = FILE_MARGIN;
  for (const part of element.children) {
    const found = [...marksOf(part)];
    if (!found.some(isDrawnMark)) continue;
    const { top, height: tall } = part.getBoundingClientRect();
    if (marks.length) height += FILE_GAP;
    const move = ({ x, y, width, height: h }) => ({ x: x - left, y: y - top + height, width, height: h });
    marks.push(...found.map((mark) => ({ ...mark, box: move(mark.box) })));
    height += tall;
  }
  return { marks, height: height + FILE_MARGIN };
}

/** The pictures, with the words that belong to them and the sentence below, as a PNG. */
export async function pictureFile(element) {
  const { marks, height } = layOut(element);
  const width = element.getBoundingClientRect().width;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(FILE_SCALE * width), height: Math.round(FILE_SCALE * height) });
  const pen = canvas.getContext("2d");
  pen.scale(FILE_SCALE, FILE_SCALE);
  paintGround(pen, element, width, height);
  const pictures = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  for (const { kind, element: drawn, style, box, alpha, word } of marks) {
    pen.globalAlpha = alpha;
    if (kind === "canvas") pen.drawImage(drawn, box.x, box.y, box.width, box.height);
    if (kind === "box") paintBox(pen, style, box);
    if (kind === "word") paintWord(pen, style, box, word);
    if (kind !== "svg") continue;
    const copy = styledCopy(drawn);
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    pictures.append(svg("g", { transform: `translate(${box.x} ${box.y})`, opacity: alpha }, copy));
  }
  pen.globalAlpha = 1;
  pen.drawImage(await imageOf(pictures), 0, 0, width, height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
