import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Frame, frameAt, frameKinds, headerBytes, type Seal } from "../../core/prediction-log/frame.ts";

const segmentName = /^\d{13}-[0-9a-f]{8}\.log$/;

/** The name of a segment: when it was begun, and the seed of its writer, so that segments sort by age. */
export function nameSegment(startMs: number, seed: number): string {
  return `${String(startMs).padStart(13, "0")}-${seed.toString(16).padStart(8, "0")}.log`;
}

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

/** Milliseconds since the epoch when a segment was begun. */
export function segmentStartMs(name: string): number {
  return Number(name.slice(0, 13));
}

/** What the frames of a segment are told by. */
export function sealOf(name: string): Seal {
  return sealWith(Number.parseInt(name.slice(14, 22), 16));
}

/** The seal of a writer with that seed. */
export function sealWith(seed: number): Seal {
  return { seed, checksum: (bytes) => crc32(bytes) };
}

/** Whether a file or folder is not there. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/** A segment that is open, to be read from any place. */
export interface SegmentFile {
  readonly handle: FileHandle;
  readonly seal: Seal;
}

/**
 * Works with a segment's file, and closes it; `undefined` where there is none, which may be so at any time: others make room.
 *
 * @param flags  of open(2): `r`, or `r+` to change it
 */
export async function withSegment<Result>(
  dir: string,
  name: string,
  flags: "r" | "r+",
  work: (file: SegmentFile) => Promise<Result>,
): Promise<Result | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(join(dir, name), flags);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    return await work({ handle, seal: sealOf(name) });
  } finally {
    await handle.close();
  }
}

/** So many bytes from a place on; fewer where the file ends. */
export async function readBytes({ handle }: SegmentFile, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, length));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The end frame of a segment that has one: there will be no more. */
export async function endFrame(file: SegmentFile, size: number): Promise<Frame | undefined> {
  if (size < headerBytes) return undefined;
  return endFrameIn(await readBytes(file, size - headerBytes, headerBytes), file.seal);
}

/** The end frame that the last bytes of a segment are, `headerBytes` of them; `undefined` where they are none. */
export function endFrameIn(lastBytes: Uint8Array, seal: Seal): Frame | undefined {
  const found = frameAt(lastBytes, 0, seal);
  return typeof found === "object" && found.kind === frameKinds.end ? found : undefined;
}
