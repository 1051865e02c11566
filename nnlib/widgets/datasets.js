// Data sets of points in the plane with two classes: nnlib.data's formulas, drawn in nnlib's order.
// Each returns {x, y}: x is (m, 2) row by row, y holds the classes 0 and 1 in turn.

const evenOdd = (m) => Float64Array.from({ length: m }, (_, i) => i % 2);

/** Put noise on points given as a function of their number. */
function scatter(m, noise, random, point) {
  const x = new Float64Array(2 * m);
  for (let i = 0; i < m; i++) x.set(point(i), 2 * i);
  return { x: x.map((value) => value + random.normal(0, noise)), y: evenOdd(m) };
}

const draw = (m, low, high, random) => Array.from({ length: m }, () => random.uniform(low, high));

/** Two interleaved half circles. */
function moons(m, noise, random) {
  const angle = draw(m, 0, Math.PI, random);
  return scatter(m, noise, random, (i) => {
    const [c, s] = [Math.cos(angle[i]), Math.sin(angle[i])];
    return i % 2 ? [1 - c - 0.5, 0.5 - s - 0.25] : [c - 0.5, s - 0.25];
  });
}

/** A circle of radius 1, and one of radius 0.5 inside it. */
function circles(m, noise, random) {
  const angle = draw(m, 0, 2 * Math.PI, random);
  return scatter(m, noise, random, (i) => {
    const radius = i % 2 ? 0.5 : 1;
    return [radius * Math.cos(angle[i]), radius * Math.sin(angle[i])];
  });
}

/** Two spirals of one and a half turns, the second a half turn behind the first. */
function spirals(m, noise, random) {
  const t = draw(m, 0.01, 1, random).map(Math.sqrt); // the root spreads the points evenly
  return scatter(m, noise, random, (i) => {
    const angle = 3 * Math.PI * t[i] + Math.PI * (i % 2);
    return [t[i] * Math.cos(angle), t[i] * Math.sin(angle)];
  });
}

/** Four clouds at the corners of a square, opposite corners of one class. */
function xor(m, noise, random) {
  const corners = [
    [-0.6, -0.6],
    [-0.6, 0.6],
    [0.6, 0.6],
    [0.6, -0.6],
  ]; // classes 0, 1, 0, 1
  return scatter(m, noise, random, (i) => corners[i % 4]);
}

/** Points of a set: so many to train on, and so many further ones to judge by. */
export const DATA_POINTS = 200;

/** name: draw m points of the set from a seeded `Random`; `noise` is a multiple of the set's usual. */
export const datasets = {
  moons: (random, m = DATA_POINTS, noise = 1) => moons(m, noise * 0.15, random),
  circles: (random, m = DATA_POINTS, noise = 1) => circles(m, noise * 0.1, random),
  spirals: (random, m = DATA_POINTS, noise = 1) => spirals(m, noise * 0.03, random),
  xor: (random, m = DATA_POINTS, noise = 1) => xor(m, noise * 0.2, random),
};
