import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Features, FitOptions, Regressor, Targets } from "../estimator.ts";
import { defaultContext, type FitContext } from "../fit-context.ts";
import { readTargetRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { weightedMean } from "../weighted-statistics.ts";
import { fitForest } from "./forest/fit-forest.ts";
import { forestGrowth, forestOptions } from "./forest/forest-options.ts";
import { sumOfTrees, type TreeEnsemble } from "./trees/tree-ensemble.ts";
import { treesToOnnx } from "./trees/trees-to-onnx.ts";

const Options = Type.Object(
  {
    ...forestOptions(1),
    criterion: Type.Literal("squared_error", { default: "squared_error", description: '"squared_error"' }),
  },
  { additionalProperties: false },
);

/** `randomState` is the project's seed by default. */
export type RandomForestRegressorOptions = Partial<Static<typeof Options>>;

interface Fitted {
  readonly columns: readonly string[];
  readonly ensemble: TreeEnsemble;
}

/**
 * The mean of trees that each learned from rows drawn at random.
 * Missing values are learned from. Columns are split at up to 254 places, halfway between values: of more than 255 distinct
 * values some are not told apart.
 *
 * @see Breiman (2001), Random Forests
 */
export class RandomForestRegressor implements Regressor {
  readonly name = "RandomForestRegressor";
  readonly kind = "regressor";
  readonly params: Readonly<Static<typeof Options>> & { readonly randomState: number };
  readonly #context: FitContext;
  #fitted: Fitted | undefined;

  constructor(options: RandomForestRegressorOptions = {}, context: FitContext = defaultContext) {
    this.#context = context;
    this.params = { randomState: context.seed, ...readOptions(this.name, Options, options) };
  }

  fit(X: Features, y: Targets, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { params } = this;
    const { matrix, targets, weights } = readTargetRows(this.name, X, y, { ...options, allowsMissing: true });
    // Around 0, squares of the targets' sums lose no digits; the mean is added to every answer.
    const mean = weightedMean(targets, weights);
    const trees = fitForest({
      matrix,
      targets: targets.map((target) => target - mean),
      weights,
      criterion: params.criterion,
      nOutputs: 1,
      ...forestGrowth(params, matrix),
      threads: this.#context.threads,
    });
    const ensemble = { trees, nOutputs: 1, base: Float64Array.of(mean) };
    this.#fitted = { columns: matrix.columns, ensemble };
    return this;
  }

  predict(X: Features): Float64Array {
    const matrix = readFittedFeatures(X, this.name, this.#fitted?.columns ?? [], { allowsMissing: true });
    return sumOfTrees(this.#model().ensemble, matrix);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    return treesToOnnx(this.#model().ensemble, graph, x);
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}
