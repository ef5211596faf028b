import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { latestBatches } from "./latest-batches.ts";
import { slackMs } from "./segment-times.ts";
import { type SpoolReadOptions, segmentsToRead } from "./spool-records.ts";

export interface SpoolTailOptions extends SpoolReadOptions {
  /** Most records; at least 1. */
  readonly count: number;
  readonly wants: (record: LogRecord) => boolean;
}

/** The last of the records that are wanted, in the order of their time; only the segments are read that can hold some. */
export async function spoolTail(options: SpoolTailOptions): Promise<readonly LogRecord[]> {
  const { count } = options;
  const segments = await segmentsToRead(options);
  let last: readonly LogRecord[] = [];
  for (const { name, endMs } of segments.reverse().sort((a, b) => b.endMs - a.endMs)) {
    if (last.length === count && endMs + slackMs < (last[0]?.timeMs ?? 0)) break;
    last = latest([...(await segmentTail(options, name)), ...last], count);
  }
  return last;
}

/** The last that were written, which are the latest unless the clock was set back meanwhile. */
async function segmentTail(options: SpoolTailOptions, name: string): Promise<readonly LogRecord[]> {
  const { count, wants } = options;
  let found: readonly LogRecord[] = [];
  for await (const records of latestBatches(options, name)) {
    found = [...records.filter(wants), ...found];
    if (found.length >= count) break;
  }
  return found;
}

/** Stable: records of one time stay in their order. */
function latest(records: readonly LogRecord[], count: number): LogRecord[] {
  return records.toSorted((a, b) => a.timeMs - b.timeMs).slice(-count);
}
