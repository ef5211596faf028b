import { accessSync, constants, mkdirSync } from "node:fs";
import type { Seal } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { isDiskFailure, isFullDisk, SpoolFull } from "./disk-failure.ts";
import { OpenSegment } from "./open-segment.ts";
import type { SpoolRoom } from "./spool-room.ts";
import type { SyncDone } from "./sync-folder.ts";

export interface CurrentSegmentOptions {
  readonly dir: string;
  /** A segment is ended before it grows longer, unless a single append does that. */
  readonly segmentBytes: number;
  readonly seal: Seal;
  readonly room: SpoolRoom;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** Called with what the disk says against what was written to it before. */
  readonly onSyncFailure: (failure: Error) => void;
}

const longestSegmentMs = 3_600_000;
/** Far more than a folder keeps, of which alone a cursor knows. */
const mostStarts = 10_000;
/** Of segments that cannot be ended now; with one more, the first is left to recovery. */
const mostUnended = 8;

/** The segment that a process appends to, one after the other; what it does to the disk may throw what the system says. */
export class CurrentSegment {
  private readonly options: CurrentSegmentOptions;
  private segment: OpenSegment | undefined;
  private readonly unended: OpenSegment[] = [];
  /** What its segments were named by. */
  private readonly startsMs = new Set<number>();

  constructor(options: CurrentSegmentOptions) {
    this.options = options;
  }

  /** Appends whole frames, or nothing. */
  append(layout: LogLayout, bytes: Uint8Array, rows: number): void {
    this.segmentFor(layout, bytes.length).append(bytes, rows);
  }

  /** Throws where nothing could be appended; before there is a layout, where no file could be made. */
  probe(layout: LogLayout | undefined): void {
    if (layout !== undefined) {
      this.segmentFor(layout, 0).appendHead();
      return;
    }
    const { dir } = this.options;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.W_OK);
  }

  /** Does something about a failure to append. @returns whether another attempt may help */
  remedy(failure: Error): boolean {
    if (failure instanceof SpoolFull) return false;
    if (isFullDisk(failure)) {
      return this.options.room.free(this.options.segmentBytes) || this.removeDelivered();
    }
    this.end();
    return true;
  }

  /** Has what was appended last written through to the disk. */
  sync(done: SyncDone): void {
    const { segment } = this;
    if (segment === undefined) {
      done(null);
      return;
    }
    segment.sync((cause) => {
      this.afterSync(cause);
      done(cause);
    });
  }

  /** Ends what could not be ended before. @returns records that are gone, since somebody removed their file */
  lookAfter(): number {
    this.endUnended();
    const { segment } = this;
    if (segment === undefined || !segment.isGone()) return 0;
    this.segment = undefined;
    segment.leave();
    return segment.nRows;
  }

  /** Ends it; where the disk does not take that, `lookAfter` tries again. */
  end(): void {
    const { segment, unended } = this;
    this.segment = undefined;
    if (segment !== undefined) unended.push(segment);
    this.endUnended();
    if (unended.length > mostUnended) unended.shift()?.leave();
  }

  private segmentFor(layout: LogLayout, bytes: number): OpenSegment {
    const { dir, seal, room, wallClock } = this.options;
    const nowMs = wallClock();
    if (this.segment !== undefined && this.fits(this.segment, layout, bytes, nowMs)) return this.segment;
    this.end();
    const begun = OpenSegment.create({ dir, layout, seal, nowMs, startMs: this.newStart(nowMs) });
    if (!isAllowed(begun, room, bytes)) throw new SpoolFull(room.fullText);
    this.segment = begun;
    return begun;
  }

  /** A name that was used before would have the place in the cursors that the segment had, even if that is gone. */
  private newStart(nowMs: number): number {
    let startMs = Math.max(0, Math.trunc(nowMs));
    while (this.startsMs.has(startMs)) startMs++;
    this.startsMs.add(startMs);
    const [oldest] = this.startsMs;
    if (this.startsMs.size > mostStarts && oldest !== undefined) this.startsMs.delete(oldest);
    return startMs;
  }

  private fits(segment: OpenSegment, layout: LogLayout, bytes: number, nowMs: number): boolean {
    if (segment.layout !== layout) return false;
    if (segment.nRows === 0) return true;
    const isLong = segment.sizeBytes + bytes > this.options.segmentBytes;
    return !isLong && Math.abs(nowMs - segment.openedMs) <= longestSegmentMs;
  }

  /** A disk may be full of what is not ended: to say that it is takes room, too. @returns whether there was some to go */
  private removeDelivered(): boolean {
    const all = [...this.unended, ...(this.segment === undefined ? [] : [this.segment])];
    const gone = all.filter(({ name, nRows }) => nRows > 0 && this.options.room.isDelivered(name, nRows));
    for (const segment of gone) {
      if (segment === this.segment) this.segment = undefined;
      else this.unended.splice(this.unended.indexOf(segment), 1);
      segment.discard();
    }
    return gone.length > 0;
  }

  private endUnended(): void {
    for (const segment of this.unended.splice(0)) {
      try {
        segment.end((cause) => this.afterSync(cause));
      } catch (cause) {
        if (!isDiskFailure(cause)) throw cause;
        this.unended.push(segment);
      }
    }
  }

  private afterSync(cause: Error | null): void {
    if (cause !== null) this.options.onSyncFailure(cause);
  }
}

/** Made first, and asked for then: so of two writers that begin one at once, each sees the other's. */
function isAllowed(begun: OpenSegment, room: SpoolRoom, bytes: number): boolean {
  let allowed = false;
  try {
    allowed = room.allows(begun.name, begun.sizeBytes + bytes);
  } finally {
    if (!allowed) begun.discard();
  }
  return allowed;
}
