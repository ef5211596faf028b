import type { Matrix } from "./matrix.ts";
import { weightedScale } from "./weighted-statistics.ts";

/** Mean and standard deviation of each column. */
export interface ColumnScale {
  readonly mean: Float64Array;
  /** Square root of the mean squared deviation (ddof 0); exactly 0 where all values are equal. */
  readonly std: Float64Array;
}

/** Scale of a matrix whose values are all finite; a row counts as often as it weighs. */
export function columnScale({ columns, nRows, data }: Matrix, weights?: Float64Array): ColumnScale {
  const scales = columns.map((_, column) => {
    const values = new Float64Array(nRows);
    for (let row = 0; row < nRows; row++) values[row] = data[row * columns.length + column] ?? 0;
    return weightedScale(values, weights);
  });
  return {
    mean: Float64Array.from(scales, ({ mean }) => mean),
    std: Float64Array.from(scales, ({ std }) => std),
  };
}
