import { type Static, Type } from "@sinclair/typebox";
import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Classifier, Features, FitOptions, Labels } from "./estimator.ts";
import { defaultContext, type FitContext } from "./fit-context.ts";
import { readLabelledRows } from "./fit-rows.ts";
import {
  type LinearFunctions,
  linearScores,
  linearScoresToOnnx,
  requireFiniteFunctions,
} from "./linear-scores.ts";
import { fitSoftmax } from "./logistic/fit-softmax.ts";
import { readOptions } from "./options.ts";
import { mostProbable, softmaxRows } from "./probabilities.ts";
import { notFitted, readFittedFeatures } from "./read-features.ts";
import type { Threads } from "./threads.ts";
import { ClassWeight } from "./weights.ts";

const Options = Type.Object(
  {
    C: Type.Number({ default: 1, exclusiveMinimum: 0, description: "a number above 0" }),
    penalty: Type.Union([Type.Literal("l2"), Type.Null()], { default: "l2", description: '"l2" or null' }),
    fitIntercept: Type.Boolean({ default: true, description: "true or false" }),
    maxIter: Type.Integer({ default: 100, minimum: 1, description: "a whole number above 0" }),
    tol: Type.Number({ default: 1e-4, exclusiveMinimum: 0, description: "a number above 0" }),
    classWeight: ClassWeight,
  },
  { additionalProperties: false },
);

/** `C` divides the L2 penalty; `tol` bounds the last step in coefficients of standardised columns. */
export type LogisticRegressionOptions = Partial<Static<typeof Options>>;

interface Fitted {
  readonly columns: readonly string[];
  readonly classes: readonly string[];
  /** k functions, or one for two classes: then of the second class. */
  readonly functions: LinearFunctions;
  readonly nIter: number;
  readonly converged: boolean;
}

/**
 * Softmax of linear functions with an L2 penalty on the raw coefficients; with two classes the logistic function of one.
 * Minimises C · Σ weight · log loss + ½ Σ coef²; the intercept is free.
 *
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §4.4
 */
export class LogisticRegression implements Classifier {
  readonly name = "LogisticRegression";
  readonly kind = "classifier";
  readonly params: Readonly<Static<typeof Options>>;
  readonly #threads: Threads;
  #fitted: Fitted | undefined;

  constructor(options: LogisticRegressionOptions = {}, { threads }: FitContext = defaultContext) {
    this.#threads = threads;
    this.params = readOptions(this.name, Options, options);
  }

  fit(X: Features, y: Labels, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { C, penalty, fitIntercept, maxIter, tol, classWeight } = this.params;
    const rows = readLabelledRows(this.name, X, y, { ...options, classWeight });
    const { functions, nIter, converged } = fitSoftmax({
      rows,
      ridge: penalty === null ? 0 : 1 / C,
      lasso: 0,
      fitIntercept,
      maxIter,
      tol,
      threads: this.#threads,
    });
    requireFiniteFunctions(functions, this.name);
    const { classes, matrix } = rows;
    this.#fitted = { columns: matrix.columns, classes, functions, nIter, converged };
    return this;
  }

  get classes(): readonly string[] {
    return this.#model().classes;
  }

  /** One row of n_columns a class; a single one, of the second class, when there are two. */
  get coef(): readonly Float64Array[] {
    return this.#model().functions.coef;
  }

  /** As many as rows of `coef`. */
  get intercept(): Float64Array {
    return this.#model().functions.intercept;
  }

  /** Newton steps taken. */
  get nIter(): number {
    return this.#model().nIter;
  }

  /** Whether `tol` was reached within `maxIter` steps. */
  get converged(): boolean {
    return this.#model().converged;
  }

  predict(X: Features): string[] {
    return mostProbable(this.predictProba(X), this.classes);
  }

  predictProba(X: Features): Float64Array {
    const matrix = readFittedFeatures(X, this.name, this.#fitted?.columns ?? []);
    return softmaxRows(linearScores(this.#classFunctions(), matrix), this.classes.length);
  }

  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue {
    const scores = linearScoresToOnnx(this.#classFunctions(), graph, x);
    return graph.node("Softmax", [scores], { axis: { int: 1 } });
  }

  /** A function for every class: of two classes the first scores 0. */
  #classFunctions(): LinearFunctions {
    const { functions } = this.#model();
    const [only] = functions.coef;
    if (only === undefined || functions.coef.length > 1) return functions;
    return {
      coef: [new Float64Array(only.length), only],
      intercept: Float64Array.of(0, ...functions.intercept),
    };
  }

  #model(): Fitted {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X, y)");
    return this.#fitted;
  }
}
