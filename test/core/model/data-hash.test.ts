import { expect, test } from "bun:test";
import { hashData } from "../../../core/model/data-hash.ts";

type Values = [string, Float32Array | string[]][];

const values: Values = [
  ["x", Float32Array.of(1, 2)],
  ["colour", ["red", ""]],
];
const target = ["a", "b"];
const hash = (changed: Values, labels: readonly unknown[] = target) =>
  hashData({ nRows: 2, values: new Map(changed) }, labels);

test("hashData() is the same for the same rows, whatever buffer they lie in", async () => {
  const part = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  const again = await hash([
    ["x", part],
    ["colour", ["red", ""]],
  ]);
  expect(again).toBe(await hash(values));
  expect(again).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, Values, readonly unknown[]]>([
  [
    "a number",
    [
      ["x", Float32Array.of(1, 2.0000002)],
      ["colour", ["red", ""]],
    ],
    target,
  ],
  [
    "a missing number",
    [
      ["x", Float32Array.of(1, Number.NaN)],
      ["colour", ["red", ""]],
    ],
    target,
  ],
  [
    "a text",
    [
      ["x", Float32Array.of(1, 2)],
      ["colour", ["Red", ""]],
    ],
    target,
  ],
  [
    "the order of a column's rows",
    [
      ["x", Float32Array.of(2, 1)],
      ["colour", ["red", ""]],
    ],
    target,
  ],
  [
    "where one text ends",
    [
      ["x", Float32Array.of(1, 2)],
      ["colour", ["re", "d"]],
    ],
    target,
  ],
  [
    "the name of a feature",
    [
      ["y", Float32Array.of(1, 2)],
      ["colour", ["red", ""]],
    ],
    target,
  ],
  ["the order of the features", [...values].reverse(), target],
  [
    "the names of two columns",
    [
      ["colour", Float32Array.of(1, 2)],
      ["x", ["red", ""]],
    ],
    target,
  ],
  [
    "a row less",
    [
      ["x", Float32Array.of(1)],
      ["colour", ["red"]],
    ],
    ["a"],
  ],
  ["a feature less", values.slice(0, 1), target],
  ["a label", values, ["a", "c"]],
  ["the order of the labels", values, ["b", "a"]],
])("hashData() tells another %s", async (_what, changed, labels) => {
  expect(await hash(changed, labels)).not.toBe(await hash(values));
});
