import { expect, test } from "bun:test";
import { crc32 } from "node:zlib";
import { ByteWriter } from "../../../core/prediction-log/byte-writer.ts";
import {
  findFrame,
  frameAt,
  frameKinds,
  headerBytes,
  type Seal,
  writeFrame,
} from "../../../core/prediction-log/frame.ts";
import { chooser } from "../../support/chooser.ts";

const seal: Seal = { seed: 0x1234abcd, checksum: (bytes) => crc32(bytes) };

/** Frames with these payloads, one after the other; the payload's length stands as its number of records. */
function frames(payloads: readonly string[], under: Seal = seal): Uint8Array {
  const into = new ByteWriter();
  for (const payload of payloads) {
    const bytes = new TextEncoder().encode(payload);
    const encode = (writer: ByteWriter) => writer.raw(bytes);
    writeFrame(into, { kind: frameKinds.predictions, nRecords: bytes.length, encode }, under);
  }
  return into.written().slice();
}

test("a frame says what it holds, and where the next begins", () => {
  const bytes = frames(["one", ""]);
  const payload = new TextEncoder().encode("one");
  expect(frameAt(bytes, 0, seal)).toEqual({ kind: 1, nRecords: 3, payload, end: headerBytes + 3 });
  const empty = { kind: 1, nRecords: 0, payload: new Uint8Array(0), end: 2 * headerBytes + 3 };
  expect(frameAt(bytes, headerBytes + 3, seal)).toEqual(empty);
});

test("a frame begins with its magic and kind, and has the CRC-32 of its payload", () => {
  const bytes = frames(["123456789"]);
  expect([...bytes.subarray(0, 4)]).toEqual([0x4d, 0x4c, 0x54, 1]);
  // The check value of CRC-32: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-32-iso-hdlc
  expect(new DataView(bytes.buffer).getUint32(16, true)).toBe(0xcbf43926);
});

test("a frame that lacks bytes is incomplete, wherever it was cut", () => {
  const bytes = frames(["some payload"]);
  for (let length = 0; length < bytes.length; length++) {
    expect(frameAt(bytes.subarray(0, length), 0, seal)).toBe("incomplete");
  }
});

test("a frame with one bit changed is damaged, whichever bit it is", () => {
  const bytes = frames(["some payload"]);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(frameAt(flipped, 0, seal)).toBe("damaged");
  }
});

test("a frame of another seal is damaged", () => {
  expect(frameAt(frames(["payload"], { ...seal, seed: 7 }), 0, seal)).toBe("damaged");
});

test("writeFrame() leaves nothing of an entry that cannot be encoded", () => {
  const into = new ByteWriter();
  into.text("before");
  const encode = (writer: ByteWriter) => {
    writer.uint32(1);
    throw new RangeError("There is no such column");
  };
  expect(() => writeFrame(into, { kind: frameKinds.predictions, nRecords: 1, encode }, seal)).toThrow(
    "There is no such column",
  );
  // A text is its length, four bytes, and its bytes.
  expect(into.length).toBe(10);
});

test("findFrame() finds the next whole frame behind bytes that are none", () => {
  const bytes = frames(["first", "MLT MLT MLT", "third"]);
  const second = headerBytes + 5;
  const third = second + headerBytes + 11;
  expect(findFrame(bytes, 1, seal)).toBe(second);
  bytes[second + 30] = 0;
  expect(findFrame(bytes, 1, seal)).toBe(third);
  expect(findFrame(bytes, third + 1, seal)).toBe(-1);
});

test("findFrame() takes no frame that somebody wrote into a payload without the seed", () => {
  const forged = new TextDecoder().decode(frames(["forged"], { ...seal, seed: 0 }));
  const bytes = frames([`a note ${forged}`, "last"]);
  expect(findFrame(bytes, 1, seal)).toBe(bytes.length - headerBytes - 4);
});

test("findFrame() believes no length that it cannot check: 16 MB of headers take it less than a second", () => {
  const one = frames(["x".repeat(44)], { ...seal, seed: 0 });
  const bytes = new Uint8Array(16_777_216);
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
  // Each claims all that follows.
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += one.length)
    view.setUint32(at + 12, bytes.length - at - headerBytes, true);
  const startMs = performance.now();
  expect(findFrame(bytes, 0, seal)).toBe(-1);
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test("frames are found again in any order of whole and random bytes", () => {
  for (let seed = 0; seed < 200; seed++) {
    const { below, percent } = chooser(seed);
    const into = new ByteWriter();
    const places: number[] = [];
    for (let piece = 0; piece < 8; piece++) {
      if (percent(50)) {
        places.push(into.length);
        const bytes = Uint8Array.from({ length: below(60) }, () => below(256));
        writeFrame(into, { kind: frameKinds.feedback, nRecords: 1, encode: (to) => to.raw(bytes) }, seal);
      } else into.raw(Uint8Array.from({ length: below(60) }, () => (percent(20) ? 0x4d : below(256))));
    }
    const bytes = into.written();
    const found: number[] = [];
    for (let at = findFrame(bytes, 0, seal); at !== -1; at = findFrame(bytes, at + 1, seal)) found.push(at);
    expect({ seed, found }).toEqual({ seed, found: places });
  }
});
