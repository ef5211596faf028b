import { describe, expect, test } from "bun:test";
import { groupFolds, stratifiedFolds, timeFolds } from "../../../../core/learn/split/folds.ts";
import type { Split } from "../../../../core/learn/split/split.ts";
import expected from "../../../support/expected/folds.json" with { type: "json" };

const testsOf = (splits: readonly Split[]) => splits.map(({ test: rows }) => [...rows]);
const counted = (codes: readonly number[], k: number) =>
  Array.from({ length: k }, (_, code) => codes.filter((other) => other === code).length);

/** Each row is tested on once, and learned from in all other folds. */
function expectPartition(splits: readonly Split[], nRows: number) {
  const everyRow = Array.from({ length: nRows }, (_, row) => row);
  expect(
    testsOf(splits)
      .flat()
      .sort((a, b) => a - b),
  ).toEqual(everyRow);
  for (const { train, test: rows } of splits) {
    expect([...train, ...rows].sort((a, b) => a - b)).toEqual(everyRow);
    expect([train, rows]).toEqual([train.toSorted(), rows.toSorted()]);
  }
}

describe("stratifiedFolds()", () => {
  test.each(expected.stratified)("has as many rows of each class in each fold as scikit-learn", (given) => {
    const { classes, folds } = given;
    const splits = stratifiedFolds(Int32Array.from(classes), folds, 1);
    expectPartition(splits, classes.length);
    const k = given.class_counts[0]?.length ?? 0;
    const counts = testsOf(splits).map((rows) =>
      counted(
        rows.map((row) => classes[row] ?? -1),
        k,
      ),
    );
    expect(counts).toEqual(given.class_counts);
  });

  test.each(expected.plain)("of one class is as large as scikit-learn's KFold", ({ rows, folds, sizes }) => {
    const splits = stratifiedFolds(new Int32Array(rows), folds, 1);
    expectPartition(splits, rows);
    expect(splits.map(({ test: held }) => held.length)).toEqual(sizes);
  });

  test("depends on the seed alone, and differs between seeds", () => {
    const of = (seed: number) => testsOf(stratifiedFolds(new Int32Array(30), 3, seed));
    expect(of(4)).toEqual(of(4));
    expect(of(4)).not.toEqual(of(5));
  });

  test("refuses more folds than any class has rows", () => {
    expect(() => stratifiedFolds(Int32Array.of(0, 0, 1, 1), 3, 1)).toThrow(
      "There are fewer rows of each class to learn from than 3 folds need",
    );
  });
});

describe("groupFolds()", () => {
  test.each(expected.grouped)("tests on the groups that scikit-learn's GroupKFold does", (given) => {
    const splits = groupFolds(Int32Array.from(given.groups), given.folds);
    expectPartition(splits, given.groups.length);
    expect(testsOf(splits)).toEqual(given.tests);
  });

  test("refuses fewer groups than folds, absent numbers not counted", () => {
    expect(() => groupFolds(Int32Array.of(0, 5, 5), 3)).toThrow(
      "There are fewer groups to learn from than 3",
    );
  });
});

describe("timeFolds()", () => {
  test.each(expected.timed)(
    "learns from and tests on the rows that scikit-learn's TimeSeriesSplit does",
    (given) => {
      const splits = timeFolds(Float64Array.from(given.times), given.folds);
      expect(splits.map(({ train, test: rows }) => [[...train], [...rows]])).toEqual(given.splits);
    },
  );

  test("keeps rows of one time together", () => {
    // 8 rows, 3 folds of 2 rows: cuts are wanted at 2, 4 and 6. That at 4 lies between two rows of time 2: the cut
    // before them is as near as the one behind, and is taken.
    const splits = timeFolds(Float64Array.of(0, 0, 1, 2, 2, 3, 4, 4), 3);
    expect(splits.map(({ train, test: rows }) => [train.length, [...rows]])).toEqual([
      [2, [2]],
      [3, [3, 4, 5]],
      [6, [6, 7]],
    ]);
  });

  test.each([
    ["fewer rows than folds", [1, 2, 3], 3],
    ["fewer times than folds", [1, 1, 1, 1, 1, 1, 2, 2], 3],
  ])("refuses %s", (_what, times, folds) => {
    expect(() => timeFolds(Float64Array.from(times), folds)).toThrow(
      "There are fewer times to learn from than 3 folds need",
    );
  });
});
