import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Frame } from "./frame.ts";
import type { Matrix } from "./matrix.ts";

/** What `fit` and `predict` take: a matrix, or a frame whose columns are all numbers. */
export type Features = Matrix | Frame;

/** Class labels of n_rows, compared as text: strings, integers or booleans, or a column of them. */
export type Labels = ArrayLike<unknown> | { toArray(): unknown[] };

/** Numbers of n_rows to predict, or a column of them. */
export type Targets = ArrayLike<number> | { toArray(): unknown[] };

/** One weight for each of n_rows: finite and at least 0. A row of weight 2 counts as two rows, one of weight 0 as none. */
export type Weights = ArrayLike<number> | { toArray(): unknown[] };

/** What an estimator may be told about the rows beside X and y. */
export interface FitOptions {
  /** By default every row weighs 1. */
  readonly sampleWeight?: Weights;
}

interface Estimator {
  /** The class's name, as in the report. */
  readonly name: string;
  /** The hyperparameters it was made with, defaults included. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Predicts one of k classes. */
export interface Classifier extends Estimator {
  readonly kind: "classifier";
  /**
   * Learns from n_rows; fitting again forgets the first time.
   *
   * @returns itself
   * @throws {MltError} when X holds text or NaN, when the lengths differ, when y is empty or lacks a value, or when a
   *   weight is none
   */
  fit(X: Features, y: Labels, options?: FitOptions): this;
  /** The k labels in the order of `predictProba`'s columns: sorted, as numbers where all are integers. */
  readonly classes: readonly string[];
  /** The most probable class of each row; of equals the first. */
  predict(X: Features): string[];
  /** n_rows × k, row-major; each row sums to 1, columns in `classes` order. */
  predictProba(X: Features): Float64Array;
  /** Adds the fitted model; `x` is double n_rows × n_columns. @returns double probabilities, n_rows × k */
  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue;
}

/** Predicts a number. */
export interface Regressor extends Estimator {
  readonly kind: "regressor";
  /**
   * Learns from n_rows; fitting again forgets the first time.
   *
   * @returns itself
   * @throws {MltError} when X holds text or NaN, when the lengths differ, when y is empty or not finite, or when a
   *   weight is none
   */
  fit(X: Features, y: Targets, options?: FitOptions): this;
  /** n_rows predictions. */
  predict(X: Features): Float64Array;
  /** Adds the fitted model; `x` is double n_rows × n_columns. @returns double predictions, n_rows × 1 */
  toOnnx(graph: OnnxGraph, x: OnnxValue): OnnxValue;
}

/** Turns columns of a frame, or another transformer's matrix, into the numbers an estimator can read. */
export interface Transformer {
  readonly name: string;
  /**
   * Learns from the columns, and from y where it encodes by the target.
   *
   * @returns itself
   */
  fit(X: Features, y?: Labels | Targets): this;
  /**
   * The transformed columns, traced back to the frame they came from.
   * Of the very rows that it was fitted on, what a model is to be fitted on: a TargetEncoder cross-fits these.
   *
   * @throws {MltError} before `fit`, or for other columns
   */
  transform(X: Features): Matrix;
  /** `fit`, then `transform`. */
  fitTransform(X: Features, y?: Labels | Targets): Matrix;
  /** The fitted state as JSON, and back: how a project's own `processX` keeps it in model.json. */
  toJSON(): unknown;
  restore(state: unknown): this;
}
