import { join } from "node:path";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import type { SegmentPosition, SpoolPosition } from "./cursor-file.ts";
import { systemCode } from "./disk-failure.ts";
import { listSegments } from "./segment-file.ts";
import { SegmentReader } from "./segment-reader.ts";

export interface SpoolReaderOptions {
  readonly dir: string;
  /** Where it goes on. */
  readonly from: SpoolPosition;
  /** Called with what of a segment could not be read. */
  readonly onDamage: (text: string) => void;
}

export interface SpoolBatch {
  /** Those of one segment in their order; empty where there is nothing new. */
  readonly records: readonly LogRecord[];
  /** Where the reader has come with them; it may have moved without any. */
  readonly position: SpoolPosition;
}

/** Reads what is kept, the oldest segment first, and goes on in those that grow. */
export interface SpoolReader {
  /** The next entries, of about so many bytes. */
  next(aboutBytes: number): Promise<SpoolBatch>;
  /** How many records are kept that it has not read. */
  pendingRows(): Promise<number>;
}

const beginning = { offset: 0, rows: 0 };

/** A reader that begins where another has ended. */
export function openSpoolReader(options: SpoolReaderOptions): SpoolReader {
  const readers = segmentReaders(options);
  const attempt = tellingFailures(options);
  let looks = 0;
  return {
    async next(aboutBytes) {
      const all = await readers.current();
      readers.keep(all);
      // One after the other: hardly ever is there anything to see.
      const seen = all[looks++ % Math.max(1, all.length)];
      if (seen !== undefined) await attempt(seen, () => seen.lookAgain(), undefined);
      const records: LogRecord[] = [];
      let left = aboutBytes;
      // Once one has no more, others too: else one that grows all the time would keep them waiting.
      for (const segment of all) {
        for (let before = -1; left > 0 && segment.at.offset > before; ) {
          before = segment.at.offset;
          for (const record of await attempt(segment, () => segment.read(left), [])) records.push(record);
          left -= segment.at.offset - before;
        }
      }
      const read = all.filter(({ at }) => at.offset > 0);
      return { records, position: new Map(read.map(({ name, at }) => [name, at])) };
    },
    async pendingRows() {
      let rows = 0;
      for (const segment of await readers.current()) {
        rows += await attempt(segment, () => segment.pendingRows(), 0);
      }
      return rows;
    },
  };
}

/** A reader of each segment that is there now, the oldest first: the same as long as it is there. */
function segmentReaders({ dir, from, onDamage }: SpoolReaderOptions) {
  let readers = new Map<string, SegmentReader>();
  const readerOf = (name: string) => {
    const reader =
      readers.get(name) ?? new SegmentReader({ dir, name, from: from.get(name) ?? beginning, onDamage });
    readers.set(name, reader);
    return reader;
  };
  return {
    current: async (): Promise<readonly SegmentReader[]> => (await listSegments(dir)).map(readerOf),
    /** Forgets the others. Not for whoever counts meanwhile: what that has listed may be from before the last was begun. */
    keep: (all: readonly SegmentReader[]) => {
      readers = new Map(all.map((reader) => [reader.name, reader]));
    },
  };
}

/** A function that asks a segment; what the disk says against that is told once, and keeps none of the others. */
function tellingFailures({ dir, onDamage }: SpoolReaderOptions) {
  const told = new Set<string>();
  return async <Result>(
    { name }: SegmentReader,
    ask: () => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> => {
    try {
      return await ask();
    } catch (cause) {
      const code = systemCode(cause);
      if (code === undefined) throw cause;
      if (!told.has(name)) onDamage(`The prediction log in "${join(dir, name)}" fails with ${code}`);
      told.add(name);
      return otherwise;
    }
  };
}

/** Some records of one segment. */
export interface SegmentBatch {
  /** Not empty. */
  readonly records: readonly LogRecord[];
  /** Behind them. */
  readonly at: SegmentPosition;
}

/** All records of one segment that are there now. */
export async function* segmentBatches(
  dir: string,
  name: string,
  onDamage: (text: string) => void,
): AsyncGenerator<SegmentBatch, void> {
  const segment = new SegmentReader({ dir, name, from: beginning, onDamage });
  for (;;) {
    const records = await segment.read(262_144);
    if (records.length === 0) return;
    yield { records, at: segment.at };
  }
}
