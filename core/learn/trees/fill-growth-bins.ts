import type { Matrix } from "../matrix.ts";
import { type ColumnBins, paddedThresholds } from "./bins.ts";
import { blockRows, type GrowthMemory } from "./growth-memory.ts";
import { growthViews } from "./growth-views.ts";
import { treeKernels } from "./tree-kernels.ts";

/** Writes the bin of each value, by row and by column; of some rows of the matrix, or of all. */
export function fillGrowthBins(
  growth: GrowthMemory,
  matrix: Matrix,
  columns: readonly ColumnBins[],
  rowNumbers?: Int32Array,
): void {
  const { memory, histograms, bins, columnBins, stride, thresholds, nColumns, nRows } = growth;
  const kernels = treeKernels(memory);
  growthViews(growth).thresholds.set(paddedThresholds(columns));
  // There are no histograms yet.
  const values = new Float32Array(memory.buffer, histograms, blockRows * nColumns);
  for (let start = 0; start < nRows; start += blockRows) {
    const rows = Math.min(blockRows, nRows - start);
    if (rowNumbers === undefined) {
      values.set(matrix.data.subarray(start * nColumns, (start + rows) * nColumns));
    } else copyRows(matrix, rowNumbers.subarray(start, start + rows), values);
    for (let column = 0; column < nColumns; column++) {
      const byRow = bins + start * stride + column;
      const byColumn = columnBins + column * nRows + start;
      const own = thresholds + column * 1024;
      kernels.findBins(histograms + 4 * column, nColumns, rows, own, byRow, stride, byColumn);
    }
  }
}

function copyRows({ data, columns }: Matrix, rows: Int32Array, into: Float32Array): void {
  const width = columns.length;
  for (let index = 0; index < rows.length; index++) {
    const start = (rows[index] ?? 0) * width;
    for (let column = 0; column < width; column++) into[index * width + column] = data[start + column] ?? 0;
  }
}
