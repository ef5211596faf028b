import type { Matrix } from "../matrix.ts";

/** Mean and standard deviation of each column. */
export interface ColumnScale {
  readonly mean: Float64Array;
  /** Square root of the mean squared deviation (ddof 0); exactly 0 where all values are equal. */
  readonly std: Float64Array;
}

/**
 * Scale of a matrix whose values are all finite; a row counts as often as it weighs.
 * In two passes over the rows, so that a large mean does not swallow the deviations.
 */
export function columnScale(matrix: Matrix, weights?: Float64Array): ColumnScale {
  const { columns, nRows } = matrix;
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? nRows;
  const first = matrix.data.slice(0, columns.length);
  const mean = sums(matrix, weights).map((sum) => sum / total);
  for (const column of columns.keys()) if (isConstant(matrix, column)) mean[column] = first[column] ?? 0;
  const std = squares(matrix, weights, mean).map((sum) => Math.sqrt(sum / total));
  return { mean, std };
}

/** By column, the weighted sum of the values. */
function sums({ columns, nRows, data }: Matrix, weights: Float64Array | undefined): Float64Array {
  const width = columns.length;
  const totals = new Float64Array(width);
  for (let row = 0; row < nRows; row++) {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    const start = row * width;
    for (let column = 0; column < width; column++) {
      totals[column] = (totals[column] ?? 0) + weight * (data[start + column] ?? 0);
    }
  }
  return totals;
}

/** By column, the weighted sum of the squared deviations from the mean. */
function squares(
  { columns, nRows, data }: Matrix,
  weights: Float64Array | undefined,
  mean: Float64Array,
): Float64Array {
  const width = columns.length;
  const totals = new Float64Array(width);
  for (let row = 0; row < nRows; row++) {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    const start = row * width;
    for (let column = 0; column < width; column++) {
      const deviation = (data[start + column] ?? 0) - (mean[column] ?? 0);
      totals[column] = (totals[column] ?? 0) + weight * deviation * deviation;
    }
  }
  return totals;
}

/** Whether every value is that of the first row: rounding of the sum must not make a constant column vary. */
function isConstant({ columns, data }: Matrix, column: number): boolean {
  for (let at = column; at < data.length; at += columns.length) if (data[at] !== data[column]) return false;
  return true;
}
