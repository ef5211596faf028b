import type { FeatureValues } from "./feature-values.ts";

/** Ranges of a feature. The first bin is of missing values. */
export interface ColumnBins {
  readonly count: number;
  /** Ascending upper bounds of the ranges but the last; absent where each label is a bin. */
  readonly bounds?: Float32Array;
}

const maxBins = 64;
/** In each bin, so that none learns rows by heart. */
const leastRowsInBin = 5;

/** Ranges that hold about equally many of the rows; of text, each label. */
export function columnBins({ values, labels }: FeatureValues, rows: Int32Array): ColumnBins {
  if (labels !== undefined) return { count: labels.length + 1 };
  const sorted = Float32Array.from(rows, (row) => values[row] ?? Number.NaN)
    .filter(Number.isFinite)
    .sort();
  const wanted = Math.max(1, Math.min(maxBins, Math.floor(sorted.length / leastRowsInBin)));
  const bounds = new Set<number>();
  for (let bin = 1; bin < wanted; bin++) {
    // The first value of the next range, so that equal values are never apart.
    const bound = sorted[Math.floor((bin * sorted.length) / wanted)] ?? 0;
    if (bound !== sorted[0]) bounds.add(bound);
  }
  return { count: bounds.size + 2, bounds: Float32Array.from(bounds) };
}

/** The bin of each of the rows. */
export function binsOf(values: Float32Array, rows: Int32Array, { bounds }: ColumnBins): Int32Array {
  return Int32Array.from(rows, (row) => {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) return 0;
    return bounds === undefined ? value + 1 : 1 + boundsUpTo(bounds, value);
  });
}

/** How many bounds are not above the value. */
function boundsUpTo(bounds: Float32Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
