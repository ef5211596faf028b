import { expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { FeatureSpec } from "../../../core/features/feature-spec.ts";
import { checkTrainingData } from "../../../core/model/training-data.ts";
import { failure } from "../../support/failure.ts";

const spec: FeatureSpec = {
  task: "classification",
  target: "kind",
  features: [{ name: "x", type: "number", nullable: false }],
};
const regression: FeatureSpec = { ...spec, task: "regression" };
const options = { testSize: 0.25, seed: 42, split: { strategy: "random" } } as const;
const frame = (kind: (string | number | boolean | null)[]) =>
  pl.DataFrame({ x: kind.map((_, row) => row), kind });

test("checkTrainingData() reads the features and the target, and holds out a share of each class", () => {
  const kinds = Array.from({ length: 16 }, (_, row) => (row % 2 === 0 ? "a" : "b"));
  const data = checkTrainingData(frame(kinds), spec, options);
  expect([...(data.columns.values.get("x") ?? [])]).toEqual([...kinds.keys()]);
  expect(data.target).toEqual(kinds);
  // A quarter of 8 rows each.
  const heldOut = Array.from(data.split.test, (row) => kinds[row]);
  expect(heldOut.toSorted()).toEqual(["a", "a", "b", "b"]);
  expect(data.split.train).toHaveLength(12);
});

test.each([
  ["whole numbers", [0, 1, 0, 1]],
  ["booleans", [true, false, true, false]],
])("checkTrainingData() takes %s for classes", (_what, kinds) => {
  expect(checkTrainingData(frame(kinds), spec, { ...options, testSize: 0.5 }).target).toEqual(kinds);
});

test.each<[string, unknown, FeatureSpec, string]>([
  ["nothing", undefined, spec, "DataLoader.loadData must return a polars DataFrame, not undefined"],
  ["an array", [], spec, "DataLoader.loadData must return a polars DataFrame, not an Array"],
  ["a promise", Promise.resolve(), spec, "DataLoader.loadData must return a polars DataFrame, not a Promise"],
  ["no rows", frame([]), spec, "DataLoader.loadData returned an empty frame"],
  ["one row", frame(["a"]), spec, "DataLoader.loadData returned a single row"],
  [
    "no target",
    frame(["a", "b"]).rename({ kind: "knid" }),
    spec,
    'DataLoader.loadData returned no column "kind", the target in features.yaml',
  ],
  ["a missing class", frame(["a", null, "b", null]), spec, 'The target "kind" is missing in 2 of 4 rows'],
  [
    "one class",
    frame(["a", "a", "a"]),
    spec,
    'The target "kind" has one class only, "a": there is nothing to learn',
  ],
  [
    "fractions for classes",
    frame([1, 2.5, 3]),
    spec,
    'The target "kind" holds fractions, which are no classes',
  ],
  ["text to regress on", frame(["1", "2"]), regression, 'The target "kind" is not a finite number in row 1'],
  [
    "an infinite number to regress on",
    frame([1, Number.POSITIVE_INFINITY]),
    regression,
    'The target "kind" is not a finite number in row 2',
  ],
  ["a missing number", frame([1, null]), regression, 'The target "kind" is missing in 1 of 2 rows'],
  ["a NaN", frame([1, Number.NaN]), regression, 'The target "kind" is missing in 1 of 2 rows'],
  [
    "a missing feature",
    pl.DataFrame({ x: [1, null], kind: ["a", "b"] }),
    spec,
    'The data of DataLoader.loadData do not fit features.yaml\n  Column "x": row 2 is missing, and the feature is not nullable',
  ],
])("checkTrainingData() refuses %s", async (_what, loaded, features, message) => {
  const error = await failure(() => checkTrainingData(loaded, features, options));
  expect(error.message).toBe(message);
  expect(error.exitCode).toBe(3);
});

test("checkTrainingData() guesses the target that was meant", async () => {
  const error = await failure(() =>
    checkTrainingData(frame(["a", "b"]).rename({ kind: "knid" }), spec, options),
  );
  expect(error.hint).toBe('Did you mean "knid"?');
});
