import { ExitCode, MltError } from "../core/errors.ts";
import { localTime } from "../core/prediction-log/local-time.ts";

export interface LogTimeOptions {
  /** For the error, such as `--since`. */
  readonly flag: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** IANA name: what a time without an offset is of. */
  readonly timeZone: string;
}

const dayMs = 86_400_000;

const unitMs = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", dayMs],
]);

const duration = /^(\d{1,9})([smhd])$/;
const moment = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The time that a flag means, in milliseconds since the epoch: `2h` ago, a day of the time zone, or a moment.
 *
 * @throws {MltError} usage
 */
export function logTime(text: string, { flag, nowMs, timeZone }: LogTimeOptions): number {
  const [, count, unit = ""] = duration.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unitMs.get(unit) ?? 0);
  const timeMs = momentOf(text, timeZone);
  if (timeMs !== undefined) return timeMs;
  throw new MltError(`Cannot read ${flag} "${text}" as a time`, {
    hint: "Give how long ago, as in 30s, 15m, 2h or 7d, a day such as 2026-11-24, or a time such as 2026-11-24T20:13 or 2026-11-24T20:13:44+01:00.",
    exitCode: ExitCode.usage,
  });
}

function momentOf(text: string, timeZone: string): number | undefined {
  const [, day, time = "00:00", seconds = ":00", offset] = moment.exec(text) ?? [];
  if (day === undefined) return undefined;
  const wallMs = Date.parse(`${day}T${time}${seconds}Z`);
  // A day that there is not, such as February 30, is another one for some runtimes.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(day)) return undefined;
  if (offset === undefined) return inZone(wallMs, timeZone);
  const timeMs = Date.parse(`${day}T${time}${seconds}${offset}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** The moment when clocks of the zone show a time; where an hour comes twice the first, where it is left out the hour after. */
function inZone(wallMs: number, timeZone: string): number {
  const text = localTime(timeZone);
  const offsetAt = (timeMs: number) => Date.parse(`${text(timeMs).slice(0, 23)}Z`) - timeMs;
  // Clocks are changed once in two days at most: one of these is the offset, by the one before nothing is missed.
  const [before, after] = [wallMs - offsetAt(wallMs - dayMs), wallMs - offsetAt(wallMs + dayMs)];
  const isShown = (timeMs: number) => timeMs + offsetAt(timeMs) === wallMs;
  return !isShown(before) && isShown(after) ? after : before;
}
