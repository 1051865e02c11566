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
import {
  MOST_EDITABLE,
  editedSettings,
  editedText,
  gradientAt,
  nudged,
  weightsOf,
  weightsText,
  whyNotEditable,
} from "../../nnlib/widgets/edited_weights.js";
import { Network } from "../../nnlib/widgets/engine.js";
import { signPlaces } from "../../nnlib/widgets/network_field.js";
import {
  countParameters,
  diagramLayout,
  extremes,
  indexOf,
  lineWidth,
  nameOf,
  parameterWords,
  parametersOf,
  partName,
  partOf,
  strengths,
  unitValues,
  unitWords,
} from "../../nnlib/widgets/network_parts.js";
import { ComputedRun, dataOf } from "../../nnlib/widgets/training_run.js";
import {
  runLabels,
  sentence,
  settingsOf,
  takenOver,
  trainable,
  trainingTypes,
  usable,
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

// ---- the parts of a network

test("a part's place in theta is where the engine has it", () => {
  const sizes = [2, 3, 4, 1];
  const net = new Network(sizes, ["tanh", "relu", "identity"]);
  net.theta.forEach((_, i) => (net.theta[i] = i));
  assert.equal(countParameters(sizes), net.theta.length);
  const seen = [];
  for (let l = 1; l < sizes.length; l++) {
    for (let j = 1; j <= sizes[l]; j++) {
      for (const part of parametersOf({ l, j }, sizes)) {
        const { W, b, nIn } = net.layers[l];
        const i = indexOf(part, sizes);
        assert.equal(i, part.bias ? b[j - 1] : W[(j - 1) * nIn + part.k - 1], nameOf(part));
        assert.deepEqual(partOf(nameOf(part), sizes), part);
        seen.push(i);
      }
    }
  }
  assert.deepEqual(seen.toSorted((a, b) => a - b), [...net.theta]); // prettier-ignore
});

test("a name of what is not there is no part", () => {
  const sizes = [2, 3, 1];
  for (const name of ["", "0.1", "1.0", "1.4", "3.1", "1.1.3", "1.1.0", "2.1.4"]) {
    assert.equal(partOf(name, sizes), undefined, name);
  }
  assert.deepEqual(partOf("1.3", sizes), { l: 1, j: 3 });
  for (const text of ["1", "1.", "x", "1.2.c", "1.2.3.4", "1.2.", "-1.2"]) assert.equal(partName.read(text), undefined);
  for (const text of ["", "1.2", "1.2.b", "4.64.64"]) assert.equal(partName.read(text), text);
});

test("the diagram has room for every unit that is shown", () => {
  for (const width of [300, 430, 700]) {
    for (const sizes of [[2, 1], [2, 8, 1], [2, 16, 16, 1], [2, 64, 1, 64, 8, 1]]) { // prettier-ignore
      const { side, height, columns } = diagramLayout(sizes, width);
      assert.deepEqual(columns.map(({ n }) => n), sizes); // prettier-ignore
      columns.forEach(({ x, units }, l) => {
        assert.equal(units.length, Math.min(8, sizes[l]));
        assert.ok(x >= 0 && x + side <= width);
        if (l) assert.ok(x - columns[l - 1].x > side + 10, "the lines have room");
        units.forEach(({ y }, j) => assert.ok(y >= 20 && y + side <= height && (!j || y - units[j - 1].y > side)));
      });
    }
  }
});

test("lines are the wider the larger the weight, and never lost nor too wide", () => {
  const widths = [0, 0.1, 1, -2, 10, 1e9].map(lineWidth);
  assert.deepEqual(widths, widths.toSorted((a, b) => a - b)); // prettier-ignore
  assert.equal(lineWidth(-3), lineWidth(3));
  assert.ok(widths[0] > 0.5 && widths.at(-1) < 8);
});

test("fields are painted from -1 to 1, whatever is in them", () => {
  assert.deepEqual(strengths([0, 2, -4], "relu"), [0, 0.5, -1]);
  assert.deepEqual(strengths([0, 0.5, -0.25], "tanh"), [0, 0.5, -0.25], "of what it could be");
  assert.deepEqual(strengths([0, 0], "relu"), [0, 0]);
  assert.deepEqual(strengths([NaN, Infinity, -Infinity, 1], "identity"), [0, 1, -1, 1]);
  assert.deepEqual(extremes([1, 5, -2, 5]), { low: 2, high: 1 });
  assert.deepEqual([...unitValues(Float64Array.of(1, 2, 3, 4, 5, 6), 3, 1)], [2, 5]);
  const places = signPlaces([-1, 0, 0, 3], 2, 10, 20, 40, 6);
  assert.deepEqual(places, { plus: [44, 54], minus: [16, 26] });
  assert.equal(signPlaces([1, 2, 3, 4], 2, 0, 0, 40, 6).minus, undefined);
});

test("units and weights in words", () => {
  const run = { sizes: [2, 2, 1], activations: ["tanh", "identity"] };
  const theta = [1.234, -0.5, 3, 4, 0.25, -0.75, 2, -3, 0.125];
  const say = (part, range) => unitWords(part, { run, theta, range });
  assert.equal(
    say({ l: 1, j: 1 }, [-0.98, 1]),
    "Unit 1 of layer 1: tanh(1.23 x₁ − 0.5 x₂ + 0.25). Over the plane it goes from −0.98 to 1. " +
      "The output takes it times 2.",
  );
  assert.match(say({ l: 1, j: 2, k: 1 }, [0, 0]), /^Unit 2 .*tanh\(3 x₁ \+ 4 x₂ − 0.75\).* it is 0 everywhere\. .* times −3\.$/);
  assert.match(say({ l: 2, j: 1 }, [-5, 5]), /^Output: 2 weighted activations and the bias 0.125\. .* undecided\.$/);
  const deep = { sizes: [2, 1, 1, 1], activations: ["leaky_relu", "leaky_relu", "identity"] };
  const words = unitWords({ l: 2, j: 1 }, { run: deep, theta: [1, 2, 3, 4, 5, 6, 7], range: [0, 1] });
  assert.match(words, /^Unit 1 of layer 2: leaky ReLU of 1 weighted activation and the bias 5\./);
  assert.match(unitWords({ l: 1, j: 1 }, { run: deep, theta, range: [0, 1] }), /from 0 to 1\.$/);
  const straight = { sizes: [2, 1], activations: ["identity"] };
  assert.match(unitWords({ l: 1, j: 1 }, { run: straight, theta: [1, 2, -3], range: [0, 1] }), /^Output: 1 x₁ \+ 2 x₂ − 3\./);
  assert.equal(parameterWords({ l: 1, j: 3, k: 2 }, [2, 8, 1]), "Weight from x₂ to unit 3 of layer 1");
  assert.equal(parameterWords({ l: 2, j: 1, k: 8 }, [2, 8, 1]), "Weight from unit 8 of layer 1 to the output");
  assert.equal(parameterWords({ l: 1, j: 3, bias: true }, [2, 8, 1]), "Bias of unit 3 of layer 1");
});

// ---- weights set by hand, and gradients

for (const { settings: run, epoch, loss, theta, rounded, edited, grad } of golden.gradients) {
  test(`gradient as nnlib's: ${run.dataset} ${run.hidden} ${run.activation}, ${run.start}, epoch ${epoch}`, () => {
    const computed = new ComputedRun(settingsOf(run), {});
    while (!computed.finished) computed.advance();
    assertClose(computed.thetaAt(epoch), theta, "theta");
    const found = gradientAt(computed, Float64Array.from(theta), computed.data);
    assertClose([found.loss], [loss], "loss");
    assertClose(found.grad, grad, "gradient");
    assertClose([computed.lossAt(epoch)], [loss], "the loss that is drawn");
    assert.equal(weightsText(rounded), edited, "the same text");
    assert.deepEqual([...weightsOf(edited)], rounded, "and the same numbers, exactly");
  });
}

test("weights survive their text exactly, whatever they are", () => {
  const odd = [0, -0, 1 / 3, -1e-300, 5e-324, 1e308, Math.PI, 0.1 + 0.2];
  for (let n = 0; n <= odd.length; n++) {
    const weights = odd.slice(0, n);
    const text = weightsText(weights);
    assert.match(text, /^[\w-]*$/);
    assert.ok(weightsOf(text).every((w, i) => Object.is(w, weights[i])));
    assert.equal(editedText.read(text), text);
  }
  const most = weightsText(new Float64Array(MOST_EDITABLE).fill(1 / 3));
  assert.equal(weightsOf(most).length, MOST_EDITABLE);
  assert.ok(most.length < 1400, "short enough for a link");
  const bad = [weightsText([NaN]), weightsText([1, Infinity]), `${most}AAAAAAAAAAA`, "AAA", "A", "AAAAAAAAAA+", "!"];
  for (const text of bad) assert.equal(editedText.read(text), undefined, text);
});

test("edited weights are a start of their own", () => {
  const theta = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const run = new ComputedRun(settingsOf({ ...settings, hidden: [2], activation: "relu", dataset: "xor", noise: 0 }), {});
  const next = settingsOf({ ...settings, ...editedSettings(run, theta) });
  assert.deepEqual([next.hidden, next.activation, next.dataset, next.noise, next.start], [[2], "relu", "xor", 0, "edited"]);
  assert.ok(usable(next, {}));
  assert.ok(!usable({ ...next, hidden: [3] }, {}), "they are those of one network");
  assert.ok(!usable({ ...next, edited: "" }, {}));
  assert.deepEqual([...new ComputedRun(next, {}).thetaAt(0)], theta);
  assert.equal(settingsOf({ ...next, start: "random" }).edited, "", "they say nothing about a random start");
  assert.ok(!("edited" in takenOver(settingsOf(settings))), "and are not lost by looking at one");
  const { runs } = trainingTypes([]);
  assert.deepEqual(runs.read(runs.write([next])), [next]);
  const again = new ComputedRun({ ...next, seed: 9, batch_size: 0 }, {});
  const other = new ComputedRun({ ...next, seed: 4, batch_size: 0 }, {});
  for (const each of [again, other]) each.advance();
  assert.deepEqual(again.thetaAt(1), other.thetaAt(1), "no random number is drawn for them");
  const drawn = new ComputedRun(settingsOf({ ...settings, hidden: [2], dataset: "drawn", drawn: "AAA" }), {});
  assert.equal(editedSettings(drawn, theta).drawn, "AAA");
  assert.ok(!("drawn" in editedSettings(run, theta)), "a drawing that is not the data stays as it is");
  const recorded = { sizes: [2, 3, 1], activations: ["tanh", "identity"] };
  assert.deepEqual(editedSettings(recorded, []), { dataset: "given", activation: "tanh", hidden: [3], start: "edited", edited: "" });
  const straight = editedSettings({ sizes: [2, 1], activations: ["identity"] }, [1, 2, 3]);
  assert.ok(!("activation" in straight), "without hidden units it is not known");
  const said = sentence({ number: 0, run: again, epoch: 0, right: 0.5 });
  assert.match(said, /^Weights set by hand, not trained yet: loss .* Press Train\.$/);
  assert.equal(runLabels([next, settings])[0].includes("weights set by hand"), true);
});

test("what cannot be edited is said", () => {
  const plain = (sizes) => ({ sizes, activations: [...sizes.slice(2).map(() => "tanh"), "identity"] });
  for (const sizes of [[2, 1], [2, 8, 1], [2, 8, 8, 1], [2, 31, 1]]) assert.equal(whyNotEditable(plain(sizes)), undefined); // prettier-ignore
  assert.match(whyNotEditable(plain([2, 32, 1])), /has 129 parameters\. Up to 128 can be edited/);
  assert.match(whyNotEditable({ sizes: [2, 3, 1], activations: ["tanh", "sigmoid"] }), /^Only networks with one activation/);
  assert.match(whyNotEditable({ sizes: [2, 3, 3, 1], activations: ["tanh", "relu", "identity"] }), /^Only/);
  assert.match(whyNotEditable(plain([2, 1, 1, 1, 1, 1, 1])), /^Only/);
});

test("without points there is no gradient, and nudges leave no digits behind", () => {
  const run = new ComputedRun(settingsOf({ ...settings, dataset: "drawn" }), {});
  assert.equal(gradientAt(run, run.thetaAt(0), run.data), undefined);
  assert.equal(nudged(0.1, 0.2), 0.3);
  assert.equal(nudged(-0.1, 0.1), 0);
});
