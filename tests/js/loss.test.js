// Histories as curves: what is known at which epoch, what the table holds, what is said.

import assert from "node:assert/strict";
import test from "node:test";

import { HistoryCurve, lossSentence, tableColumns } from "../../nnlib/widgets/loss_state.js";
import { lossRange } from "../../nnlib/widgets/loss_plot.js";
import { tableEpochs } from "../../nnlib/widgets/loss_table.js";

const recorded = {
  label: "Adam",
  epochs: [1, 2, 5, 10],
  loss: [1, 0.5, 0.25, 0.125],
  validation: [1.1, 0.7, 0.8, null],
  diverged: false,
};

test("a curve gives the closest recorded epoch, and nothing outside", () => {
  const curve = new HistoryCurve(recorded, "both");
  assert.deepEqual([0, 1, 3, 4, 7, 8, 99].map((epoch) => curve.near(epoch)), [1, 1, 2, 5, 5, 10, 10]);
  assert.equal(curve.lossAt(4), 0.25);
  assert.equal(curve.lossAt(0), undefined);
  assert.equal(curve.lossAt(11), undefined);
  assert.equal(curve.validationAt(2), 0.7);
  assert.ok(Number.isNaN(curve.validationAt(10)), "not known");
  assert.equal(curve.last, 10);
});

test("the series decides which losses are drawn", () => {
  const [both, training, validation] = ["both", "training", "validation"].map(
    (series) => new HistoryCurve(recorded, series),
  );
  assert.deepEqual(both.loss, recorded.loss);
  assert.equal(both.validation.length, 4);
  assert.deepEqual([training.loss, training.validation], [recorded.loss, []]);
  assert.deepEqual(validation.loss.slice(0, 3), [1.1, 0.7, 0.8]);
  assert.deepEqual(validation.validation, []);
});

test("the axis has room for both losses", () => {
  const curve = new HistoryCurve(recorded, "both");
  assert.deepEqual(lossRange([curve], false), [0, 1.1 * 1.05]);
  assert.ok(lossRange([curve], true)[0] < 0.125);
});

test("the table has a column for each series that is drawn and known", () => {
  const names = (series, more) =>
    tableColumns([new HistoryCurve({ ...recorded, ...more }, series)]).map(({ name }) => name);
  assert.deepEqual(names("both"), ["Adam, training", "Adam, validation"]);
  assert.deepEqual(names("training"), ["Adam, training"]);
  assert.deepEqual(names("validation"), ["Adam, validation"]);
  assert.deepEqual(names("both", { validation: [null, null, null, null] }), ["Adam, training"]);
  const [{ run }] = tableColumns([new HistoryCurve(recorded, "both")]);
  assert.deepEqual([run.lossAt(2), run.lossAt(10)], [0.5, 0.125]);
  assert.equal(tableEpochs([run])[0], 1);
});

test("the sentence names both losses and the best epoch", () => {
  const say = (more, epoch) => lossSentence(new HistoryCurve({ ...recorded, ...more }, "both"), epoch);
  assert.equal(
    say({}, 2),
    "Adam, epoch 2 of 10: training loss 0.5, validation loss 0.7. The validation loss is lowest at epoch 2: 0.7.",
  );
  assert.match(say({}, 10), /training loss 0\.125, validation loss not known\./);
  const alone = say({ validation: [null, null, null, null] }, 10);
  assert.equal(alone, "Adam, epoch 10 of 10: training loss 0.125. The training loss is lowest at epoch 10: 0.125.");
  assert.match(say({ loss: [1, 2, 9, null], diverged: true }, 10), /no longer a finite number, and the run ended/);
  assert.equal(lossSentence(undefined, 0), "No history yet: train, and it grows here.");
  const empty = { epochs: [], loss: [], validation: [] };
  assert.match(say(empty, 0), /No history yet/);
});
