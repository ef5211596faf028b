import { columnScale } from "../column-scale.ts";
import type { LabelledRows } from "../fit-rows.ts";
import type { LinearFunctions } from "../linear-scores.ts";

/** Columns of about the same size: (value - shift) / scale. */
export interface StandardizedColumns {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  /** Whether a column of ones follows them. */
  readonly fitIntercept: boolean;
}

/** What to subtract from each column (nothing where no intercept could make up for it), then divide it by. */
export function standardizedColumns(
  { matrix, weights }: LabelledRows,
  fitIntercept: boolean,
): StandardizedColumns {
  const { mean, std } = columnScale(matrix, weights);
  if (fitIntercept) return { shift: mean, scale: std.map((size) => size || 1), fitIntercept };
  return {
    shift: mean.map(() => 0),
    scale: std.map((size, column) => Math.hypot(size, mean[column] ?? 0) || 1),
    fitIntercept,
  };
}

/** The rows of a matrix with its columns standardised, row-major, written to `into`. */
export function standardize(
  { matrix }: LabelledRows,
  { shift, scale, fitIntercept }: StandardizedColumns,
  into: Float64Array,
): void {
  const { data, nRows } = matrix;
  const width = shift.length;
  let at = 0;
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < width; column++) {
      into[at] = ((data[row * width + column] ?? 0) - (shift[column] ?? 0)) / (scale[column] ?? 1);
      at++;
    }
    if (fitIntercept) {
      into[at] = 1;
      at++;
    }
  }
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
