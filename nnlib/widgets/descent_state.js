// The descent explorer without its picture: its state, and what there is to say about it.

import { BASINS, descend, hasMomentum, hasRegions, regionOf, spectralRadius, surfaces } from "./descent_math.js";
import { flag, integer, number, oneOf } from "./link.js";
import { formatNumber } from "./scales.js";

export const X_MOST = 2; // the start can be put so far from the middle
export const Y_MOST = 1.5;
export const MU_MOST = 0.99;
export const RATES = Array.from({ length: 101 }, (_, i) => Number((10 ** (i / 25 - 3)).toPrecision(3)));
export const STEP_STOPS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300];

export const OPTIMIZER_TEXTS = {
  SGD: "Gradient descent",
  Momentum: "Momentum",
  Nesterov: "Nesterov’s momentum",
  AdaGrad: "AdaGrad",
  RMSProp: "RMSProp",
  Adam: "Adam",
};

export const REGION_TEXTS = {
  steady: "no overshooting",
  swinging: "swings about the minimum",
  jumping: "jumps across at every step",
  diverging: "diverges",
};

export const descentTypes = {
  surface: oneOf(Object.keys(surfaces)),
  kappa: number(1, 100),
  x: number(-X_MOST, X_MOST),
  y: number(-Y_MOST, Y_MOST),
  optimizer: oneOf(Object.keys(OPTIMIZER_TEXTS)),
  lr: number(1e-4, 10),
  mu: number(0, MU_MOST),
  steps: integer(1, 300),
  log_loss: flag,
};

const clamp = (value, most, least = -most) => Math.min(Math.max(value, least), most);

/** A start by hand, within reach, on a grid of 0.05: y = 0 can be met, and by a finger, too. */
export const roundStart = (x, y) => ({
  x: clamp(Math.round(x * 20) / 20, X_MOST) + 0,
  y: clamp(Math.round(y * 20) / 20, Y_MOST) + 0,
});

/** A rate of three digits and a momentum of two, within their limits. */
export const roundSetting = (lr, mu) => ({
  lr: Number(clamp(lr, 10, 1e-4).toPrecision(3)),
  mu: Number(clamp(mu, MU_MOST, 0).toFixed(2)),
});

/** A momentum by hand: where there was none, it takes more than a trembling hand to add some. */
export const meantMomentum = (optimizer, mu) => (optimizer === "SGD" && mu < 0.04 ? 0 : mu);

/** Rate and momentum from a point of their plane; with a momentum, gradient descent becomes Momentum. */
export function settingAt(optimizer, lr, mu) {
  const setting = roundSetting(lr, mu);
  return optimizer === "SGD" && setting.mu > 0 ? { ...setting, optimizer: "Momentum" } : setting;
}

/** The momentum that an optimiser works with: gradient descent has none. */
export const momentumOf = ({ optimizer, mu }) => (hasMomentum(optimizer) ? mu : 0);

/** Where a path has come to, on the surfaces that have more than one place to come to. */
function placeText(surface, [x, y]) {
  if (surface === "basins") return ` It is in the ${x < BASINS.crest ? "deep" : "shallow"} basin.`;
  if (surface === "saddle" && Math.hypot(x, y) < 0.05) return " It is at the saddle.";
  return "";
}

/** What the regions say about the setting. */
function regionText(state, curvatures) {
  const mu = momentumOf(state);
  const factor = formatNumber(spectralRadius(state.optimizer, state.lr, mu, curvatures), 3);
  const region = REGION_TEXTS[regionOf(state.optimizer, state.lr, mu, curvatures)];
  const near = surfaces[state.surface].quadratic ? "" : "near the minimum, ";
  return ` Region: ${region}; ${near}a step multiplies the error by ${factor} in the long run.`;
}

/** What the picture shows, in words. `found` is descend(state). */
export function descentSentence(state, found = descend(state)) {
  const { surface, kappa, x, y, optimizer, lr, mu } = state;
  const { text, curvatures } = surfaces[surface];
  const { path, losses, diverged } = found;
  const where = surface === "ravine" ? `${text} (condition number ${formatNumber(kappa, 3)})` : text;
  const momentum = hasMomentum(optimizer) ? `, momentum ${formatNumber(mu, 3)}` : "";
  const setting = `${OPTIMIZER_TEXTS[optimizer]} on ${where}, rate ${formatNumber(lr, 3)}${momentum}`;
  const start = `from (${formatNumber(x, 3)}, ${formatNumber(y, 3)})`;
  const steps = path.length === 2 ? "1 step" : `${path.length - 1} steps`;
  const [first, last] = [losses[0], losses.at(-1)].map((loss) => formatNumber(loss, 3));
  const outcome = diverged
    ? `after ${steps} it has run out of range.`
    : `${steps} ${path.length === 2 ? "takes" : "take"} the loss from ${first} to ${last}.${placeText(surface, path.at(-1))}`;
  const regions = hasRegions(optimizer) ? regionText(state, curvatures(kappa)) : "";
  return `${setting}, ${start}: ${outcome}${regions}`;
}

/** The path as numbers. */
export function descentTable(state) {
  const { path, losses } = descend(state);
  const rows = path.map(([x, y], step) => [step, x, y, losses[step]]);
  return { name: `descent-${state.surface}`, columns: ["step", "x", "y", "loss"], rows };
}
