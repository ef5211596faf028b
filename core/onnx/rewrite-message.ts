import { ProtobufWriter } from "./protobuf.ts";
import { readFields } from "./protobuf-reader.ts";

/** What takes the place of a field's content, each time the field stands in the message; nothing to leave it out. */
export type FieldEdits = Readonly<
  Record<number, (content: Uint8Array) => Uint8Array | ProtobufWriter | string | undefined>
>;

/**
 * A protobuf message with the contents of some fields replaced, and everything else as it was.
 *
 * @param edits  by number, of fields that hold text, bytes or a message
 * @throws {RangeError} when the bytes are no message
 */
export function rewriteMessage(bytes: Uint8Array, edits: FieldEdits): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const { field, wireType, value, whole } of readFields(bytes)) {
    const edit = edits[field];
    if (edit === undefined || wireType !== 2 || typeof value === "bigint") {
      pieces.push(whole);
      continue;
    }
    const content = edit(value);
    if (content !== undefined) pieces.push(new ProtobufWriter().bytes(field, content).finish());
  }
  return joined(pieces);
}

/** Messages of one kind one behind the other: as protobuf has it, one message with the fields of all. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
