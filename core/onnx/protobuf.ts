const encoder = new TextEncoder();

/** Writes one protobuf message, field by field. @see https://protobuf.dev/programming-guides/encoding */
export class ProtobufWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** A whole number, `int32`, `int64` or enum; negative ones in two's complement. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#varint(value);
    return this;
  }

  /** A `float`. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    this.#append(littleEndian(Float32Array.of(value)));
    return this;
  }

  /** Text as UTF-8, raw bytes, or a nested message. */
  bytes(field: number, value: string | Uint8Array | ProtobufWriter): this {
    const content = toBytes(value);
    this.#tag(field, 2);
    this.#varint(content.length);
    this.#append(content);
    return this;
  }

  /** Whole numbers, packed in one field. */
  ints(field: number, values: ArrayLike<number>): this {
    const packed = new ProtobufWriter();
    for (let index = 0; index < values.length; index++) packed.#varint(values[index] ?? 0);
    return this.bytes(field, packed);
  }

  /** The message so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #tag(field: number, wireType: number) {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint) {
    this.#reserve(10);
    if (typeof value === "number" && value >= 0 && value <= 0x7fffffff) {
      let rest = value;
      for (; rest > 127; rest >>>= 7) this.#bytes[this.#length++] = (rest & 127) | 128;
      this.#bytes[this.#length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128;
    this.#bytes[this.#length++] = Number(rest);
  }

  #append(content: Uint8Array) {
    this.#reserve(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  #reserve(more: number) {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** The bytes of a typed array, lowest first, as protobuf and ONNX want them: the order of every machine mlt runs on. */
export function littleEndian(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function toBytes(value: string | Uint8Array | ProtobufWriter): Uint8Array {
  if (typeof value === "string") return encoder.encode(value);
  return value instanceof ProtobufWriter ? value.finish() : value;
}
