import type { ByteWriter } from "./byte-writer.ts";

/** What a frame of a segment holds; the numbers are written to disk. */
export const frameKinds = { layout: 0, predictions: 1, feedback: 2, end: 3 } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

/**
 * Bytes before a frame's payload: "MLT" and the kind as one byte, the check of the header, records, length of the payload,
 * its checksum; each four bytes, numbers little-endian.
 */
export const headerBytes = 20;

const magic = 0x544c4d;
const firstByte = 0x4d;

/** CRC-32 of some bytes. */
export type Checksum = (bytes: Uint8Array) => number;

/** What tells the frames of one segment from all other bytes. */
export interface Seal {
  /** A uint32 that who sends a request does not know: a text of theirs that looks like a frame is none. */
  readonly seed: number;
  readonly checksum: Checksum;
}

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
export function writeFrame(into: ByteWriter, { kind, nRecords, encode }: NewFrame, seal: Seal): void {
  const start = into.length;
  into.uint32(magic | (kind << 24));
  into.uint32(0);
  into.uint32(nRecords);
  into.uint32(0);
  into.uint32(0);
  try {
    encode(into);
  } catch (cause) {
    into.truncate(start);
    throw cause;
  }
  const length = into.length - start - headerBytes;
  const sum = seal.checksum(into.written(start + headerBytes));
  into.setUint32(start + 4, headerCheck(seal.seed, kind, nRecords, length, sum));
  into.setUint32(start + 12, length);
  into.setUint32(start + 16, sum);
}

/** The frame that begins at a place; `incomplete` where its bytes are not all there, `damaged` where there is none. */
export function frameAt(
  bytes: Uint8Array,
  at: number,
  { seed, checksum }: Seal,
): Frame | "incomplete" | "damaged" {
  if (bytes.length - at < headerBytes) return "incomplete";
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  const tag = view.getUint32(0, true);
  if ((tag & 0xffffff) !== magic) return "damaged";
  const kind = tag >>> 24;
  const nRecords = view.getUint32(8, true);
  const length = view.getUint32(12, true);
  const sum = view.getUint32(16, true);
  // Before the length is believed: else each damaged one would have the whole rest summed.
  if (view.getUint32(4, true) !== headerCheck(seed, kind, nRecords, length, sum)) return "damaged";
  const end = at + headerBytes + length;
  if (end > bytes.length) return "incomplete";
  const payload = bytes.subarray(at + headerBytes, end);
  return checksum(payload) === sum ? { kind, nRecords, payload, end } : "damaged";
}

/** The first place from `from` on where a whole frame begins; -1 where there is none. */
export function findFrame(bytes: Uint8Array, from: number, seal: Seal): number {
  for (let at = bytes.indexOf(firstByte, from); at !== -1; at = bytes.indexOf(firstByte, at + 1)) {
    if (typeof frameAt(bytes, at, seal) === "object") return at;
  }
  return -1;
}

/** A uint32 that changes with every bit of what it is of. */
function headerCheck(seed: number, kind: number, nRecords: number, length: number, sum: number): number {
  return stir(stir(stir(stir(seed, kind), nRecords), length), sum) >>> 0;
}

/** The finalizer of MurmurHash3, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp */
function stir(hash: number, number: number): number {
  let mixed = hash ^ number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
