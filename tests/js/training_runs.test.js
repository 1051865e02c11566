// Runs of the training explorer: paused and continued, step by step, and what its buttons do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { optimizers } from "../../nnlib/widgets/engine.js";
import { tableEpochs } from "../../nnlib/widgets/loss_table.js";
import { ComputedRun } from "../../nnlib/widgets/training_run.js";
import { RunSet } from "../../nnlib/widgets/training_runs.js";
import {
  continued,
  continuedBy,
  nextPosition,
  pausedAt,
  stepped,
  trainText,
} from "../../nnlib/widgets/trainer_state.js";
import { MOST_EPOCHS, placeText, runOf, trainingTypes } from "../../nnlib/widgets/training_state.js";

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
  assert.equal(placeText(run, 2.3), "3 of 10 updates after epoch 2 of 6, paused");
  assert.equal(placeText(run, 2), "epoch 2 of 6");
  assert.deepEqual([...run.thetaAt(2.3)], [...run.net.theta]);
  assert.deepEqual(tableEpochs([run]), [0, 1, 2, 2.3]);
  run.retarget(first);
  assertSame(finish(run), whole(first));
  assert.equal(placeText(run, 6), "epoch 6 of 6");
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
  assert.equal(trainText({ ...state, full: true }), "Six runs: remove one");
  assert.equal(trainText({ ...state, run: first }), "Train 200 more");
  assert.equal(trainText({ ...state, run: pausedAt(first, [1, 0]), full: true }), "Continue");
});

test("a link holds a pause, and none that makes no sense", () => {
  const { runs } = trainingTypes([]);
  const paused = pausedAt(first, [2, 3]);
  assert.deepEqual(runs.read(runs.write([paused, first])), [paused, first]);
  assert.match(runs.write([paused]), /,usual,,2\.3$/);
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
