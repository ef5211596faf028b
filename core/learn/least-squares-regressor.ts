import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Features, Regressor, Targets } from "./estimator.ts";
import { type LeastSquaresOptions, leastSquares } from "./least-squares.ts";
import {
  type LinearFunctions,
  linearScores,
  linearScoresToOnnx,
  requireFiniteFunctions,
} from "./linear-scores.ts";
import { notFitted, readFeatures, readFittedFeatures } from "./read-features.ts";
import { readTargets } from "./targets.ts";

/** What the regressors that minimise squared errors have in common. */
export abstract class LeastSquaresRegressor implements Regressor {
  abstract readonly name: string;
  abstract readonly params: Readonly<Record<string, unknown>>;
  readonly kind = "regressor";
  #fitted: { readonly columns: readonly string[]; readonly functions: LinearFunctions } | undefined;

  protected abstract leastSquaresOptions(): LeastSquaresOptions;

  fit(X: Features, y: Targets): this {
    this.#fitted = undefined;
    const matrix = readFeatures(X, this.name);
    const targets = readTargets(y, matrix.nRows, this.name);
    const functions = leastSquares(matrix, targets, this.leastSquaresOptions());
    requireFiniteFunctions(functions, this.name);
    this.#fitted = { columns: matrix.columns, functions };
    return this;
  }

  /** One a column. */
  get coef(): Float64Array {
    return this.#functions().coef[0] ?? new Float64Array(0);
  }

  get intercept(): number {
    return this.#functions().intercept[0] ?? 0;
  }

  predict(X: Features): Float64Array {
    const matrix = readFittedFeatures(X, this.name, this.#fitted?.columns ?? []);
    return linearScores(this.#functions(), matrix);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    return linearScoresToOnnx(this.#functions(), graph, x);
  }

  #functions(): LinearFunctions {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted.functions;
  }
}
