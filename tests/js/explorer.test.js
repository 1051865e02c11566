// The parts of the explorers that need no page: axes, links, sentences, contour lines, runs.

import assert from "node:assert/strict";
import test from "node:test";

import {
  decodeState,
  encodeState,
  flag,
  hiddenBy,
  hidingText,
  integer,
  list,
  number,
  oneOf,
  record,
} from "../../nnlib/widgets/link.js";
import {
  formatNumber,
  linearScale,
  linearTicks,
  logScale,
  logTicks,
  tickDigits,
} from "../../nnlib/widgets/scales.js";
import { weightsText } from "../../nnlib/widgets/edited_weights.js";
import { Random } from "../../nnlib/widgets/random.js";
import { nearest } from "../../nnlib/widgets/view.js";
import { lossRange, spread } from "../../nnlib/widgets/loss_plot.js";
import { contourPath } from "../../nnlib/widgets/contours.js";
import { squareAround } from "../../nnlib/widgets/boundary_plot.js";
import { RecordedRun } from "../../nnlib/widgets/recorded_run.js";
import { ComputedRun, decodeFloats, shareRight, wrongSide } from "../../nnlib/widgets/training_run.js";
import {
  RATES,
  runLabels,
  sentence,
  settingsOf,
  trainingTypes,
  usable,
} from "../../nnlib/widgets/training_state.js";

const settings = {
  dataset: "moons",
  hidden: [8],
  activation: "tanh",
  optimizer: "SGD",
  lr: 0.3,
  batch_size: 20,
  epochs: 5,
  seed: 1,
  start: "random",
};

test("linear ticks are round and lie inside", () => {
  assert.deepEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linearTicks(-1.3, 1.3, 4), [-1, 0, 1]);
  assert.deepEqual(linearTicks(0, 200, 4), [0, 50, 100, 150, 200]);
  assert.deepEqual(linearTicks(-1.9, 1.9, 3), [-1, 0, 1], "one tick alone is no scale");
  assert.deepEqual(linearTicks(0.5, 32.5, 3), [10, 20, 30]);
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    const low = random.normal(0, 10 ** random.uniform(-6, 6));
    const high = low + 10 ** random.uniform(-3, 6);
    const ticks = linearTicks(low, high, 5);
    assert.ok(ticks.length >= 2 && ticks.length <= 8, `${ticks} in [${low}, ${high}]`);
    const slack = 1e-8 * (high - low) + 1e-11 * Math.abs(low); // what rounding may cost
    assert.ok(ticks.every((tick) => tick >= low - slack && tick <= high + slack));
  }
});

test("ticks have as many digits as they need", () => {
  assert.equal(tickDigits([0, 0.25, 0.5], 3), 3);
  assert.equal(tickDigits([0.9995, 1, 1.0005], 3), 5);
  assert.equal(tickDigits([1000, 1005, 1010], 3), 4);
});

test("logarithmic ticks are powers of ten, with 2 and 5 where there is room", () => {
  assert.deepEqual(logTicks(1e-4, 1, 5), [1e-4, 1e-3, 1e-2, 1e-1, 1]);
  assert.deepEqual(logTicks(0.04, 0.9, 5), [0.05, 0.1, 0.2, 0.5]);
  assert.ok(logTicks(1e-12, 1e3, 5).length <= 6);
});

test("scales go there and back", () => {
  const scale = linearScale(-1, 3, 50, 250);
  assert.equal(scale(-1), 50);
  assert.equal(scale(3), 250);
  assert.equal(scale.invert(150), 1);
  const log = logScale(0.01, 10, 300, 0);
  assert.ok(Math.abs(log(1) - 100) < 1e-9);
  assert.ok(Math.abs(log.invert(100) - 1) < 1e-9);
  assert.equal(log(0), 300, "zero lies at the lower end");
});

test("numbers are written as a reader would", () => {
  const pairs = [
    [0, "0"],
    [0.0814, "0.081"],
    [-1.5, "−1.5"],
    [3.21e-5, "3.2×10⁻⁵"],
    [1e6, "10⁶"],
    [-2e-12, "−2×10⁻¹²"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
    [NaN, "not a number"],
    [1234, "1200"],
    [0.999, "1"],
  ];
  for (const [value, text] of pairs) assert.equal(formatNumber(value), text);
});

test("a state survives its link exactly", () => {
  const random = new Random(5);
  const pick = (values) => values[Math.floor(random.next() * values.length)];
  const randomSettings = () => ({
    dataset: pick(["moons", "circles", "spirals", "xor", "drawn", "given"]),
    hidden: Array.from(
      { length: Math.floor(random.next() * 5) },
      () => 1 + Math.floor(random.next() * 64),
    ),
    activation: pick(["tanh", "leaky_relu"]),
    optimizer: pick(["SGD", "Adam"]),
    lr: 10 ** random.uniform(-5, 2),
    batch_size: Math.floor(random.next() * 100),
    epochs: 1 + Math.floor(random.next() * 1000),
    seed: Math.floor(random.next() * 2 ** 32),
    start: pick(["random", "given", "edited"]),
    noise: pick([1, random.uniform(0, 10)]),
    points: 4 + Math.floor(random.next() * 1997),
    weight_decay: pick([0, 1e-7, random.next()]),
    init: pick(["usual", "small", "zeros"]),
    seeds: pick([1, 5]),
    drawn: pick(["", "AAA", "ABCGHI"]),
    edited: pick(["", weightsText([1, -0.1]), weightsText([random.next()])]),
  });
  // Recorded runs are too long for a link: it names their places among the runs of the page.
  const initial = [settings, ...["a", "b", "c", "d", "e"].map((label) => ({ label }))];
  const types = trainingTypes(initial);
  for (let i = 0; i < 200; i++) {
    const runs = Array.from({ length: Math.floor(random.next() * 7) }, (_, k) =>
      k % 3 === 2 ? initial[k] : settingsOf(randomSettings()),
    );
    const state = {
      ...randomSettings(),
      runs,
      selected: runs.length - 1,
      epoch: i,
      log_scale: i % 2 === 0,
      show_held: i % 3 === 0,
      pen: pick(["0", "1", "erase"]),
      show_network: i % 5 === 0,
      picked: pick(["", "1.2", "2.1.b", "1.10.2"]),
    };
    const text = encodeState(types, state);
    assert.match(text, /^[\w.,~&=+-]*$/, "nothing in a link needs to be escaped");
    assert.deepEqual(decodeState(types, text), state);
  }
  assert.deepEqual(decodeState(types, "runs=0"), {}, "run 0 of the page is not a recorded one");
  assert.deepEqual(decodeState(types, "runs=6"), {}, "nor is there a run 6");
});

test("what does not fit its type is left out of a link", () => {
  const types = {
    n: number(0, 1),
    i: integer(0, 9),
    w: oneOf(["a"]),
    f: flag,
    l: list(integer(0, 9), ".", 2),
    r: record({ n: number(0, 1), i: integer(0, 9) }),
  };
  assert.deepEqual(decodeState(types, "n=2&i=1.5&w=b&f=2&l=1.2.3&r=0.5"), {});
  assert.deepEqual(decodeState(types, "n=&i=&__proto__=1&toString=1&l=1.x&r=0.5,1,2"), {});
  assert.deepEqual(decodeState(types, "n=0.5&i=7&w=a&f=1&l=&r=0.5,3"), {
    n: 0.5,
    i: 7,
    w: "a",
    f: true,
    l: [],
    r: { n: 0.5, i: 3 },
  });
});

test("a link names what it hides, beside the state", () => {
  assert.deepEqual(hiddenBy("lr=0.3&hide=lr,seed&seed=1"), ["lr", "seed"]);
  assert.deepEqual(hiddenBy("lr=0.3"), []);
  assert.equal(hidingText(["lr", "seed"]), "&hide=lr,seed");
  assert.equal(hidingText([]), "");
  assert.deepEqual(decodeState({ lr: number(0, 1) }, "lr=0.3&hide=lr"), { lr: 0.3 });
});

test("a link made before there was noise to choose keeps its meaning", () => {
  const types = trainingTypes([]);
  const old = "moons,8,tanh,SGD,0.3,20,5,1,random";
  const [run] = decodeState(types, `runs=${old}`).runs;
  assert.deepEqual(run, settingsOf(settings));
  assert.deepEqual([run.noise, run.points, run.weight_decay, run.init], [1, 200, 0, "usual"]);
  assert.equal(types.runs.write([run]), old, "and what is usual is not written");
  assert.equal(types.runs.write([{ ...run, weight_decay: 0.1 }]), `${old},1,200,0.1`);
  assert.equal(decodeState(types, `runs=${old},1,200,0.1,usual,1,,,1`).runs, undefined);
});

test("a name of a data set or a start that was not given is not usable", () => {
  assert.ok(usable(settings, {}));
  assert.ok(!usable({ ...settings, dataset: "given" }, {}));
  assert.ok(!usable({ ...settings, start: "given" }, { x: [[0, 0]] }));
});

test("the rate slider stops at round numbers", () => {
  assert.equal(RATES[nearest(RATES, 0.3)], 0.3);
  assert.equal(RATES[nearest(RATES, 0.31)], 0.3);
  assert.equal(RATES[nearest(RATES, 1e9)], 100);
});

test("runs are named by their rate and by what else differs", () => {
  assert.deepEqual(runLabels([settings, { ...settings, lr: 3 }]), ["η = 0.3", "η = 3"]);
  assert.deepEqual(runLabels([settings, { ...settings, hidden: [] }, { label: "mine" }]), [
    "η = 0.3, hidden 8",
    "η = 0.3, hidden none",
    "mine",
  ]);
  const noisy = { ...settings, noise: 2, points: 50, weight_decay: 0.01, init: "zeros" };
  assert.equal(
    runLabels([settings, noisy])[1],
    "η = 0.3, noise double, 50 points, weight decay 0.01, zeros start",
  );
});

test("activations are called as in the text", () => {
  const runs = ["relu", "leaky_relu", "tanh"].map((activation) => ({ ...settings, activation }));
  assert.deepEqual(runLabels(runs), ["η = 0.3, ReLU", "η = 0.3, leaky ReLU", "η = 0.3, tanh"]);
});

test("the sentence says run, epoch, loss and share", () => {
  const run = { last: 200, plan: 200, epoch: 200, diverged: false, lossAt: () => 0.0812 };
  const shown = { number: 2, run, epoch: 40, label: "η = 0.3", right: 0.97 };
  assert.equal(
    sentence(shown),
    "Run 2, learning rate 0.3, epoch 40 of 200: loss 0.0812, 97 % of points on the right side.",
  );
  assert.match(
    sentence({ ...shown, label: "from epoch 9 of a run with η = 0.5, η = 0.3" }),
    /^Run 2, from epoch 9 of a run with learning rate 0\.5, learning rate 0\.3, epoch 40/,
  );
  assert.match(sentence({ ...shown, number: 0 }), /^New network, not trained yet: .* Press Train\.$/);
  assert.match(sentence({ ...shown, number: 0, full: true }), / To train it, remove a run\.$/);
  const validated = { ...run, validationAt: () => 0.21 };
  assert.match(sentence({ ...shown, run: validated }), /loss 0.0812, validation loss 0.21, 97 %/);
  assert.match(sentence({ ...shown, run: { ...run, validationAt: () => NaN } }), /0.0812, 97 %/);
  assert.match(sentence({ ...shown, right: 0.9999 }), /more than 99 %/);
  assert.match(
    sentence({ ...shown, rightHeld: 0.9 }),
    /97 % of the training points and 90 % of the validation points on the right side\.$/,
  );
  assert.match(sentence({ ...shown, number: 0 }), /not trained yet/);
  const lost = { ...run, diverged: true, epoch: 3, last: 3, plan: 3 };
  assert.match(
    sentence({ ...shown, run: lost, epoch: 3 }),
    /After 3 epochs the loss stopped being a finite number/,
  );
});

test("the loss axis holds all finite losses, and cuts off what explodes", () => {
  const calm = { loss: [0.8, 0.2, NaN] };
  assert.deepEqual(lossRange([calm], false), [0, 0.8 * 1.05]);
  assert.deepEqual(lossRange([calm, { loss: [0.9, 1e9, Infinity] }], false), [0, 4 * 0.9 * 1.05]);
  const [low, high] = lossRange([calm, { loss: [0.9, 0] }], true);
  assert.ok(low > 0 && low < 0.2 && high > 0.9);
  const memorised = { loss: [0.8, 0.1], validation: [0.9, 1.5] };
  assert.deepEqual(lossRange([memorised], false), [0, 1.5 * 1.05]);
  const exploded = lossRange([calm, { loss: [0.9, 1e150] }], true);
  assert.ok(exploded[0] > 0.1 && exploded[1] < 2000, "on a log axis too");
  assert.deepEqual(lossRange([], true), [0.1, 1]);
});

test("numbers at the ends of curves do not overlap", () => {
  const spreaded = spread([100, 101, 99, 10], 13, 0, 110).sort((a, b) => a - b);
  spreaded.slice(1).forEach((y, i) => assert.ok(y - spreaded[i] >= 13 - 1e-9));
  assert.ok(Math.max(...spreaded) <= 110);
});

test("the zero line of a field lies where the field is zero", () => {
  const n = 9;
  const field = Float64Array.from({ length: n * n }, (_, i) => (i % n) - 2.5); // zero in column 2.5
  const numbers = contourPath(field, n)
    .match(/[ML][\d.]+ [\d.]+/g)
    .map((piece) => Number(piece.slice(1).split(" ")[0]));
  assert.equal(numbers.length, 2 * (n - 1));
  assert.ok(numbers.every((column) => column === 2.5));
  assert.equal(contourPath(new Float64Array(n * n).fill(1), n), "");
  const overflown = field.map((value) => (value > 0 ? NaN : -Infinity));
  assert.doesNotMatch(contourPath(overflown, n), /NaN|Infinity/);
});

test("the square around points holds them all", () => {
  const { x, y } = squareAround(Float64Array.of(0, 0, 4, 1));
  assert.ok(x[0] < 0 && x[1] > 4 && y[0] < 0 && y[1] > 1);
  assert.ok(Math.abs(x[1] - x[0] - (y[1] - y[0])) < 1e-12, "equal scales both ways");
});

test("a run learns, and the same settings give the same run", () => {
  const [first, second] = [new ComputedRun(settings, {}), new ComputedRun(settings, {})];
  for (const run of [first, second]) while (!run.finished) run.advance();
  assert.deepEqual(first.loss, second.loss);
  assert.equal(first.loss.length, 6);
  assert.ok(first.loss[5] < 0.6 * first.loss[0]);
  const share = (run, epoch) => wrongSide(run, epoch).filter(Boolean).length;
  assert.ok(share(first, 5) < share(first, 0));
});

test("points held out are judged, and change nothing", () => {
  const run = new ComputedRun(settings, {});
  while (!run.finished) run.advance();
  assert.equal(run.validation.length, run.loss.length);
  assert.notDeepEqual([...run.data.held.x], [...run.data.x]);
  const [wrong, wrongHeld] = [wrongSide(run, 5), wrongSide(run, 5, run.data.held)];
  assert.deepEqual([wrong.length, wrongHeld.length], [200, 200]);
  assert.notDeepEqual(wrong, wrongHeld);
  assert.equal(shareRight([true, false, false, false]), 0.75);
  assert.equal(shareRight([]), undefined, "of no points there is no share");
  const given = { x: [[0, 0], [1, 1]], y: [0, 1] }; // prettier-ignore
  const alone = new ComputedRun({ ...settings, dataset: "given" }, given);
  const both = new ComputedRun({ ...settings, dataset: "given" }, { ...given, x_held: [[0, 1]], y_held: [1] });
  for (const each of [alone, both]) while (!each.finished) each.advance();
  assert.deepEqual(alone.loss, both.loss);
  assert.deepEqual([alone.validation.length, both.validation.length], [0, 6]);
});

test("a run that diverges ends with its last finite loss", () => {
  const run = new ComputedRun(
    { ...settings, hidden: [8, 8, 8], activation: "leaky_relu", lr: 1000 },
    {},
  );
  while (!run.finished) run.advance();
  assert.ok(run.diverged);
  assert.ok(run.loss.every(Number.isFinite));
  assert.ok(run.thetas.every((theta) => theta.every(Number.isFinite)));
  assert.equal(run.last, run.epoch);
});

test("a recorded run gives the weights kept last before an epoch", () => {
  const base64 = (values) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
  const recorded = {
    label: "mine",
    epochs: [1, 2, 3],
    loss: [0.5, null, 0.25],
    sizes: [2, 1],
    activations: ["identity"],
    theta_epochs: [0, 2],
    theta: [base64([0, 0, 0]), base64([1, 2, 3])],
    dtype: "float32",
    diverged: false,
  };
  const run = new RecordedRun(recorded, {});
  assert.deepEqual([...run.thetaAt(1)], [0, 0, 0]);
  assert.deepEqual([...run.thetaAt(3)], [1, 2, 3]);
  assert.equal(run.lossAt(0), undefined);
  assert.ok(Number.isNaN(run.lossAt(2)));
  assert.equal(run.last, 3);
  assert.deepEqual(
    [...decodeFloats(Buffer.from(Float64Array.of(0.1).buffer).toString("base64"))],
    [0.1],
  );
});
