import { softThreshold } from "./soft-threshold.ts";

/** ½ · squared errors + lasso · Σ |coef| + ½ · ridge · Σ coef², to be minimised. */
export interface PenalizedSquares {
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  /** Squared errors that no coefficients change, beside those of the target. */
  readonly restSquares: number;
  readonly lasso: number;
  readonly ridge: number;
}

export interface CoordinateDescent {
  readonly coef: Float64Array;
  readonly nIter: number;
  /** How far the value is above the least possible one, at most. */
  readonly dualGap: number;
  readonly converged: boolean;
}

interface Stop {
  readonly maxIter: number;
  /** Times the squared target: the duality gap at which the search ends. */
  readonly tol: number;
}

/**
 * Minimises along one coefficient after the other, until the duality gap is small.
 *
 * @see Friedman, Hastie & Tibshirani (2010), Regularization Paths for Generalized Linear Models via Coordinate Descent
 * @see Kim, Koh, Lustig, Boyd & Gorinevsky (2007), An Interior-Point Method for Large-Scale l1-Regularized Least Squares,
 *   for the gap
 */
export function coordinateDescent(problem: PenalizedSquares, { maxIter, tol }: Stop): CoordinateDescent {
  const { columns, target, restSquares } = problem;
  const coef = new Float64Array(columns.length);
  const errors = target.slice();
  const lengths = columns.map((column) => dot(column, column));
  const goal = tol * (dot(target, target) + restSquares);
  for (let nIter = 1; nIter <= maxIter; nIter++) {
    const { change, most } = cycle(problem, { coef, errors, lengths });
    // The gap takes as long as a cycle: it is asked for once the coefficients hardly move.
    if (change > tol * most && nIter < maxIter) continue;
    const gap = dualGap(problem, coef, errors);
    if (gap <= goal || nIter === maxIter) return { coef, nIter, dualGap: gap, converged: gap <= goal };
  }
  throw new RangeError("maxIter is at least 1");
}

interface State {
  readonly coef: Float64Array;
  readonly errors: Float64Array;
  readonly lengths: readonly number[];
}

/** @returns the largest change, and the largest coefficient */
function cycle({ columns, lasso, ridge }: PenalizedSquares, { coef, errors, lengths }: State) {
  let change = 0;
  let most = 0;
  for (const [index, column] of columns.entries()) {
    const length = lengths[index] ?? 0;
    const before = coef[index] ?? 0;
    if (length === 0) continue;
    const after = softThreshold(dot(column, errors) + length * before, lasso) / (length + ridge);
    if (after !== before) add(errors, column, before - after);
    coef[index] = after;
    change = Math.max(change, Math.abs(after - before));
    most = Math.max(most, Math.abs(after));
  }
  return { change, most };
}

/** The value less that of a point of the dual problem, made from the errors. */
function dualGap(
  { columns, target, restSquares, lasso, ridge }: PenalizedSquares,
  coef: Float64Array,
  errors: Float64Array,
): number {
  const slopes = columns.map((column, index) => Math.abs(dot(column, errors) - ridge * (coef[index] ?? 0)));
  const steepest = slopes.reduce((most, slope) => Math.max(most, slope), 0);
  const scale = steepest > lasso ? lasso / steepest : 1;
  const squares = dot(errors, errors) + restSquares;
  const absolute = coef.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return (
    (squares * (1 + scale ** 2)) / 2 +
    lasso * absolute -
    scale * (dot(errors, target) + restSquares) +
    (ridge * (1 + scale ** 2) * dot(coef, coef)) / 2
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function add(target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] ?? 0) + factor * (values[index] ?? 0);
  }
}
