import type { Columns } from "../features/columns.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import { bootstrapIntervals } from "../learn/metrics/bootstrap.ts";
import { scoreClassification } from "../learn/metrics/classification.ts";
import type { Evaluation, LabelsOrNumbers } from "../learn/metrics/evaluation.ts";
import { type FeatureImportance, permutationImportance } from "../learn/metrics/permutation-importance.ts";
import { scoreRegression } from "../learn/metrics/regression.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import { seededRandom } from "../learn/random.ts";
import type { Metrics } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

/** The metric that a model is judged by where nobody names another. */
export function mainMetric(task: FeatureSpec["task"]): string {
  return task === "classification" ? "accuracy" : "r2";
}

/** What the model said of some rows beside what is true of them. */
export function evaluationOf(
  predictions: Predictions,
  truth: readonly unknown[],
  classes: readonly string[],
): Evaluation {
  if (predictions.task === "regression") return { task: "regression", truth: truth.map(Number), predictions };
  return { task: "classification", truth: truth.map(String), classes, predictions };
}

/** What a model said of rows, and the scores of it. */
export interface Scored {
  readonly evaluation: LabelsOrNumbers;
  readonly metrics: Metrics;
}

export function score(evaluation: LabelsOrNumbers): Metrics {
  return evaluation.task === "classification" ? scoreClassification(evaluation) : scoreRegression(evaluation);
}

/** 95 % intervals of the metrics on these rows. */
export function intervals(evaluation: LabelsOrNumbers, seed: number): Readonly<Record<string, Interval>> {
  return bootstrapIntervals(evaluation, seededRandom(seed));
}

export interface ImportanceOptions {
  readonly task: FeatureSpec["task"];
  readonly classes: readonly string[];
  readonly columns: Columns;
  readonly truth: readonly unknown[];
  readonly predict: (columns: Columns) => Promise<Predictions>;
  readonly seed: number;
}

/** Beyond it the answers hardly change, whatever is shuffled: the ranking still does. */
const dominantShare = 0.8;

function importanceMetric({ task, truth, classes }: ImportanceOptions): string {
  if (task === "regression") return mainMetric(task);
  const counts = new Map<unknown, number>();
  for (const label of truth) counts.set(label, (counts.get(label) ?? 0) + 1);
  const isRanked = counts.size > 1 && counts.keys().every((label) => classes.includes(String(label)));
  const most = Math.max(...counts.values());
  return isRanked && most > dominantShare * truth.length ? "roc_auc" : mainMetric(task);
}

/** How much the main metric falls without each feature, or the ranking where one class is most of the rows: on 2,000 rows five times, of many features fewer and once. */
export async function importance(
  options: ImportanceOptions,
): Promise<{ metric: string; features: readonly FeatureImportance[] }> {
  const metric = importanceMetric(options);
  const features = await permutationImportance({
    columns: options.columns,
    score: async (columns, rows) => {
      const truth = Array.from(rows, (row) => options.truth[row]);
      const metrics = score(evaluationOf(await options.predict(columns), truth, options.classes));
      return metrics[metric] ?? 0;
    },
    random: seededRandom(options.seed),
    // A ranking does not depend on how many rows are of which class, but cannot be told of hardly any.
    ...(metric === "roc_auc" ? { classes: options.truth } : {}),
    // Each feature costs a prediction of all of them: the work grows with their square.
    ...(options.columns.values.size <= 100 ? { repeats: 5, maxRows: 2_000 } : { repeats: 1, maxRows: 200 }),
  });
  return { metric, features };
}
