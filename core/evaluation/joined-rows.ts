import type { LabelsOrNumbers } from "../learn/metrics/evaluation.ts";
import type { ModelCard } from "../model/model-card.ts";
import type { LiveLog } from "./live-log.ts";

/** Numbers of the predictions that have a truth. */
export function rowsWithTruth({ joined }: Pick<LiveLog, "joined">): Int32Array {
  const rows = Int32Array.from(joined.truthOf.keys());
  return rows.filter((row) => joined.truthOf[row] !== -1);
}

/** What the model said of some rows beside what became of them. */
export function evaluationOfRows(
  { predictions, truths, joined }: Pick<LiveLog, "predictions" | "truths" | "joined">,
  { task, classes }: Pick<ModelCard, "task" | "classes">,
  rows: Int32Array,
): LabelsOrNumbers {
  const { answers, probabilities } = predictions;
  const truthOf = (row: number) => truths.values[joined.truthOf[row] ?? 0] ?? Number.NaN;
  if (task === "regression") {
    const values = Float32Array.from(rows, (row) => answers[row] ?? Number.NaN);
    return { task, truth: Float64Array.from(rows, truthOf), predictions: { task, values } };
  }
  return {
    task,
    classes,
    truth: Array.from(rows, (row) => truths.labels[truthOf(row)] ?? ""),
    predictions: {
      task,
      labels: Array.from(rows, (row) => classes[answers[row] ?? 0] ?? ""),
      probabilities: probabilities && takeScores(probabilities, rows, classes.length),
    },
  };
}

function takeScores(probabilities: Float32Array, rows: Int32Array, k: number): Float32Array {
  const taken = new Float32Array(rows.length * k);
  for (const [at, row] of rows.entries()) taken.set(probabilities.subarray(row * k, (row + 1) * k), at * k);
  return taken;
}
