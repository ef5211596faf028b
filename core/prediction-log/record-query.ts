import type { LogEvent, LogRecord, LogValue } from "./log-record.ts";
import { isOwnField } from "./reserved-fields.ts";

/** Which records are asked for: those that all of it is true of. */
export interface RecordQuery {
  /** Milliseconds since the epoch: from this time on. */
  readonly sinceMs?: number | undefined;
  /** Milliseconds since the epoch: before this time. */
  readonly untilMs?: number | undefined;
  readonly event?: LogEvent | undefined;
  /** The id of a row as text, whether it was sent as a text or as a number. */
  readonly id?: string | undefined;
  /** Of the predictions of one request, and of the truths that name it. */
  readonly requestId?: string | undefined;
  /** The predicted class. */
  readonly className?: string | undefined;
}

/** Whether a record is one of those asked for. */
export function matches({ event, timeMs, fields }: LogRecord, query: RecordQuery): boolean {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = query;
  if (timeMs < sinceMs || timeMs >= untilMs) return false;
  if (query.event !== undefined && event !== query.event) return false;
  if (query.className !== undefined && fields["prediction"] !== query.className) return false;
  if (query.requestId !== undefined && !isOfRequest(fields, query.requestId)) return false;
  return query.id === undefined || textOf(recordId(fields)) === query.id;
}

function isOfRequest(fields: LogRecord["fields"], requestId: string): boolean {
  return fields["request_id"] === requestId || fields["predicted_request_id"] === requestId;
}

function textOf(id: LogValue | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

/** The id of the row, which stands under the name that features.yaml gives it: the one field that is not the log's own. */
export function recordId(fields: LogRecord["fields"]): LogValue | undefined {
  for (const name in fields) if (!isOwnField(name)) return fields[name];
  return undefined;
}
