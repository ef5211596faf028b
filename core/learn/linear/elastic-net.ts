import { type Static, Type } from "@sinclair/typebox";
import { readOptions } from "../options.ts";
import { descentOptions, ElasticNetRegressor } from "./elastic-net-regressor.ts";

const Options = Type.Object(
  {
    ...descentOptions,
    l1Ratio: Type.Number({ default: 0.5, minimum: 0, maximum: 1, description: "a number between 0 and 1" }),
  },
  { additionalProperties: false },
);

export type ElasticNetOptions = Partial<Static<typeof Options>>;

/**
 * Least squares with absolute and squared coefficients in the penalty:
 * squared errors / 2n + alpha · l1Ratio · Σ |coef| + alpha · (1 - l1Ratio) · ½ Σ coef²; the intercept is free.
 *
 * @see Zou & Hastie (2005), Regularization and Variable Selection via the Elastic Net
 */
export class ElasticNet extends ElasticNetRegressor {
  readonly name = "ElasticNet";
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: ElasticNetOptions = {}) {
    super();
    this.params = readOptions("ElasticNet", Options, options);
  }

  protected get l1Ratio(): number {
    return this.params.l1Ratio;
  }
}
