import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { frameKinds, writeFrame } from "../../core/prediction-log/frame.ts";
import type { SegmentPosition } from "./cursor-file.ts";
import { readHead, readSegment, recordsIn } from "./read-segment.ts";
import { endFrame, listSegments, type SegmentFile, withSegment } from "./segment-file.ts";
import { isAlive } from "./segment-writer-identity.ts";

/** A segment whose writer had ended without ending it. */
export interface RecoveredSegment {
  readonly segment: string;
  /** Bytes behind its last whole entry, which were cut off. */
  readonly cutBytes: number;
}

/** A file without a byte may be one that its writer is just making. */
const newForMs = 10_000;

/**
 * Ends every segment whose writer is no more, behind its last whole entry; those of living writers stay as they are.
 * Rejects with what the system says where one cannot be ended, once it has tried all.
 */
export async function recoverSpool(dir: string): Promise<readonly RecoveredSegment[]> {
  const recovered: RecoveredSegment[] = [];
  const failures: unknown[] = [];
  for (const segment of await listSegments(dir)) {
    try {
      const cutBytes = await endDead(dir, segment);
      if (cutBytes !== undefined) recovered.push({ segment, cutBytes });
    } catch (cause) {
      failures.push(cause);
    }
  }
  if (failures.length > 0) throw failures[0];
  return recovered;
}

/** @returns the bytes that were cut off; `undefined` where there was nothing to do */
async function endDead(dir: string, name: string): Promise<number | undefined> {
  // Most are well, and may lie where nothing can be written.
  if (!(await withSegment(dir, name, "r", isLeft))) return undefined;
  return await withSegment(dir, name, "r+", async (file) => {
    const whole = await wholeEntries(file);
    const { size } = await file.handle.stat();
    // Another process may have found it too, and ended it meanwhile.
    if ((await endFrame(file, size)) !== undefined) return undefined;
    if (whole.offset === 0) await rm(join(dir, name), { force: true });
    else await endAt(file, whole);
    return size - whole.offset;
  });
}

/** Whether nobody writes it who could end it. */
async function isLeft(file: SegmentFile): Promise<boolean> {
  const { size, mtimeMs } = await file.handle.stat();
  if (size === 0) return Math.abs(Date.now() - mtimeMs) > newForMs;
  if ((await endFrame(file, size)) !== undefined) return false;
  const head = await readHead(file);
  // Without a head nothing in it can be read, whoever writes it.
  return head === undefined || !isAlive(head.writer);
}

async function endAt({ handle, seal }: SegmentFile, { offset, rows }: SegmentPosition): Promise<void> {
  const into = new ByteWriter();
  writeFrame(into, { kind: frameKinds.end, nRecords: rows, encode: () => undefined }, seal);
  await handle.truncate(offset);
  await handle.write(into.written(), 0, into.length, offset);
  await handle.datasync();
}

/** How far the entries go that are whole, and how many records they are. */
async function wholeEntries(file: SegmentFile): Promise<SegmentPosition> {
  let offset = 0;
  let rows = 0;
  for (;;) {
    const { frames, next } = await readSegment(file, offset, 1_048_576);
    if (next === offset) return { offset, rows };
    rows += recordsIn(frames);
    offset = next;
  }
}
