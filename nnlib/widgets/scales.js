// Axes as pure functions: scales, ticks at round numbers, and numbers and names as a reader would write them.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (n) =>
  (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((digit) => SUPERSCRIPTS[digit]).join("");

/** A number with `digits` significant digits: 0.081, −1.5, 3.2×10⁻⁵, ∞. */
export function formatNumber(value, digits = 2) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e");
  const sign = value < 0 ? "−" : "";
  if (exponent < -3 || exponent > 4) {
    const factor = Number(mantissa) === 1 ? "" : `${Number(mantissa)}×`;
    return `${sign}${factor}10${superscript(Number(exponent))}`;
  }
  return sign + String(Number(Math.abs(value).toPrecision(digits)));
}

/** How an activation reads: "leaky ReLU". */
export const activationText = (name) => name.replace("_", " ").replace("relu", "ReLU");

/** A map from the interval [low, high] to pixels [from, to]; `invert` goes back. */
export function linearScale(low, high, from, to) {
  const slope = (to - from) / (high - low || 1);
  const scale = (value) => from + (value - low) * slope;
  scale.invert = (pixel) => low + (pixel - from) / slope;
  return Object.assign(scale, { low, high, ticks: (count) => linearTicks(low, high, count) });
}

/** The same for a logarithmic axis; values at or below zero lie at its lower end. */
export function logScale(low, high, from, to) {
  const inner = linearScale(Math.log10(low), Math.log10(high), from, to);
  const scale = (value) => inner(Math.log10(Math.max(value, low)));
  scale.invert = (pixel) => 10 ** inner.invert(pixel);
  return Object.assign(scale, { low, high, ticks: (count) => logTicks(low, high, count) });
}

/** About `count` round numbers (steps of 1, 2 or 5 times a power of ten) in [low, high]: one alone is no scale. */
export function linearTicks(low, high, count = 5) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9));
  const step = factor * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks.length < 2 && high > low ? linearTicks(low, high, count + 1) : ticks;
}

/** How many digits, at least so many, write these ticks as they are: 0.9995 and 1 must not both be 1. */
export function tickDigits(ticks, least) {
  const exact = (digits) => ticks.every((tick) => Number(tick.toPrecision(digits)) === tick);
  let digits = least;
  while (digits < 12 && !exact(digits)) digits += 1;
  return digits;
}

/** Powers of ten in [low, high], thinned to about `count`; with 2 and 5 between if there are few. */
export function logTicks(low, high, count = 5) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / count));
  const mantissas = last - first < 2 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let e = first - 1; e <= last; e++) {
    if (e % every && mantissas.length === 1) continue; // 1 is always among them
    for (const m of mantissas) {
      const tick = Number(`${m}e${e}`);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}
