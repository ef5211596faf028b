import { blockPreconditioner } from "./block-preconditioner.ts";
import type { LogisticProblem } from "./logistic-problem.ts";
import type { LocalObjective } from "./newton-cg.ts";
import { type SoftmaxRows, softmaxStep, softmaxWork } from "./softmax-work.ts";

/** A function to minimise, with what it holds while it is. */
export interface Objective extends Disposable {
  /** The function around a point; what it gives holds until the next point is asked for. */
  at(point: Float64Array): LocalObjective;
}

/** Rows of one part, unless there are so many that it would be more than 200 parts. */
const rowsPerPart = 4_096;

/**
 * The penalised mean log loss of a softmax of linear functions, to be minimised.
 * A point holds the n_columns weights of the first function, then of the second, and so on.
 *
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §4.4
 */
export function logisticObjective(problem: LogisticProblem): Objective {
  const { ridge, threads } = problem;
  const rows = softmaxRows(problem);
  const nParts = Math.ceil(rows.codes.length / rows.rowsPerPart);
  const team = threads.team(softmaxWork, rows);
  const sizes = Float64Array.from(ridge, (_, column) => problem.columns.scale[column] ?? 1);
  const scaleOf = (at: number) => sizes[at % sizes.length] ?? 1;
  /** Weights of columns that are only shifted, or slopes of those that are scaled, too. */
  const divided = (vector: Float64Array) => vector.map((value, at) => value / scaleOf(at));
  const ridgeOf = (at: number) => ridge[at % ridge.length] ?? 0;
  const pass = (step: number) => {
    team.run(nParts, [step]);
    const sums = totals(rows.sums, rows.point.length + 1);
    return { slopes: divided(sums.subarray(0, -1)), loss: sums.at(-1) ?? 0 };
  };
  return {
    at(point) {
      rows.point.set(divided(point));
      const { slopes, loss } = pass(softmaxStep.loss);
      return {
        value: point.reduce((sum, weight, at) => sum + (ridgeOf(at) * weight * weight) / 2, loss),
        gradient: point.map((weight, at) => (slopes[at] ?? 0) + ridgeOf(at) * weight),
        hessian(vector) {
          rows.direction.set(divided(vector));
          const { slopes } = pass(softmaxStep.bends);
          return vector.map((value, at) => (slopes[at] ?? 0) + ridgeOf(at) * value);
        },
        preconditioner: () => blockPreconditioner(problem, rows.probabilities),
      };
    },
    [Symbol.dispose]() {
      team[Symbol.dispose]();
    },
  };
}

function softmaxRows(problem: LogisticProblem): SoftmaxRows {
  const { data, columns, codes, shares, nScores, ridge, threads } = problem;
  const size = nScores * ridge.length;
  const perPart = Math.max(rowsPerPart, Math.ceil(codes.length / 200));
  const doubles = (length: number) => new Float64Array(threads.allocate(8 * length));
  return {
    data,
    shift: columns.shift,
    codes,
    shares,
    nScores,
    width: ridge.length,
    rowsPerPart: perPart,
    point: doubles(size),
    direction: doubles(size),
    probabilities: doubles(codes.length * nScores),
    sums: doubles(Math.ceil(codes.length / perPart) * (size + 1)),
  };
}

/** The sums of all parts, in their order. */
function totals(sums: Float64Array, size: number): Float64Array {
  const total = new Float64Array(size);
  for (let at = 0; at < sums.length; at++) total[at % size] = (total[at % size] ?? 0) + (sums[at] ?? 0);
  return total;
}
