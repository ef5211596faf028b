import { expect, test } from "bun:test";
import {
  binOf,
  describeColumn,
  describePredictions,
  otherCategories,
} from "../../../core/model/distribution.ts";

const numbers = (...values: readonly number[]) => describeColumn(Float32Array.from(values));
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

test("describeColumn() cuts many distinct numbers into tenths", () => {
  // 1 … 20: two values a bin, edges midway between them.
  expect(numbers(...upTo(20).reverse())).toEqual({
    kind: "number",
    edges: [1, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5, 16.5, 18.5, 20],
    counts: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
    missing: 0,
  });
});

test("describeColumn() gives each of few distinct numbers its own bin", () => {
  expect(numbers(0, 1, 1, 1, 0, 5)).toEqual({
    kind: "number",
    edges: [0, 0.5, 3, 5],
    counts: [2, 3, 1],
    missing: 0,
  });
});

test("describeColumn() lets a frequent number stand alone", () => {
  // 100 zeros and 1 … 18: zero takes the first bin, nine bins of two are left.
  const described = numbers(...Array.from({ length: 100 }, () => 0), ...upTo(18));
  expect(described).toMatchObject({ counts: [100, 2, 2, 2, 2, 2, 2, 2, 2, 2] });
  // The same at the other end.
  const mirrored = numbers(...Array.from({ length: 100 }, () => 19), ...upTo(18));
  expect(mirrored).toMatchObject({ counts: expect.arrayContaining([100]) });
});

test.each([
  ["a constant", [7, 7, 7], { edges: [7, 7], counts: [3], missing: 0 }],
  ["nothing but missing values", [Number.NaN, Number.NaN], { edges: [], counts: [], missing: 2 }],
  ["no rows", [], { edges: [], counts: [], missing: 0 }],
  ["not finite values as missing", [1, Number.POSITIVE_INFINITY], { edges: [1, 1], counts: [1], missing: 1 }],
])("describeColumn() takes %s", (_name, values, expected) => {
  expect(numbers(...values)).toEqual({ kind: "number", ...expected });
});

test("describeColumn() loses no row of a skewed column", () => {
  const values = Float32Array.from({ length: 1_000 }, (_, row) => Math.round(Math.exp((row % 97) / 14)));
  const described = describeColumn(values);
  if (described.kind !== "number") throw new Error("expected numbers");
  const counted = described.counts.map(() => 0);
  for (const value of values) {
    const bin = binOf(described.edges, value);
    counted[bin] = (counted[bin] ?? 0) + 1;
  }
  expect(counted).toEqual([...described.counts]);
});

test("describeColumn() counts categories, the missing ones apart", () => {
  expect(describeColumn(["b", "a", "b", "", "__proto__"])).toEqual({
    kind: "category",
    counts: Object.fromEntries([
      ["b", 2],
      ["__proto__", 1],
      ["a", 1],
    ]),
    missing: 1,
  });
});

test("describeColumn() keeps the 50 most frequent categories and sums the rest", () => {
  // c1 once, c2 twice … c60 sixty times: c1 … c10 are left over, 55 rows.
  const described = describeColumn(upTo(60).flatMap((n) => Array.from({ length: n }, () => `c${n}`)));
  expect(Object.keys(described.counts)).toHaveLength(51);
  expect(described).toMatchObject({ counts: { [otherCategories]: 55, c11: 11 } });
});

test("describePredictions() counts classes, and bins numbers", () => {
  const labels = ["yes", "no", "yes"];
  expect(describePredictions({ task: "classification", labels, probabilities: new Float32Array(6) })).toEqual(
    { kind: "category", counts: { yes: 2, no: 1 }, missing: 0 },
  );
  expect(describePredictions({ task: "regression", values: Float32Array.of(1, 2) })).toEqual({
    kind: "number",
    edges: [1, 1.5, 2],
    counts: [1, 1],
    missing: 0,
  });
});

test.each([
  [0, -1],
  [1, 0],
  [1.9, 0],
  [2, 1],
  [3, 1],
  [3.1, 2],
])("binOf() of 1, 2, 3 puts %p into bin %p", (value, bin) => {
  expect(binOf([1, 2, 3], value)).toBe(bin);
});

test.each([
  [6, -1],
  [7, 0],
  [8, 1],
])("binOf() of a constant 7 puts %p into bin %p", (value, bin) => {
  expect(binOf([7, 7], value)).toBe(bin);
});
