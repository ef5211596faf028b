import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Features, FitOptions, Regressor, Targets } from "./estimator.ts";
import { defaultContext, type FitContext } from "./fit-context.ts";
import { readTargetRows } from "./fit-rows.ts";
import { boostingOptions } from "./hist-gradient-boosting-options.ts";
import { readOptions } from "./options.ts";
import { notFitted, readFittedFeatures } from "./read-features.ts";
import { boost } from "./trees/boost.ts";
import { sumOfTrees, type TreeEnsemble } from "./trees/tree-ensemble.ts";
import { treesToOnnx } from "./trees/trees-to-onnx.ts";

const Options = Type.Object(boostingOptions, { additionalProperties: false });

export type HistGradientBoostingRegressorOptions = Partial<Static<typeof Options>>;

/**
 * Boosted regression trees on histograms, of the squared error; missing values are read as they are.
 *
 * @see Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree
 */
export class HistGradientBoostingRegressor implements Regressor {
  readonly name = "HistGradientBoostingRegressor";
  readonly kind = "regressor";
  readonly params: Readonly<Static<typeof Options>> & { readonly randomState: number };
  readonly #context: FitContext;
  #fitted: { readonly columns: readonly string[]; readonly ensemble: TreeEnsemble } | undefined;

  constructor(options: HistGradientBoostingRegressorOptions = {}, context: FitContext = defaultContext) {
    this.#context = context;
    this.params = { randomState: context.seed, ...readOptions(this.name, Options, options) };
  }

  fit(X: Features, y: Targets, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { matrix, weights, targets } = readTargetRows(this.name, X, y, { ...options, allowsMissing: true });
    const ensemble = boost({
      matrix,
      targets,
      weights,
      loss: "squared_error",
      nOutputs: 1,
      options: this.params,
      threads: this.#context.threads,
      who: this.name,
    });
    this.#fitted = { columns: matrix.columns, ensemble };
    return this;
  }

  /** Iterations that were run. */
  get nIter(): number {
    return this.#model().ensemble.trees.length;
  }

  predict(X: Features): Float64Array {
    const matrix = readFittedFeatures(X, this.name, this.#fitted?.columns ?? [], { allowsMissing: true });
    return sumOfTrees(this.#model().ensemble, matrix);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    return treesToOnnx(this.#model().ensemble, graph, x);
  }

  #model() {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}
