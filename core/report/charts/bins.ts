/** Bins of equal width for a histogram. */
export interface Bins {
  readonly from: number;
  readonly to: number;
  /** Values by bin. */
  readonly counts: readonly number[];
}

/** Counts the finite values in `count` bins between `from` and `to`, the outer edges included. */
export function countInBins(values: ArrayLike<number>, from: number, to: number, count: number): Bins {
  const counts = Array.from({ length: count }, () => 0);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!(value >= from && value <= to)) continue;
    const bin = from === to ? 0 : Math.min(count - 1, Math.floor(((value - from) / (to - from)) * count));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}
