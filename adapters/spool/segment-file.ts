import type { FileHandle } from "node:fs/promises";
import { readdir } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { type Frame, findFrame, frameAt, frameKinds, headerBytes } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";

/** The checksum of every frame on disk. */
export const checksum = (bytes: Uint8Array): number => crc32(bytes);

/** The process that writes a segment: it lives as long as a process of that id has that start. */
export interface SegmentWriter {
  readonly pid: number;
  /** Field 22 of /proc/pid/stat; absent off Linux. */
  readonly started?: string;
}

/** What the first frame of a segment says. */
export interface SegmentHead {
  readonly layout: LogLayout;
  readonly writer: SegmentWriter;
}

const segmentName = /^\d{13}-[0-9a-f]{8}\.log$/;

/** The names of a folder's segments, the oldest first; none where there is no folder. */
export async function listSegments(dir: string): Promise<readonly string[]> {
  try {
    return segmentsAmong(await readdir(dir));
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

/** Those of the names that are segments', the oldest first. */
export function segmentsAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => segmentName.test(name)).sort();
}

/** Whether a file or folder is not there. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/** Milliseconds since the epoch when a segment was begun. */
export function segmentStartMs(name: string): number {
  return Number(name.slice(0, 13));
}

/** Frames of a segment from an offset on. */
export interface SegmentPart {
  readonly frames: readonly Frame[];
  /** Where the next part begins. */
  readonly next: number;
  /** Bytes that were passed over, since they hold no whole frame. */
  readonly damagedBytes: number;
  /** Whether there will be no more. */
  readonly ended: boolean;
}

/**
 * Reads whole frames, of about so many bytes; a longer one is read alone. What is incomplete at the end of a segment that
 * has no end frame is left for later: it may be on its way.
 */
export async function readSegment(file: FileHandle, at: number, aboutBytes: number): Promise<SegmentPart> {
  const { size } = await file.stat();
  for (let sizeBytes = Math.max(aboutBytes, headerBytes); ; sizeBytes *= 4) {
    const bytes = await readBytes(file, at, Math.min(sizeBytes, size - at));
    const part = framesIn(bytes, at);
    if (part.next > at || part.ended) return part;
    if (at + bytes.length < size) continue;
    const isDone = size - at > 0 && (await endFrame(file, size)) !== undefined;
    return isDone ? { frames: [], next: size, damagedBytes: size - at, ended: true } : part;
  }
}

function framesIn(bytes: Uint8Array, start: number): SegmentPart {
  const frames: Frame[] = [];
  let at = 0;
  let damagedBytes = 0;
  for (;;) {
    const found = frameAt(bytes, at, checksum);
    if (typeof found === "object") {
      frames.push(found);
      at = found.end;
      if (found.kind === frameKinds.end) return { frames, next: start + at, damagedBytes, ended: true };
      continue;
    }
    // Also of an incomplete one: its length may be what is damaged.
    const next = findFrame(bytes, at + 1, checksum);
    if (next === -1) return { frames, next: start + at, damagedBytes, ended: false };
    damagedBytes += next - at;
    at = next;
  }
}

/** The end frame of a segment that has one. */
export async function endFrame(file: FileHandle, size: number): Promise<Frame | undefined> {
  if (size < headerBytes) return undefined;
  const found = frameAt(await readBytes(file, size - headerBytes, headerBytes), 0, checksum);
  return typeof found === "object" && found.kind === frameKinds.end ? found : undefined;
}

/** What the first frame says; `undefined` where it is not whole. */
export async function readHead(file: FileHandle): Promise<SegmentHead | undefined> {
  const { frames } = await readSegment(file, 0, 4_096);
  return headOf(frames[0]);
}

function headOf(frame: Frame | undefined): SegmentHead | undefined {
  if (frame?.kind !== frameKinds.layout) return undefined;
  // The checksum says that it is what a writer of this program wrote.
  return JSON.parse(new TextDecoder().decode(frame.payload)) as SegmentHead;
}

async function readBytes(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
