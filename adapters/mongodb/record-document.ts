import type { LogEvent, LogRecord, LogValue } from "../../core/prediction-log/log-record.ts";
import { escapedFields, unescapedFields } from "./escaped-names.ts";

/** A record as MongoDB keeps it. */
export interface RecordDocument {
  readonly _id: string;
  /** The record's time; its own text is in `timestamp_local`. */
  readonly timestamp: Date;
  readonly [name: string]: LogValue | Date;
}

/** The document of a record, named by its key unless told otherwise. */
export function toDocument(record: LogRecord, id = record.key): RecordDocument {
  const { timestamp, ...fields } = record.fields;
  return {
    _id: id,
    timestamp: new Date(record.timeMs),
    timestamp_local: timestamp ?? null,
    ...escapedFields(fields),
  };
}

/** The record that a document was made of; `undefined` for a document that was made of none. */
export function fromDocument(document: Readonly<Record<string, unknown>>): LogRecord | undefined {
  const { _id, schema_version, timestamp, timestamp_local, ...others } = document;
  const { event, request_id, row } = others;
  if (!(timestamp instanceof Date) || !isEvent(event)) return undefined;
  if (typeof request_id !== "string" || typeof row !== "number") return undefined;
  return {
    event,
    timeMs: timestamp.getTime(),
    key: `${request_id}:${row}`,
    fields: {
      ...(schema_version === undefined ? {} : { schema_version: logValue(schema_version) }),
      timestamp: typeof timestamp_local === "string" ? timestamp_local : timestamp.toISOString(),
      ...unescapedFields(logFields(others)),
    },
  };
}

function isEvent(event: unknown): event is LogEvent {
  return event === "predict" || event === "predict_proba" || event === "feedback";
}

function logFields(fields: object): LogRecord["fields"] {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, logValue(value)]));
}

function logValue(value: unknown): LogValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  // Somebody else's document may hold more than records do.
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return logFields(value);
}
