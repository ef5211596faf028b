import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Classifier, Features, FitOptions, Labels } from "../estimator.ts";
import { readLabelledRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { mostProbable } from "../probabilities.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import { constantRowsToOnnx } from "./constant-rows.ts";

const Options = Type.Object(
  {
    strategy: Type.Union([Type.Literal("prior"), Type.Literal("most_frequent")], {
      default: "prior",
      description: '"prior" or "most_frequent"',
    }),
  },
  { additionalProperties: false },
);

export type DummyClassifierOptions = Partial<Static<typeof Options>>;

interface Fitted {
  readonly columns: readonly string[];
  readonly classes: readonly string[];
  /** The answer for every row. */
  readonly probabilities: Float64Array;
}

/** Ignores X: predicts how often each class occurred, or certainty of the most frequent. The score to beat. */
export class DummyClassifier implements Classifier {
  readonly name = "DummyClassifier";
  readonly kind = "classifier";
  readonly params: Readonly<Static<typeof Options>>;
  #fitted: Fitted | undefined;

  constructor(options: DummyClassifierOptions = {}) {
    this.params = readOptions("DummyClassifier", Options, options);
  }

  fit(X: Features, y: Labels, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { matrix, classes, codes, weights } = readLabelledRows(this.name, X, y, options);
    const counts = new Float64Array(classes.length);
    for (const [row, code] of codes.entries()) counts[code] = (counts[code] ?? 0) + (weights?.[row] ?? 1);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const shares = counts.map((count) => count / total);
    this.#fitted = {
      columns: matrix.columns,
      classes,
      probabilities: this.params.strategy === "prior" ? shares : peak(shares),
    };
    return this;
  }

  get classes(): readonly string[] {
    return this.#model().classes;
  }

  predict(X: Features): string[] {
    return mostProbable(this.predictProba(X), this.classes);
  }

  predictProba(X: Features): Float64Array {
    const { nRows } = readFittedFeatures(X, this.name, this.#fitted?.columns ?? []);
    const { probabilities } = this.#model();
    return Float64Array.from(
      { length: nRows * probabilities.length },
      (_, index) => probabilities[index % probabilities.length] ?? 0,
    );
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    return constantRowsToOnnx(this.#model().probabilities, graph, x);
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}

/** 1 at the first of the largest, 0 elsewhere. */
function peak(shares: Float64Array): Float64Array {
  const at = shares.indexOf(Math.max(...shares));
  return shares.map((_, index) => Number(index === at));
}
