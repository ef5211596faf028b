import { type Static, Type } from "@sinclair/typebox";
import { MltError } from "../../errors.ts";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Features, FitOptions, Regressor, Targets } from "../estimator.ts";
import { defaultContext, type FitContext } from "../fit-context.ts";
import { readTargetRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { boostingOptions } from "./hist-gradient-boosting-options.ts";
import { boost } from "./trees/boost.ts";
import { sharedSumOfTrees } from "./trees/shared-sums.ts";
import type { TreeEnsemble } from "./trees/tree-ensemble.ts";
import { treesToOnnx } from "./trees/trees-to-onnx.ts";

const losses = ["squared_error", "absolute_error", "gamma", "poisson", "quantile"] as const;

const Options = Type.Object(
  {
    ...boostingOptions,
    loss: Type.Union(
      losses.map((name) => Type.Literal(name)),
      { default: "squared_error", description: losses.map((name) => `"${name}"`).join(" or ") },
    ),
    quantile: Type.Union([Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), Type.Null()], {
      default: null,
      description: "a number between 0 and 1",
    }),
  },
  { additionalProperties: false },
);

export type HistGradientBoostingRegressorOptions = Partial<Static<typeof Options>>;

/**
 * Boosted regression trees on histograms, of the squared error by default; missing values are read as they are.
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
    const { loss, quantile } = options;
    if ((loss === "quantile") !== (quantile !== undefined && quantile !== null)) {
      throw new MltError(`${this.name} needs the option "quantile" with the loss "quantile", and no other`, {
        hint: 'Give { loss: "quantile", quantile: 0.9 }, or another number between 0 and 1.',
      });
    }
    if (options.monotonicCst && (loss === "absolute_error" || loss === "quantile")) {
      throw new MltError(`${this.name} cannot keep directions with the loss "${loss}"`, {
        hint: "Choose another loss, or leave out monotonicCst.",
      });
    }
    this.params = { randomState: context.seed, ...readOptions(this.name, Options, options) };
  }

  fit(X: Features, y: Targets, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { matrix, weights, targets } = readTargetRows(this.name, X, y, { ...options, allowsMissing: true });
    this.#checkTargets(targets);
    const ensemble = boost({
      matrix,
      targets,
      weights,
      loss: { name: this.params.loss, share: this.params.quantile ?? 0.5 },
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
    const scores = sharedSumOfTrees(this.#model().ensemble, matrix, this.#context.threads);
    return this.#isLogarithm() ? scores.map(Math.exp) : scores;
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    const scores = treesToOnnx(this.#model().ensemble, graph, x);
    return this.#isLogarithm() ? graph.node("Exp", [scores]) : scores;
  }

  /** Whether scores are logarithms of what is predicted. */
  #isLogarithm(): boolean {
    return this.params.loss === "poisson" || this.params.loss === "gamma";
  }

  #checkTargets(targets: Float64Array): void {
    const { loss } = this.params;
    if (!this.#isLogarithm()) return;
    const row = targets.findIndex((target) => (loss === "gamma" ? target <= 0 : target < 0));
    if (row >= 0) {
      const needed = loss === "gamma" ? "a number above 0" : "a number of at least 0";
      throw new MltError(
        `A target is ${targets[row]}; ${this.name} with the loss "${loss}" needs ${needed}`,
        {
          hint: "Choose another loss, or mend the targets.",
        },
      );
    }
    if (targets.some((target) => target > 0)) return;
    throw new MltError(`All targets are 0; ${this.name} with the loss "${loss}" needs one above 0`, {
      hint: "Choose another loss, or mend the targets.",
    });
  }

  #model() {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}
