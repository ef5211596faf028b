import { expect, test } from "bun:test";
import { ProtobufWriter } from "../../../core/onnx/protobuf.ts";

// Expected bytes by hand, from https://protobuf.dev/programming-guides/encoding: tag = field × 8 + wire type.
test.each([
  ["a small number", new ProtobufWriter().int(1, 1), [0x08, 1]],
  ["150, the guide's example", new ProtobufWriter().int(1, 150), [0x08, 0x96, 0x01]],
  ["2 ** 31", new ProtobufWriter().int(1, 2 ** 31), [0x08, 0x80, 0x80, 0x80, 0x80, 0x08]],
  ["-2", new ProtobufWriter().int(1, -2), [0x08, 0xfe, ...Array(8).fill(0xff), 0x01]],
  ["a field above 15", new ProtobufWriter().int(20, 3), [0xa0, 0x01, 3]],
  ["text", new ProtobufWriter().bytes(2, "testing"), [0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]],
  ["a message", new ProtobufWriter().bytes(3, new ProtobufWriter().int(1, 150)), [0x1a, 3, 8, 0x96, 1]],
  ["packed numbers", new ProtobufWriter().ints(6, [3, 270]), [0x32, 3, 0x03, 0x8e, 0x02]],
  ["a float", new ProtobufWriter().float(5, 1), [0x2d, 0, 0, 0x80, 0x3f]],
])("ProtobufWriter encodes %s", (_, message, bytes) => {
  expect([...message.finish()]).toEqual(bytes);
});

test("ProtobufWriter grows with its content", () => {
  const content = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);
  // Tag, the length 10,000 = 0x90 0x4e as a varint, then the content.
  expect([...new ProtobufWriter().bytes(1, content).finish()]).toEqual([0x0a, 0x90, 0x4e, ...content]);
});

test("ProtobufWriter puts long content of nested messages between what was written before and behind", () => {
  const content = new Uint8Array(10_000).fill(7);
  const inner = new ProtobufWriter().int(1, 1).bytes(1, content).int(1, 2);
  const outer = new ProtobufWriter().int(2, 3).bytes(1, inner).int(2, 4);
  // Of the inner message 2 + 3 + 10,000 + 2 bytes: 10,007 = 0x97 0x4e as a varint.
  expect([...outer.finish()]).toEqual([
    0x10,
    3,
    0x0a,
    0x97,
    0x4e,
    0x08,
    1,
    0x0a,
    0x90,
    0x4e,
    ...content,
    0x08,
    2,
    0x10,
    4,
  ]);
  expect(outer.parts()).toContain(content);
});
