import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { frameKinds, type NewFrame, writeFrame } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { checksum } from "./segment-file.ts";
import { thisWriter } from "./segment-writer-identity.ts";

/** A segment that this process appends to; all that it does to the disk may throw what the system says. */
export class OpenSegment {
  readonly layout: LogLayout;
  readonly openedMs: number;
  /** Up to the last whole frame. */
  sizeBytes = 0;
  private rows = 0;
  private readonly file: number;

  private constructor(file: number, layout: LogLayout, openedMs: number) {
    this.file = file;
    this.layout = layout;
    this.openedMs = openedMs;
  }

  /** Begins a segment; the folder is made where it is not there. */
  static create(dir: string, layout: LogLayout, nowMs: number): OpenSegment {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const name = `${String(Math.max(0, nowMs)).padStart(13, "0")}-${random.toString(16).padStart(8, "0")}.log`;
    const path = join(dir, name);
    const { O_CREAT, O_EXCL, O_APPEND, O_WRONLY } = constants;
    const file = openSync(path, O_CREAT | O_EXCL | O_APPEND | O_WRONLY, 0o600);
    const segment = new OpenSegment(file, layout, nowMs);
    try {
      const head = new TextEncoder().encode(JSON.stringify({ layout, writer: thisWriter() }));
      segment.append(frameOf({ kind: frameKinds.layout, nRecords: 0, encode: (into) => into.raw(head) }), 0);
    } catch (cause) {
      closeSync(file);
      unlinkSync(path);
      throw cause;
    }
    return segment;
  }

  /** Appends whole frames, or nothing. */
  append(bytes: Uint8Array, rows: number): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += writeSync(this.file, bytes, written, bytes.length - written);
      }
    } catch (cause) {
      if (written > 0) ftruncateSync(this.file, this.sizeBytes);
      throw cause;
    }
    this.sizeBytes += bytes.length;
    this.rows += rows;
  }

  /** Whether the file was removed, so that what is appended is nowhere. */
  isGone(): boolean {
    return fstatSync(this.file).nlink === 0;
  }

  /** Records in it. */
  get nRows(): number {
    return this.rows;
  }

  /** Has what was appended written through to the disk. */
  sync(done: (cause: NodeJS.ErrnoException | null) => void): void {
    fdatasync(this.file, done);
  }

  /** Says that there is no more to come, and closes it. */
  end(): void {
    try {
      this.append(frameOf({ kind: frameKinds.end, nRecords: this.rows, encode: () => undefined }), 0);
      fdatasyncSync(this.file);
    } finally {
      closeSync(this.file);
    }
  }
}

function frameOf(frame: NewFrame): Uint8Array {
  const into = new ByteWriter();
  writeFrame(into, frame, checksum);
  return into.written();
}
