import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { checkTimeZone } from "../core/prediction-log/check-log-settings.ts";
import type { LogEvent } from "../core/prediction-log/log-record.ts";
import type { RecordQuery } from "../core/prediction-log/record-query.ts";
import { logTime } from "./log-time.ts";
import type { SinkName } from "./project/logging-sinks.ts";
import type { LogSource } from "./project/read-log.ts";

/** The flags of `mlt logs`. */
export interface LogFlags {
  readonly from?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly replay?: boolean | undefined;
  readonly to?: string | undefined;
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
  /** Where they are read from, if that was said. */
  readonly from: LogSource | undefined;
  /** Where they are sent once more, if they are. */
  readonly replayTo: SinkName | undefined;
  readonly query: RecordQuery;
  /** Most records; 0: all. */
  readonly last: number;
}

const events: readonly LogEvent[] = ["predict", "predict_proba", "feedback"];
/** Where a log can be read from. */
export const places: readonly LogSource[] = ["spool", "mongodb"];
const sinks: readonly SinkName[] = ["fluentd", "mongodb"];

/**
 * Reads the flags.
 *
 * @param timeZone  what times without an offset are of
 * @param nowMs     milliseconds since the epoch
 * @throws {MltError} usage, or that the time zone is none
 */
export function readLogFlags(flags: LogFlags, timeZone: string, nowMs: number): LogChoice {
  const replayTo = replayOf(flags);
  const from = oneOf("--from", flags.from, places);
  if (flags.follow) checkFollow(from, flags.until);
  checkTimeZone(timeZone);
  const time = (flag: string, text: string) => logTime(text, { flag, timeZone, nowMs });
  const sinceMs = flags.since === undefined ? undefined : time("--since", flags.since);
  const untilMs = flags.until === undefined ? undefined : time("--until", flags.until);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw usage("--until is not after --since", "Swap them, or leave --until out to see all up to now.");
  }
  const query = {
    sinceMs,
    untilMs,
    event: oneOf("--event", flags.event, events),
    id: flags.id,
    requestId: flags["request-id"],
    className: flags.class,
  };
  return { from, replayTo, query, last: lastOf(flags.last, sinceMs === undefined ? 20 : 0) };
}

function checkFollow(from: LogSource | undefined, until: string | undefined): void {
  if (from === "mongodb") {
    throw usage(
      "--follow cannot be with --from mongodb",
      "Follow the spool, which has a prediction before MongoDB.",
    );
  }
  if (until !== undefined) {
    throw usage("--follow cannot be with --until", "Leave one of them out.");
  }
}

function replayOf({ replay, to, since, from, follow, last }: LogFlags): SinkName | undefined {
  if (!replay) {
    if (to === undefined) return undefined;
    throw usage("--to is for --replay alone", "Add --replay to send records once more.");
  }
  if (to === undefined || since === undefined) {
    throw usage(
      "--replay needs --since and --to",
      "Say from when on, and to which: --since 2h --to mongodb.",
    );
  }
  if (from === "mongodb" || follow || last !== undefined) {
    const other = follow ? "--follow" : last === undefined ? "--from mongodb" : "--last";
    throw usage(
      `--replay cannot be with ${other}`,
      "Leave it out: all that the spool has since then is sent.",
    );
  }
  return oneOf("--to", to, sinks);
}

/** Reads a flag that names one of several things; `undefined` where it was not given. @throws {MltError} usage */
export function oneOf<Name extends string>(
  flag: string,
  text: string | undefined,
  names: readonly Name[],
): Name | undefined {
  if (text === undefined) return undefined;
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const guess = nearest(text, names);
  throw usage(
    `${flag} cannot be "${text}"${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    `Choose of ${names.join(", ")}.`,
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
