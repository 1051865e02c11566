// The mathematics of the descent explorer: four surfaces, paths on them, and what one step of gradient
// descent with momentum does to a quadratic, told from its eigenvalues.

import { optimizers } from "./engine.js";

const FAR = 1e6; // beyond this a path counts as diverging, and ends

/** A root of x^3 - x + 0.1 by Newton's method, the same number in every language. */
function basinRoot(x) {
  for (let i = 0; i < 20; i++) x -= (x * x * x - x + 0.1) / (3 * x * x - 1);
  return x;
}

/** Where the two basins lie, and the crest between them. */
export const BASINS = { shallow: basinRoot(1), deep: basinRoot(-1), crest: basinRoot(0) };
const D2 = 3 * BASINS.deep * BASINS.deep - 1; // half the curvature in the deep basin

/**
 * Each surface: its loss, lowest value 0; its gradient; its minimum (the first, if there are two); the
 * smallest and largest curvature there; and the levels of its contour lines. `kappa` counts in the ravine alone.
 */
export const surfaces = {
  bowl: {
    text: "the bowl",
    quadratic: true,
    value: (x, y) => 0.5 * (x * x + y * y),
    gradient: (x, y) => [x, y],
    minima: [[0, 0]],
    curvatures: () => [1, 1],
    levels: () => [0.02, 0.1, 0.25, 0.5, 1, 1.6, 2.4],
  },
  ravine: {
    text: "the ravine",
    quadratic: true,
    value: (x, y, kappa) => 0.5 * (x * x + kappa * y * y),
    gradient: (x, y, kappa) => [x, kappa * y],
    minima: [[0, 0]],
    curvatures: (kappa) => [1, kappa],
    levels: (kappa) => [0.02, 0.08, 0.2, 0.5, 1, 2, 4, 8, 16, 32, 64].filter((z) => z > 0.004 * kappa && z < 2 + 0.8 * kappa),
  },
  saddle: {
    text: "the saddle",
    quadratic: false,
    value: (x, y) => 0.5 * x * x + 0.25 * (y * y - 1) * (y * y - 1),
    gradient: (x, y) => [x, y * y * y - y],
    minima: [[0, -1], [0, 1]], // prettier-ignore
    curvatures: () => [1, 2],
    levels: () => [0.02, 0.08, 0.16, 0.25, 0.4, 0.8, 1.4, 2.2],
  },
  basins: {
    text: "the two basins",
    quadratic: false,
    // (x^2 - 1)^2 / 2 + x / 5 + y^2 above its lowest value, as a Taylor polynomial about the deep
    // basin: the difference itself would drown in rounding there.
    value(x, y) {
      const u = x - BASINS.deep;
      return u * u * (D2 + u * (2 * BASINS.deep + 0.5 * u)) + y * y;
    },
    gradient(x, y) {
      const u = x - BASINS.deep;
      return [2 * u * (D2 + u * (3 * BASINS.deep + u)), 2 * y];
    },
    minima: [[BASINS.deep, 0], [BASINS.shallow, 0]], // prettier-ignore
    curvatures: () => [2, 2 * D2],
    levels: () => [0.03, 0.12, 0.28, 0.42, 0.55, 0.72, 1, 1.6, 2.6, 4],
  },
};

/** Whether an optimiser has a momentum to choose. */
export const hasMomentum = (name) => name === "Momentum" || name === "Nesterov";

/** Whether the regions of rate and momentum speak of an optimiser; gradient descent has momentum 0. */
export const hasRegions = (name) => name === "SGD" || hasMomentum(name);

/** The optimiser of the engine (and so of nnlib) with its settings. */
export function makeOptimizer({ optimizer, lr, mu }) {
  return hasMomentum(optimizer) ? new optimizers[optimizer](lr, mu) : new optimizers[optimizer](lr);
}

/**
 * The places [x, y] that an optimiser visits, beginning with the start, and their losses. A path that
 * runs out of range ends there: `diverged`.
 */
export function descend(settings) {
  const { surface, kappa, x, y, steps } = settings;
  const { value, gradient } = surfaces[surface];
  const optimizer = makeOptimizer(settings);
  const place = Float64Array.of(x, y);
  const path = [[x, y]];
  let diverged = false;
  while (path.length <= steps && !diverged) {
    optimizer.step(place, Float64Array.from(gradient(place[0], place[1], kappa)));
    diverged = !(Math.abs(place[0]) < FAR && Math.abs(place[1]) < FAR);
    if (place.every(Number.isFinite)) path.push([...place]);
  }
  return { path, losses: path.map(([u, v]) => value(u, v, kappa)), diverged };
}

/**
 * Along an eigenvector with eigenvalue lambda, the error of two steps decides the next:
 * c'' = T c' - D c. T and D for a rate and a momentum, with s = lr * lambda.
 */
function recurrence(optimizer, s, mu) {
  const look = optimizer === "Nesterov" ? 1 - s : 1;
  const trace = optimizer === "Nesterov" ? (1 + mu) * (1 - s) : 1 + mu - s;
  return [trace, mu * look];
}

/** The larger absolute value of the roots of r^2 - T r + D: by it the error shrinks in the long run. */
export function factorAlong(optimizer, s, mu) {
  const [T, D] = recurrence(optimizer, s, mu);
  const discriminant = T * T - 4 * D;
  return discriminant < 0 ? Math.sqrt(D) : (Math.abs(T) + Math.sqrt(discriminant)) / 2;
}

/** The same for a whole quadratic: its slowest direction decides. */
export const spectralRadius = (optimizer, lr, mu, curvatures) =>
  Math.max(...curvatures.map((lambda) => factorAlong(optimizer, lr * lambda, mu)));

/**
 * Where the regions end for a momentum, in units of lr * lambda_max: complex roots (swinging) from the
 * first on, negative ones (jumping across) from the second on, divergence from the third on.
 */
export function regionEnds(optimizer, mu) {
  if (optimizer === "Nesterov") {
    return [((1 - mu) / (1 + mu)) ** 2, 1, (2 * (1 + mu)) / (1 + 2 * mu)];
  }
  return [(1 - Math.sqrt(mu)) ** 2, (1 + Math.sqrt(mu)) ** 2, 2 * (1 + mu)];
}

export const REGIONS = ["steady", "swinging", "jumping", "diverging"];

/**
 * The region of a rate and a momentum, a name of REGIONS. The steepest direction names it: with a
 * growing rate it is the first to swing, to jump and to diverge.
 */
export function regionOf(optimizer, lr, mu, curvatures) {
  const s = lr * curvatures[1];
  return REGIONS[regionEnds(optimizer, mu).filter((end) => s > end).length];
}

/** The rate and momentum with the smallest spectral radius, and that radius. */
export function bestSetting(optimizer, [low, high]) {
  const kappa = high / low;
  if (optimizer === "SGD") return { lr: 2 / (low + high), mu: 0, factor: (kappa - 1) / (kappa + 1) };
  if (optimizer === "Nesterov") {
    // Lessard, Recht and Packard (2016), Proposition 1.
    const q = Math.sqrt(3 * kappa + 1);
    return { lr: 4 / (3 * high + low), mu: (q - 2) / (q + 2), factor: 1 - 2 / q };
  }
  const factor = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
  return { lr: 4 / (Math.sqrt(low) + Math.sqrt(high)) ** 2, mu: factor ** 2, factor };
}
