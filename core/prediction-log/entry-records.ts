import { shortestFloat32 } from "../features/shortest-float32.ts";
import { type EntryKind, entryKinds } from "../ports.ts";
import { bestClasses } from "./best-classes.ts";
import { type Feedback, readFeedback } from "./feedback-entry.ts";
import { localTime } from "./local-time.ts";
import type { LoggedFeature, LogLayout } from "./log-layout.ts";
import type { LogRecord, LogValue } from "./log-record.ts";
import { type PredictionsEntry, readPredictions } from "./predictions-entry.ts";
import { idField } from "./reserved-fields.ts";

/** The records that an entry stands for, in the order of its rows. */
export type EntryReader = (kind: EntryKind, bytes: Uint8Array) => readonly LogRecord[];

/**
 * Makes the function that reads the entries under a layout.
 * It throws `RangeError` for bytes that were not written under it.
 */
export function entryReader(layout: LogLayout): EntryReader {
  const timeText = localTime(layout.time_zone);
  return (kind, bytes) =>
    kind === entryKinds.predictions
      ? predictionRecords(layout, readPredictions(layout, bytes), timeText)
      : feedbackRecords(layout, bytes, timeText);
}

type TimeText = (timeMs: number) => string;

function predictionRecords(
  layout: LogLayout,
  entry: PredictionsEntry,
  timeText: TimeText,
): readonly LogRecord[] {
  const { timeMs, requestId, event, ids } = entry;
  const timestamp = timeText(timeMs);
  const latency = Math.round(entry.latencyMs * 1000) / 1000;
  return Array.from({ length: entry.columns.nRows }, (_, row) => {
    const id = ids[row];
    const fields: Record<string, LogValue> = {
      schema_version: 1,
      timestamp,
      request_id: requestId,
      row,
      event,
    };
    if (layout.id_name !== undefined && id !== undefined) fields[idField(layout.id_name)] = id;
    fields["model_id"] = layout.model.id;
    fields["model_name"] = layout.model.name;
    fields["model_version"] = layout.model.version;
    fields["model_creation_time"] = layout.model.creation_time;
    if (layout.features.length > 0) fields["features"] = featureFields(layout.features, entry, row);
    addAnswer(fields, layout, entry.scores, row);
    fields["latency_ms"] = latency;
    return { event, timeMs, key: `${requestId}:${row}`, fields };
  });
}

function featureFields(
  features: readonly LoggedFeature[],
  { columns }: PredictionsEntry,
  row: number,
): Record<string, LogValue> {
  return Object.fromEntries(
    features.map(({ name, kind }) => [name, loggedValue(kind, columns.values.get(name)?.[row] ?? "")]),
  );
}

function loggedValue(kind: LoggedFeature["kind"], value: number | string): LogValue {
  if (typeof value === "string") return value === "" ? null : value;
  if (Number.isNaN(value)) return null;
  return kind === "boolean" ? value === 1 : shortestFloat32(value);
}

function addAnswer(
  fields: Record<string, LogValue>,
  { task, classes, n_best }: LogLayout,
  scores: Float32Array,
  row: number,
): void {
  if (task === "regression") {
    fields["prediction"] = shortestFloat32(scores[row] ?? Number.NaN);
    return;
  }
  const k = classes.length;
  const best = bestClasses(scores, row * k, k, n_best);
  fields["prediction"] = classes[best[0] ?? 0] ?? "";
  for (let place = 0; place < best.length; place++) {
    const index = best[place] ?? 0;
    fields[`class_${place + 1}`] = classes[index] ?? "";
    fields[`proba_${place + 1}`] = shortestFloat32(scores[row * k + index] ?? Number.NaN);
  }
}

function feedbackRecords(layout: LogLayout, bytes: Uint8Array, timeText: TimeText): readonly LogRecord[] {
  const { timeMs, requestId, truths } = readFeedback(bytes);
  const timestamp = timeText(timeMs);
  return truths.map((truth, row) => ({
    event: "feedback",
    timeMs,
    key: `${requestId}:${row}`,
    fields: {
      schema_version: 1,
      timestamp,
      request_id: requestId,
      row,
      event: "feedback",
      ...predictionNamed(layout, truth),
      model_name: layout.model.name,
      truth: truth.truth,
    },
  }));
}

function predictionNamed({ id_name }: LogLayout, { id, request_id, row = 0 }: Feedback) {
  if (request_id !== undefined) return { predicted_request_id: request_id, predicted_row: row };
  return id === undefined || id_name === undefined ? {} : { [idField(id_name)]: id };
}
