import { type Static, Type } from "@sinclair/typebox";
import { MltError } from "../../errors.ts";
import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Classifier, Features, FitOptions, Labels } from "../estimator.ts";
import { defaultContext, type FitContext } from "../fit-context.ts";
import { readLabelledRows } from "../fit-rows.ts";
import { readOptions } from "../options.ts";
import { mostProbable, softmaxRows } from "../probabilities.ts";
import { notFitted, readFittedFeatures } from "../read-features.ts";
import type { Threads } from "../threads.ts";
import { ClassWeight } from "../weights.ts";
import {
  type LinearFunctions,
  linearScores,
  linearScoresToOnnx,
  requireFiniteFunctions,
} from "./linear-scores.ts";
import { fitSoftmax } from "./logistic/fit-softmax.ts";

const Options = Type.Object(
  {
    C: Type.Number({ default: 1, exclusiveMinimum: 0, description: "a number above 0" }),
    penalty: Type.Union([Type.Literal("l1"), Type.Literal("l2"), Type.Literal("elasticnet"), Type.Null()], {
      default: "l2",
      description: '"l1", "l2", "elasticnet" or null',
    }),
    l1Ratio: Type.Union([Type.Null(), Type.Number({ minimum: 0, maximum: 1 })], {
      default: null,
      description: "a number between 0 and 1",
    }),
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
 * Softmax of linear functions with a penalty on the raw coefficients; with two classes the logistic function of one.
 * Minimises C · Σ weight · log loss + l1Ratio · Σ |coef| + (1 - l1Ratio) · ½ Σ coef²; the intercept is free.
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
    checkRatio(this.params);
  }

  fit(X: Features, y: Labels, options: FitOptions = {}): this {
    this.#fitted = undefined;
    const { fitIntercept, maxIter, tol, classWeight } = this.params;
    const rows = readLabelledRows(this.name, X, y, { ...options, classWeight });
    const { functions, nIter, converged } = fitSoftmax({
      rows,
      ...strengths(this.params),
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

/** What absolute and half squared coefficients are multiplied with, beside the sum of the log losses. */
function strengths({ C, penalty, l1Ratio }: LogisticRegression["params"]) {
  const ratio = penalty === "elasticnet" ? (l1Ratio ?? 0) : Number(penalty === "l1");
  const strength = penalty === null ? 0 : 1 / C;
  return { ridge: (1 - ratio) * strength, lasso: ratio * strength };
}

function checkRatio({ penalty, l1Ratio }: LogisticRegression["params"]): void {
  if ((penalty === "elasticnet") === (l1Ratio !== null)) return;
  const hint = 'Give l1Ratio, between 0 and 1, together with penalty "elasticnet".';
  if (l1Ratio === null)
    throw new MltError('LogisticRegression was given penalty "elasticnet" and no l1Ratio', { hint });
  throw new MltError(
    `LogisticRegression was given l1Ratio ${l1Ratio} and penalty ${JSON.stringify(penalty)}`,
    { hint },
  );
}
