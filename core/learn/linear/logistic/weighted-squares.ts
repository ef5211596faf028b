import { doublesForKernels, rowsAtATime, wholeQuads } from "./kernel-memory.ts";
import type { LogisticProblem } from "./logistic-problem.ts";

const none = new Float64Array();

/** The sum of weight × row · rowᵀ over the rows of the standardised columns: width × width, the lower triangle. */
export function weightedSquares(problem: LogisticProblem, weights: Float64Array): Float64Array {
  const { data, columns } = problem;
  const nColumns = columns.shift.length;
  const padded = Math.ceil(nColumns / 2) * 2;
  const mostRows = rowsAtATime(nColumns);
  // Behind the last row, the second half of a pair.
  const sizes = [mostRows * nColumns + 2, padded, mostRows, nColumns * padded, padded];
  const { kernels, arrays } = doublesForKernels(sizes);
  const [rows = none, shifts = none, factors = none, squares = none, sums = none] = arrays;
  for (const array of arrays) array.fill(0);
  shifts.set(columns.shift);
  const shape = [8 * nColumns, 8 * padded, shifts.byteOffset, factors.byteOffset] as const;
  for (let start = 0; start < weights.length; start += mostRows) {
    const some = weights.subarray(start, start + mostRows);
    rows.set(data.subarray(start * nColumns, (start + some.length) * nColumns));
    factors.fill(0).set(some);
    kernels.square(rows.byteOffset, some.length, ...shape, squares.byteOffset);
    kernels.add(rows.byteOffset, wholeQuads(some.length), ...shape, sums.byteOffset);
  }
  return standardized(problem, {
    squares,
    sums,
    padded,
    total: weights.reduce((sum, weight) => sum + weight, 0),
  });
}

interface ShiftedSquares {
  /** Of one column after the other, `padded` apart. */
  readonly squares: Float64Array;
  /** Of the columns times those of ones. */
  readonly sums: Float64Array;
  readonly padded: number;
  readonly total: number;
}

/** The same of columns that are scaled, too. */
function standardized(
  { columns: { scale, fitIntercept } }: LogisticProblem,
  { squares, sums, padded, total }: ShiftedSquares,
): Float64Array {
  const nColumns = scale.length;
  const width = nColumns + Number(fitIntercept);
  const block = new Float64Array(width * width);
  for (let i = 0; i < nColumns; i++) {
    for (let j = 0; j <= i; j++) {
      block[i * width + j] = (squares[i * padded + j] ?? 0) / (scale[i] ?? 1) / (scale[j] ?? 1);
    }
    if (fitIntercept) block[nColumns * width + i] = (sums[i] ?? 0) / (scale[i] ?? 1);
  }
  if (fitIntercept) block[width * width - 1] = total;
  return block;
}
