import type { LogisticProblem } from "./logistic-problem.ts";
import { rowBlock } from "./row-block.ts";

/** The sum of weight × row · rowᵀ over the rows of the standardised columns: width × width. */
export function weightedSquares(problem: LogisticProblem, weights: Float64Array): Float64Array {
  const { data, columns, ridge } = problem;
  const width = ridge.length;
  // The factors of a row are its own values: every column is a function.
  const block = rowBlock({ data, shift: columns.shift, width, nScores: width });
  const squares = new Float64Array(width * width);
  block.begin(squares);
  for (let start = 0; start < weights.length; start += block.mostRows) {
    const some = weights.subarray(start, start + block.mostRows);
    block.read(start, some.length);
    for (let column = 0; column < width; column++) {
      const into = block.scores.subarray(column * block.mostRows);
      fillWeighted(into, problem, { column, start, weights: some });
    }
    block.add(some.length);
  }
  block.writeSums(squares);
  return squares.map((sum, at) => sum / (columns.scale[at % width] ?? 1));
}

interface WeightedColumn {
  readonly column: number;
  readonly start: number;
  readonly weights: Float64Array;
}

/** Of some rows, from `start` on, weight × value of a standardised column. */
function fillWeighted(
  into: Float64Array,
  { data, columns: { shift, scale } }: LogisticProblem,
  { column, start, weights }: WeightedColumn,
): void {
  const nColumns = shift.length;
  const [middle, size] = [shift[column] ?? 0, scale[column] ?? 1];
  for (let row = 0; row < weights.length; row++) {
    const value = column < nColumns ? ((data[(start + row) * nColumns + column] ?? 0) - middle) / size : 1;
    into[row] = (weights[row] ?? 0) * value;
  }
}
