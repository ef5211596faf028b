import { shortestFloat32 } from "../features/shortest-float32.ts";

const encoder = new TextEncoder();

/** Text as the bytes that `JsonWriter.bytes` takes. */
export function jsonBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Writes the JSON of an answer as bytes: no text is made that would have to be joined and encoded. */
export class JsonWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param sizeBytes  about how long it will be */
  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(Math.max(64, sizeBytes));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(content: Uint8Array): void {
    this.#reserve(content.length);
    const { length } = content;
    let at = this.#length;
    // Short ones byte by byte: to copy memory takes a call.
    if (length > 24) this.#bytes.set(content, at);
    else for (let index = 0; index < length; index++) this.#bytes[at++] = content[index] ?? 0;
    this.#length += length;
  }

  /**
   * The shortest decimal that reads back as the same float32.
   *
   * @throws {RangeError} for NaN and the infinities: JSON has no such numbers
   */
  float32(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`A number of the answer is ${value}`);
    this.#reserve(32);
    const size = Math.abs(value);
    if (value < 0) this.byte(minus);
    if (size < 1e-13 || size >= 1e6 || !this.#decimal(size))
      this.bytes(jsonBytes(String(shortestFloat32(size))));
  }

  /** What was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #decimal(size: number): boolean {
    let scale = 5;
    while (size * (powersOfTen[scale] ?? 1) < 100_000) scale++;
    while (size * (powersOfTen[scale] ?? 1) >= 1_000_000) scale--;
    // Six digits, then up to nine: float32 needs no more.
    for (const last = scale + 3; scale <= last; scale++) {
      const power = powersOfTen[scale] ?? 1;
      const digits = (size * power + 0.5) | 0;
      if (Math.fround(digits / power) === size) {
        this.#digits(digits, scale);
        return true;
      }
    }
    return false;
  }

  /** `digits` with the point before the last `scale` of them, without zeros at its end. */
  #digits(digits: number, scale: number): void {
    let rest = digits;
    let places = scale;
    for (let next = (rest / 10) | 0; places > 0 && next * 10 === rest; next = (rest / 10) | 0) {
      rest = next;
      places--;
    }
    let size = 1;
    for (let limit = 10; rest >= limit; limit *= 10) size++;
    // Like JavaScript's own numbers: from 1e-7 down with an exponent.
    const exponent = places - size + 1;
    this.#place(rest, size, exponent < 7 ? places : size - 1);
    if (exponent >= 7) this.bytes(exponents[exponent] ?? jsonBytes(`e-${exponent}`));
  }

  #place(digits: number, size: number, places: number): void {
    const bytes = this.#bytes;
    const start = this.#length;
    let at = start + Math.max(size, places + 1) + (places > 0 ? 1 : 0);
    this.#length = at;
    let rest = digits;
    for (let written = 0; at > start; written++) {
      if (written === places && places > 0) bytes[--at] = point;
      const next = (rest / 10) | 0;
      bytes[--at] = zero + rest - next * 10;
      rest = next;
    }
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const exponents = Array.from({ length: 14 }, (_, exponent) => jsonBytes(`e-${exponent}`));
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
