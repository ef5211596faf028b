import { open } from "node:fs/promises";
import { join } from "node:path";
import { type EntryReader, entryReader } from "../../core/prediction-log/entry-records.ts";
import { type Frame, frameKinds } from "../../core/prediction-log/frame.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import type { SegmentPosition, SpoolPosition } from "./cursor-file.ts";
import { endFrame, isMissing, listSegments, readHead, readSegment } from "./segment-file.ts";

export interface SpoolReaderOptions {
  readonly dir: string;
  /** Where it goes on. */
  readonly from: SpoolPosition;
  /** Called with what of a segment could not be read. */
  readonly onDamage: (text: string) => void;
}

export interface SpoolBatch {
  /** In the order of their segment; empty where there is nothing new. */
  readonly records: readonly LogRecord[];
  /** Where the reader has come with them. */
  readonly position: SpoolPosition;
}

/** Reads what is kept, the oldest segment first, and goes on in those that grow. */
export interface SpoolReader {
  /** The next entries, of about so many bytes. */
  next(aboutBytes: number): Promise<SpoolBatch>;
  /** How many records are kept that it has not read. */
  pendingRows(): Promise<number>;
}

/** A reader that begins where another has ended. */
export function openSpoolReader({ dir, from, onDamage }: SpoolReaderOptions): SpoolReader {
  const segments = new Map<string, Segment>();
  const current = async (): Promise<readonly Segment[]> => {
    const names = await listSegments(dir);
    for (const name of segments.keys()) if (!names.includes(name)) segments.delete(name);
    for (const name of names) {
      if (!segments.has(name)) segments.set(name, new Segment(dir, name, from.get(name), onDamage));
    }
    return names.flatMap((name) => segments.get(name) ?? []);
  };
  const position = (all: readonly Segment[]) =>
    new Map(all.filter(({ at }) => at.offset > 0).map(({ name, at }) => [name, at]));
  return {
    async next(aboutBytes) {
      const all = await current();
      for (const segment of all) {
        const records = await segment.read(aboutBytes);
        if (records.length > 0) return { records, position: position(all) };
      }
      return { records: [], position: position(all) };
    },
    async pendingRows() {
      let rows = 0;
      for (const segment of await current()) rows += await segment.pendingRows();
      return rows;
    },
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
  const segment = new Segment(dir, name, undefined, onDamage);
  for (;;) {
    const records = await segment.read(262_144);
    if (records.length === 0) return;
    yield { records, at: segment.at };
  }
}

class Segment {
  readonly name: string;
  at: SegmentPosition;
  private readonly path: string;
  private readonly onDamage: (text: string) => void;
  private read_: EntryReader | undefined;
  private ended = false;
  /** How far records were counted that are not read yet. */
  private counted: SegmentPosition;
  private countedToEnd = false;

  constructor(
    dir: string,
    name: string,
    from: SegmentPosition | undefined,
    onDamage: (text: string) => void,
  ) {
    this.name = name;
    this.path = join(dir, name);
    this.at = from ?? { offset: 0, rows: 0 };
    this.counted = this.at;
    this.onDamage = onDamage;
  }

  /** The next records; none where there are none yet, or no more. */
  async read(aboutBytes: number): Promise<readonly LogRecord[]> {
    if (this.ended) return [];
    return (
      (await this.withFile(async (file) => {
        for (;;) {
          this.read_ ??= await this.entries(file);
          if (this.read_ === undefined) return [];
          const part = await readSegment(file, this.at.offset, aboutBytes);
          if (part.damagedBytes > 0) this.tell(part.damagedBytes);
          const rows = rowsOf(part.frames);
          const records = this.recordsOf(part.frames, this.read_);
          const moved = part.next > this.at.offset;
          this.at = { offset: part.next, rows: this.at.rows + rows };
          this.ended = part.ended;
          if (records.length > 0 || !moved || this.ended) return records;
        }
      })) ?? []
    );
  }

  async pendingRows(): Promise<number> {
    if (!this.countedToEnd) await this.withFile((file) => this.count(file));
    return Math.max(0, this.counted.rows - this.at.rows);
  }

  private async count(file: Awaited<ReturnType<typeof open>>): Promise<void> {
    const end = await endFrame(file, (await file.stat()).size);
    if (end !== undefined) {
      this.counted = { offset: this.counted.offset, rows: end.nRecords };
      this.countedToEnd = true;
      return;
    }
    if (this.counted.offset < this.at.offset) this.counted = this.at;
    for (;;) {
      const { frames, next } = await readSegment(file, this.counted.offset, 262_144);
      const moved = next > this.counted.offset;
      this.counted = { offset: next, rows: this.counted.rows + rowsOf(frames) };
      if (!moved) return;
    }
  }

  private async entries(file: Awaited<ReturnType<typeof open>>): Promise<EntryReader | undefined> {
    const head = await readHead(file);
    if (head !== undefined) return entryReader(head.layout);
    const { size } = await file.stat();
    if ((await endFrame(file, size)) === undefined) return undefined;
    // Nothing in it can be read without its head.
    this.tell(size);
    this.ended = true;
    this.countedToEnd = true;
    this.counted = this.at;
    return undefined;
  }

  private recordsOf(frames: readonly Frame[], read: EntryReader): readonly LogRecord[] {
    return frames.flatMap(({ kind, payload }) => {
      if (kind !== frameKinds.predictions && kind !== frameKinds.feedback) return [];
      try {
        return read(kind, payload);
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        this.tell(payload.length);
        return [];
      }
    });
  }

  private tell(bytes: number): void {
    this.onDamage(
      `${bytes} bytes of the prediction log cannot be read and were passed over, in "${this.path}"`,
    );
  }

  /** Opened anew each time: between two reads it may be removed to make room. */
  private async withFile<Result>(
    work: (file: Awaited<ReturnType<typeof open>>) => Promise<Result>,
  ): Promise<Result | undefined> {
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(this.path, "r");
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }
}

function rowsOf(frames: readonly Frame[]): number {
  let rows = 0;
  for (const { kind, nRecords } of frames) if (kind !== frameKinds.end) rows += nRecords;
  return rows;
}
