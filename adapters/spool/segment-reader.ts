import { join } from "node:path";
import { type EntryReader, entryReader } from "../../core/prediction-log/entry-records.ts";
import { type Frame, frameKinds } from "../../core/prediction-log/frame.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import type { SegmentPosition } from "./cursor-file.ts";
import { readHead, readSegment, recordsIn, type SegmentPart } from "./read-segment.ts";
import { endFrame, type SegmentFile, withSegment } from "./segment-file.ts";

export interface SegmentReaderOptions {
  readonly dir: string;
  readonly name: string;
  /** Where it goes on. */
  readonly from: SegmentPosition;
  /** Called with what of the segment could not be read. */
  readonly onDamage: (text: string) => void;
}

/** Reads one segment, and goes on in it while it grows. Its file is opened anew each time: it may be removed at any. */
export class SegmentReader {
  readonly name: string;
  private readonly options: SegmentReaderOptions;
  private position: SegmentPosition;
  private readEntry: EntryReader | undefined;
  private ended = false;
  /** How far records were counted, that are read or not. */
  private counted: SegmentPosition;

  constructor(options: SegmentReaderOptions) {
    this.name = options.name;
    this.options = options;
    this.position = options.from;
    this.counted = options.from;
  }

  /** How far it has come. */
  get at(): SegmentPosition {
    return this.position;
  }

  /** The next records, of about so many bytes; none where there are none yet, or no more. */
  async read(aboutBytes: number): Promise<readonly LogRecord[]> {
    if (this.ended) return [];
    return (await this.withFile((file) => this.nextRecords(file, aboutBytes))) ?? [];
  }

  /** Finds out whether an end was none: who ended the segment may have taken its writer for dead, as of another container. */
  async lookAgain(): Promise<void> {
    if (!this.ended) return;
    const size = (await this.withFile(async ({ handle }) => (await handle.stat()).size)) ?? 0;
    this.ended = size <= this.position.offset;
  }

  /** How many records it holds that were not read. */
  async pendingRows(): Promise<number> {
    if (this.ended) return 0;
    await this.withFile((file) => this.count(file));
    return Math.max(0, this.counted.rows - this.position.rows);
  }

  private async nextRecords(file: SegmentFile, aboutBytes: number): Promise<readonly LogRecord[]> {
    for (;;) {
      const part = await readSegment(file, this.position.offset, aboutBytes);
      if (part.next === this.position.offset && !part.ended) return [];
      this.readEntry ??= await this.entries(file);
      // Nothing can be read without the head; it is told of once there will be no more.
      if (this.readEntry === undefined) return await this.passUnreadable(file);
      if (part.damagedBytes > 0) this.tell(part.damagedBytes);
      const records = this.recordsOf(part.frames, this.readEntry);
      this.goOn(part);
      if (records.length > 0 || part.ended) return records;
    }
  }

  private goOn({ frames, next, ended }: SegmentPart): void {
    const end = ended ? frames.at(-1) : undefined;
    // The end frame knows of those that were passed over, too.
    this.position = { offset: next, rows: end?.nRecords ?? this.position.rows + recordsIn(frames) };
    this.ended = ended;
  }

  private async passUnreadable(file: SegmentFile): Promise<readonly LogRecord[]> {
    const { size } = await file.handle.stat();
    const end = await endFrame(file, size);
    if (end === undefined) return [];
    this.tell(size - this.position.offset);
    this.position = { offset: size, rows: end.nRecords };
    this.ended = true;
    return [];
  }

  private async count(file: SegmentFile): Promise<void> {
    const end = await endFrame(file, (await file.handle.stat()).size);
    if (end !== undefined) {
      this.counted = { offset: this.counted.offset, rows: end.nRecords };
      return;
    }
    if (this.counted.offset < this.position.offset) this.counted = this.position;
    for (;;) {
      const { frames, next } = await readSegment(file, this.counted.offset, 262_144);
      if (next === this.counted.offset) return;
      this.counted = { offset: next, rows: this.counted.rows + recordsIn(frames) };
    }
  }

  private async entries(file: SegmentFile): Promise<EntryReader | undefined> {
    const head = await readHead(file);
    return head === undefined ? undefined : entryReader(head.layout);
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
    const { dir, name, onDamage } = this.options;
    onDamage(
      `${bytes} bytes of the prediction log cannot be read and were passed over, in "${join(dir, name)}"`,
    );
  }

  private withFile<Result>(work: (file: SegmentFile) => Promise<Result>): Promise<Result | undefined> {
    return withSegment(this.options.dir, this.name, "r", work);
  }
}
