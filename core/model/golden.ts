import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { Feature } from "../features/feature-spec.ts";
import { isText } from "../features/feature-spec.ts";
import { rowAt } from "../features/rows.ts";
import type { Golden } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

const maxGolden = 10;
const tolerance = 1e-5;

/**
 * The requests that are kept with their answers: one row of each predicted class first, then the rows in order.
 */
export function chooseGolden(
  columns: Columns,
  features: readonly Feature[],
  predictions: Predictions,
): Golden[] {
  return goldenRows(predictions, columns.nRows).map((index) => {
    const row = rowAt(columns, features, index);
    if (predictions.task === "regression")
      return { row, prediction: predictions.values[index] ?? Number.NaN };
    const nClasses = predictions.probabilities.length / columns.nRows;
    return {
      row,
      class_name: predictions.labels[index] ?? "",
      probabilities: Array.from(predictions.probabilities.subarray(index * nClasses, (index + 1) * nClasses)),
    };
  });
}

function goldenRows(predictions: Predictions, nRows: number): number[] {
  const labels = predictions.task === "regression" ? [] : predictions.labels;
  const chosen = new Set([...new Set(labels)].map((label) => labels.indexOf(label)));
  for (let index = 0; index < nRows && chosen.size < maxGolden; index++) chosen.add(index);
  return [...chosen].slice(0, maxGolden);
}

/** The golden rows as columns, to be predicted again. */
export function goldenColumns(golden: readonly Golden[], features: readonly Feature[]): Columns {
  const values = new Map<string, Float32Array | readonly string[]>(
    features.map((feature) => {
      const column = golden.map(({ row }) => row[feature.name] ?? null);
      if (isText(feature))
        return [feature.name, column.map((value) => (value === null ? "" : String(value)))];
      return [
        feature.name,
        Float32Array.from(column, (value) => (value === null ? Number.NaN : Number(value))),
      ];
    }),
  );
  return { nRows: golden.length, values };
}

/** @throws {MltError} when an answer is not the kept one, to 1e-5 (of the value, for numbers over 1) */
export function checkGolden(golden: readonly Golden[], predictions: Predictions): void {
  for (const [index, expected] of golden.entries()) {
    if (!isSame(expected, predictions, index, golden.length)) {
      throw new MltError(
        `The model does not answer its golden request ${index + 1} as it did when it was trained`,
        {
          hint: "Train the model again with mlt train, or put the folder back as it was written.",
        },
      );
    }
  }
}

function isSame(expected: Golden, predictions: Predictions, index: number, nRows: number): boolean {
  if (predictions.task === "regression") return isClose(expected.prediction, predictions.values[index]);
  const nClasses = predictions.probabilities.length / nRows;
  const kept = expected.probabilities ?? [];
  return (
    kept.length === nClasses &&
    expected.class_name === predictions.labels[index] &&
    kept.every((value, column) => isClose(value, predictions.probabilities[index * nClasses + column]))
  );
}

function isClose(expected: number | undefined, actual: number | undefined): boolean {
  if (expected === undefined || actual === undefined) return false;
  return Math.abs(expected - actual) <= tolerance * Math.max(1, Math.abs(expected));
}
