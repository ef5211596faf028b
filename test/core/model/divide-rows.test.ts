import { expect, test } from "bun:test";
import pl from "nodejs-polars";
import { type DivideOptions, divideRows } from "../../../core/model/divide-rows.ts";
import { failure } from "../../support/failure.ts";

const days = ["2024-01-03", "2024-01-01", "2024-01-04", "2024-01-02"];
const frame = pl.DataFrame({
  day: days,
  date: days.map((day) => new Date(day)),
  minute: ["2024-01-03 10:00", "2024-01-01T10:00+01:00", "2024-01-03T10:01Z", "2024-01-02"],
  number: [30.5, 10, 40, 20],
  whole: [30n, 10n, 40n, 20n],
  customer: ["ann", "bob", "ann", "bob"],
  branch: [7, 8, 7, 8],
  hole: ["a", null, "b", null],
  gap: [1, Number.NaN, 2, 3],
  same: [1, 1, 1, 1],
  words: ["today", "now", "later", "soon"],
  leap: ["2024-02-29", "2024-02-28", "2024-02-30", "2024-02-27"],
  local: ["3.1.2024", "1.1.2024", "4.1.2024", "2.1.2024"],
});
const labels = ["a", "b", "b", "a"];
const byTime = (column: string, testSize = 0.25): DivideOptions => ({
  rule: { strategy: "time", column },
  testSize,
  seed: 1,
  labels,
});
const byGroup = (column: string): DivideOptions => ({
  rule: { strategy: "group", column },
  testSize: 0.5,
  seed: 1,
  labels,
});

test.each([
  ["day", '"day" from 2024-01-04 on'],
  ["date", '"date" from 2024-01-04 on'],
  ["minute", '"minute" from 2024-01-03T10:01:00Z on'],
  ["number", '"number" from 40 on'],
  ["whole", '"whole" from 40 on'],
])("divideRows() holds out the latest by %s", (column, words) => {
  const { split, words: told } = divideRows(frame, byTime(column));
  expect([[...split.train], [...split.test], told]).toEqual([[0, 1, 3], [2], words]);
});

test.each(["customer", "branch"])("divideRows() keeps rows of one %s together", (column) => {
  const { split, words } = divideRows(frame, byGroup(column));
  expect([[...split.train], [...split.test]].toSorted()).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(words).toBe(`1 of 2 groups of "${column}", seed 1`);
});

test("divideRows() makes folds of the rows to learn from, by the same rule", () => {
  const { folds } = divideRows(frame, { ...byTime("day"), labels: undefined });
  // 1, 3 and 0 are the rows by time; of three rows two folds test on one each.
  expect(folds(2).map(({ train, test: held }) => [[...train], [...held]])).toEqual([
    [[1], [3]],
    [[1, 3], [0]],
  ]);
  const { split, folds: ofGroups } = divideRows(pl.DataFrame({ customer: ["a", "a", "b", "c", "c", "d"] }), {
    ...byGroup("customer"),
    testSize: 0.3,
    labels: undefined,
  });
  const sides = ofGroups(2).map(({ train, test: held }) => [...train, ...held].toSorted());
  expect(sides).toEqual([[...split.train], [...split.train]]);
});

test("divideRows() refuses a fold that would learn from one class only, before any is fitted", async () => {
  const { folds } = divideRows(pl.DataFrame({ hour: [1, 2, 3, 4, 5, 6, 7, 8] }), {
    ...byTime("hour", 0.25),
    labels: ["a", "a", "a", "b", "a", "b", "a", "b"],
  });
  // Six rows to learn from: two folds test on the last four, so the first learns from the hours 1 and 2.
  const error = await failure(() => folds(2));
  expect(error.message).toBe('The rows to learn from in fold 1 of 2 have one class only, "a"');
  expect(error.exitCode).toBe(3);
});

test("divideRows() says of a regression that there are too few rows for the folds", async () => {
  const { folds } = divideRows(frame, {
    rule: { strategy: "random" },
    testSize: 0.25,
    seed: 1,
    labels: undefined,
  });
  const error = await failure(() => folds(4));
  expect(error.message).toBe("There are fewer rows to learn from than 4 folds need");
});

test.each<[string, DivideOptions, string]>([
  [
    "a column that is not there",
    byGroup("custmer"),
    'DataLoader.loadData returned no column "custmer", which train.split.column names',
  ],
  ["missing groups", byGroup("hole"), 'Column "hole" of train.split is missing in 2 of 4 rows'],
  ["missing times", byTime("gap"), 'Column "gap" of train.split is missing in 1 of 4 rows'],
  ["one group", byGroup("same"), 'Column "same" of train.split holds one group only'],
  ["one time", byTime("same"), 'Column "same" of train.split holds one time only'],
  ["words for times", byTime("words"), 'Column "words" of train.split holds no time in row 1'],
  ["a day that there is not", byTime("leap"), 'Column "leap" of train.split holds no time in row 3'],
  ["dates as people write them", byTime("local"), 'Column "local" of train.split holds no time in row 1'],
  [
    "one class to learn from",
    byTime("day", 0.5),
    'The rows to learn from have one class only, "b" ("day" from 2024-01-03 on)',
  ],
])("divideRows() refuses %s", async (_what, options, message) => {
  const given = message.includes("one class") ? { ...options, labels: ["a", "b", "a", "b"] } : options;
  const error = await failure(() => divideRows(frame, given));
  expect(error.message).toBe(message);
  expect(error.exitCode).toBe(3);
});
