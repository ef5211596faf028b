import {
  close,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { frameKinds, type NewFrame, type Seal, writeFrame } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { isDiskFailure } from "./disk-failure.ts";
import type { SegmentHead } from "./read-segment.ts";
import { nameSegment } from "./segment-file.ts";
import { thisWriter } from "./segment-writer-identity.ts";
import { type SyncDone, syncFolder } from "./sync-folder.ts";

export interface NewSegment {
  readonly dir: string;
  readonly layout: LogLayout;
  /** Of its writer. */
  readonly seal: Seal;
  /** Milliseconds since the epoch that it is named by: never the same twice of one writer, whatever the clock does. */
  readonly startMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A segment that this process appends to; what it does to the disk may throw what the system says. */
export class OpenSegment {
  readonly name: string;
  readonly layout: LogLayout;
  readonly openedMs: number;
  private readonly path: string;
  private readonly seal: Seal;
  private readonly file: number;
  private size = 0;
  private rows = 0;
  /** Bytes behind the last whole frame, that could not be removed yet. */
  private tornBytes = 0;
  private waiting: SyncDone[] = [];
  private isSyncing = false;
  private isNamed = false;
  private isLeft = false;

  private constructor({ dir, layout, seal, startMs, nowMs }: NewSegment) {
    const { O_CREAT, O_EXCL, O_APPEND, O_WRONLY } = constants;
    this.name = nameSegment(startMs, seal.seed);
    this.path = join(dir, this.name);
    this.file = openSync(this.path, O_CREAT | O_EXCL | O_APPEND | O_WRONLY, 0o600);
    this.layout = layout;
    this.seal = seal;
    this.openedMs = nowMs;
  }

  /** Begins a segment; the folder is made where it is not there. */
  static create(options: NewSegment): OpenSegment {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const segment = new OpenSegment(options);
    try {
      segment.appendHead();
    } catch (cause) {
      segment.discard();
      throw cause;
    }
    return segment;
  }

  /** Up to the last whole frame. */
  get sizeBytes(): number {
    return this.size;
  }

  /** Records in it. */
  get nRows(): number {
    return this.rows;
  }

  /** Appends whole frames, or nothing. */
  append(bytes: Uint8Array, rows: number): void {
    this.removeTorn();
    try {
      while (this.tornBytes < bytes.length) {
        this.tornBytes += writeSync(this.file, bytes, this.tornBytes, bytes.length - this.tornBytes);
      }
    } catch (cause) {
      this.removeTorn();
      throw cause;
    }
    this.tornBytes = 0;
    this.size += bytes.length;
    this.rows += rows;
  }

  /** Says once more what the first frame says, which tells nobody anything: the disk takes it, or throws. */
  appendHead(): void {
    const head: SegmentHead = { layout: this.layout, writer: thisWriter() };
    const bytes = new TextEncoder().encode(JSON.stringify(head));
    this.appendFrame({ kind: frameKinds.layout, nRecords: 0, encode: (into) => into.raw(bytes) });
  }

  /** Whether the file was removed, so that what is appended is nowhere. */
  isGone(): boolean {
    try {
      return fstatSync(this.file).nlink === 0;
    } catch (cause) {
      // Over a network the server may have forgotten it.
      if (isDiskFailure(cause)) return true;
      throw cause;
    }
  }

  /** Has what was appended written through to the disk; those who ask meanwhile wait for the next time together. */
  sync(done: SyncDone): void {
    this.waiting.push(done);
    if (!this.isSyncing) this.syncWaiting();
  }

  /** Says that there is no more to come, has it written through, and leaves it; one without records is removed. */
  end(done: SyncDone): void {
    if (this.rows === 0) {
      this.discard();
      return;
    }
    this.appendFrame({ kind: frameKinds.end, nRecords: this.rows, encode: () => undefined });
    this.sync(done);
    this.leave();
  }

  /** Closes it as it is, once nobody waits for the disk. Safe to call twice. */
  leave(): void {
    if (this.isLeft) return;
    this.isLeft = true;
    if (!this.isSyncing) this.close();
  }

  /** Removes it. */
  discard(): void {
    this.leave();
    rmSync(this.path, { force: true });
  }

  private appendFrame(frame: NewFrame): void {
    const into = new ByteWriter();
    writeFrame(into, frame, this.seal);
    this.append(into.written(), 0);
  }

  /** The first time with its name: what a folder does not tell of is lost with the power. */
  private writeThrough(done: SyncDone): void {
    if (this.isNamed) {
      fdatasync(this.file, done);
      return;
    }
    syncFolder(dirname(this.path), (cause) => {
      this.isNamed = cause === null;
      if (cause === null) fdatasync(this.file, done);
      else done(cause);
    });
  }

  private close(): void {
    // What the disk has to say was said when it was written through.
    close(this.file, () => undefined);
  }

  private removeTorn(): void {
    if (this.tornBytes === 0) return;
    ftruncateSync(this.file, fstatSync(this.file).size - this.tornBytes);
    this.tornBytes = 0;
  }

  private syncWaiting(): void {
    const asked = this.waiting;
    this.waiting = [];
    this.isSyncing = true;
    this.writeThrough((cause) => {
      this.isSyncing = false;
      if (this.waiting.length > 0) this.syncWaiting();
      else if (this.isLeft) this.close();
      for (const done of asked) done(cause);
    });
  }
}
