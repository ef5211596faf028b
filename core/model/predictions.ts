import type { Task } from "../features/feature-spec.ts";

/** What a model says of n_rows: probabilities row-major n_rows × k for a classifier, numbers for a regressor. */
export type Predictions =
  | {
      readonly task: "classification";
      readonly labels: readonly string[];
      readonly probabilities: Float32Array;
    }
  | { readonly task: "regression"; readonly values: Float32Array };

/**
 * What a model's scores say.
 *
 * @param scores  n_rows × k probabilities in the order of `classes`, or n_rows numbers of a regression
 */
export function toPredictions(task: Task, classes: readonly string[], scores: Float32Array): Predictions {
  if (task === "regression") return { task, values: scores };
  const k = classes.length;
  const labels = Array.from(
    { length: scores.length / k },
    (_, row) => classes[mostProbable(scores, row * k, k)] ?? "",
  );
  return { task, labels, probabilities: scores };
}

/** Index of the largest of the k probabilities that begin at `start`; the first of equals, as in the graph. */
export function mostProbable(probabilities: Float32Array, start: number, k: number): number {
  let best = 0;
  for (let index = 1; index < k; index++) {
    if ((probabilities[start + index] ?? 0) > (probabilities[start + best] ?? 0)) best = index;
  }
  return best;
}
