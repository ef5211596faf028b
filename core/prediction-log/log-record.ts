/** What a record is of: one predicted row, asked for as a class or as probabilities, or what became of one. */
export type LogEvent = "predict" | "predict_proba" | "feedback";

/** What a field of a record may hold. */
export type LogValue = string | number | boolean | null | { readonly [name: string]: LogValue };

/** One record of the prediction log, the same for every sink. */
export interface LogRecord {
  readonly event: LogEvent;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** `request_id:row`, the same however often the record is sent. */
  readonly key: string;
  /**
   * All that the record says, in its order: `schema_version`, `timestamp` (ISO 8601 in the configured time zone),
   * `request_id`, `row`, `event`, the id under its own name, `model_id` … `latency_ms`.
   */
  readonly fields: Readonly<Record<string, LogValue>>;
}

/** A record that a sink will never take, however often it is sent. */
export interface RefusedRecord {
  readonly record: LogRecord;
  /** In the sink's words, without a value of the record. */
  readonly reason: string;
}
