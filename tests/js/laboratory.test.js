// The laboratory's own points and weights, without a page: against Python (golden_laboratory.json,
// written by golden_explorers.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  MOST_POINTS,
  coordinate,
  copiedPoints,
  decodePoints,
  drawnData,
  encodePoints,
  movedPoint,
  nearestPoint,
  placeOf,
  pointsText,
  withPoint,
  withoutPoint,
} from "../../nnlib/widgets/drawn_points.js";
import { ComputedRun, dataOf } from "../../nnlib/widgets/training_run.js";
import {
  runLabels,
  sentence,
  settingsOf,
  takenOver,
  trainable,
  trainingTypes,
} from "../../nnlib/widgets/training_state.js";

const golden = JSON.parse(readFileSync(new URL("golden_laboratory.json", import.meta.url)));

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

function assertClose(actual, expected, what) {
  assert.equal(actual.length, expected.length, `${what}: length`);
  expected.forEach((value, i) => {
    const allowed = 1e-10 * Math.max(1, Math.abs(value));
    assert.ok(Math.abs(actual[i] - value) <= allowed, `${what}[${i}]: ${actual[i]}, nnlib has ${value}`);
  });
}

// ---- drawn points

for (const { given, drawn, x, y, settings: run, loss } of golden.drawings) {
  test(`${given.length} drawn points are those that Python draws, and so is the run on them`, () => {
    const points = given.map(([a, b], i) => [placeOf(a), placeOf(b), y[i]]);
    assert.equal(encodePoints(points), drawn);
    assert.deepEqual(decodePoints(drawn), points);
    const data = drawnData(drawn);
    assert.deepEqual([...data.x], x);
    assert.deepEqual([...data.y], y);
    const computed = new ComputedRun(settingsOf(run), {});
    while (!computed.finished) computed.advance();
    assertClose(computed.loss, loss, "loss");
    assert.deepEqual(computed.validation, [], "no point is held out");
  });
}

test("what is no drawing is refused", () => {
  const full = encodePoints(Array.from({ length: MOST_POINTS }, (_, i) => [i, 0, 1]));
  assert.equal(decodePoints(full).length, MOST_POINTS);
  for (const text of [full + "AAA", "AA", "AA!", "AA\n", "___", "A,A"]) {
    assert.equal(decodePoints(text), undefined, text);
  }
  assert.deepEqual(decodePoints(""), []);
});

test("places and coordinates belong together", () => {
  for (let i = 0; i <= 200; i++) assert.equal(placeOf(coordinate(i)), i);
  assert.deepEqual([placeOf(-2), placeOf(0), placeOf(2)], [0, 100, 200]);
  assert.deepEqual([placeOf(-9), placeOf(9), placeOf(0.0101)], [0, 200, 101]);
});

test("points are put, moved, found and removed", () => {
  let points = withPoint(withPoint([], [10, 20, 0]), [50, 60, 1]);
  assert.deepEqual(withPoint(points, [10, 20, 1]), [[50, 60, 1], [10, 20, 1]], "one place, one point"); // prettier-ignore
  assert.deepEqual(nearestPoint(points, [13, 24]), { index: 0, distance: 5 });
  assert.deepEqual(nearestPoint([], [1, 1]), { index: -1, distance: Infinity });
  points = movedPoint(points, 0, [70, 80]);
  assert.deepEqual(points, [[70, 80, 0], [50, 60, 1]]); // prettier-ignore
  assert.deepEqual(withoutPoint(points, 0), [[50, 60, 1]]);
  const full = Array.from({ length: MOST_POINTS }, (_, i) => [i, 0, i % 2]);
  assert.equal(withPoint(full, [0, 9, 1]), full, "there is no room");
  assert.equal(withPoint(full, [0, 0, 1]).length, MOST_POINTS);
  assert.equal(pointsText([]), "no points yet");
  assert.equal(pointsText([[1, 2, 1]]), "1 point: 0 of class 0, 1 of class 1");
});

test("other data can be copied to draw on, with room for more", () => {
  const points = copiedPoints(dataOf(settingsOf(settings), {}));
  assert.equal(points.length, 80);
  assert.equal(points.filter(([, , kind]) => kind).length, 40);
  const far = { x: Float64Array.of(0.5, 0.5, 3, 0, 0, -2.001), y: Float64Array.of(1, 1, 0) };
  assert.deepEqual(copiedPoints(far), [[125, 125, 1]], "what lies outside the plane stays there");
});

test("a drawing belongs to its runs, and is not lost by looking at others", () => {
  const drawn = encodePoints([[1, 2, 0], [3, 4, 1]]); // prettier-ignore
  const run = { ...settings, dataset: "drawn", drawn };
  assert.equal(settingsOf({ ...settings, drawn }).drawn, "", "it says nothing about moons");
  assert.equal(settingsOf(run).drawn, drawn);
  assert.ok(!("drawn" in takenOver(settingsOf(settings))));
  assert.equal(takenOver(settingsOf(run)).drawn, drawn);
  assert.ok(trainable(settingsOf(run)) && trainable(settingsOf(settings)));
  assert.ok(!trainable(settingsOf({ ...run, drawn: "" })));
  const { runs } = trainingTypes([]);
  assert.deepEqual(runs.read(runs.write([settingsOf(run)])), [settingsOf(run)]);
  assert.equal(runLabels([run, settings])[0], "η = 0.3, drawn by hand, 2 drawn points");
});

test("without points there is no loss, and the sentence says what to do", () => {
  const run = new ComputedRun(settingsOf({ ...settings, dataset: "drawn" }), {});
  assert.match(sentence({ number: 0, run, epoch: 0 }), /^No points yet\. Choose a class and press/);
});
