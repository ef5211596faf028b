import type { TargetRows } from "../fit-rows.ts";
import { centredColumns } from "./centred-columns.ts";
import { householder } from "./householder.ts";
import type { LinearFunctions } from "./linear-scores.ts";
import { addFrom, at, dotFrom } from "./vector-tails.ts";

export interface LeastSquaresOptions {
  /** Times the squared coefficients, added to the squared errors; the intercept is free. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
}

/**
 * The linear function with the least squared error; of several, the one with the least coefficients.
 * QR, then a singular value decomposition of R: the columns are never squared, so their condition is kept.
 *
 * @see Golub & Van Loan, Matrix Computations, 4th ed., §5.2 (Householder QR), §8.6.3 (one-sided Jacobi)
 */
export function leastSquares(
  rows: TargetRows,
  { alpha, fitIntercept }: LeastSquaresOptions,
): LinearFunctions {
  const { columns, target, columnMeans, targetMean } = centredColumns(rows, fitIntercept);
  const { triangle, rotated } = householder(columns, target);
  const coef = solve(triangle, rotated, { alpha, nRows: target.length });
  const intercept = coef.reduce((sum, weight, column) => sum - weight * at(columnMeans, column), targetMean);
  return { coef: [coef], intercept: Float64Array.of(intercept) };
}

/**
 * Solves R · coef = rotated in the directions that R's singular vectors span, damped by alpha.
 * A direction whose singular value is rounding beside the largest gets nothing.
 */
function solve(
  triangle: readonly Float64Array[],
  rotated: Float64Array,
  { alpha, nRows }: Damping,
): Float64Array {
  const size = triangle.length;
  const directions = triangle.map((_, index) =>
    Float64Array.from({ length: size }, (_, row) => Number(row === index)),
  );
  orthogonalize(triangle, directions);
  const lengths = triangle.map((column) => Math.sqrt(dotFrom(0, column, column)));
  const negligible = Math.max(...lengths) * Math.max(nRows, size) * Number.EPSILON;
  const coef = new Float64Array(size);
  for (const [index, length] of lengths.entries()) {
    if (length <= negligible) continue;
    const share = dotFrom(0, triangle[index] ?? rotated, rotated) / (length ** 2 + alpha);
    addFrom(0, coef, directions[index] ?? coef, share);
  }
  return coef;
}

interface Damping {
  readonly alpha: number;
  readonly nRows: number;
}

/** Turns pairs of columns, and the directions with them, until every two are orthogonal (one-sided Jacobi). */
function orthogonalize(columns: readonly Float64Array[], directions: readonly Float64Array[]): void {
  // Around ten sweeps are enough; the bound only keeps rounding from turning forever.
  for (let sweep = 0; sweep < 60; sweep++) {
    if (!turnPairs(columns, directions)) return;
  }
}

/** @returns whether any two columns had to be turned */
function turnPairs(columns: readonly Float64Array[], directions: readonly Float64Array[]): boolean {
  let turned = false;
  for (const [p, first] of columns.entries()) {
    for (const [offset, second] of columns.slice(p + 1).entries()) {
      const angle = jacobiAngle(first, second);
      if (angle === undefined) continue;
      turned = true;
      rotate(first, second, angle);
      rotate(directions[p] ?? first, directions[p + 1 + offset] ?? second, angle);
    }
  }
  return turned;
}

interface Angle {
  readonly cos: number;
  readonly sin: number;
}

/** The rotation that makes two columns orthogonal; none when they are, up to rounding. */
function jacobiAngle(first: Float64Array, second: Float64Array): Angle | undefined {
  const product = dotFrom(0, first, second);
  const a = dotFrom(0, first, first);
  const b = dotFrom(0, second, second);
  if (Math.abs(product) <= 10 * first.length * Number.EPSILON * Math.sqrt(a * b)) return undefined;
  const zeta = (b - a) / (2 * product);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cos = 1 / Math.hypot(1, tangent);
  return { cos, sin: cos * tangent };
}

function rotate(first: Float64Array, second: Float64Array, { cos, sin }: Angle): void {
  for (let index = 0; index < first.length; index++) {
    const a = at(first, index);
    const b = at(second, index);
    first[index] = cos * a - sin * b;
    second[index] = sin * a + cos * b;
  }
}
