import type { LabelledRows } from "../../fit-rows.ts";
import { oneThread, type Threads } from "../../threads.ts";
import type { LinearFunctions } from "../linear-scores.ts";
import { logisticObjective } from "./logistic-objective.ts";
import { type LogisticProblem, smallerProblem } from "./logistic-problem.ts";
import { type Minimum, minimizeByNewton, type NewtonOptions } from "./newton-cg.ts";
import { minimizeWithLasso } from "./proximal-newton.ts";
import { rawFunctions, type StandardizedColumns, standardizedColumns } from "./standardized-columns.ts";

export interface SoftmaxProblem {
  readonly rows: LabelledRows;
  /** Half of it times the squared raw coefficients is added to the sum of the weighted log losses. */
  readonly ridge: number;
  /** It times the absolute raw coefficients is added too. */
  readonly lasso: number;
  readonly fitIntercept: boolean;
  readonly maxIter: number;
  readonly tol: number;
  readonly threads: Threads;
}

export interface SoftmaxFit {
  /** A function for each of k classes, or one for two classes: that of the second. */
  readonly functions: LinearFunctions;
  readonly nIter: number;
  readonly converged: boolean;
}

/** So many values and scores of rows are worth waking another thread. */
const worthThreads = 4_000_000;
/** From so many rows on, some of them are asked first. */
const manyRows = 40_000;
/** How many are asked, and how exactly: the minimum of all is further away. */
const fewRows = 10_000;
const roughTol = 0.01;

/**
 * The softmax of linear functions with the least penalised log loss.
 * Searches in standardised columns, where Newton's method is well conditioned, but penalises the raw coefficients,
 * so that the optimum is that of the raw columns.
 */
export function fitSoftmax(problem: SoftmaxProblem): SoftmaxFit {
  const { rows, maxIter, tol, fitIntercept } = problem;
  const columns = standardizedColumns(rows, fitIntercept);
  const logistic = logisticProblem(problem, columns);
  const size = logistic.nScores * logistic.ridge.length;
  const { point, nIter, converged } = minimize(logistic, { start: new Float64Array(size), maxIter, tol });
  const functions = rawFunctions(point, columns);
  const { nScores } = logistic;
  return { functions: nScores === 1 ? functions : centred(functions, problem.lasso === 0), nIter, converged };
}

function logisticProblem(problem: SoftmaxProblem, columns: StandardizedColumns): LogisticProblem {
  const { rows, ridge, lasso } = problem;
  const { matrix, codes, classes, weights } = rows;
  const nScores = classes.length === 2 ? 1 : classes.length;
  const width = columns.scale.length + Number(columns.fitIntercept);
  const threads = matrix.nRows * width * nScores < worthThreads ? oneThread : problem.threads;
  // One thread reads them where they are.
  const isAlone = threads.count === 1;
  const data = isAlone ? matrix.data : new Float64Array(threads.allocate(8 * matrix.data.length));
  const sharedCodes = isAlone ? codes : new Int32Array(threads.allocate(4 * matrix.nRows));
  if (!isAlone) {
    data.set(matrix.data);
    sharedCodes.set(codes);
  }
  const shares = new Float64Array(threads.allocate(8 * matrix.nRows));
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? matrix.nRows;
  if (weights === undefined) shares.fill(1 / total);
  else for (let row = 0; row < shares.length; row++) shares[row] = (weights[row] ?? 1) / total;
  // The column of ones is free.
  const penalties = (of: (size: number) => number) =>
    Float64Array.from({ length: width }, (_, column) => {
      const size = columns.scale[column];
      return size === undefined ? 0 : of(size);
    });
  return {
    data,
    columns,
    codes: sharedCodes,
    shares,
    nScores,
    ridge: penalties((size) => ridge / total / size ** 2),
    lasso: penalties((size) => lasso / total / size),
    threads,
  };
}

/** Of many rows, starts where a few of them have their minimum. */
function minimize(problem: LogisticProblem, options: NewtonOptions): Minimum {
  const nRows = problem.codes.length;
  if (nRows < manyRows) return minimizeFrom(problem, options);
  const few = minimize(smallerProblem(problem, Math.min(10, Math.floor(nRows / fewRows))), {
    ...options,
    tol: Math.max(options.tol, roughTol),
  });
  return minimizeFrom(problem, few.converged ? { ...options, start: few.point, isNear: true } : options);
}

function minimizeFrom(problem: LogisticProblem, options: NewtonOptions): Minimum {
  if (problem.lasso.some((strength) => strength > 0)) return minimizeWithLasso(problem, options);
  using objective = logisticObjective(problem);
  return minimizeByNewton((point) => objective.at(point), options);
}

/**
 * Adding the same to every function changes no probability: of all the equivalent ones, those that sum to 0.
 * Coefficients whose absolute values are penalised are where they have to be.
 */
function centred({ coef, intercept }: LinearFunctions, movesCoef: boolean): LinearFunctions {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / coef.length;
  const middle = Float64Array.from(coef[0] ?? [], (_, column) =>
    movesCoef ? mean(coef.map((weights) => weights[column] ?? 0)) : 0,
  );
  return {
    coef: coef.map((weights) => weights.map((weight, column) => weight - (middle[column] ?? 0))),
    intercept: intercept.map((constant) => constant - mean(intercept)),
  };
}
