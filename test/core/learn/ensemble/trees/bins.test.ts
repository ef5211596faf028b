import { expect, test } from "bun:test";
import {
  type ColumnBins,
  fillBins,
  findColumnBins,
  missingBin,
} from "../../../../../core/learn/ensemble/trees/bins.ts";
import { radixSort } from "../../../../../core/learn/ensemble/trees/radix-sort.ts";
import { Matrix } from "../../../../../core/learn/matrix.ts";
import { seededRandom } from "../../../../../core/learn/random.ts";

const column = (values: readonly number[]) => new Matrix(["x"], Float64Array.from(values));
const binsOf = (values: readonly number[], maxBins = 255): readonly ColumnBins[] =>
  findColumnBins(column(values), { maxBins, random: seededRandom(0) });

function filled(values: readonly number[], bins: readonly ColumnBins[]): number[] {
  const into = new Uint8Array(values.length);
  fillBins(column(values), bins, into, { rowStride: 1, columnStride: 1 });
  return [...into];
}

test("radixSort() sorts negative numbers, zeros, infinities and the smallest of all", () => {
  const values = Float32Array.of(3, -1, 0, -0, 1e-45, -1e30, 2.5, Number.NEGATIVE_INFINITY, -1.5, 1e30);
  const expected = [...values].sort((a, b) => a - b);
  radixSort(values);
  expect([...values].map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
});

test("findColumnBins() gives each of a few values a bin, with thresholds halfway between them", () => {
  expect([...(binsOf([5, 1, 2, 2, Number.NaN, 1])[0]?.thresholds ?? [])]).toEqual([1.5, 3.5]);
  expect(binsOf([7, 7, Number.NaN])[0]?.nBins).toBe(1);
  expect(binsOf([Number.NaN])[0]?.nBins).toBe(1);
});

test("findColumnBins() makes bins of equally many rows of many values", () => {
  const values = Array.from({ length: 1000 }, (_, index) => (index * 337) % 1000);
  // Ten bins of a hundred: 0 to 99, 100 to 199 and so on.
  expect([...(binsOf(values, 10)[0]?.thresholds ?? [])]).toEqual(
    Array.from({ length: 9 }, (_, index) => 100 * index + 99.5),
  );
});

test("findColumnBins() gives a frequent value a bin of its own, and the others the rest", () => {
  const values = [...Array(900).fill(0), ...Array.from({ length: 100 }, (_, index) => index + 1)];
  const [bins] = binsOf(values, 5);
  // 0 alone, then 100 values over four bins.
  expect([...(bins?.thresholds ?? [])]).toEqual([0.5, 25.5, 50.5, 75.5]);
});

test("findColumnBins() keeps neighbours of float32 apart, and joins what float32 cannot tell apart", () => {
  const next = 1 + 2 ** -23;
  expect(filled([1, next, 1 + 2 ** -40], binsOf([1, next]))).toEqual([0, 1, 0]);
});

test("findColumnBins() draws 200,000 rows of more by the random numbers it is given", () => {
  const values = Array.from({ length: 210_000 }, (_, index) => index);
  const [bins] = binsOf(values, 2);
  expect(bins?.thresholds[0]).toBeGreaterThan(103_000);
  expect(bins?.thresholds[0]).toBeLessThan(107_000);
  expect(binsOf(values, 2)).toEqual([...binsOf(values, 2)]);
});

test("findColumnBins() looks at the rows that count only", () => {
  const rows = Int32Array.of(0, 2);
  const [bins] = findColumnBins(column([1, 2, 3]), { maxBins: 255, random: seededRandom(0), rows });
  expect([...(bins?.thresholds ?? [])]).toEqual([2]);
});

test("fillBins() puts a value on a threshold into the lower bin, and a missing one into the last", () => {
  const bins = binsOf([1, 3, 5]);
  expect(filled([-9, 2, 2.0001, 4, 99, Number.NaN], bins)).toEqual([0, 0, 1, 1, 2, missingBin]);
});

test("fillBins() reaches all of 255 bins", () => {
  const values = Array.from({ length: 255 }, (_, index) => index);
  expect(filled(values, binsOf(values))).toEqual(values);
});

test("fillBins() lays columns out as it is told", () => {
  const matrix = new Matrix(["a", "b"], Float64Array.of(1, 20, 2, 10));
  const bins = findColumnBins(matrix, { maxBins: 255, random: seededRandom(0) });
  const into = new Uint8Array(4);
  fillBins(matrix, bins, into, { rowStride: 1, columnStride: 2 });
  expect([...into]).toEqual([0, 1, 1, 0]);
});
