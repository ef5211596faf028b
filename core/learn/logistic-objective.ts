import type { LocalObjective } from "./newton-cg.ts";

export interface LogisticProblem {
  /** n_rows × n_columns, row-major; a constant term is a column of ones. */
  readonly data: Float64Array;
  /** The class of each row, 0 to k - 1. */
  readonly codes: Int32Array;
  /** What each row counts of the loss; they sum to 1. */
  readonly shares: Float64Array;
  /** Linear functions that are fitted: k, or 1 for two classes, whose first then scores 0. */
  readonly nScores: number;
  /** By column: half of it times the squared weight is added to the mean loss. */
  readonly penalty: Float64Array;
}

/**
 * The penalised mean log loss of a softmax of linear functions, to be minimised.
 * A point holds the n_columns weights of the first function, then of the second, and so on.
 *
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §4.4
 */
export function logisticObjective(problem: LogisticProblem): (point: Float64Array) => LocalObjective {
  const { penalty } = problem;
  const penaltyOf = (at: number) => penalty[at % penalty.length] ?? 0;
  const squares = { ...problem, data: problem.data.map((value) => value * value) };
  return (point) => {
    const { loss, probabilities } = softmaxLoss(problem, point);
    const slopes = weightedMean(problem, probabilityErrors(problem, probabilities));
    const bends = weightedMean(
      squares,
      probabilities.map((p) => p * (1 - p)),
    );
    return {
      value: point.reduce((sum, weight, at) => sum + (penaltyOf(at) * weight * weight) / 2, loss),
      gradient: slopes.map((slope, at) => slope + penaltyOf(at) * (point[at] ?? 0)),
      curvature: bends.map((bend, at) => bend + penaltyOf(at)),
      hessian(vector) {
        const changes = softmaxChanges(problem, probabilities, vector);
        return weightedMean(problem, changes).map((sum, at) => sum + penaltyOf(at) * (vector[at] ?? 0));
      },
    };
  };
}

/** Mean log loss, and each row's probabilities of the classes that have a function: n_rows × nScores. */
function softmaxLoss(problem: LogisticProblem, point: Float64Array) {
  const { codes, shares, nScores } = problem;
  const scores = linearScores(problem, point);
  let loss = 0;
  for (let row = 0; row < codes.length; row++) {
    const own = ownScore(problem, row);
    const ownScored = own < 0 ? 0 : (scores[row * nScores + own] ?? 0);
    const normalizer = softmaxInPlace(scores.subarray(row * nScores, (row + 1) * nScores));
    loss += (shares[row] ?? 0) * (normalizer - ownScored);
  }
  return { loss, probabilities: scores };
}

/** Turns the scores of one row into probabilities; a single one stands against a score of 0. @returns log of the sum of exp(score) */
function softmaxInPlace(scores: Float64Array): number {
  const base = scores.length === 1 ? 0 : Number.NEGATIVE_INFINITY;
  const most = scores.reduce((a, b) => Math.max(a, b), base);
  let sum = Math.exp(base - most);
  for (let k = 0; k < scores.length; k++) {
    const weight = Math.exp((scores[k] ?? 0) - most);
    scores[k] = weight;
    sum += weight;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] ?? 0) / sum;
  return most + Math.log(sum);
}

/** Which score is that of the row's own class; -1 for the class that always scores 0. */
function ownScore({ codes, nScores }: LogisticProblem, row: number): number {
  return (codes[row] ?? 0) - (nScores === 1 ? 1 : 0);
}

/** Probability less truth: the derivative of a row's loss by its scores. */
function probabilityErrors(problem: LogisticProblem, probabilities: Float64Array): Float64Array {
  const errors = probabilities.slice();
  for (let row = 0; row < problem.codes.length; row++) {
    const own = ownScore(problem, row);
    if (own < 0) continue;
    const at = row * problem.nScores + own;
    errors[at] = (errors[at] ?? 0) - 1;
  }
  return errors;
}

/** How every row's probabilities change when the point moves along `vector`. */
function softmaxChanges(problem: LogisticProblem, probabilities: Float64Array, vector: Float64Array) {
  const { codes, nScores } = problem;
  const changes = linearScores(problem, vector);
  for (let start = 0; start < codes.length * nScores; start += nScores) {
    let mean = 0;
    for (let k = start; k < start + nScores; k++) mean += (probabilities[k] ?? 0) * (changes[k] ?? 0);
    for (let k = start; k < start + nScores; k++) {
      changes[k] = (probabilities[k] ?? 0) * ((changes[k] ?? 0) - mean);
    }
  }
  return changes;
}

/** The linear functions of every row: n_rows × nScores. */
function linearScores({ data, penalty, codes, nScores }: LogisticProblem, point: Float64Array) {
  const nColumns = penalty.length;
  const scores = new Float64Array(codes.length * nScores);
  for (let row = 0; row < codes.length; row++) {
    for (let k = 0; k < nScores; k++) {
      let score = 0;
      for (let column = 0; column < nColumns; column++) {
        score += (point[k * nColumns + column] ?? 0) * (data[row * nColumns + column] ?? 0);
      }
      scores[row * nScores + k] = score;
    }
  }
  return scores;
}

/** The mean over the rows of weight × values, for each linear function: laid out like a point. */
function weightedMean({ data, penalty, codes, shares, nScores }: LogisticProblem, weights: Float64Array) {
  const nColumns = penalty.length;
  const sums = new Float64Array(nColumns * nScores);
  for (let row = 0; row < codes.length; row++) {
    for (let k = 0; k < nScores; k++) {
      const weight = (shares[row] ?? 0) * (weights[row * nScores + k] ?? 0);
      for (let column = 0; column < nColumns; column++) {
        const at = k * nColumns + column;
        sums[at] = (sums[at] ?? 0) + weight * (data[row * nColumns + column] ?? 0);
      }
    }
  }
  return sums;
}
