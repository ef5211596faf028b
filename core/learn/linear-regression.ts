import { type Static, Type } from "@sinclair/typebox";
import type { LeastSquaresOptions } from "./least-squares.ts";
import { LeastSquaresRegressor } from "./least-squares-regressor.ts";
import { readOptions } from "./options.ts";

const Options = Type.Object(
  { fitIntercept: Type.Boolean({ default: true, description: "true or false" }) },
  { additionalProperties: false },
);

export type LinearRegressionOptions = Partial<Static<typeof Options>>;

/** Ordinary least squares; where columns depend on each other, the solution with the least coefficients. */
export class LinearRegression extends LeastSquaresRegressor {
  readonly name = "LinearRegression";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: LinearRegressionOptions = {}) {
    super();
    this.params = readOptions("LinearRegression", Options, options);
  }

  protected leastSquaresOptions(): LeastSquaresOptions {
    return { alpha: 0, ...this.params };
  }
}
