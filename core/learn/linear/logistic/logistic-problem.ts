import { oneThread, type Threads } from "../../threads.ts";
import { someRows } from "./some-rows.ts";
import type { StandardizedColumns } from "./standardized-columns.ts";

/** Rows and penalty of a softmax of linear functions. */
export interface LogisticProblem {
  /** n_rows × n_columns, row-major, as they are. */
  readonly data: Float64Array;
  /** What functions are functions of: those columns of about the same size. A constant term is a column of ones. */
  readonly columns: StandardizedColumns;
  /** The class of each row, 0 to k - 1. */
  readonly codes: Int32Array;
  /** What each row counts of the loss; they sum to 1. */
  readonly shares: Float64Array;
  /** Linear functions that are fitted: k, or 1 for two classes, whose first then scores 0. */
  readonly nScores: number;
  /** By column: half of it times the squared weight is added to the mean loss. */
  readonly ridge: Float64Array;
  /** By column: it times the absolute weight is added too. */
  readonly lasso: Float64Array;
  /** Whose memory the arrays of the rows lie in. */
  readonly threads: Threads;
}

/** About one of so many rows of a problem, each counting accordingly more. */
export function smallerProblem(problem: LogisticProblem, oneOf: number): LogisticProblem {
  const shares = someRows(problem.shares, 1, oneOf);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    ...problem,
    data: someRows(problem.data, problem.columns.shift.length, oneOf),
    codes: Int32Array.from(someRows(problem.codes, 1, oneOf)),
    shares: shares.map((share) => share / total),
    threads: oneThread,
  };
}
