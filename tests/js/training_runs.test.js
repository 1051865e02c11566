// Runs of the training explorer: paused and continued, step by step, and what its buttons do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { optimizers } from "../../nnlib/widgets/engine.js";
import { tableEpochs } from "../../nnlib/widgets/loss_table.js";
import { ComputedRun } from "../../nnlib/widgets/training_run.js";
import { RunSet } from "../../nnlib/widgets/training_runs.js";
import { SeedRun, lowMedianHigh } from "../../nnlib/widgets/training_seeds.js";
import {
  continued,
  continuedBy,
  nextPosition,
  pausedAt,
  stepped,
  trainText,
} from "../../nnlib/widgets/trainer_state.js";
import { branchOf, branchOffer, branchText, sameRun } from "../../nnlib/widgets/training_branch.js";
import { runNames } from "../../nnlib/widgets/training_labels.js";
import { MOST_EPOCHS, epochText, runOf, sentence, trainingTypes } from "../../nnlib/widgets/training_state.js";

const golden = JSON.parse(readFileSync(new URL("golden_runs.json", import.meta.url)));
const first = runOf({
  ...{ dataset: "moons", hidden: [4], activation: "tanh", optimizer: "SGD", lr: 0.3, batch_size: 20 },
  ...{ epochs: 6, seed: 1, start: "random" },
});

function finish(run) {
  while (!run.finished) run.advance();
  return run;
}

const whole = (settings) => finish(new ComputedRun(runOf(settings), {}));

/** The same number for number, not only nearly. */
function assertSame(run, other) {
  for (const name of ["epochs", "loss", "validation", "thetas"]) assert.deepEqual(run[name], other[name], name);
}

function assertClose(actual, expected, what) {
  assert.equal(actual.length, expected.length, `${what}: how many`);
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? Infinity; // JSON has no infinity
    const error = value === wanted ? 0 : Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    assert.ok(error < 1e-10, `${what}[${i}]: ${value}, nnlib ${wanted}`);
  });
}

// ---- pause and continue

for (const optimizer of Object.keys(optimizers)) {
  for (const batch_size of [0, 1, 7, 50]) {
    test(`paused after every update or so, a run is the same: ${optimizer}, batch ${batch_size}`, () => {
      const settings = runOf({ ...first, optimizer, lr: 0.02, batch_size, points: 40, weight_decay: 0.01 });
      const through = whole(settings);
      const run = new ComputedRun(pausedAt(settings, [0, 0]), {});
      const pauses = [];
      while (finish(run).settings.paused) {
        const step = pauses.push(run.epochs.at(-1)) % 5 ? "update" : "epoch";
        run.retarget(stepped(run.settings, step, run.position, run.stepsPerEpoch, 6));
      }
      assertSame(run, through);
      assert.ok(pauses.length >= 6);
      if (batch_size === 7) assert.ok(pauses.some((place) => !Number.isInteger(place)));
    });
  }
}

test("a run that is paused within an epoch has an entry there, until it goes on", () => {
  const run = whole({ ...first, paused: [2, 3] });
  assert.deepEqual(run.epochs, [0, 1, 2, 2.3]);
  assert.deepEqual([run.epoch, run.last, run.plan, run.finished], [3, 3, 6, true]);
  assert.equal(run.lossAt(2.3), run.loss[3]);
  assert.equal(run.lossAt(3), undefined, "nothing is known of the whole third epoch");
  assert.deepEqual([run.placeOf(3), run.placeOf(9), run.placeOf(1)], [2.3, 2.3, 1]);
  assert.equal(epochText(run, 2.3), "3 of 10 updates after epoch 2 of 6, paused");
  assert.equal(epochText(run, 2), "epoch 2 of 6");
  assert.deepEqual([...run.thetaAt(2.3)], [...run.net.theta]);
  assert.deepEqual(tableEpochs([run]), [0, 1, 2, 2.3]);
  run.retarget(first);
  assertSame(finish(run), whole(first));
  assert.equal(epochText(run, 6), "epoch 6 of 6");
});

test("as many updates as an epoch has are an epoch", () => {
  assertSame(whole({ ...first, paused: [2, 10] }), whole({ ...first, paused: [3, 0] }));
  assertSame(whole({ ...first, paused: [2, 999] }), whole({ ...first, paused: [3, 0] }));
});

test("stopped for lack of time, a run goes on later as if nothing had been", () => {
  const run = new ComputedRun(first, {});
  let calls = 0;
  while (!run.finished) {
    run.advance(-1); // no time at all: one update a call
    calls += 1;
    assert.ok(run.epochs.every(Number.isInteger), "what is not complete is not shown");
  }
  assert.equal(calls, 60);
  assertSame(run, whole(first));
});

test("a pause where a slow epoch stands shows what there is", () => {
  const run = new ComputedRun(first, {});
  for (let i = 0; i < 14; i++) run.advance(-1);
  run.retarget(pausedAt(first, run.position));
  assert.ok(run.finished);
  assert.deepEqual(run.epochs, [0, 1, 1.4]);
});

test("a run that diverges does so with pauses too", () => {
  const wild = { ...first, hidden: [8, 8, 8], activation: "leaky_relu", lr: 1000 };
  const through = whole(wild);
  assert.ok(through.diverged);
  const run = whole({ ...wild, paused: [0, 1] });
  while (!run.diverged) {
    run.retarget(stepped(run.settings, "update", run.position, run.stepsPerEpoch, 6));
    finish(run);
  }
  assertSame(run, through);
  assert.ok(run.thetas.flatMap((theta) => [...theta]).every(Number.isFinite));
});

for (const { settings, epochs, loss, validation, theta } of golden.runs) {
  test(`as in Python: ${JSON.stringify({ ...settings, hidden: undefined })}`, () => {
    const run = whole(settings);
    assertClose(run.epochs, epochs, "epochs");
    assertClose(run.loss, loss, "loss");
    assertClose(run.validation, validation, "validation loss");
    assertClose([...run.thetas.at(-1)], theta, "theta");
  });
}

// ---- branches

test("a branch is its parent until its epoch, and another run from there on", () => {
  const parent = whole(first);
  const branch = whole(branchOf(first, 3, { ...first, lr: 0.01 }));
  assert.equal(branch.from, 3);
  assert.deepEqual(branch.epochs, parent.epochs, "and it ends where its parent does");
  assert.deepEqual(branch.loss.slice(0, 4), parent.loss.slice(0, 4));
  assert.notEqual(branch.loss[4], parent.loss[4]);
});

test("the samples come in the order as before, but the optimiser starts anew", () => {
  for (const [optimizer, follows] of [["SGD", true], ["Momentum", false], ["Adam", false]]) {
    const settings = { ...first, optimizer, lr: 0.05 };
    const branch = whole(branchOf(settings, 3, settings));
    assert.equal(branch.loss.at(-1) === whole(settings).loss.at(-1), follows, optimizer);
  }
});

test("what a branch takes over from its parent is what it would compute", () => {
  for (const paused of [undefined, [4, 7]]) {
    const settings = branchOf(first, 4, { ...first, optimizer: "Adam", batch_size: 7 });
    const set = new RunSet({});
    set.update([runOf({ ...first, paused })]);
    const parent = finish(set.runs[0]);
    set.branch(settings, parent, 4);
    set.update([set.runs[0].settings, settings]);
    assert.equal(set.runs[1].epoch, 4, "already");
    assertSame(finish(set.runs[1]), whole(settings));
    assertSame(parent, whole({ ...first, paused }));
  }
});

test("a branch ends where its parent does, or goes on as far as is set", () => {
  const long = { ...first, epochs: 200 };
  assert.equal(branchOf(long, 40, { ...first, lr: 1, epochs: 50 }).epochs, 200);
  assert.equal(branchOf(long, 200, { ...first, lr: 1, epochs: 50 }).epochs, 250);
  assert.equal(branchOf({ ...long, epochs: 1990 }, 1990, { ...first, epochs: 50 }).epochs, MOST_EPOCHS);
});

test("branches of branches, and what they are called", () => {
  const long = { ...first, epochs: 20 };
  const second = branchOf(long, 10, { ...long, lr: 1 });
  const third = branchOf(second, 15, { ...second, lr: 0.1, optimizer: "Adam" });
  const early = branchOf(second, 5, { ...second, lr: 2 }); // where the second was still the first
  const again = branchOf(second, 10, { ...second, lr: 3 }); // where it left the first
  const ends = (run) => run.past.map(({ until, lr }) => [until, lr]);
  assert.deepEqual([third, early, again].map(ends), [[[10, 0.3], [15, 1]], [[5, 0.3]], [[10, 0.3]]]); // prettier-ignore
  assert.deepEqual(runNames([long, second, third, early, again]), [
    "η = 0.3, SGD",
    "from epoch 10 of run 1, η = 1, SGD",
    "from epoch 15 of run 2, η = 0.1, Adam",
    "from epoch 5 of run 1, η = 2, SGD",
    "from epoch 10 of run 1, η = 3, SGD",
  ]);
  assert.equal(branchText(0, [third]), "from epoch 15 of a run with SGD, η = 1", "its parent was removed");
  assert.equal(branchText(1, [second, again]), "from epoch 10 of a run with η = 0.3", "a sister is no parent");
  assert.equal(branchText(1, [{ ...long, paused: [9, 3] }, second]), "from epoch 10 of a run with η = 0.3");
  assert.equal(branchText(1, [{ ...long, hidden: [5] }, second]), "from epoch 10 of a run with η = 0.3");
});

test("where one can branch, and why not", () => {
  const other = { ...first, lr: 0.03, weight_decay: 0.1 };
  assert.deepEqual(branchOffer(first, 3, other, false), {
    possible: true,
    hint: "Goes on with η = 0.03, weight decay 0.1; the optimiser starts anew.",
  });
  const hints = [
    [branchOffer(first, 0, other, false), /later epoch/],
    [branchOffer(first, 2.3, other, false), /Complete the epoch/],
    [branchOffer(first, 3, first, false), /change the rate/],
    [branchOffer(first, 3, other, true), /remove one/],
  ];
  for (const [{ possible, hint }, words] of hints) {
    assert.ok(!possible);
    assert.match(hint, words);
  }
  let run = { ...first, epochs: 50 };
  for (let i = 1; i <= 5; i++) run = branchOf(run, 5 * i, { ...run, lr: i });
  assert.match(branchOffer(run, 30, other, false).hint, /five times/);
  assert.ok(branchOffer(run, 12, other, false).possible, "from its past it can");
});

test("a link holds a branch with all that led to it", () => {
  const { runs } = trainingTypes([]);
  const second = branchOf({ ...first, weight_decay: 1e-9 }, 2, { ...first, optimizer: "Adam" });
  const third = pausedAt(branchOf(second, 4, { ...second, batch_size: 0 }), [5, 1]);
  assert.deepEqual(runs.read(runs.write([second, third])), [second, third]);
  const text = runs.write([third]);
  assert.match(text, /^[\w.,~&=+-]*$/, "nothing in a link needs to be escaped");
  const [ends] = text.match(/2\+SGD\+0.3\+20\+1e-9_4\+Adam\+0.3\+20\+0/);
  for (const wrong of ["4+SGD+0.3+20+0_4+Adam+0.3+20+0", "6+SGD+0.3+20+0", "2+SGD+0.3", "0+SGD+0.3+20+0"]) {
    assert.equal(runs.read(text.replace(ends, wrong)), undefined, wrong);
  }
});

test("runs are the same whatever their length and pause, but not with another past", () => {
  const branch = branchOf(first, 3, { ...first, lr: 1 });
  assert.ok(sameRun(branch, { ...branch, epochs: 99, paused: [4, 4] }));
  assert.ok(!sameRun(branch, { ...branch, past: undefined }));
  assert.equal(continuedBy({ ...first, lr: 1 }, [branch], 0), 0, "it goes on");
  assert.equal(continuedBy({ ...first, lr: 1 }, [branch], -1), -1, "but from the start it is another run");
});

// ---- bands over seeds

for (const { settings, epochs, ...columns } of golden.bands) {
  test(`a band as in Python: ${JSON.stringify({ ...settings, hidden: undefined })}`, () => {
    const run = finish(new SeedRun(runOf(settings), {}));
    assertClose(run.epochs, epochs, "epochs");
    const { loss, validation, band, heldBand } = run;
    const found = { loss, low: band.low, high: band.high, validation };
    Object.assign(found, { held_low: heldBand.low, held_high: heldBand.high });
    for (const [name, wanted] of Object.entries(columns)) assertClose(found[name], wanted, name);
  });
}

test("the median, the lowest and the highest", () => {
  assert.deepEqual(lowMedianHigh([3, 1, 2]), [1, 2, 3]);
  assert.deepEqual(lowMedianHigh([4, 1, 2, 9]), [1, 3, 9]);
  assert.deepEqual(lowMedianHigh([10, 9]), [9, 9.5, 10], "as numbers, not as texts");
  assert.deepEqual(lowMedianHigh([Infinity, 1, Infinity]), [1, Infinity, Infinity]);
});

const seeded = { ...first, seeds: 3 };

test("the first seed's network is shown, and its seed is the run's", () => {
  const run = finish(new SeedRun(seeded, {}));
  const parts = [1, 2, 3].map((seed) => whole({ ...first, seed }));
  assert.deepEqual([...run.thetaAt(4)], [...parts[0].thetaAt(4)]);
  assert.deepEqual(run.bandAt(4), [0, 2].map((k) => lowMedianHigh(parts.map((part) => part.loss[4]))[k]));
  assert.deepEqual(run.bandAt(4, run.heldBand)[1], Math.max(...parts.map((part) => part.validation[4])));
  assert.ok(run.parts.slice(1).every((part) => part.thetas.length === 0), "those of others are not kept");
});

test("a band grows epoch by epoch, when all seeds have come so far", () => {
  const run = new SeedRun(seeded, {});
  const lengths = [];
  for (let i = 0; i < 9; i++) {
    run.advance();
    lengths.push(run.epoch);
    assert.equal(run.band.high.length, run.epochs.length);
  }
  assert.deepEqual(lengths, [0, 0, 1, 1, 1, 2, 2, 2, 3]);
  assert.deepEqual(run.position, [3, 0]);
});

test("a band is the same with pauses, wherever its seeds stood", () => {
  const through = finish(new SeedRun(seeded, {}));
  const run = new SeedRun(seeded, {});
  let pauses = 0;
  while (!run.finished) {
    for (let i = 0; i < 7; i++) if (!run.finished) run.advance(-1); // one update of one seed each
    if (run.finished) break;
    run.retarget(pausedAt(run.settings, run.position));
    finish(run);
    const [whole, updates] = run.goal;
    assert.equal(run.epochs.at(-1), whole + updates / 10);
    run.retarget(stepped(run.settings, "update", run.position, run.stepsPerEpoch, 6));
    finish(run);
    if (run.settings.paused) run.retarget(continued(run.settings, 6));
    pauses += 1;
  }
  assert.ok(pauses > 5);
  for (const name of ["epochs", "loss", "validation", "band", "heldBand"]) {
    assert.deepEqual(run[name], through[name], name);
  }
});

test("a branch of a band takes over what it shares, and is what it would be alone", () => {
  const settings = branchOf(seeded, 4, { ...seeded, optimizer: "Adam" });
  const set = new RunSet({});
  set.update([seeded]);
  const parent = finish(set.runs[0]);
  set.branch(settings, parent, 4);
  set.update([seeded, settings]);
  const [, run] = set.runs;
  assert.deepEqual([run.epoch, run.band.low.length], [4, 5], "there at once");
  finish(run);
  const alone = finish(new SeedRun(settings, {}));
  for (const name of ["epochs", "loss", "validation", "band", "heldBand"]) {
    assert.deepEqual(run[name], alone[name], name);
  }
});

test("what is said of a band", () => {
  const run = finish(new SeedRun(seeded, {}));
  const said = sentence({ number: 2, run, epoch: 6, label: "η = 0.3, 3 seeds", right: 0.9 });
  const number = (text) => Number(text.replaceAll("×10⁻", "e-"));
  const words = /median loss (\S+) \((\S+) to (\S+)\), median validation loss \S+ \(\S+ to \S+\), seed 1 has 90 %/;
  const [median, low, high] = said.match(words).slice(1).map(number);
  assert.ok(low < median && median < high);
  const wild = golden.bands.find(({ settings }) => settings.lr === 5).settings;
  const lost = finish(new SeedRun(runOf(wild), {}));
  assert.match(
    sentence({ number: 1, run: lost, epoch: 8, label: "" }),
    /\(0\.\d+ to ∞\).* By then 1 of 4 seeds has diverged\./,
  );
  assert.doesNotMatch(sentence({ number: 1, run: lost, epoch: 5, label: "" }), /diverged/);
  assert.equal(runNames([{ ...first, seeds: 5 }, first])[0], "η = 0.3, 5 seeds");
});

// ---- what the buttons do

test("a paused run goes on to its end, another one further", () => {
  const paused = pausedAt(first, [2, 3]);
  assert.deepEqual(paused, { ...first, paused: [2, 3] });
  assert.deepEqual(continued(paused, 50), first);
  assert.deepEqual(continued(first, 50), { ...first, epochs: 56 });
  assert.equal(continued({ ...first, epochs: MOST_EPOCHS - 1 }, 50).epochs, MOST_EPOCHS);
  assert.deepEqual(pausedAt(first, [6, 0]), first, "at its end a run is not paused");
});

test("a step leads to the next update, or to the end of the epoch", () => {
  assert.deepEqual(nextPosition("update", [2, 3], 10), [2, 4]);
  assert.deepEqual(nextPosition("update", [2, 9], 10), [3, 0]);
  assert.deepEqual(nextPosition("update", [2, 0], 1), [3, 0]);
  assert.deepEqual(nextPosition("epoch", [2, 3], 10), [3, 0]);
  assert.deepEqual(stepped(first, "epoch", [2, 3], 10, 50).paused, [3, 0]);
  assert.deepEqual(stepped(first, "epoch", [5, 0], 10, 50), first, "which may be its end");
  assert.deepEqual(stepped(first, "update", [6, 0], 10, 50), { ...first, epochs: 56, paused: [6, 1] });
});

test("the same settings continue the run that has them, however long it is", () => {
  const other = { ...first, lr: 1 };
  const runs = [other, { label: "mine" }, first, { ...first, past: [{ until: 1 }] }];
  const wanted = { ...first, epochs: 99 };
  assert.equal(continuedBy(wanted, runs, 0), 2);
  assert.equal(continuedBy(wanted, runs, 3), 3, "the one that is shown comes first");
  assert.equal(continuedBy(wanted, runs.slice(0, 2), 1), -1);
});

test("the main button says what it would do", () => {
  const state = { live: false, run: undefined, full: false, epochs: 200 };
  assert.equal(trainText(state), "Train");
  assert.equal(trainText({ ...state, live: true }), "Pause");
  assert.equal(trainText({ ...state, why: "Six runs: remove one" }), "Six runs: remove one");
  assert.equal(trainText({ ...state, run: first }), "Train 200 more");
  assert.equal(trainText({ ...state, run: pausedAt(first, [1, 0]), why: "Six runs: remove one" }), "Continue");
});

test("a link holds a pause, and none that makes no sense", () => {
  const { runs } = trainingTypes([]);
  const paused = pausedAt(first, [2, 3]);
  assert.deepEqual(runs.read(runs.write([paused, first])), [paused, first]);
  assert.match(runs.write([paused]), /,usual,1,,,,2\.3$/);
  for (const text of ["2", "2.3.4", "x", "2.-1"]) {
    assert.equal(runs.read(runs.write([paused]).replace(/2\.3$/, text)), undefined, text);
  }
});

test("a run is kept when it is paused or continued, and made anew when it is another", () => {
  const set = new RunSet({});
  set.update([first]);
  const [run] = set.runs;
  finish(run);
  set.retarget(run, continued(first, 4));
  set.update([continued(first, 4)]);
  assert.equal(set.runs[0], run);
  assert.deepEqual(set.unfinished, [run]);
  set.update([first]);
  assert.notEqual(set.runs[0], run);
});
