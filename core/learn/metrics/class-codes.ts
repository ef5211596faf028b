import type { LabelEvaluation } from "./evaluation.ts";

/** Rows as numbers: the index of the true and of the predicted label. */
export interface ClassCodes {
  /** The model's classes, then labels that are true of some row although the model does not know them, sorted. */
  readonly labels: readonly string[];
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
}

/**
 * Numbers the labels of n_rows.
 *
 * @throws {RangeError} when the lengths differ, or a predicted label is not among the classes
 */
export function classCodes({ truth, classes, predictions }: LabelEvaluation): ClassCodes {
  const n = truth.length;
  const { labels: said, probabilities } = predictions;
  if (said.length !== n || (probabilities ?? { length: n * classes.length }).length !== n * classes.length) {
    throw new RangeError(
      `Expected ${n} labels and ${n} x ${classes.length} probabilities, ` +
        `got ${said.length} and ${probabilities?.length}`,
    );
  }
  const known = new Set(classes);
  const labels = [...classes, ...[...new Set(truth)].filter((label) => !known.has(label)).sort()];
  const codeOf = new Map(labels.map((label, code) => [label, code]));
  const predicted = Int32Array.from(said, (label) => {
    if (!known.has(label)) throw new RangeError(`Predicted label "${label}" is not among the classes`);
    return codeOf.get(label) ?? 0;
  });
  return { labels, truth: Int32Array.from(truth, (label) => codeOf.get(label) ?? 0), predicted };
}
