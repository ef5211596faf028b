import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, listSegments, segmentStartMs } from "./segment-file.ts";

/** A span of time, in milliseconds since the epoch: from `sinceMs` on, before `untilMs`. */
export interface TimeSpan {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** When a segment was written, by its name and its file. */
export interface SegmentTimes {
  readonly name: string;
  readonly startMs: number;
  /** The last time. */
  readonly endMs: number;
  readonly sizeBytes: number;
}

/** While a segment is written the clock may be set back by as much: with more another segment is begun. */
const setBackMs = 3_600_000;
/** A record is of a moment before it is written, and clocks are set right by seconds. */
export const slackMs = 10_000;

/** The segments of a folder, the oldest first; none of them is read. */
export async function segmentTimes(dir: string): Promise<readonly SegmentTimes[]> {
  const names = await listSegments(dir);
  const found = await Promise.all(names.map((name) => timesOf(dir, name)));
  return found.filter((times) => times !== undefined);
}

async function timesOf(dir: string, name: string): Promise<SegmentTimes | undefined> {
  try {
    const { mtimeMs, size } = await stat(join(dir, name));
    const startMs = segmentStartMs(name);
    return { name, startMs, endMs: Math.max(startMs, mtimeMs), sizeBytes: size };
  } catch (cause) {
    // It was removed meanwhile, to make room.
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** Whether a segment can hold records of that span. */
export function mayHold({ startMs, endMs }: SegmentTimes, { sinceMs, untilMs }: TimeSpan): boolean {
  return (
    startMs - setBackMs < (untilMs ?? Number.POSITIVE_INFINITY) &&
    endMs + slackMs >= (sinceMs ?? Number.NEGATIVE_INFINITY)
  );
}
