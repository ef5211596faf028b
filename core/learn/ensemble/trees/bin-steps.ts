import { sortedThresholds } from "./bins.ts";
import type { Growth, Part } from "./growth-work.ts";
import { shareOf } from "./shares.ts";

/** Told how many rows the sample has, and how many bins a column may have: finds the thresholds of a share of the columns. */
export function findThresholds({ memory, views }: Growth, { part, nParts, told }: Part): void {
  const [nRows = 0, maxBins = 0] = told;
  const share = shareOf({ from: 0, to: memory.nColumns }, part, nParts);
  const scratch = new Uint32Array(nRows);
  for (let column = share.start; column < share.end; column++) {
    const sample = new Float32Array(memory.memory.buffer, memory.sample + 4 * column * nRows, nRows);
    const found = sortedThresholds(withoutMissing(sample), maxBins, scratch);
    const own = views.thresholds.subarray(256 * column, 256 * column + 256);
    own.fill(Number.POSITIVE_INFINITY).set(found);
    views.nBins[column] = found.length + 1;
  }
}

/** Moves what is not missing to the front. */
function withoutMissing(values: Float32Array): Float32Array {
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

/** Told the first of the rows that wait in the place of histograms, and how many they are: finds the bins of a share of the columns. */
export function binRows({ memory, kernels }: Growth, { part, nParts, told }: Part): void {
  const [start = 0, nRows = 0] = told;
  const { histograms, nColumns, stride, thresholds } = memory;
  const share = shareOf({ from: 0, to: nColumns }, part, nParts);
  for (let column = share.start; column < share.end; column++) {
    const byRow = memory.bins + start * stride + column;
    const byColumn = memory.columnBins + column * memory.nRows + start;
    const own = thresholds + 1024 * column;
    kernels.findBins(histograms + 4 * column, nColumns, nRows, own, byRow, stride, byColumn);
  }
}
