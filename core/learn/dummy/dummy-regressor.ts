import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Features, FitOptions, Regressor, Targets } from "../estimator.ts";
import { readTargetRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { weightedMean, weightedMedian } from "../weighted-statistics.ts";
import { constantRowsToOnnx } from "./constant-rows.ts";

const Options = Type.Object(
  {
    strategy: Type.Union([Type.Literal("mean"), Type.Literal("median")], {
      default: "mean",
      description: '"mean" or "median"',
    }),
  },
  { additionalProperties: false },
);

export type DummyRegressorOptions = Partial<Static<typeof Options>>;

/** Ignores X: predicts the mean or the median of y. The score to beat. */
export class DummyRegressor implements Regressor {
  readonly name = "DummyRegressor";
  readonly kind = "regressor";
  readonly params: Readonly<Static<typeof Options>>;
  #fitted: { readonly columns: readonly string[]; readonly constant: number } | undefined;

  constructor(options: DummyRegressorOptions = {}) {
    this.params = readOptions("DummyRegressor", Options, options);
  }

  fit(X: Features, y: Targets, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { matrix, targets, weights } = readTargetRows(this.name, X, y, options);
    const middle = this.params.strategy === "mean" ? weightedMean : weightedMedian;
    this.#fitted = { columns: matrix.columns, constant: middle(targets, weights) };
    return this;
  }

  /** What it predicts for every row. */
  get constant(): number {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted.constant;
  }

  predict(X: Features): Float64Array {
    const { nRows } = readFittedFeatures(X, this.name, this.#fitted?.columns ?? []);
    return new Float64Array(nRows).fill(this.constant);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    return constantRowsToOnnx([this.constant], graph, x);
  }
}
