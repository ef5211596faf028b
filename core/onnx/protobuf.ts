const encoder = new TextEncoder();

/** Content from here on is kept where it is until the whole message is put together. */
const muchBytes = 1_000;

/**
 * Writes one protobuf message, field by field. Long content is not copied before `finish`, however deep it stands: a
 * forest has hundreds of megabytes of it.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufWriter {
  /** What was written before `#bytes`. */
  readonly #parts: Uint8Array[] = [];
  #partsLength = 0;
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

  /** Text as UTF-8, raw bytes, or a nested message; bytes and message must not change any more. */
  bytes(field: number, value: string | Uint8Array | ProtobufWriter): this {
    const parts = partsOf(value);
    this.#tag(field, 2);
    this.#varint(parts.reduce((sum, { length }) => sum + length, 0));
    for (const part of parts) this.#append(part);
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
    const whole = new Uint8Array(this.#partsLength + this.#length);
    let at = 0;
    for (const part of this.parts()) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** The message so far, in pieces that follow each other. */
  parts(): readonly Uint8Array[] {
    return [...this.#parts, this.#bytes.subarray(0, this.#length)];
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
    if (content.length >= muchBytes) {
      this.#keep(this.#bytes.slice(0, this.#length));
      this.#keep(content);
      this.#length = 0;
      return;
    }
    this.#reserve(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  #keep(part: Uint8Array) {
    this.#parts.push(part);
    this.#partsLength += part.length;
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

function partsOf(value: string | Uint8Array | ProtobufWriter): readonly Uint8Array[] {
  if (value instanceof ProtobufWriter) return value.parts();
  return [typeof value === "string" ? encoder.encode(value) : value];
}
