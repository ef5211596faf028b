import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import type { LogEvent } from "../core/prediction-log/log-record.ts";
import type { RecordQuery } from "../core/prediction-log/record-query.ts";
import { logTime } from "./log-time.ts";

/** The flags of `mlt logs` that say which records are meant. */
export interface LogFlags {
  readonly last?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly id?: string | undefined;
  readonly "request-id"?: string | undefined;
  readonly class?: string | undefined;
  readonly event?: string | undefined;
}

/** Which records are meant. */
export interface LogChoice {
  readonly query: RecordQuery;
  /** Most records; 0: all. */
  readonly last: number;
}

const events: readonly LogEvent[] = ["predict", "predict_proba", "feedback"];

/**
 * Reads the flags.
 *
 * @param timeZone  what times without an offset are of
 * @param nowMs     milliseconds since the epoch
 * @throws {MltError} usage
 */
export function readLogFlags(flags: LogFlags, timeZone: string, nowMs: number): LogChoice {
  const time = (flag: string, text: string) => logTime(text, { flag, timeZone, nowMs });
  const sinceMs = flags.since === undefined ? undefined : time("--since", flags.since);
  const untilMs = flags.until === undefined ? undefined : time("--until", flags.until);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw usage("--until is not after --since", "Swap them, or leave --until out to see all up to now.");
  }
  const { id, "request-id": requestId, class: className } = flags;
  const query = {
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(id === undefined ? {} : { id }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(className === undefined ? {} : { className }),
    ...(flags.event === undefined ? {} : { event: eventOf(flags.event) }),
  };
  return { query, last: lastOf(flags.last, sinceMs === undefined ? 20 : 0) };
}

function eventOf(text: string): LogEvent {
  const found = events.find((event) => event === text);
  if (found !== undefined) return found;
  const guess = nearest(text, events);
  throw usage(
    `There is no event "${text}"${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    `Choose of ${events.join(", ")}.`,
  );
}

function lastOf(text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(
    `Cannot read --last "${text}" as a number of records`,
    "Give how many, as in --last 100; 0 is all.",
  );
}

function usage(message: string, hint: string): MltError {
  return new MltError(message, { hint, exitCode: ExitCode.usage });
}
