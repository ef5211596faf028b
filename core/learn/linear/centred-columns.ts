import type { TargetRows } from "../fit-rows.ts";
import { weightedMean } from "../weighted-statistics.ts";
import { columnScale } from "./column-scale.ts";

/** Columns and target as the sum of squared errors sees them. */
export interface CentredColumns {
  /** Less their means, each row times the root of its weight. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  /** 0 where no intercept could make up for them. */
  readonly columnMeans: Float64Array;
  readonly targetMean: number;
}

export function centredColumns(
  { matrix, targets, weights }: TargetRows,
  fitIntercept: boolean,
): CentredColumns {
  const { nRows, data } = matrix;
  const width = matrix.columns.length;
  const columnMeans = fitIntercept ? columnScale(matrix, weights).mean : new Float64Array(width);
  const targetMean = fitIntercept ? weightedMean(targets, weights) : 0;
  const lengths = weights?.map(Math.sqrt);
  const centred = (middle: number, value: (row: number) => number) => {
    const values = new Float64Array(nRows);
    for (let row = 0; row < nRows; row++) values[row] = (lengths?.[row] ?? 1) * (value(row) - middle);
    return values;
  };
  return {
    columns: Array.from(columnMeans, (mean, column) =>
      centred(mean, (row) => data[row * width + column] ?? 0),
    ),
    target: centred(targetMean, (row) => targets[row] ?? 0),
    columnMeans,
    targetMean,
  };
}
