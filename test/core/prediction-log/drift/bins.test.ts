import { expect, test } from "bun:test";
import { describeColumn, otherCategories } from "../../../../core/model/distribution.ts";
import type { ColumnBins, ColumnValues } from "../../../../core/prediction-log/drift/bins.ts";
import { columnBins } from "../../../../core/prediction-log/drift/bins.ts";

const counted = (bins: ColumnBins, values: ColumnValues, step?: number) => {
  const into = new Float64Array(bins.labels.length);
  bins.count(values, into, step);
  return [...into];
};
const numbers = (...values: readonly number[]) => Float32Array.from(values);

test("columnBins() counts what lies beyond the training in the outermost bins", () => {
  const bins = columnBins({ kind: "number", edges: [0, 10, 20, 30], counts: [5, 6, 7], missing: 2 });
  expect(bins.labels).toEqual(["below 10", "10 to 20", "20 and above", "missing"]);
  expect(bins.expected).toEqual([5, 6, 7, 2]);
  expect(counted(bins, numbers(-1000, 9.5, 10, 19, 20, 30, 1e9, Number.NaN))).toEqual([2, 2, 3, 1]);
});

test("columnBins() counts the training's own rows as the training did", () => {
  const values = numbers(...Array.from({ length: 400 }, (_, row) => Math.sqrt(row)), Number.NaN);
  const bins = columnBins(describeColumn(values));
  // 400 rows are enough for all ten bins.
  expect(bins.labels).toHaveLength(11);
  expect(counted(bins, values)).toEqual([...bins.expected]);
});

test("columnBins() joins neighbours where the training was small", () => {
  // 1 … 20 in ten bins of two; 20 rows are for five: 1–4, 5–8, 9–12, 13–16, 17–20.
  const bins = columnBins(describeColumn(numbers(...Array.from({ length: 20 }, (_, index) => index + 1))));
  expect(bins.labels).toEqual([
    "below 4.5",
    "4.5 to 8.5",
    "8.5 to 12.5",
    "12.5 to 16.5",
    "16.5 and above",
    "missing",
  ]);
  expect(bins.expected).toEqual([4, 4, 4, 4, 4, 0]);
});

test("columnBins() leaves a frequent number alone when it joins", () => {
  // 100 zeros and 1 … 18 are ten bins; 118 rows are for five, and the pairs with the fewest rows are joined.
  const bins = columnBins(
    describeColumn(
      numbers(
        ...Array.from({ length: 100 }, () => 0),
        ...Array.from({ length: 18 }, (_, index) => index + 1),
      ),
    ),
  );
  expect(bins.expected).toEqual([100, 4, 4, 4, 6, 0]);
});

test("columnBins() has a bin for other values of what was constant", () => {
  const bins = columnBins({ kind: "number", edges: [7, 7], counts: [9], missing: 0 });
  expect(bins.labels).toEqual(["7", "other", "missing"]);
  expect(bins.expected).toEqual([9, 0, 0]);
  expect(counted(bins, numbers(7, 6, 8, Number.NaN))).toEqual([1, 2, 1]);
});

test("columnBins() takes numbers after a training that had none", () => {
  const bins = columnBins({ kind: "number", edges: [], counts: [], missing: 9 });
  expect(bins.labels).toEqual(["any number", "missing"]);
  expect(bins.expected).toEqual([0, 9]);
  expect(counted(bins, numbers(7, Number.NaN))).toEqual([1, 1]);
});

test("columnBins() names the bins of a boolean", () => {
  const spread = { kind: "number", edges: [0, 0.5, 1], counts: [3, 4], missing: 0 } as const;
  expect(columnBins(spread, { isBoolean: true }).labels).toEqual(["false", "true", "missing"]);
  const always = { kind: "number", edges: [1, 1], counts: [3], missing: 0 } as const;
  expect(columnBins(always, { isBoolean: true }).labels).toEqual(["true", "other", "missing"]);
});

test("columnBins() gives categories a bin each, and one to all that the training had not seen", () => {
  const counts = { red: 8, green: 4, [otherCategories]: 2 };
  const bins = columnBins({ kind: "category", counts, missing: 1 });
  expect(bins.labels).toEqual(["red", "green", "other", "missing"]);
  expect(bins.expected).toEqual([8, 4, 2, 1]);
  expect(counted(bins, ["green", "red", "blue", "", "green"])).toEqual([1, 2, 1, 1]);
});

test("columnBins() puts rare categories together where the training was small", () => {
  // 21 rows are for five bins; the two rarest go to the others.
  const counts = { a: 6, b: 5, c: 4, d: 3, e: 1, f: 1, toString: 1 };
  const bins = columnBins({ kind: "category", counts, missing: 0 });
  expect(bins.labels).toEqual(["a", "b", "c", "d", "e", "other", "missing"]);
  expect(bins.expected).toEqual([6, 5, 4, 3, 1, 2, 0]);
  expect(counted(bins, ["f", "toString", "constructor", "e"])).toEqual([0, 0, 0, 0, 1, 3, 0]);
});

test("columnBins() counts every step-th row", () => {
  const bins = columnBins({ kind: "number", edges: [0, 10, 20], counts: [5, 6], missing: 0 });
  expect(counted(bins, numbers(1, 11, 2, 12, 13), 2)).toEqual([2, 1, 0]);
});

test("columnBins() refuses values of the other kind", () => {
  const bins = columnBins({ kind: "category", counts: { a: 1 }, missing: 0 });
  expect(() => counted(bins, numbers(1))).toThrow(new RangeError("A column of text has numbers"));
});
