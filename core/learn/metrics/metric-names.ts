import type { Task } from "../../features/feature-spec.ts";

/** A classifier's metrics, the telling ones first; scikit-learn's names and definitions. */
const classificationMetrics = [
  "accuracy",
  "balanced_accuracy",
  "precision_macro",
  "recall_macro",
  "f1_macro",
  "roc_auc",
  "average_precision",
  "log_loss",
] as const;

/** A regressor's metrics, the telling ones first; all but `r2` are in the target's unit. */
const regressionMetrics = ["r2", "rmse", "mae", "median_absolute_error", "max_error"] as const;

const inTargetUnit: ReadonlySet<string> = new Set(["rmse", "mae", "median_absolute_error", "max_error"]);

const lowerIsBetter: ReadonlySet<string> = new Set(["log_loss", ...inTargetUnit]);

/** The metrics that a model of this task can have, in the order they are shown. */
export function metricNames(task: Task): readonly string[] {
  return task === "classification" ? classificationMetrics : regressionMetrics;
}

/** Whether a larger value of the metric means a better model. @throws {RangeError} for a name that is no metric */
export function higherIsBetter(metric: string): boolean {
  const known: readonly string[] = [...classificationMetrics, ...regressionMetrics];
  if (!known.includes(metric)) throw new RangeError(`Unknown metric "${metric}"`);
  return !lowerIsBetter.has(metric);
}

/** Whether the metric is in the target's unit, and so may be of any size. */
export function isInTargetUnit(metric: string): boolean {
  return inTargetUnit.has(metric);
}
