import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Classifier, Features, FitOptions, Labels } from "../estimator.ts";
import { defaultContext, type FitContext } from "../fit-context.ts";
import { readLabelledRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { mostProbable, softmaxRows } from "../probabilities.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { ClassWeight } from "../weights.ts";
import { boostingOptions } from "./hist-gradient-boosting-options.ts";
import { boost } from "./trees/boost.ts";
import { sharedSumOfTrees } from "./trees/shared-sums.ts";
import type { TreeEnsemble } from "./trees/tree-ensemble.ts";
import { treesToOnnx } from "./trees/trees-to-onnx.ts";

const Options = Type.Object(
  { ...boostingOptions, classWeight: ClassWeight },
  { additionalProperties: false },
);

export type HistGradientBoostingClassifierOptions = Partial<Static<typeof Options>>;

interface Fitted {
  readonly columns: readonly string[];
  readonly classes: readonly string[];
  /** Log odds of the second of two classes; of more, a score for each. */
  readonly ensemble: TreeEnsemble;
}

/**
 * Boosted trees on histograms, of the log loss; missing values are read as they are.
 *
 * @see Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree
 */
export class HistGradientBoostingClassifier implements Classifier {
  readonly name = "HistGradientBoostingClassifier";
  readonly kind = "classifier";
  readonly params: Readonly<Static<typeof Options>> & { readonly randomState: number };
  readonly #context: FitContext;
  #fitted: Fitted | undefined;

  constructor(options: HistGradientBoostingClassifierOptions = {}, context: FitContext = defaultContext) {
    this.#context = context;
    this.params = { randomState: context.seed, ...readOptions(this.name, Options, options) };
  }

  fit(X: Features, y: Labels, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { classWeight } = this.params;
    const reading = { ...options, classWeight, allowsMissing: true };
    const { matrix, weights, classes, codes } = readLabelledRows(this.name, X, y, reading);
    const ensemble = boost({
      matrix,
      targets: codes,
      weights,
      loss: { name: "log_loss", share: 0 },
      nOutputs: classes.length === 2 ? 1 : classes.length,
      options: this.params,
      threads: this.#context.threads,
      who: this.name,
    });
    this.#fitted = { columns: matrix.columns, classes, ensemble };
    return this;
  }

  get classes(): readonly string[] {
    return this.#model().classes;
  }

  /** Iterations that were run. */
  get nIter(): number {
    const { trees, nOutputs } = this.#model().ensemble;
    return trees.length / nOutputs;
  }

  predict(X: Features): string[] {
    return mostProbable(this.predictProba(X), this.classes);
  }

  predictProba(X: Features): Float64Array {
    const matrix = readFittedFeatures(X, this.name, this.#fitted?.columns ?? [], { allowsMissing: true });
    const { ensemble, classes } = this.#model();
    const scores = sharedSumOfTrees(ensemble, matrix, this.#context.threads);
    return classes.length === 2 ? twoProbabilities(scores) : softmaxRows(scores, classes.length);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    const scores = treesToOnnx(this.#model().ensemble, graph, x);
    if (this.classes.length > 2) return graph.node("Softmax", [scores], { axis: { int: 1 } });
    const first = graph.node("Sigmoid", [graph.node("Neg", [scores])]);
    return graph.node("Concat", [first, graph.node("Sigmoid", [scores])], { axis: { int: 1 } });
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}

/** Of each row's log odds: the probability of the first class, and of the second. */
function twoProbabilities(logOdds: Float64Array): Float64Array {
  const probabilities = new Float64Array(2 * logOdds.length);
  for (let row = 0; row < logOdds.length; row++) {
    const odds = logOdds[row] ?? 0;
    probabilities[2 * row] = 1 / (1 + Math.exp(odds));
    probabilities[2 * row + 1] = 1 / (1 + Math.exp(-odds));
  }
  return probabilities;
}
