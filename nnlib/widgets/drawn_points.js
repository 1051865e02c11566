// Points that a reader draws, on a grid of 201 by 201 places in the plane from -2 to 2. As a text, for
// a link and for the settings of a run, each is three letters. A point here is [i, j, kind]: the
// place across and up, 0 to 200, and the class. nnlib/widgets/drawn.py has the same rules.

export const MOST_POINTS = 100;
const COPIED = 80; // of other data: so many that there is room to go on drawing
const LAST_PLACE = 200;
const DRAWN_SPAN = 2;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export const drawnPlane = { x: [-DRAWN_SPAN, DRAWN_SPAN], y: [-DRAWN_SPAN, DRAWN_SPAN] };

/** The coordinate of a place, and the place nearest to a coordinate. */
export const coordinate = (i) => (i - 100) / 50;
export const placeOf = (value) => Math.min(Math.max(Math.floor(50 * value + 100.5), 0), LAST_PLACE);

export function encodePoints(points) {
  const letters = (n) => LETTERS[n >> 12] + LETTERS[(n >> 6) & 63] + LETTERS[n & 63];
  return points.map(([i, j, kind]) => letters((kind * 201 + i) * 201 + j)).join("");
}

/** The points of a text, or undefined if it is none that encodePoints writes. */
export function decodePoints(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 3 || text.length > 3 * MOST_POINTS) return undefined;
  const triples = text.match(/.../g) ?? [];
  const numbers = triples.map((t) => [...t].reduce((n, letter) => 64 * n + LETTERS.indexOf(letter), 0));
  if (numbers.some((n) => n >= 2 * 201 * 201)) return undefined;
  return numbers.map((n) => [Math.floor(n / 201) % 201, n % 201, Math.floor(n / (201 * 201))]);
}

/** The value of a link: the text itself. */
export const drawnText = {
  write: String,
  read: (text) => (decodePoints(text) ? text : undefined),
};

/** The points to train on, as a run takes them. The plane that is shown does not move with them. */
export function drawnData(text) {
  const points = decodePoints(text);
  return {
    x: Float64Array.from(points.flatMap(([i, j]) => [coordinate(i), coordinate(j)])),
    y: Float64Array.from(points, ([, , kind]) => kind),
    plane: drawnPlane,
  };
}

/** The nearest point to a place: {index, distance} in places, or {index: -1, distance: Infinity}. */
export function nearestPoint(points, [i, j]) {
  const away = points.map((point) => Math.hypot(point[0] - i, point[1] - j));
  const distance = Math.min(...away);
  return { index: away.indexOf(distance), distance };
}

/** With a point more; one that is exactly there gives way. As they were, if there is no room. */
export function withPoint(points, [i, j, kind]) {
  const others = points.filter((point) => point[0] !== i || point[1] !== j);
  return others.length < MOST_POINTS ? [...others, [i, j, kind]] : points;
}

export const withoutPoint = (points, index) => points.filter((_, k) => k !== index);

/** With the point of this index at another place. */
export const movedPoint = (points, index, [i, j]) =>
  points.map((point, k) => (k === index ? [i, j, point[2]] : point));

/** The first points of other data, so many that there is room to go on, on the grid and in the plane. */
export function copiedPoints({ x, y }) {
  const inside = (value) => Math.abs(value) <= DRAWN_SPAN;
  return Array.from(y, (kind, k) => [x[2 * k], x[2 * k + 1], kind > 0.5 ? 1 : 0])
    .filter(([a, b]) => inside(a) && inside(b))
    .slice(0, COPIED)
    .map(([a, b, kind]) => [placeOf(a), placeOf(b), kind]);
}

/** How many there are, in words. */
export function pointsText(points) {
  const ones = points.filter(([, , kind]) => kind === 1).length;
  const many = `${points.length} ${points.length === 1 ? "point" : "points"}`;
  return points.length ? `${many}: ${points.length - ones} of class 0, ${ones} of class 1` : "no points yet";
}
