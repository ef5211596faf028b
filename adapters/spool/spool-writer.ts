import type { Spool, SpoolEntry } from "../../core/ports.ts";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { type Seal, writeFrame } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { CurrentSegment } from "./current-segment.ts";
import { DiskTrouble } from "./disk-trouble.ts";
import { sealWith } from "./segment-file.ts";
import { spoolRoom } from "./spool-room.ts";

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

/** Entries that are written together. */
interface Batch {
  readonly layout: LogLayout;
  readonly settled: PromiseWithResolvers<boolean>;
  rows: number;
}

class Writer implements SpoolWriter {
  private readonly options: SpoolWriterOptions;
  private readonly seal: Seal = sealWith(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  private readonly into = new ByteWriter();
  private readonly segmentBytes: number;
  private readonly disk: DiskTrouble;
  private readonly current: CurrentSegment;
  private readonly dropped = new Map<string, number>();
  private written = 0;
  private batch: Batch | undefined;
  private lastLayout: LogLayout | undefined;
  private isTried = false;
  private tickTimer: NodeJS.Timeout | undefined;

  constructor(options: SpoolWriterOptions) {
    const { dir, maxBytes, wallClock } = options;
    this.options = options;
    this.segmentBytes = Math.min(16_777_216, Math.max(8_192, Math.floor(maxBytes / 64)));
    this.disk = new DiskTrouble(dir, wallClock);
    this.current = new CurrentSegment({
      dir,
      segmentBytes: this.segmentBytes,
      seal: this.seal,
      room: this.openRoom(),
      wallClock,
      onSyncFailure: (failure) => this.syncFailed(failure),
    });
  }

  append({ kind, layout, nRecords, encode }: SpoolEntry): Promise<boolean> {
    if (this.disk.isFresh) return this.refuse(nRecords);
    if (this.batch !== undefined && this.batch.layout !== layout) this.flush();
    this.batch ??= this.begin(layout);
    const { batch, into } = this;
    const start = into.length;
    writeFrame(into, { kind, nRecords, encode }, this.seal);
    if (into.length - start > this.options.maxBytes / 4) {
      into.truncate(start);
      return this.refuse(nRecords);
    }
    batch.rows += nRecords;
    // More than a segment is not held in memory.
    if (into.length >= this.segmentBytes) this.flush();
    return this.options.durability === "none" ? Promise.resolve(true) : batch.settled.promise;
  }

  trouble(): string | undefined {
    const { disk } = this;
    if ((disk.reason !== undefined && disk.isDue()) || !this.isTried) this.probe();
    return disk.reason;
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
    clearTimeout(this.tickTimer);
    this.tickTimer = undefined;
    this.current.end();
  }

  private begin(layout: LogLayout): Batch {
    this.isTried = true;
    this.lastLayout = layout;
    this.into.begin();
    // Requests that the model has answered together go on one after the other: by the next microtask all have appended.
    if (this.options.durability === "none") this.scheduleTick();
    else queueMicrotask(() => this.flush());
    return { layout, settled: Promise.withResolvers(), rows: 0 };
  }

  private flush(): void {
    const { batch } = this;
    if (batch === undefined) return;
    this.batch = undefined;
    let kept = false;
    try {
      kept = this.keep(this.into.written(), batch);
    } finally {
      this.settleWritten(batch, kept);
    }
  }

  private keep(bytes: Uint8Array, { layout, rows }: Batch): boolean {
    if (bytes.length === 0) return true;
    return this.overcome(() => this.current.append(layout, bytes, rows));
  }

  private settleWritten(batch: Batch, kept: boolean): void {
    if (!kept || this.options.durability !== "disk") this.settle(batch, kept);
    else this.current.sync((cause) => this.settleSynced(batch, cause));
    if (kept) this.scheduleTick();
  }

  private settleSynced(batch: Batch, cause: Error | null): void {
    this.settle(batch, cause === null);
    // What a disk did not take once it does not take later, though it says so: what comes begins anew.
    if (cause !== null) this.current.end();
  }

  /** What does not wait for the disk may be read all the same. */
  private syncFailed(failure: Error): void {
    if (this.options.durability === "disk") this.disk.tell(failure);
    else this.disk.note(failure);
  }

  private settle({ rows, settled }: Batch, kept: boolean): void {
    if (kept) this.written += rows;
    else this.drop("spool", rows);
    settled.resolve(kept);
  }

  private refuse(rows: number): Promise<boolean> {
    this.drop("spool", rows);
    return Promise.resolve(false);
  }

  private drop(sink: string, rows: number): void {
    this.dropped.set(sink, (this.dropped.get(sink) ?? 0) + rows);
  }

  /** Finds out whether the trouble is over, or whether there will be some, before the next entry comes. */
  private probe(): void {
    const { lastLayout } = this;
    this.isTried = true;
    this.overcome(() => this.current.probe(lastLayout));
  }

  private overcome(work: () => void): boolean {
    return this.disk.overcome(work, (failure) => this.current.remedy(failure));
  }

  private scheduleTick(): void {
    this.tickTimer ??= setTimeout(() => this.tick(), syncEveryMs).unref();
  }

  private tick(): void {
    this.tickTimer = undefined;
    if (this.options.durability === "none") this.flush();
    // Whoever removes the folder of a running service loses what was in it; what comes is kept again.
    const gone = this.current.lookAfter();
    if (gone > 0) this.drop("spool", gone);
    if (this.options.durability !== "disk") this.current.sync(() => undefined);
  }

  private openRoom() {
    const { dir, maxBytes, sinks, onFull } = this.options;
    const onDrop = (sink: string, rows: number) => this.drop(sink, rows);
    const { segmentBytes } = this;
    return spoolRoom({ dir, maxBytes, segmentBytes, sinks, dropsOldest: onFull === "drop_oldest", onDrop });
  }
}
