import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Features, FitOptions, Regressor, Targets } from "../estimator.ts";
import { readTargetRows, type TargetRows } from "../fit-rows.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import {
  type LinearFunctions,
  linearScores,
  linearScoresToOnnx,
  requireFiniteFunctions,
} from "./linear-scores.ts";

/** What the regressors have in common that predict by one linear function. */
export abstract class LinearRegressor implements Regressor {
  abstract readonly name: string;
  abstract readonly params: Readonly<Record<string, unknown>>;
  readonly kind = "regressor";
  #fitted: { readonly columns: readonly string[]; readonly functions: LinearFunctions } | undefined;

  /** The linear function that fits the rows best. */
  protected abstract learn(rows: TargetRows): LinearFunctions;

  fit(X: Features, y: Targets, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const rows = readTargetRows(this.name, X, y, options);
    const functions = this.learn(rows);
    requireFiniteFunctions(functions, this.name);
    this.#fitted = { columns: rows.matrix.columns, functions };
    return this;
  }

  protected get isFitted(): boolean {
    return this.#fitted !== undefined;
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
