import { closeSync, openSync, readdirSync, readSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { headerBytes } from "../../core/prediction-log/frame.ts";
import { readCursorSync } from "./cursor-file.ts";
import { systemCode } from "./disk-failure.ts";
import { endFrameIn, isMissing, sealOf, segmentsAmong } from "./segment-file.ts";

export interface RoomOptions {
  readonly dir: string;
  readonly maxBytes: number;
  /** What every segment may grow to: those that are still written have as much set aside. */
  readonly segmentBytes: number;
  /** The sinks that all of it is to be delivered to. */
  readonly sinks: readonly string[];
  /** Whether what some sink has not acknowledged may make room too. */
  readonly dropsOldest: boolean;
  /** Called with how many records a sink will not get. */
  readonly onDrop: (sink: string, rows: number) => void;
}

/**
 * The room that a spool may take. To make some the oldest segments go that every sink has; then, where that is allowed,
 * the oldest of the others. A segment without an end frame is still written by somebody, and stays.
 */
export interface SpoolRoom {
  /** Whether the folder is within its bounds, or could be brought there, with so many bytes in the segment of that name. */
  allows(name: string, bytes: number): boolean;
  /** Why it does not, in words for an operator. */
  readonly fullText: string;
  /** Makes a disk emptier that is full before the folder is. @returns whether it did */
  free(bytes: number): boolean;
  /** Whether there are sinks, and each has so many records of the segment. */
  isDelivered(name: string, rows: number): boolean;
}

/** Of those that every sink has no more are kept: to list them takes time. */
const mostSegments = 1_000;

interface Segment {
  readonly name: string;
  readonly size: number;
  /** Its records, once it was ended. */
  readonly rows: number | undefined;
}

/** The room of the folder. */
export function spoolRoom(options: RoomOptions): SpoolRoom {
  const { dir, maxBytes, segmentBytes, sinks } = options;
  const list = segmentLister(dir);
  return {
    allows(name, bytes) {
      const segments = list();
      let excess = -maxBytes;
      for (const segment of segments) {
        const size = segment.name === name ? Math.max(segment.size, bytes) : segment.size;
        excess += segment.rows === undefined ? Math.max(size, segmentBytes) : size;
      }
      return remove(options, segments, excess) >= excess;
    },
    fullText: fullText(options),
    free: (bytes) => remove(options, list(), bytes) > 0,
    isDelivered: (name, rows) =>
      sinks.length > 0 && sinks.every((sink) => (readCursorSync(dir, sink).get(name)?.rows ?? 0) >= rows),
  };
}

function fullText({ maxBytes, sinks, dropsOldest }: RoomOptions): string {
  const what = dropsOldest || sinks.length === 0 ? "is still written" : `waits for ${sinks.join(" and ")}`;
  return `its ${maxBytes} bytes are full of what ${what}`;
}

/** @returns the bytes of what was removed */
function remove(options: RoomOptions, segments: readonly Segment[], bytes: number): number {
  const surplus = segments.length - mostSegments;
  if (bytes <= 0 && surplus <= 0) return 0;
  let freed = 0;
  for (const [place, { name, size, missing, isDelivered }] of removable(options, segments).entries()) {
    const isSurplus = isDelivered && place < surplus;
    if (freed >= bytes && !isSurplus) return freed;
    freed += size;
    // Another writer may have removed it a moment ago: then it is the other's to count.
    const lost = removeFile(join(options.dir, name)) ? missing.filter(({ rows }) => rows > 0) : [];
    for (const { sink, rows } of lost) options.onDrop(sink, rows);
  }
  return freed;
}

/** What may go, in this order, with the records that each sink would miss. */
function removable({ dir, sinks, dropsOldest }: RoomOptions, segments: readonly Segment[]) {
  const cursors = sinks.map((sink) => ({ sink, position: readCursorSync(dir, sink) }));
  const ended = segments.flatMap(({ name, size, rows }) => {
    if (rows === undefined) return [];
    const missing = cursors.map(({ sink, position }) => {
      const at = position.get(name);
      return { sink, rows: (at?.offset ?? 0) >= size ? 0 : rows - (at?.rows ?? 0) };
    });
    return [{ name, size, missing, isDelivered: missing.every((each) => each.rows <= 0) }];
  });
  const delivered = ended.filter(({ isDelivered }) => isDelivered);
  return dropsOldest ? [...delivered, ...ended.filter(({ isDelivered }) => !isDelivered)] : delivered;
}

/** A function that lists the segments of a folder, and opens each only until it has its end. */
function segmentLister(dir: string): () => readonly Segment[] {
  let known = new Map<string, Segment>();
  return () => {
    const found = segmentsAmong(readdirSync(dir)).flatMap((name) => {
      const size = statSync(join(dir, name), { throwIfNoEntry: false })?.size;
      if (size === undefined) return [];
      const before = known.get(name);
      if (before?.rows !== undefined && before.size === size) return [before];
      return [{ name, size, rows: endedRows(dir, name, size) }];
    });
    known = new Map(found.map((segment) => [segment.name, segment]));
    return found;
  };
}

/** Of one that cannot be read nobody knows whether it was ended. */
function endedRows(dir: string, name: string, size: number): number | undefined {
  try {
    return size < headerBytes
      ? undefined
      : endFrameIn(lastBytes(join(dir, name), size), sealOf(name))?.nRecords;
  } catch (cause) {
    if (systemCode(cause) !== undefined) return undefined;
    throw cause;
  }
}

function lastBytes(path: string, size: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, headerBytes, size - headerBytes);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** @returns whether it was there */
function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}
