import type { LogisticProblem } from "./logistic-problem.ts";
import { lossHessian } from "./loss-hessian.ts";
import type { Minimum, NewtonOptions } from "./newton-cg.ts";
import { type Quadratic, quadraticMinimum } from "./quadratic-minimum.ts";

/**
 * Minimises the penalised mean log loss where absolute weights are part of the penalty: Newton's method, whose steps
 * are the minima of loss to the second order plus penalty, found by coordinate descent.
 *
 * @see Yuan, Ho & Lin (2012), An Improved GLMNET for L1-regularized Logistic Regression
 * @see Lee, Sun & Saunders (2014), Proximal Newton-type Methods for Minimizing Composite Functions
 */
export function minimizeWithLasso(problem: LogisticProblem, { start, maxIter, tol }: NewtonOptions): Minimum {
  const columns = columnsOf(problem);
  let point = start;
  let here = lossAt(problem, scoresOf(problem, columns, point));
  for (let nIter = 1; nIter <= maxIter; nIter++) {
    const { weights, slope } = quadraticMinimum(quadraticAt(problem, { columns, point, here }), tol);
    const step = weights.map((weight, at) => weight - (point[at] ?? 0));
    const changes = scoresOf(problem, columns, step);
    const next = searchLine(problem, { point, here, weights, changes, slope });
    if (next === undefined) return { point, nIter, converged: false };
    const largest = step.reduce((most, change) => Math.max(most, Math.abs(change)), 0);
    ({ point, here } = next);
    if (next.length === 1 && largest <= tol) return { point, nIter, converged: true };
  }
  return { point, nIter: maxIter, converged: false };
}

/** Arrays of n_rows for the first score, then for the second, and so on. */
interface Loss {
  readonly value: number;
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
}

/** The standardised columns. */
function columnsOf({ data, columns, ridge, codes }: LogisticProblem): Float64Array[] {
  const { shift, scale } = columns;
  return Array.from(ridge, (_, column) => {
    const values = new Float64Array(codes.length).fill(1);
    const [middle, size] = [shift[column] ?? 0, scale[column] ?? 1];
    if (column === shift.length) return values;
    for (let row = 0; row < values.length; row++) {
      values[row] = ((data[row * shift.length + column] ?? 0) - middle) / size;
    }
    return values;
  });
}

function scoresOf(
  { nScores, codes }: LogisticProblem,
  columns: readonly Float64Array[],
  point: Float64Array,
): Float64Array {
  const scores = new Float64Array(nScores * codes.length);
  for (const [at, weight] of point.entries()) {
    const values = columns[at % columns.length] ?? scores;
    const from = Math.floor(at / columns.length) * codes.length;
    if (weight === 0) continue;
    for (let row = 0; row < codes.length; row++) {
      scores[from + row] = (scores[from + row] ?? 0) + weight * (values[row] ?? 0);
    }
  }
  return scores;
}

/** The mean log loss without the penalty. */
function lossAt({ codes, shares, nScores }: LogisticProblem, scores: Float64Array): Loss {
  const nRows = codes.length;
  const probabilities = scores.slice();
  let value = 0;
  for (let row = 0; row < nRows; row++) {
    const own = (codes[row] ?? 0) - (nScores === 1 ? 1 : 0);
    const ownScore = own < 0 ? 0 : (scores[own * nRows + row] ?? 0);
    value += (shares[row] ?? 0) * (softmaxEvery(probabilities, row, nRows) - ownScore);
  }
  return { value, scores, probabilities };
}

/** Turns every so many scores into probabilities; a single one stands against a score of 0. @returns log of the sum of exp(score) */
function softmaxEvery(scores: Float64Array, start: number, step: number): number {
  const base = scores.length === step ? 0 : Number.NEGATIVE_INFINITY;
  let most = base;
  for (let at = start; at < scores.length; at += step) most = Math.max(most, scores[at] ?? 0);
  let sum = Math.exp(base - most);
  for (let at = start; at < scores.length; at += step) {
    const weight = Math.exp((scores[at] ?? 0) - most);
    scores[at] = weight;
    sum += weight;
  }
  for (let at = start; at < scores.length; at += step) scores[at] = (scores[at] ?? 0) / sum;
  return most + Math.log(sum);
}

interface Place {
  readonly point: Float64Array;
  readonly here: Loss;
}

function quadraticAt(
  problem: LogisticProblem,
  { columns, point, here }: Place & { readonly columns: readonly Float64Array[] },
): Quadratic {
  const { ridge, lasso } = problem;
  const { probabilities } = here;
  const gradient = new Float64Array(point.length);
  const curvature = new Float64Array(point.length);
  for (let score = 0; score < problem.nScores; score++) {
    const { slopes, bends } = derivatives(problem, probabilities, score);
    for (const [column, values] of columns.entries()) {
      const at = score * columns.length + column;
      gradient[at] = dot(slopes, values) + (ridge[column] ?? 0) * (point[at] ?? 0);
      curvature[at] = dotSquares(bends, values) + (ridge[column] ?? 0);
    }
  }
  return {
    point,
    gradient,
    curvature,
    hessian: lossHessian({ problem, columns, probabilities }),
    ridge,
    lasso,
  };
}

/** Of every row's loss, by one of its scores. */
function derivatives(
  { codes, shares, nScores }: LogisticProblem,
  probabilities: Float64Array,
  score: number,
) {
  const code = nScores === 1 ? 1 : score;
  const slopes = new Float64Array(codes.length);
  const bends = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const p = probabilities[score * codes.length + row] ?? 0;
    const share = shares[row] ?? 0;
    slopes[row] = share * (codes[row] === code ? p - 1 : p);
    bends[row] = share * p * (1 - p);
  }
  return { slopes, bends };
}

interface Step {
  readonly weights: Float64Array;
  readonly changes: Float64Array;
  /** What the step would save if the loss were as steep all along, with its penalty. */
  readonly slope: number;
}

/** The longest of the step, its half, its quarter … that lowers the value enough. */
function searchLine(problem: LogisticProblem, { point, here, weights, changes, slope }: Place & Step) {
  const value = here.value + penalty(problem, point);
  const rounding = 1e-13 * Math.abs(value);
  for (let length = 1; length > 1e-9; length /= 2) {
    const candidate =
      length === 1 ? weights : point.map((weight, at) => weight + length * ((weights[at] ?? 0) - weight));
    const there = lossAt(
      problem,
      here.scores.map((score, at) => score + length * (changes[at] ?? 0)),
    );
    if (there.value + penalty(problem, candidate) <= value + 1e-4 * length * slope + rounding)
      return { point: candidate, here: there, length };
  }
  return undefined;
}

function penalty({ ridge, lasso }: LogisticProblem, point: Float64Array): number {
  return point.reduce((sum, weight, at) => {
    const column = at % ridge.length;
    return sum + ((ridge[column] ?? 0) * weight * weight) / 2 + (lasso[column] ?? 0) * Math.abs(weight);
  }, 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += (a[row] ?? 0) * (b[row] ?? 0);
  return sum;
}

function dotSquares(weights: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < weights.length; row++) sum += (weights[row] ?? 0) * (values[row] ?? 0) ** 2;
  return sum;
}
