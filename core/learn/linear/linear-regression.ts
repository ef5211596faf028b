import { type Static, Type } from "@sinclair/typebox";
import type { TargetRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { leastSquares } from "./least-squares.ts";
import { LinearRegressor } from "./linear-regressor.ts";
import type { LinearFunctions } from "./linear-scores.ts";

const Options = Type.Object(
  { fitIntercept: Type.Boolean({ default: true, description: "true or false" }) },
  { additionalProperties: false },
);

export type LinearRegressionOptions = Partial<Static<typeof Options>>;

/** Ordinary least squares; where columns depend on each other, the solution with the least coefficients. */
export class LinearRegression extends LinearRegressor {
  readonly name = "LinearRegression";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: LinearRegressionOptions = {}) {
    super();
    this.params = readOptions("LinearRegression", Options, options);
  }

  protected learn(rows: TargetRows): LinearFunctions {
    return leastSquares(rows, { alpha: 0, ...this.params });
  }
}
