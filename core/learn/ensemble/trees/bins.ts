import type { Matrix } from "../../matrix.ts";
import { radixSort } from "./radix-sort.ts";

/** How the values of one column fall into at most 255 bins: split points are looked for between bins only. */
export interface ColumnBins {
  /** Ascending float32: a value lies in the first bin whose threshold is not below it, in the last where all are. */
  readonly thresholds: Float32Array;
  /** One more than thresholds; the bin of missing values does not count. */
  readonly nBins: number;
  /** Of a column of categories, whose bins they are: those that were seen, ascending. */
  readonly categories?: readonly number[];
}

/** The bin of missing values, in every column. */
export const missingBin = 255;

/** Whether a value is a category: a whole number from 0 to 254. */
export function isCategory(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < missingBin;
}

/** Most rows that bins are made of; as many as in scikit-learn. */
export const maxSample = 200_000;

export interface FindBinsOptions {
  /** From 2 to 255. */
  readonly maxBins: number;
  readonly random: () => number;
  /** The rows that count, ascending; all by default. */
  readonly rows?: Int32Array;
}

/**
 * The bins of each column, its values rounded to float32.
 * A column of at most `maxBins` distinct values has a bin for each. Of others, bins hold equally many rows as nearly as
 * frequent values let them. Thresholds lie halfway between values. More than 200,000 rows are represented by as many.
 */
export function findColumnBins(matrix: Matrix, { maxBins, random, rows }: FindBinsOptions): ColumnBins[] {
  const sample = sampleRows(rows ?? matrix.nRows, random);
  const scratch = new Uint32Array(sample.length);
  return presentValues(matrix, sample).map((values) => {
    const thresholds = sortedThresholds(values, maxBins, scratch);
    return { thresholds, nBins: thresholds.length + 1 };
  });
}

/** The thresholds of one column's values, which it sorts; none is NaN. @param scratch  room for as many */
export function sortedThresholds(values: Float32Array, maxBins: number, scratch: Uint32Array): Float32Array {
  radixSort(values, scratch);
  return thresholdsOf(values, maxBins);
}

/** Of each column, the values of the rows that are not missing. All are read row by row, as they lie in memory. */
function presentValues({ data, columns }: Matrix, rows: Int32Array): Float32Array[] {
  const width = columns.length;
  const values = columns.map(() => new Float32Array(rows.length));
  const counts = new Int32Array(width);
  for (let index = 0; index < rows.length; index++) {
    const start = (rows[index] ?? 0) * width;
    for (let column = 0; column < width; column++) {
      const value = data[start + column] ?? Number.NaN;
      const into = values[column];
      if (into === undefined || Number.isNaN(value)) continue;
      const count = counts[column] ?? 0;
      into[count] = value;
      counts[column] = count + 1;
    }
  }
  return values.map((ofColumn, column) => ofColumn.subarray(0, counts[column]));
}

/** Bins of a column of categories: each its own number. @param seen  the categories that training saw, ascending */
export function categoryBins(seen: readonly number[]): ColumnBins {
  const most = seen.at(-1) ?? 0;
  return {
    thresholds: Float32Array.from({ length: most }, (_, category) => category + 0.5),
    nBins: most + 1,
    categories: seen,
  };
}

/** Ascending rows: all, or `maxSample` of them, each set of as many equally probable. */
export function sampleRows(rows: Int32Array | number, random: () => number): Int32Array {
  const all = typeof rows === "number" ? new Int32Array(rows).map((_, row) => row) : rows;
  if (all.length <= maxSample) return all;
  const sample = new Int32Array(maxSample);
  for (let index = 0, taken = 0; taken < maxSample; index++) {
    if (random() * (all.length - index) < maxSample - taken) sample[taken++] = all[index] ?? 0;
  }
  return sample;
}

function thresholdsOf(sorted: Float32Array, maxBins: number): Float32Array {
  const thresholds: number[] = [];
  const isExact = countDistinct(sorted) <= maxBins;
  let rest = sorted.length;
  let inBin = 0;
  let end = endOfRun(sorted, 0);
  for (let start = 0; end < sorted.length; ) {
    const next = endOfRun(sorted, end);
    inBin += end - start;
    const binsLeft = maxBins - thresholds.length;
    const isFull = inBin + (next - end) / 2 >= rest / binsLeft;
    if (isExact || (isFull && binsLeft > 1)) {
      thresholds.push(halfway(sorted[start] ?? 0, sorted[end] ?? 0));
      rest -= inBin;
      inBin = 0;
    }
    start = end;
    end = next;
  }
  return Float32Array.from(thresholds);
}

function countDistinct(sorted: Float32Array): number {
  let count = 0;
  for (let start = 0; start < sorted.length; start = endOfRun(sorted, start)) count++;
  return count;
}

/** Where the values that equal the one at `start` end. */
function endOfRun(sorted: Float32Array, start: number): number {
  let end = start + 1;
  while (end < sorted.length && sorted[end] === sorted[start]) end++;
  return end;
}

/** A float32 that is not below `low` and below `high`, its successor at least. */
function halfway(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}

/** Where the bin of a row and a column stands in the array. */
export interface BinLayout {
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Writes the bin of each value of the matrix. */
export function fillBins(
  { data, columns, nRows }: Matrix,
  bins: readonly ColumnBins[],
  into: Uint8Array,
  { rowStride, columnStride }: BinLayout,
): void {
  const padded = paddedThresholds(bins);
  const width = columns.length;
  for (let row = 0, at = 0; row < nRows; row++) {
    for (let column = 0; column < width; column++, at++) {
      into[row * rowStride + column * columnStride] = binOf(data[at] ?? Number.NaN, padded, column << 8);
    }
  }
}

/** 256 thresholds a column, infinite behind its own. */
function paddedThresholds(bins: readonly ColumnBins[]): Float32Array {
  const padded = new Float32Array(256 * bins.length).fill(Number.POSITIVE_INFINITY);
  for (const [column, { thresholds }] of bins.entries()) padded.set(thresholds, column * 256);
  return padded;
}

/** How many of the 255 thresholds from `start` on lie below the value; eight steps, whatever it is. */
function binOf(value: number, padded: Float32Array, start: number): number {
  if (Number.isNaN(value)) return missingBin;
  const x = Math.fround(value);
  let at = start;
  for (let step = 128; step > 0; step >>= 1) {
    if (x > (padded[at + step - 1] ?? 0)) at += step;
  }
  return at - start;
}
