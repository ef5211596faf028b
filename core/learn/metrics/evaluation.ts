import type { Metrics } from "../../model/model-card.ts";
import type { Predictions } from "../../model/predictions.ts";

/** Labels of n_rows, with probabilities n_rows × k in the order of the model's classes. */
export type ClassPredictions = Extract<Predictions, { task: "classification" }>;

/** Predicted numbers of n_rows. */
export type NumberPredictions = Extract<Predictions, { task: "regression" }>;

/** What a classifier said of n_rows, beside what is true. */
export interface ClassificationEvaluation {
  readonly truth: readonly string[];
  /** The k classes that the model knows, in the order of the probabilities' columns. */
  readonly classes: readonly string[];
  readonly predictions: ClassPredictions;
}

/** The same where only the labels may be known: metrics of probabilities are then left out. */
export interface LabelEvaluation extends Pick<ClassificationEvaluation, "truth" | "classes"> {
  readonly predictions: Omit<ClassPredictions, "probabilities"> & {
    readonly probabilities: ClassPredictions["probabilities"] | undefined;
  };
}

/** What a regressor said of n_rows, beside what is true. */
export interface RegressionEvaluation {
  readonly truth: ArrayLike<number>;
  readonly predictions: NumberPredictions;
}

/** Either, told apart by `task`. */
export type Evaluation =
  | ({ readonly task: "classification" } & ClassificationEvaluation)
  | ({ readonly task: "regression" } & RegressionEvaluation);

/** Either, where of a classifier only the labels may be known. */
export type LabelsOrNumbers =
  | ({ readonly task: "classification" } & LabelEvaluation)
  | ({ readonly task: "regression" } & RegressionEvaluation);

/**
 * Scores rows under weights: how often each of n_rows counts, a whole number.
 * A metric that the weighted rows leave undefined is left out of the result.
 */
export type WeightedScorer = (weights: Int32Array) => Metrics;
