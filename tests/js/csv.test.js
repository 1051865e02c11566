// Tables as text: RFC 4180, and every digit of a number.

import assert from "node:assert/strict";
import test from "node:test";

import { beside, csvText } from "../../nnlib/widgets/csv.js";

test("fields are quoted where they have to be, and lines end as the standard says", () => {
  const table = { columns: ["x", "a, b"], rows: [["say \"no\"", 1], ["two\nlines", -0.5]] }; // prettier-ignore
  assert.equal(csvText(table), 'x,"a, b"\r\n"say ""no""",1\r\n"two\nlines",-0.5\r\n');
});

test("numbers keep all their digits; what is none stays empty", () => {
  const values = [0.1 + 0.2, 1e-17, 2 ** 53, -1e300];
  const [line] = csvText({ columns: [], rows: [values] }).trim().split("\r\n").slice(-1);
  assert.deepEqual(line.split(",").map(Number), values);
  assert.equal(csvText({ columns: ["a", "b", "c", "d"], rows: [[NaN, Infinity, null, undefined]] }), "a,b,c,d\r\n,,,\r\n");
});

test("tables stand side by side, the shorter one filled up", () => {
  const [long, short] = [{ columns: ["a"], rows: [[1], [2]] }, { columns: ["b", "c"], rows: [[3, 4]] }];
  assert.deepEqual(beside(long, short), { columns: ["a", "b", "c"], rows: [[1, 3, 4], [2, null, null]] }); // prettier-ignore
  assert.deepEqual(beside(short, long).rows.map((row) => row.length), [3, 3]);
});
