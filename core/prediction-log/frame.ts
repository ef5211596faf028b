import type { ByteWriter } from "./byte-writer.ts";

/** What a frame of a segment holds; the numbers are written to disk. */
export const frameKinds = { layout: 0, predictions: 1, feedback: 2, end: 3 } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

/** Bytes before a frame's payload: magic, checksum, kind, records, length, each a little-endian uint32. */
export const headerBytes = 20;

/** No frame is longer: a length beyond is damage. */
const longestPayload = 268_435_456;
const magic = 0x4c544c4d;

/** CRC-32 of some bytes. */
export type Checksum = (bytes: Uint8Array) => number;

/** One frame, found in bytes. */
export interface Frame {
  readonly kind: number;
  /** Records that its payload stands for; of an end frame, those of the whole segment. */
  readonly nRecords: number;
  readonly payload: Uint8Array;
  /** The place behind it. */
  readonly end: number;
}

export interface NewFrame {
  readonly kind: FrameKind;
  readonly nRecords: number;
  readonly encode: (into: ByteWriter) => void;
}

/** Writes a frame behind what was written; what its `encode` throws leaves nothing of it. */
export function writeFrame(into: ByteWriter, { kind, nRecords, encode }: NewFrame, checksum: Checksum): void {
  const start = into.length;
  for (const number of [magic, 0, kind, nRecords, 0]) into.uint32(number);
  try {
    encode(into);
    const length = into.length - start - headerBytes;
    if (length > longestPayload) throw new RangeError(`An entry of ${length} bytes is too long to keep`);
    into.setUint32(start + 16, length);
    into.setUint32(start + 4, checksum(into.written(start + 8)));
  } catch (cause) {
    into.truncate(start);
    throw cause;
  }
}

/** The frame that begins at a place; `incomplete` where its bytes may not all be there, `damaged` where there is none. */
export function frameAt(bytes: Uint8Array, at: number, checksum: Checksum): Frame | "incomplete" | "damaged" {
  if (bytes.length - at < headerBytes) return "incomplete";
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const length = view.getUint32(16, true);
  if (view.getUint32(0, true) !== magic || length > longestPayload) return "damaged";
  const end = at + headerBytes + length;
  if (end > bytes.length) return "incomplete";
  if (view.getUint32(4, true) !== checksum(bytes.subarray(at + 8, end))) return "damaged";
  return {
    kind: view.getUint32(8, true),
    nRecords: view.getUint32(12, true),
    payload: bytes.subarray(at + headerBytes, end),
    end,
  };
}

/** The first place from `from` on where a whole frame begins; -1 where there is none. */
export function findFrame(bytes: Uint8Array, from: number, checksum: Checksum): number {
  for (let at = bytes.indexOf(magic & 0xff, from); at !== -1; at = bytes.indexOf(magic & 0xff, at + 1)) {
    if (typeof frameAt(bytes, at, checksum) === "object") return at;
  }
  return -1;
}
