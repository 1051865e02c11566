// Random numbers from a seed. The same seed gives the same numbers in every browser, in node and in
// Python (nnlib/widgets/seeded.py), so a run of training can be described by its settings alone.

/** A stream of pseudo-random numbers: Mulberry32 (T. Ettinger, 2017), 32 bits of state. */
export class Random {
  /** @param {number} seed - a whole number; its lowest 32 bits count. */
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** @returns {number} the next number in [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @returns {number} a number from [low, high). */
  uniform(low, high) {
    return low + (high - low) * this.next();
  }

  /** Normal distribution by Box and Muller (1958); the second number of each pair is not used. */
  normal(mean, deviation) {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next());
  }

  /** @returns {Int32Array} 0, ..., n - 1 in random order (Fisher and Yates). */
  permutation(n) {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
