import { type Static, Type } from "@sinclair/typebox";
import type { LeastSquaresOptions } from "./least-squares.ts";
import { LeastSquaresRegressor } from "./least-squares-regressor.ts";
import { readOptions } from "./options.ts";

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
export class Ridge extends LeastSquaresRegressor {
  readonly name = "Ridge";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: RidgeOptions = {}) {
    super();
    this.params = readOptions("Ridge", Options, options);
  }

  protected leastSquaresOptions(): LeastSquaresOptions {
    return this.params;
  }
}
