const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * One protobuf message, read field by field; a field that is not there reads as protobuf's default.
 *
 * @throws {RangeError} from every method, when the bytes end within a field or a field is of another kind
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufReader {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  constructor(bytes: Uint8Array = new Uint8Array()) {
    for (const { field, value } of readFields(bytes)) {
      const known = this.#fields.get(field);
      if (known === undefined) this.#fields.set(field, [value]);
      else known.push(value);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** A field's raw bytes, each time it stands in the message. */
  blobs(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      if (typeof value === "bigint") throw new RangeError(`Field ${field} is a number`);
      return value;
    });
  }

  messages(field: number): ProtobufReader[] {
    return this.blobs(field).map((bytes) => new ProtobufReader(bytes));
  }

  message(field: number): ProtobufReader {
    return this.messages(field)[0] ?? new ProtobufReader();
  }

  texts(field: number): string[] {
    return this.blobs(field).map((bytes) => decoder.decode(bytes));
  }

  text(field: number): string {
    return this.texts(field)[0] ?? "";
  }

  /** Signed whole numbers, packed or not. */
  ints(field: number): number[] {
    return (this.#fields.get(field) ?? []).flatMap((value) =>
      typeof value === "bigint" ? [signed(value)] : packedInts(value),
    );
  }

  int(field: number): number {
    return this.ints(field)[0] ?? 0;
  }

  /** Numbers of a type that lie side by side, lowest byte first. */
  numbers(field: number, type: "float" | "double" | "int64"): number[] {
    return this.blobs(field).flatMap((bytes) => packedNumbers(bytes, type));
  }
}

/** One field of a message. */
export interface ProtobufField {
  readonly field: number;
  /** 2 where the value is text, bytes or a message. */
  readonly wireType: number;
  readonly value: bigint | Uint8Array;
  /** Its bytes in the message, tag and all. */
  readonly whole: Uint8Array;
}

/** The fields of a message, in their order. @throws {RangeError} when the bytes end within one */
export function* readFields(bytes: Uint8Array): Generator<ProtobufField> {
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const tag = Number(readVarint(cursor));
    const wireType = tag % 8;
    const value = readValue(cursor, wireType);
    yield { field: Math.floor(tag / 8), wireType, value, whole: bytes.subarray(start, cursor.at) };
  }
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(cursor: Cursor, wireType: number): bigint | Uint8Array {
  switch (wireType) {
    case 0:
      return readVarint(cursor);
    case 1:
      return take(cursor, 8);
    case 2:
      return take(cursor, Number(readVarint(cursor)));
    case 5:
      return take(cursor, 4);
    default:
      throw new RangeError(`There is no wire type ${wireType}`);
  }
}

function take(cursor: Cursor, sizeBytes: number): Uint8Array {
  const end = cursor.at + sizeBytes;
  if (end > cursor.bytes.length) throw new RangeError("The message ends within a field");
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new RangeError("The message ends within a number");
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
  throw new RangeError("A number is longer than 64 bits");
}

function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

function packedInts(bytes: Uint8Array): number[] {
  const cursor = { bytes, at: 0 };
  const numbers: number[] = [];
  while (cursor.at < bytes.length) numbers.push(signed(readVarint(cursor)));
  return numbers;
}

function packedNumbers(bytes: Uint8Array, type: "float" | "double" | "int64"): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizeBytes = type === "float" ? 4 : 8;
  return Array.from({ length: bytes.length / sizeBytes }, (_, index) => {
    if (type === "float") return view.getFloat32(index * sizeBytes, true);
    if (type === "double") return view.getFloat64(index * sizeBytes, true);
    return Number(view.getBigInt64(index * sizeBytes, true));
  });
}
