import { Type } from "@sinclair/typebox";
import type { TargetRows } from "../fit-rows.ts";
import { notFitted } from "../read-features.ts";
import { type CentredColumns, centredColumns } from "./centred-columns.ts";
import { type CoordinateDescent, coordinateDescent } from "./coordinate-descent.ts";
import { householder } from "./householder.ts";
import { LinearRegressor } from "./linear-regressor.ts";
import type { LinearFunctions } from "./linear-scores.ts";

/** Options that Lasso and ElasticNet share. */
export const descentOptions = {
  alpha: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    description: "a number above 0, or take LinearRegression",
  }),
  fitIntercept: Type.Boolean({ default: true, description: "true or false" }),
  maxIter: Type.Integer({ default: 1_000, minimum: 1, description: "a whole number above 0" }),
  tol: Type.Number({ default: 1e-4, exclusiveMinimum: 0, description: "a number above 0" }),
};

/** Of more columns, the triangle would take longer to make than it saves. */
const mostColumns = 256;

/** What Lasso and ElasticNet have in common. */
export abstract class ElasticNetRegressor extends LinearRegressor {
  abstract override readonly params: Readonly<{
    alpha: number;
    fitIntercept: boolean;
    maxIter: number;
    tol: number;
  }>;
  protected abstract readonly l1Ratio: number;
  #descent: CoordinateDescent | undefined;

  /** Cycles over the coefficients. */
  get nIter(): number {
    return this.#found().nIter;
  }

  /** How far the function is above its minimum, at most, for squared errors / 2n. */
  get dualGap(): number {
    return this.#found().dualGap;
  }

  /** Whether `tol` was reached within `maxIter` cycles. */
  get converged(): boolean {
    return this.#found().converged;
  }

  protected learn(rows: TargetRows): LinearFunctions {
    this.#descent = undefined;
    const { alpha, fitIntercept, maxIter, tol } = this.params;
    const centred = centredColumns(rows, fitIntercept);
    const n = rows.weights?.reduce((sum, weight) => sum + weight, 0) ?? rows.matrix.nRows;
    const descent = coordinateDescent(
      {
        ...shortened(centred),
        lasso: n * alpha * this.l1Ratio,
        ridge: n * alpha * (1 - this.l1Ratio),
      },
      { maxIter, tol },
    );
    const { coef } = descent;
    this.#descent = { ...descent, dualGap: descent.dualGap / n };
    const intercept = coef.reduce(
      (sum, weight, column) => sum - weight * (centred.columnMeans[column] ?? 0),
      centred.targetMean,
    );
    return { coef: [coef], intercept: Float64Array.of(intercept) };
  }

  #found(): CoordinateDescent {
    if (this.#descent === undefined || !this.isFitted) throw notFitted(this.name, "fit(X, y)");
    return this.#descent;
  }
}

/** The same squared errors in as few rows as there are columns, where there are many rows: of R and Qᵀ target, and a rest. */
function shortened({ columns, target }: CentredColumns) {
  const nColumns = columns.length;
  if (nColumns > mostColumns || target.length < 2 * nColumns) return { columns, target, restSquares: 0 };
  const squares = squared(target);
  const { triangle, rotated } = householder(columns, target);
  return { columns: triangle, target: rotated, restSquares: Math.max(0, squares - squared(rotated)) };
}

function squared(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
