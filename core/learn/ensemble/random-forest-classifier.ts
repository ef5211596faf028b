import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Classifier, Features, FitOptions, Labels } from "../estimator.ts";
import { defaultContext, type FitContext } from "../fit-context.ts";
import { readLabelledRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { mostProbable } from "../probabilities.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { ClassWeight } from "../weights.ts";
import { fitForest } from "./forest/fit-forest.ts";
import { forestGrowth, forestOptions } from "./forest/forest-options.ts";
import { sumOfTrees, type TreeEnsemble } from "./trees/tree-ensemble.ts";
import { treesToOnnx } from "./trees/trees-to-onnx.ts";

const Options = Type.Object(
  {
    ...forestOptions("sqrt"),
    criterion: Type.Union([Type.Literal("gini"), Type.Literal("entropy"), Type.Literal("log_loss")], {
      default: "gini",
      description: '"gini" or "entropy", which is also called "log_loss"',
    }),
    classWeight: ClassWeight,
  },
  { additionalProperties: false },
);

/** `randomState` is the project's seed by default. */
export type RandomForestClassifierOptions = Partial<Static<typeof Options>>;

interface Fitted {
  readonly columns: readonly string[];
  readonly classes: readonly string[];
  readonly ensemble: TreeEnsemble;
}

/**
 * The mean of trees that each learned from rows drawn at random, and looked at a few columns drawn at random for every split.
 * Missing values are learned from. Columns are split at up to 254 places, halfway between values: of more than 255 distinct
 * values some are not told apart.
 *
 * @see Breiman (2001), Random Forests
 */
export class RandomForestClassifier implements Classifier {
  readonly name = "RandomForestClassifier";
  readonly kind = "classifier";
  readonly params: Readonly<Static<typeof Options>> & { readonly randomState: number };
  readonly #context: FitContext;
  #fitted: Fitted | undefined;

  constructor(options: RandomForestClassifierOptions = {}, context: FitContext = defaultContext) {
    this.#context = context;
    this.params = { randomState: context.seed, ...readOptions(this.name, Options, options) };
  }

  fit(X: Features, y: Labels, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { params } = this;
    const rows = readLabelledRows(this.name, X, y, {
      ...options,
      classWeight: params.classWeight,
      allowsMissing: true,
    });
    const { matrix, classes, codes, weights } = rows;
    const trees = fitForest({
      matrix,
      targets: codes,
      weights,
      criterion: params.criterion === "gini" ? "gini" : "entropy",
      nOutputs: classes.length,
      ...forestGrowth(params, matrix),
      threads: this.#context.threads,
    });
    const ensemble = { trees, nOutputs: classes.length, base: new Float64Array(classes.length) };
    this.#fitted = { columns: matrix.columns, classes, ensemble };
    return this;
  }

  get classes(): readonly string[] {
    return this.#model().classes;
  }

  predict(X: Features): string[] {
    return mostProbable(this.predictProba(X), this.classes);
  }

  predictProba(X: Features): Float64Array {
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
