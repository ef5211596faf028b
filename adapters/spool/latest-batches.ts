import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { readSegment } from "./read-segment.ts";
import { withSegment } from "./segment-file.ts";
import { SegmentReader } from "./segment-reader.ts";
import type { SpoolReadOptions } from "./spool-records.ts";

const partBytes = 262_144;

/** A part of a segment: whole entries. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * The records that a segment holds now, its last part first; within a part they are in their order. To find the parts is
 * cheap, beside making records of them: whoever has seen enough leaves the rest.
 */
export async function* latestBatches(
  { dir, onDamage, reached }: SpoolReadOptions,
  name: string,
): AsyncGenerator<readonly LogRecord[], void> {
  const parts = await partsOf(dir, name);
  reached?.set(name, { offset: parts.at(-1)?.end ?? 0, rows: 0 });
  for (const { start, end } of parts.reverse()) {
    const segment = new SegmentReader({ dir, name, from: { offset: start, rows: 0 }, onDamage });
    const records = await segment.read(end - start);
    // Where a part has no records the reader has gone on to the next, which was told already.
    if (segment.at.offset <= end) yield records;
  }
}

async function partsOf(dir: string, name: string): Promise<Part[]> {
  const parts: Part[] = [];
  await withSegment(dir, name, "r", async (file) => {
    for (;;) {
      const start = parts.at(-1)?.end ?? 0;
      const { next } = await readSegment(file, start, partBytes);
      if (next === start) return;
      parts.push({ start, end: next });
    }
  });
  return parts;
}
