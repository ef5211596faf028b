import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import type { SegmentPosition } from "./cursor-file.ts";
import { SegmentReader } from "./segment-reader.ts";
import { mayHold, type SegmentTimes, segmentTimes, slackMs, type TimeSpan } from "./segment-times.ts";
import { segmentBatches } from "./spool-reader.ts";

export interface SpoolReadOptions {
  readonly dir: string;
  /** Segments that can hold nothing of it are not read. */
  readonly span: TimeSpan;
  /** Called with what of a segment could not be read. */
  readonly onDamage: (text: string) => void;
  /** Told how far each segment was read, so that a reader can go on there. */
  readonly reached?: Map<string, SegmentPosition>;
}

/**
 * The records of the segments that can hold some of that span, and others of the same segments, in the order of their
 * time. Only segments whose times overlap are open at once. Where the clock was set back within a segment, its records
 * stay in the order in which they were written.
 */
export async function* spoolRecords(options: SpoolReadOptions): AsyncGenerator<LogRecord, void> {
  const waiting = await segmentsToRead(options);
  const open: OpenSegment[] = [];
  const openDue = async () => {
    while (isDue(waiting[0], earliest(open))) {
      const records = recordsOf(options, waiting.shift()?.name ?? "");
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

/** The segments that can hold some of the span, the oldest first; the others count as read. */
export async function segmentsToRead({ dir, span, reached }: SpoolReadOptions): Promise<SegmentTimes[]> {
  const all = await segmentTimes(dir);
  for (const { name, sizeBytes } of all) reached?.set(name, { offset: sizeBytes, rows: 0 });
  return all.filter((times) => mayHold(times, span));
}

/** How many records the segments hold that `spoolRecords` reads. */
export async function spoolRows(options: Omit<SpoolReadOptions, "reached">): Promise<number> {
  const { dir, onDamage } = options;
  let rows = 0;
  for (const { name } of await segmentsToRead(options)) {
    const segment = new SegmentReader({ dir, name, from: { offset: 0, rows: 0 }, onDamage });
    rows += await segment.pendingRows();
  }
  return rows;
}

async function* recordsOf(
  { dir, onDamage, reached }: SpoolReadOptions,
  name: string,
): AsyncGenerator<LogRecord, void> {
  reached?.delete(name);
  for await (const { records, at } of segmentBatches(dir, name, onDamage)) {
    reached?.set(name, at);
    yield* records;
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
