import { columnScale } from "./column-scale.ts";
import type { LabelledRows } from "./fit-rows.ts";
import type { LinearFunctions } from "./linear-scores.ts";
import { logisticObjective } from "./logistic-objective.ts";
import type { Matrix } from "./matrix.ts";
import { minimizeByNewton } from "./newton-cg.ts";

export interface SoftmaxProblem {
  readonly rows: LabelledRows;
  /** Half of it times the squared raw coefficients is added to the sum of the weighted log losses. */
  readonly penalty: number;
  readonly fitIntercept: boolean;
  readonly maxIter: number;
  readonly tol: number;
}

export interface SoftmaxFit {
  /** k functions whose coefficients and intercepts sum to 0, or one for two classes: that of the second. */
  readonly functions: LinearFunctions;
  readonly nIter: number;
  readonly converged: boolean;
}

/**
 * The softmax of linear functions with the least penalised log loss.
 * Searches in standardised columns, where Newton's method is well conditioned, but penalises the raw coefficients,
 * so that the optimum is that of the raw columns.
 */
export function fitSoftmax(problem: SoftmaxProblem): SoftmaxFit {
  const { rows, penalty, fitIntercept, maxIter, tol } = problem;
  const { matrix, codes, classes } = rows;
  const { shift, scale } = conditioning(rows, fitIntercept);
  const nColumns = matrix.columns.length;
  const nScores = classes.length === 2 ? 1 : classes.length;
  const weights = rows.weights ?? new Float64Array(matrix.nRows).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const strengths = Array.from(scale, (size) => penalty / total / size ** 2);
  const objective = logisticObjective({
    data: standardized(matrix, { shift, scale, fitIntercept }),
    codes,
    shares: weights.map((weight) => weight / total),
    nScores,
    penalty: Float64Array.from(fitIntercept ? [...strengths, 0] : strengths),
  });
  const start = new Float64Array(nScores * (nColumns + Number(fitIntercept)));
  const { point, nIter, converged } = minimizeByNewton(objective, { start, maxIter, tol });
  const functions = Array.from({ length: nScores }, (_, score) => {
    const weights = point.subarray((score * point.length) / nScores, ((score + 1) * point.length) / nScores);
    const coef = scale.map((size, column) => at0(weights, column) / size);
    const constant = fitIntercept ? at0(weights, nColumns) : 0;
    return {
      coef,
      constant: coef.reduce((sum, weight, column) => sum - weight * at0(shift, column), constant),
    };
  });
  const coef = functions.map((fitted) => fitted.coef);
  const intercept = Float64Array.from(functions, ({ constant }) => constant);
  return { functions: nScores === 1 ? { coef, intercept } : centred({ coef, intercept }), nIter, converged };
}

interface Conditioning {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
}

/** What to subtract from each column (nothing where no intercept could make up for it), then divide it by. */
function conditioning({ matrix, weights }: LabelledRows, fitIntercept: boolean): Conditioning {
  const { mean, std } = columnScale(matrix, weights);
  if (fitIntercept) return { shift: mean, scale: std.map((size) => size || 1) };
  return {
    shift: mean.map(() => 0),
    scale: std.map((size, column) => Math.hypot(size, at0(mean, column)) || 1),
  };
}

/** The columns shifted and scaled, then a column of ones if there is an intercept. */
function standardized(
  { data, nRows, columns }: Matrix,
  { shift, scale, fitIntercept }: Conditioning & { readonly fitIntercept: boolean },
): Float64Array {
  const width = columns.length + Number(fitIntercept);
  const values = new Float64Array(nRows * width).fill(1);
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < columns.length; column++) {
      const value = at0(data, row * columns.length + column);
      values[row * width + column] = (value - at0(shift, column)) / at0(scale, column);
    }
  }
  return values;
}

/** Adding the same to every function changes no probability: of all the equivalent ones, those that sum to 0. */
function centred({ coef, intercept }: LinearFunctions): LinearFunctions {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / coef.length;
  const middle = Float64Array.from(coef[0] ?? [], (_, column) =>
    mean(coef.map((weights) => at0(weights, column))),
  );
  return {
    coef: coef.map((weights) => weights.map((weight, column) => weight - at0(middle, column))),
    intercept: intercept.map((constant) => constant - mean(intercept)),
  };
}

function at0(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
