import type { Spool, SpoolEntry } from "../../core/ports.ts";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { writeFrame } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { OpenSegment } from "./open-segment.ts";
import { checksum } from "./segment-file.ts";
import { makeRoom } from "./spool-room.ts";

export interface SpoolWriterOptions {
  readonly dir: string;
  readonly maxBytes: number;
  readonly durability: "process" | "disk" | "none";
  readonly onFull: "drop_oldest" | "reject";
  /** The sinks that all of it is to be delivered to. */
  readonly sinks: readonly string[];
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
}

/** What a writer has counted since it was opened. */
export interface SpoolCounts {
  /** Records. */
  readonly written: number;
  /** Records that some sink will not get, by its name; `spool`: those that were not even written. */
  readonly dropped: ReadonlyMap<string, number>;
}

/** Appends to the spool, one process to segments of its own. */
export interface SpoolWriter extends Spool {
  counts(): SpoolCounts;
  /** Writes what is not written yet, and ends its segment. Safe to call twice. */
  close(): void;
}

/** A writer; the folder is made, and a segment begun, with the first entry. */
export function openSpoolWriter(options: SpoolWriterOptions): SpoolWriter {
  return new Writer(options);
}

const syncEveryMs = 100;
const longestSegmentMs = 3_600_000;
const retryEveryMs = 1_000;
/** With `durability: none` this much may wait. */
const mostHeldBytes = 1_048_576;

/** Entries that are written together. */
interface Batch {
  readonly layout: LogLayout;
  readonly settled: PromiseWithResolvers<boolean>;
  rows: number;
}

class Writer implements SpoolWriter {
  private readonly options: SpoolWriterOptions;
  private readonly into = new ByteWriter();
  private readonly segmentBytes: number;
  private readonly dropped = new Map<string, number>();
  private written = 0;
  private batch: Batch | undefined;
  private segment: OpenSegment | undefined;
  private reason: string | undefined;
  private triedMs = Number.NEGATIVE_INFINITY;
  private lastLayout: LogLayout | undefined;
  private syncTimer: NodeJS.Timeout | undefined;
  private isSyncing = false;
  private unsynced: Batch[] = [];

  constructor(options: SpoolWriterOptions) {
    this.options = options;
    this.segmentBytes = Math.min(16_777_216, Math.max(65_536, Math.floor(options.maxBytes / 64)));
  }

  append({ kind, layout, nRecords, encode }: SpoolEntry): Promise<boolean> {
    if (this.batch !== undefined && this.batch.layout !== layout) this.flush();
    this.batch ??= this.begin(layout);
    const { batch } = this;
    writeFrame(this.into, { kind, nRecords, encode }, checksum);
    batch.rows += nRecords;
    if (this.options.durability !== "none") return batch.settled.promise;
    if (this.into.length > mostHeldBytes) this.flush();
    return Promise.resolve(true);
  }

  trouble(): string | undefined {
    if (this.reason !== undefined && this.lastLayout !== undefined && this.mayTry()) {
      this.attempt(() => this.segmentFor(this.lastLayout, 0));
    }
    return this.reason;
  }

  lost(): number {
    let sum = 0;
    for (const records of this.dropped.values()) sum += records;
    return sum;
  }

  counts(): SpoolCounts {
    return { written: this.written, dropped: new Map(this.dropped) };
  }

  close(): void {
    this.flush();
    clearTimeout(this.syncTimer);
    this.syncTimer = undefined;
    this.attempt(() => this.endSegment());
  }

  private begin(layout: LogLayout): Batch {
    this.lastLayout = layout;
    this.into.begin();
    // Requests that the model has answered together go on one after the other: by the next microtask all have appended.
    if (this.options.durability === "none") this.scheduleSync();
    else queueMicrotask(() => this.flush());
    return { layout, settled: Promise.withResolvers(), rows: 0 };
  }

  private flush(): void {
    const { batch } = this;
    if (batch === undefined) return;
    this.batch = undefined;
    if (!this.keep(this.into.written(), batch)) {
      this.drop("spool", batch.rows);
      batch.settled.resolve(false);
      return;
    }
    this.written += batch.rows;
    if (this.options.durability !== "disk") {
      batch.settled.resolve(true);
      this.scheduleSync();
      return;
    }
    this.unsynced.push(batch);
    this.sync();
  }

  private keep(bytes: Uint8Array, { layout, rows }: Batch): boolean {
    if (this.reason !== undefined && !this.mayTry()) return false;
    const write = () => this.segmentFor(layout, bytes.length).append(bytes, rows);
    if (this.attempt(write)) return true;
    // Once more: with room where the disk is full, in a new segment where this one cannot be written.
    return this.attempt(() => {
      if (!this.isFullDisk || !makeRoom(this.room(), this.options.maxBytes)) this.abandon();
      write();
    });
  }

  private isFullDisk = false;

  private mayTry(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.triedMs < retryEveryMs) return false;
    this.triedMs = nowMs;
    return true;
  }

  /** @returns whether the disk took it; else `trouble` says why not */
  private attempt(work: () => void): boolean {
    try {
      work();
      this.reason = undefined;
      return true;
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
      if (!(cause instanceof SpoolFull) && code === undefined) throw cause;
      this.isFullDisk = code === "ENOSPC" || code === "EDQUOT";
      this.reason = cause instanceof SpoolFull ? cause.message : reasonOf(code, this.options.dir);
      this.triedMs = performance.now();
      return false;
    }
  }

  private segmentFor(layout: LogLayout | undefined, bytes: number): OpenSegment {
    const { segment, options } = this;
    const nowMs = options.wallClock();
    if (segment !== undefined) {
      const isLong = segment.nRows > 0 && segment.sizeBytes + bytes > this.segmentBytes;
      const isOld = segment.nRows > 0 && Math.abs(nowMs - segment.openedMs) > longestSegmentMs;
      if (!isLong && !isOld && segment.layout === layout) return segment;
      this.endSegment();
    }
    if (layout === undefined) throw new RangeError("There is no layout to begin a segment with");
    if (!makeRoomIfThere(this.room(), Math.max(bytes, this.segmentBytes))) {
      throw new SpoolFull(options);
    }
    this.segment = OpenSegment.create(options.dir, layout, nowMs);
    return this.segment;
  }

  private endSegment(): void {
    const { segment } = this;
    this.segment = undefined;
    segment?.end();
    for (const { settled } of this.unsynced.splice(0)) settled.resolve(true);
  }

  /** A segment that cannot be written any more is left as it is, for recovery. */
  private abandon(): void {
    this.segment = undefined;
  }

  private room() {
    const { dir, maxBytes, sinks, onFull } = this.options;
    const onDrop = (sink: string, rows: number) => this.drop(sink, rows);
    return { dir, maxBytes, sinks, dropsOldest: onFull === "drop_oldest", onDrop };
  }

  private drop(sink: string, rows: number): void {
    this.dropped.set(sink, (this.dropped.get(sink) ?? 0) + rows);
  }

  private scheduleSync(): void {
    this.syncTimer ??= setTimeout(() => {
      this.syncTimer = undefined;
      if (this.options.durability === "none") this.flush();
      if (this.isRemoved()) return;
      this.sync();
    }, syncEveryMs).unref();
  }

  /** Whoever removes the folder of a running service loses what was in it; what comes is kept again. */
  private isRemoved(): boolean {
    const { segment } = this;
    if (segment === undefined || !segment.isGone()) return false;
    this.drop("spool", segment.nRows);
    this.segment = undefined;
    return true;
  }

  private sync(): void {
    const { segment } = this;
    if (segment === undefined || this.isSyncing) return;
    this.isSyncing = true;
    const batches = this.unsynced.splice(0);
    segment.sync((cause) => {
      this.isSyncing = false;
      // A segment that was ended meanwhile was synced by that.
      const failed = cause !== null && cause.code !== "EBADF";
      if (failed) this.reason = reasonOf(cause.code, this.options.dir);
      for (const { settled, rows } of batches) {
        if (failed) this.drop("spool", rows);
        settled.resolve(!failed);
      }
      if (this.unsynced.length > 0) this.sync();
    });
  }
}

class SpoolFull extends Error {
  override readonly name = "SpoolFull";

  constructor({ maxBytes, sinks }: SpoolWriterOptions) {
    const whom = sinks.length === 0 ? "somebody who still writes" : sinks.join(" and ");
    super(`its ${maxBytes} bytes are full of what waits for ${whom}`);
  }
}

/** A folder that is not there yet is empty. */
function makeRoomIfThere(options: Parameters<typeof makeRoom>[0], forBytes: number): boolean {
  try {
    return makeRoom(options, forBytes);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return true;
    throw cause;
  }
}

function reasonOf(code: string | undefined, dir: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `no space is left for "${dir}"`;
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return `"${dir}" cannot be written`;
    default:
      return `"${dir}" fails with ${code}`;
  }
}
