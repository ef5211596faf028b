import { describe, expect, test } from "bun:test";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { checkGolden, chooseGolden, goldenColumns } from "../../../core/model/golden.ts";
import type { Predictions } from "../../../core/model/predictions.ts";
import { failure } from "../../support/failure.ts";

const features: Feature[] = [
  { name: "x", type: "number", nullable: true },
  { name: "flag", type: "boolean", nullable: true },
  { name: "colour", type: "string", nullable: true },
];

const columns = {
  nRows: 3,
  values: new Map<string, Float32Array | string[]>([
    ["x", Float32Array.of(0.1, Number.NaN, 3)],
    ["flag", Float32Array.of(1, 0, Number.NaN)],
    ["colour", ["red", "", "blue"]],
  ]),
};

/** Two classes; the second column is 1 - p, worked so that both are whole quarters. */
const classes: Predictions = {
  task: "classification",
  labels: ["a", "a", "b"],
  probabilities: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.25, 0.75),
};

describe("chooseGolden()", () => {
  test("keeps one row of each predicted class first, as a request would send them", () => {
    expect(chooseGolden(columns, features, classes)).toEqual([
      { row: { x: 0.1, flag: true, colour: "red" }, class_name: "a", probabilities: [0.75, 0.25] },
      { row: { x: 3, flag: null, colour: "blue" }, class_name: "b", probabilities: [0.25, 0.75] },
      { row: { x: null, flag: false, colour: null }, class_name: "a", probabilities: [0.5, 0.5] },
    ]);
  });

  test("keeps the numbers of a regression in the order of the rows", () => {
    const golden = chooseGolden(columns, features, { task: "regression", values: Float32Array.of(7, 8, 9) });
    expect(golden.map(({ prediction }) => prediction)).toEqual([7, 8, 9]);
  });

  test.each([
    ["12 classes", Array.from({ length: 12 }, (_, row) => `class ${row}`)],
    ["one class in 12 rows", Array.from({ length: 12 }, () => "only")],
  ])("keeps ten of %s", (_what, labels) => {
    const many = { nRows: 12, values: new Map([["x", new Float32Array(12)]]) };
    const probabilities = new Float32Array(12 * 2);
    const golden = chooseGolden(many, features.slice(0, 1), {
      task: "classification",
      labels,
      probabilities,
    });
    expect(golden.map(({ class_name }) => class_name)).toEqual(labels.slice(0, 10));
  });
});

test("goldenColumns() gives back the columns of the rows that were chosen", () => {
  const kept = JSON.parse(JSON.stringify(chooseGolden(columns, features, classes)));
  const { nRows, values } = goldenColumns(kept, features);
  expect(nRows).toBe(3);
  expect(Array.from(values, ([name, column]) => [name, column.constructor, [...column]])).toEqual([
    ["x", Float32Array, [Math.fround(0.1), 3, Number.NaN]],
    ["flag", Float32Array, [1, Number.NaN, 0]],
    ["colour", Array, ["red", "blue", ""]],
  ]);
});

describe("checkGolden()", () => {
  const golden = [{ row: { x: 1 }, class_name: "a", probabilities: [0.75, 0.25] }];
  const answer = (label: string, ...probabilities: number[]): Predictions => ({
    task: "classification",
    labels: [label],
    probabilities: Float32Array.from(probabilities),
  });

  test.each([
    [0.75, 0.25],
    [0.750009, 0.250009],
    [0.749991, 0.249991],
  ])("accepts the probabilities %p and %p for 0.75 and 0.25", (first, second) => {
    expect(() => checkGolden(golden, answer("a", first, second))).not.toThrow();
  });

  test.each([
    ["a probability off by more than 1e-5", answer("a", 0.750011, 0.25)],
    ["another label", answer("b", 0.75, 0.25)],
    ["probabilities that are no numbers", answer("a", Number.NaN, Number.NaN)],
    ["more classes", answer("a", 0.75, 0.25, 0)],
    ["fewer classes", answer("a", 0.75)],
    ["a number instead of a class", { task: "regression", values: Float32Array.of(0.75) } as const],
  ])("refuses %s", async (_what, predictions) => {
    const error = await failure(() => checkGolden(golden, predictions));
    expect(error.message).toBe(
      "The model does not answer its golden request 1 as it did when it was trained",
    );
    expect(error.exitCode).toBe(3);
  });

  // Under 1 the tolerance is 1e-5 itself, over 1 it is 1e-5 of the value: 0.2 for 20,000.
  test.each([
    [0.5, 0.500009, true],
    [0.5, 0.500011, false],
    [20_000, 20_000.19, true],
    [20_000, 19_999.81, true],
    [20_000, 20_000.21, false],
    [-20_000, -20_000.19, true],
    [-20_000, 20_000, false],
    [0.5, Number.NaN, false],
    [0.5, Number.POSITIVE_INFINITY, false],
  ])("asked for %p takes %p: %p", (expected, actual, isAccepted) => {
    const check = () =>
      checkGolden([{ row: {}, prediction: expected }], {
        task: "regression",
        values: Float32Array.of(actual),
      });
    if (isAccepted) expect(check).not.toThrow();
    else expect(check).toThrow("golden request 1");
  });

  test("names the request that is answered otherwise", () => {
    const two = [
      { row: {}, prediction: 1 },
      { row: {}, prediction: 2 },
    ];
    expect(() => checkGolden(two, { task: "regression", values: Float32Array.of(1, 3) })).toThrow(
      "golden request 2",
    );
  });
});
