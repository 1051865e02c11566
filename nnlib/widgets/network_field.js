// A number for every place of the plane, as a small picture: colour, the line where z is 0, and the
// signs + and − where the field is largest and smallest, so that colour is not the only sign.

import { contourPath } from "./contours.js";
import { extremes } from "./network_parts.js";
import { h } from "./dom.js";

const FIELD_OPACITY = 0.5;

/** A pen for fields of `cells` by `cells` places: paints one into a box of a canvas. */
export class FieldPainter {
  constructor(cells) {
    this.cells = cells;
    this.small = h("canvas", { width: cells, height: cells });
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {ArrayLike<number>} strengths - from -1 to 1, row by row.
   * @param {number[][]} colours - of negative and of positive strengths.
   * @param {number} x @param {number} y @param {number} side - the box, in pixels of the canvas.
   */
  paint(pen, strengths, colours, x, y, side) {
    const { cells, small } = this;
    const image = new ImageData(cells, cells);
    strengths.forEach((strength, i) => {
      image.data.set(colours[strength > 0 ? 1 : 0], 4 * i);
      image.data[4 * i + 3] = 255 * FIELD_OPACITY * Math.abs(strength);
    });
    small.getContext("2d").putImageData(image, 0, 0);
    const cell = side / (cells - 1); // the outermost places lie on the frame
    pen.save();
    pen.beginPath();
    pen.rect(x, y, side, side);
    pen.clip();
    pen.drawImage(small, x - cell / 2, y - cell / 2, cell * cells, cell * cells);
    pen.restore();
  }
}

/** The line where a field is 0, as attributes of a path in a box. */
export const zeroLine = (z, cells, x, y, side) => ({
  d: contourPath(z, cells),
  transform: `translate(${x} ${y}) scale(${side / (cells - 1)})`,
});

/** Where the signs belong in a box: places for + and −, undefined where the field has no such value. */
export function signPlaces(values, cells, x, y, side, inset) {
  const place = (i) => {
    const within = (share) => Math.min(Math.max(share * side, inset), side - inset);
    return [x + within((i % cells) / (cells - 1)), y + within(Math.floor(i / cells) / (cells - 1))];
  };
  const { low, high } = extremes(values);
  return {
    plus: values[high] > 0 ? place(high) : undefined,
    minus: values[low] < 0 ? place(low) : undefined,
  };
}
