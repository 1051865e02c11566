// Contour lines of a field that is known on a grid, by marching squares.

/**
 * The line where a field takes the value `level`, as an SVG path in units of cells: columns across,
 * rows down. Each square of four neighbours gets the pieces between those of its sides on which the
 * field passes the level. Where it passes on all four, the mean of the corners decides which belong
 * together. A square with a corner that is not a finite number is left out.
 *
 * @param {ArrayLike<number>} field - row after row, from the upper left.
 */
export function contourPath(field, columns, level = 0) {
  const rows = field.length / columns;
  const pieces = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      const corners = [field[i], field[i + 1], field[i + columns + 1], field[i + columns]];
      const above = corners.filter((value) => value > level).length;
      if (above === 0 || above === 4 || !corners.every(Number.isFinite)) continue;
      squarePieces(corners, level, r, c, pieces);
    }
  }
  return pieces.join("");
}

// The corners of a square, clockwise from its upper left: how far right and how far down.
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]]; // prettier-ignore

/** Add the pieces within one square. */
function squarePieces(corners, level, r, c, pieces) {
  const crossings = [];
  corners.forEach((u, k) => {
    const v = corners[(k + 1) % 4];
    if (u > level === v > level) return;
    const t = (level - u) / (v - u);
    const [x, y] = CORNERS[k].map((from, axis) => from + t * (CORNERS[(k + 1) % 4][axis] - from));
    crossings.push(`${Number((c + x).toFixed(2))} ${Number((r + y).toFixed(2))}`);
  });
  const mean = corners.reduce((sum, value) => sum + value, 0) / 4;
  // On all four sides: with the middle on the side of the first corner, the pieces cut off the
  // second and the fourth corner; else the first and the third.
  if (crossings.length === 4 && mean > level !== corners[0] > level) crossings.unshift(crossings.pop());
  for (let k = 0; k < crossings.length; k += 2) pieces.push(`M${crossings[k]}L${crossings[k + 1]}`);
}
