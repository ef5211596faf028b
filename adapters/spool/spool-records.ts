import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { isMissing, listSegments, segmentStartMs } from "./segment-file.ts";
import { segmentRecords } from "./spool-reader.ts";

/** A span of time, in milliseconds since the epoch: from `sinceMs` on, before `untilMs`. */
export interface TimeSpan {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** A segment with records of about these times. */
export interface SegmentTimes {
  readonly name: string;
  readonly startMs: number;
  /** When it was last written. */
  readonly endMs: number;
  readonly sizeBytes: number;
}

/** While a segment is written the clock may be set back by as much: with more another segment is begun. */
const setBackMs = 3_600_000;
/** A record is of a moment before it is written, and clocks are set right by seconds. */
const slackMs = 10_000;

/**
 * The segments that can hold records of that span, the oldest first. What a segment's name and file say of its time is
 * enough for that; it is not read.
 */
export async function segmentsOf(dir: string, span: TimeSpan): Promise<readonly SegmentTimes[]> {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = span;
  const names = await listSegments(dir);
  const found = await Promise.all(names.map((name) => timesOf(dir, name)));
  return found
    .filter((times) => times !== undefined)
    .filter(({ startMs, endMs }) => startMs - setBackMs < untilMs && endMs + slackMs >= sinceMs);
}

async function timesOf(dir: string, name: string): Promise<SegmentTimes | undefined> {
  try {
    const { mtimeMs, size } = await stat(join(dir, name));
    return {
      name,
      startMs: segmentStartMs(name),
      endMs: Math.max(mtimeMs, segmentStartMs(name)),
      sizeBytes: size,
    };
  } catch (cause) {
    // It was removed meanwhile, to make room.
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/**
 * The records of the segments that can hold some of that span, and others of the same segments, in the order of their
 * time. Only segments whose times overlap are open at once. Where the clock was set back within a segment, its records
 * stay in the order in which they were written.
 */
export async function* spoolRecords(
  dir: string,
  span: TimeSpan,
  onDamage: (text: string) => void,
): AsyncGenerator<LogRecord, void> {
  const waiting = [...(await segmentsOf(dir, span))];
  const open: OpenSegment[] = [];
  const openDue = async () => {
    while (isDue(waiting[0], earliest(open))) {
      const records = segmentRecords(dir, waiting.shift()?.name ?? "", onDamage);
      const { done, value } = await records.next();
      if (done !== true) open.push({ head: value, records });
    }
  };
  for (;;) {
    await openDue();
    const first = earliest(open);
    if (first === undefined) return;
    yield first.head;
    const { done, value } = await first.records.next();
    if (done === true) open.splice(open.indexOf(first), 1);
    else first.head = value;
  }
}

interface OpenSegment {
  head: LogRecord;
  readonly records: AsyncGenerator<LogRecord, void>;
}

/** Whether a segment may hold what comes before the first record of those that are open. */
function isDue(waiting: SegmentTimes | undefined, first: OpenSegment | undefined): boolean {
  if (waiting === undefined) return false;
  return first === undefined || waiting.startMs - slackMs <= first.head.timeMs;
}

/** Of equal ones the older segment's. */
function earliest(open: readonly OpenSegment[]): OpenSegment | undefined {
  let first: OpenSegment | undefined;
  for (const segment of open) {
    if (first === undefined || segment.head.timeMs < first.head.timeMs) first = segment;
  }
  return first;
}
