import { addFrom, at, dotFrom } from "./vector-tails.ts";

/**
 * QR of the columns, which it overwrites: R by column, n_columns × n_columns, and as many values of Qᵀ target.
 *
 * @see Golub & Van Loan, Matrix Computations, 4th ed., §5.2
 */
export function householder(columns: readonly Float64Array[], target: Float64Array) {
  const size = columns.length;
  const triangle: Float64Array[] = [];
  for (const [pivot, column] of columns.entries()) {
    const length = Math.sqrt(dotFrom(pivot, column, column));
    const mirror = column.slice();
    mirror[pivot] = at(column, pivot) + (at(column, pivot) < 0 ? -length : length);
    const square = dotFrom(pivot, mirror, mirror);
    for (const other of [...columns.slice(pivot), target]) {
      if (square > 0) addFrom(pivot, other, mirror, (-2 * dotFrom(pivot, mirror, other)) / square);
    }
    triangle.push(Float64Array.from({ length: size }, (_, row) => (row <= pivot ? at(column, row) : 0)));
  }
  return { triangle, rotated: Float64Array.from({ length: size }, (_, row) => at(target, row)) };
}
