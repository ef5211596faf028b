import { closeSync, openSync, readdirSync, readSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { frameAt, frameKinds, headerBytes } from "../../core/prediction-log/frame.ts";
import { readCursorSync } from "./cursor-file.ts";
import { checksum, segmentsAmong } from "./segment-file.ts";

export interface RoomOptions {
  readonly dir: string;
  readonly maxBytes: number;
  /** The sinks that all of it is to be delivered to. */
  readonly sinks: readonly string[];
  /** Whether what some sink has not acknowledged may make room too. */
  readonly dropsOldest: boolean;
  /** Called with how many records a sink will not get. */
  readonly onDrop: (sink: string, rows: number) => void;
}

/**
 * Makes room for so many bytes more: the oldest segments go that every sink has, then, where that is allowed, the oldest
 * of the others. A segment without an end frame is still written by somebody, and stays.
 *
 * @returns false where there is not enough
 */
export function makeRoom(options: RoomOptions, forBytes: number): boolean {
  const { dir, maxBytes, sinks, dropsOldest, onDrop } = options;
  const segments = sizesIn(dir);
  let excess = segments.reduce((sum, { size }) => sum + size, 0) + forBytes - maxBytes;
  if (excess <= 0) return true;
  const cursors = sinks.map((sink) => ({ sink, position: readCursorSync(dir, sink) }));
  const ended = segments.flatMap(({ name, size }) => {
    const rows = rowsOfEnded(join(dir, name), size);
    if (rows === undefined) return [];
    const missing = cursors.map(({ sink, position }) => {
      const at = position.get(name);
      return { sink, rows: (at?.offset ?? 0) >= size ? 0 : rows - (at?.rows ?? 0) };
    });
    const isDelivered = cursors.every(({ position }) => (position.get(name)?.offset ?? 0) >= size);
    return [{ name, size, missing, isDelivered }];
  });
  const droppable = dropsOldest ? ended.filter(({ isDelivered }) => !isDelivered) : [];
  for (const { name, size, missing } of [...ended.filter(({ isDelivered }) => isDelivered), ...droppable]) {
    if (excess <= 0) break;
    // Another writer may have removed it a moment ago: then it is the other's to count.
    if (!remove(join(dir, name))) continue;
    excess -= size;
    for (const { sink, rows } of missing) if (rows > 0) onDrop(sink, rows);
  }
  return excess <= 0;
}

function sizesIn(dir: string) {
  return segmentsAmong(readdirSync(dir)).flatMap((name) => {
    const stats = statSync(join(dir, name), { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ name, size: stats.size }];
  });
}

function rowsOfEnded(path: string, size: number): number | undefined {
  if (size < headerBytes) return undefined;
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
  try {
    const bytes = new Uint8Array(headerBytes);
    readSync(file, bytes, 0, headerBytes, size - headerBytes);
    const found = frameAt(bytes, 0, checksum);
    return typeof found === "object" && found.kind === frameKinds.end ? found.nRecords : undefined;
  } finally {
    closeSync(file);
  }
}

function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error) return false;
    throw cause;
  }
}
