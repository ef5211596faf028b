import { type Static, Type } from "@sinclair/typebox";
import { readOptions } from "../options.ts";
import { descentOptions, ElasticNetRegressor } from "./elastic-net-regressor.ts";

const Options = Type.Object(descentOptions, { additionalProperties: false });

export type LassoOptions = Partial<Static<typeof Options>>;

/**
 * Least squares with the absolute coefficients in the penalty, which makes some of them exactly 0:
 * squared errors / 2n + alpha · Σ |coef|; the intercept is free.
 *
 * @see Tibshirani (1996), Regression Shrinkage and Selection via the Lasso
 */
export class Lasso extends ElasticNetRegressor {
  readonly name = "Lasso";
  readonly params: Readonly<Static<typeof Options>>;
  protected readonly l1Ratio = 1;

  constructor(options: LassoOptions = {}) {
    super();
    this.params = readOptions("Lasso", Options, options);
  }
}
