import {
  type Frame,
  findFrame,
  frameAt,
  frameKinds,
  headerBytes,
  type Seal,
} from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { endFrame, readBytes, type SegmentFile } from "./segment-file.ts";
import type { SegmentWriter } from "./segment-writer-identity.ts";

/** What the first frame of a segment says. */
export interface SegmentHead {
  readonly layout: LogLayout;
  readonly writer: SegmentWriter;
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
 * Reads whole frames, of about so many bytes; a longer one is read alone. Bytes that are none are passed over once a whole
 * one follows. Until then they may be on their way, and are left for later.
 */
export async function readSegment(file: SegmentFile, at: number, aboutBytes: number): Promise<SegmentPart> {
  const { size } = await file.handle.stat();
  for (let wanted = Math.max(aboutBytes, headerBytes); ; wanted *= 4) {
    const bytes = await readBytes(file, at, Math.min(wanted, size - at));
    // Also where the file has become shorter meanwhile.
    const isRest = bytes.length < wanted;
    const { frames, length, damagedBytes } = framesIn(bytes, file.seal, isRest);
    const next = at + length;
    // Were it written on behind an end frame, that would be no end.
    if (length > 0) {
      return { frames, next, damagedBytes, ended: next >= size && frames.at(-1)?.kind === frameKinds.end };
    }
    if (isRest)
      return { frames, next, damagedBytes, ended: at >= size && (await endFrame(file, size)) !== undefined };
  }
}

/** @param isRest  whether nothing follows these bytes yet */
function framesIn(bytes: Uint8Array, seal: Seal, isRest: boolean) {
  const frames: Frame[] = [];
  let at = 0;
  let damagedBytes = 0;
  for (;;) {
    const found = frameAt(bytes, at, seal);
    if (typeof found === "object") {
      frames.push(found);
      at = found.end;
      continue;
    }
    if (found === "incomplete" && !isRest) break;
    const next = findFrame(bytes, at + 1, seal);
    if (next === -1) break;
    damagedBytes += next - at;
    at = next;
  }
  return { frames, length: at, damagedBytes };
}

/** Records of the frames; an end frame has none of its own. */
export function recordsIn(frames: readonly Frame[]): number {
  let records = 0;
  for (const { kind, nRecords } of frames) if (kind !== frameKinds.end) records += nRecords;
  return records;
}

/** What the first frame says; `undefined` where it is not whole. */
export async function readHead(file: SegmentFile): Promise<SegmentHead | undefined> {
  const { frames } = await readSegment(file, 0, 4_096);
  const [first] = frames;
  if (first?.kind !== frameKinds.layout) return undefined;
  // The checksum says that it is what a writer of this program wrote.
  return JSON.parse(new TextDecoder().decode(first.payload)) as SegmentHead;
}
