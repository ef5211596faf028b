import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { frameKinds, writeFrame } from "../../core/prediction-log/frame.ts";
import type { SegmentPosition } from "./cursor-file.ts";
import { checksum, endFrame, isMissing, listSegments, readHead, readSegment } from "./segment-file.ts";
import { isAlive } from "./segment-writer-identity.ts";

/** A segment whose writer had ended without ending it. */
export interface RecoveredSegment {
  readonly segment: string;
  /** Bytes behind its last whole entry, which were cut off. */
  readonly cutBytes: number;
}

/** Ends every segment whose writer is no more, behind its last whole entry; those of living writers stay as they are. */
export async function recoverSpool(dir: string): Promise<readonly RecoveredSegment[]> {
  const recovered: RecoveredSegment[] = [];
  for (const segment of await listSegments(dir)) {
    const cutBytes = await endDead(join(dir, segment));
    if (cutBytes !== undefined) recovered.push({ segment, cutBytes });
  }
  return recovered;
}

/** @returns the bytes that were cut off; `undefined` where there was nothing to do */
async function endDead(path: string): Promise<number | undefined> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, "r+");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    const { size, mtimeMs } = await file.stat();
    if ((await endFrame(file, size)) !== undefined) return undefined;
    const head = await readHead(file);
    if (head === undefined) {
      // A segment that another process is just making has no head yet either.
      if (Date.now() - mtimeMs < 10_000 && size === 0) return undefined;
      await unlink(path);
      return size;
    }
    if (isAlive(head.writer)) return undefined;
    const { offset, rows } = await wholeEntries(file);
    const into = new ByteWriter();
    writeFrame(into, { kind: frameKinds.end, nRecords: rows, encode: () => undefined }, checksum);
    await file.truncate(offset);
    await file.write(into.written(), 0, into.length, offset);
    await file.datasync();
    return size - offset;
  } finally {
    await file.close();
  }
}

/** How far the entries go that are whole, and how many records they are. */
async function wholeEntries(file: Awaited<ReturnType<typeof open>>): Promise<SegmentPosition> {
  let offset = 0;
  let rows = 0;
  for (;;) {
    const { frames, next } = await readSegment(file, offset, 1_048_576);
    for (const { nRecords } of frames) rows += nRecords;
    if (next === offset) return { offset, rows };
    offset = next;
  }
}
