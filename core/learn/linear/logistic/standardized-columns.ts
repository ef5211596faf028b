import type { LabelledRows } from "../../fit-rows.ts";
import { Matrix } from "../../matrix.ts";
import { columnScale } from "../column-scale.ts";
import type { LinearFunctions } from "../linear-scores.ts";
import { someRows } from "./some-rows.ts";

/** Columns of about the same size: (value - shift) / scale. */
export interface StandardizedColumns {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  /** Whether a column of ones follows them. */
  readonly fitIntercept: boolean;
}

/**
 * What to subtract from each column (nothing where no intercept could make up for it), then divide it by. It only makes
 * the search easier, so of many rows some are asked; all of them if a column does not vary among those.
 */
export function standardizedColumns(rows: ScaledRows, fitIntercept: boolean): StandardizedColumns {
  const oneOf = Math.floor(rows.matrix.nRows / scaleRows);
  const few = oneOf < 2 ? rows : fewRows(rows, oneOf);
  const columns = columnScale(few.matrix, few.weights);
  const { mean, std } = columns.std.every((size) => size > 0)
    ? columns
    : columnScale(rows.matrix, rows.weights);
  if (fitIntercept) return { shift: mean, scale: std.map((size) => size || 1), fitIntercept };
  return {
    shift: mean.map(() => 0),
    scale: std.map((size, column) => Math.hypot(size, mean[column] ?? 0) || 1),
    fitIntercept,
  };
}

type ScaledRows = Pick<LabelledRows, "matrix" | "weights">;

/** How many rows are asked for the sizes of columns. */
const scaleRows = 2_000;

function fewRows({ matrix, weights }: ScaledRows, oneOf: number): ScaledRows {
  const { columns, data } = matrix;
  return {
    matrix: new Matrix(columns, someRows(data, columns.length, oneOf)),
    weights: weights && someRows(weights, 1, oneOf),
  };
}

/** Writes one row of a row-major array with its columns standardised. */
export function standardizeRow(
  data: Float64Array,
  row: number,
  { columns: { shift, scale, fitIntercept }, into }: { columns: StandardizedColumns; into: Float64Array },
): void {
  const width = shift.length;
  const start = row * width;
  for (let column = 0; column < width; column++) {
    into[column] = ((data[start + column] ?? 0) - (shift[column] ?? 0)) / (scale[column] ?? 1);
  }
  if (fitIntercept) into[width] = 1;
}

/** Linear functions of the columns as they were, from a point: the weights of one function of the standardised ones, then of the next. */
export function rawFunctions(
  point: Float64Array,
  { shift, scale, fitIntercept }: StandardizedColumns,
): LinearFunctions {
  const width = scale.length + Number(fitIntercept);
  const nScores = point.length / width;
  const starts = Array.from({ length: nScores }, (_, score) => score * width);
  const coef = starts.map((start) => scale.map((size, column) => (point[start + column] ?? 0) / size));
  const intercept = Float64Array.from(starts, (start, score) => {
    const constant = fitIntercept ? (point[start + width - 1] ?? 0) : 0;
    return (
      coef[score]?.reduce((sum, weight, column) => sum - weight * (shift[column] ?? 0), constant) ?? constant
    );
  });
  return { coef, intercept };
}
