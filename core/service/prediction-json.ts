import type { ModelCard } from "../model/model-card.ts";
import { mostProbable } from "../model/predictions.ts";
import { JsonWriter, jsonBytes } from "./json-writer.ts";

/** Writes the scores of n_rows as a JSON array with one object a row. */
export type ScoreWriter = (scores: Float32Array) => Uint8Array<ArrayBuffer>;

/** Writes `{"class_name"}` for each row of a classifier, `{"prediction"}` for each row of a regressor. */
export function predictionWriter({ task, classes }: Pick<ModelCard, "task" | "classes">): ScoreWriter {
  if (task === "regression") return numberWriter;
  const k = classes.length;
  const objects = classes.map((name) => jsonBytes(JSON.stringify({ class_name: name })));
  const widest = Math.max(...objects.map(({ length }) => length));
  return (scores) => {
    requireFinite(scores);
    const writer = new JsonWriter((scores.length / k) * (widest + 1) + 2);
    writeArray(writer, scores.length / k, (row) =>
      writer.bytes(objects[mostProbable(scores, row * k, k)] ?? unknownClass),
    );
    return writer.finish();
  };
}

const unknownClass = jsonBytes("null");
const predictionHead = jsonBytes('{"prediction":');

function numberWriter(scores: Float32Array): Uint8Array<ArrayBuffer> {
  const writer = new JsonWriter(scores.length * 32);
  writeArray(writer, scores.length, (row) => {
    writer.bytes(predictionHead);
    writer.float32(scores[row] ?? Number.NaN);
    writer.byte(endBrace);
  });
  return writer.finish();
}

/**
 * Writes `{"class_names","probabilities"}` for each row of a classifier.
 *
 * @param classes  the k labels in the order of the probabilities
 */
export function probabilityWriter(classes: readonly string[]): ScoreWriter {
  const head = jsonBytes(`{"class_names":${JSON.stringify(classes)},"probabilities":[`);
  const k = classes.length;
  return (scores) => {
    const writer = new JsonWriter((scores.length / k) * (head.length + 12 * k + 3) + 2);
    writeArray(writer, scores.length / k, (row) => {
      writer.bytes(head);
      for (let index = 0; index < k; index++) {
        if (index > 0) writer.byte(comma);
        writer.float32(scores[row * k + index] ?? Number.NaN);
      }
      writer.byte(endBracket);
      writer.byte(endBrace);
    });
    return writer.finish();
  };
}

const comma = 0x2c;
const endBracket = 0x5d;
const endBrace = 0x7d;

function writeArray(writer: JsonWriter, length: number, writeItem: (index: number) => void): void {
  writer.byte(0x5b);
  for (let index = 0; index < length; index++) {
    if (index > 0) writer.byte(comma);
    writeItem(index);
  }
  writer.byte(endBracket);
}

/** A class is named by numbers that are not written. */
function requireFinite(scores: Float32Array): void {
  const odd = scores.find((score) => !Number.isFinite(score));
  if (odd !== undefined) throw new RangeError(`A probability is ${odd}`);
}
