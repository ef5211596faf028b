import type { ModelCard } from "../model/model-card.ts";
import { mostProbable } from "../model/predictions.ts";
import { JsonWriter, jsonBytes } from "./json-writer.ts";

/** Writes the scores of n_rows as a JSON array with one object a row, in memory that is theirs until any writer writes again. */
export type ScoreWriter = (scores: Float32Array) => Uint8Array<ArrayBuffer>;

const writer = new JsonWriter();

/** Writes `{"class_name"}` for each row of a classifier, `{"prediction"}` for each row of a regressor. */
export function predictionWriter({ task, classes }: Pick<ModelCard, "task" | "classes">): ScoreWriter {
  if (task === "regression") return writeNumbers;
  const k = classes.length;
  const objects = classes.map((name) => jsonBytes(`,${JSON.stringify({ class_name: name })}`));
  const widest = Math.max(...objects.map(({ length }) => length));
  return (scores) => {
    writer.begin((scores.length / k) * widest + 2);
    for (let start = 0; start < scores.length; start += k) {
      const best = mostProbable(scores, start, k);
      writer.text(objects[best] ?? comma);
    }
    return finish();
  };
}

const predictionHead = jsonBytes(',{"prediction":');

function writeNumbers(scores: Float32Array): Uint8Array<ArrayBuffer> {
  writer.begin(scores.length * (predictionHead.length + 16) + 2);
  for (let row = 0; row < scores.length; row++) {
    writer.text(predictionHead);
    writer.float32(scores[row] ?? Number.NaN);
    writer.byte(endBrace);
  }
  return finish();
}

/**
 * Writes `{"class_names","probabilities"}` for each row of a classifier.
 *
 * @param classes  the k labels in the order of the probabilities
 */
export function probabilityWriter(classes: readonly string[]): ScoreWriter {
  const head = jsonBytes(`,{"class_names":${JSON.stringify(classes)},"probabilities":[`);
  const k = classes.length;
  return (scores) => {
    writer.begin((scores.length / k) * (head.length + 14 * k + 2) + 2);
    for (let start = 0; start < scores.length; start += k) {
      writer.text(head);
      writer.float32(scores[start] ?? Number.NaN);
      for (let index = start + 1; index < start + k; index++) {
        writer.byte(0x2c);
        writer.float32(scores[index] ?? Number.NaN);
      }
      writer.text(tail);
    }
    return finish();
  };
}

const comma = jsonBytes(",");
const tail = jsonBytes("]}");
const endBrace = 0x7d;

/** Every row was written behind a comma; the first one's becomes the bracket that opens the array. */
function finish(): Uint8Array<ArrayBuffer> {
  writer.byte(0x5d);
  const bytes = writer.finish();
  bytes[0] = 0x5b;
  return bytes;
}
