import type { Predictions } from "../model/predictions.ts";
import { decimalAt } from "./decimal-at.ts";

/** Writes predictions as a JSON array with one object a row. */
export type PredictionWriter = (predictions: Predictions) => string;

/**
 * Writes `{"class_name"}` for each row of a classifier, `{"prediction"}` for each row of a regressor.
 *
 * @param classes  the labels that the model knows, in its order
 */
export function predictionWriter(classes: readonly string[]): PredictionWriter {
  const objects = new Map(classes.map((name) => [name, JSON.stringify({ class_name: name })]));
  return (predictions) => {
    if (predictions.task === "regression") {
      return arrayOf(
        predictions.values.length,
        (row) => `{"prediction":${decimalAt(predictions.values, row)}}`,
      );
    }
    const { labels } = predictions;
    return arrayOf(labels.length, (row) => objects.get(labels[row] ?? "") ?? unknownClass(row));
  };
}

/**
 * Writes `{"class_names","probabilities"}` for each row of a classifier.
 *
 * @param classes  the k labels in the order of the probabilities
 */
export function probabilityWriter(classes: readonly string[]): PredictionWriter {
  const head = `{"class_names":${JSON.stringify(classes)},"probabilities":[`;
  const k = classes.length;
  return (predictions) => {
    if (predictions.task === "regression") throw new RangeError("A regression has no probabilities");
    const { probabilities } = predictions;
    return arrayOf(probabilities.length / k, (row) => {
      let text = head + decimalAt(probabilities, row * k);
      for (let index = 1; index < k; index++) text += `,${decimalAt(probabilities, row * k + index)}`;
      return `${text}]}`;
    });
  };
}

function arrayOf(nRows: number, objectOf: (row: number) => string): string {
  let text = "[";
  for (let row = 0; row < nRows; row++) text += row === 0 ? objectOf(row) : `,${objectOf(row)}`;
  return `${text}]`;
}

function unknownClass(row: number): never {
  throw new RangeError(`The model's label of row ${row} is none of its classes`);
}
