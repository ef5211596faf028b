import { type Static, Type } from "@sinclair/typebox";
import type { TargetRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { leastSquares } from "./least-squares.ts";
import { LinearRegressor } from "./linear-regressor.ts";
import type { LinearFunctions } from "./linear-scores.ts";

const Options = Type.Object(
  {
    alpha: Type.Number({ default: 1, minimum: 0, description: "a number of at least 0" }),
    fitIntercept: Type.Boolean({ default: true, description: "true or false" }),
  },
  { additionalProperties: false },
);

export type RidgeOptions = Partial<Static<typeof Options>>;

/**
 * Least squares with `alpha` times the squared coefficients added; the intercept is free.
 *
 * @see Hoerl & Kennard (1970), Ridge Regression: Biased Estimation for Nonorthogonal Problems
 */
export class Ridge extends LinearRegressor {
  readonly name = "Ridge";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: RidgeOptions = {}) {
    super();
    this.params = readOptions("Ridge", Options, options);
  }

  protected learn(rows: TargetRows): LinearFunctions {
    return leastSquares(rows, this.params);
  }
}
