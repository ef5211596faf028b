import { shortestFloat32 } from "../features/shortest-float32.ts";

const encoder = new TextEncoder();

/** Text as the bytes that `JsonWriter.text` takes. */
export function jsonBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

const usualBytes = 65_536;

/**
 * Writes the JSON of answers as bytes, one after the other into the same memory: no text is made that would have to be
 * joined and encoded, and no memory that would have to be cleared.
 */
export class JsonWriter {
  private bytes = new Uint8Array(usualBytes);
  private length = 0;

  /** Begins an answer. @param sizeBytes  about how long it will be */
  begin(sizeBytes: number): void {
    this.length = 0;
    // What one long answer took is not kept for good.
    if (this.bytes.length > usualBytes) this.bytes = new Uint8Array(usualBytes);
    this.reserve(sizeBytes);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  text(text: Uint8Array): void {
    this.reserve(text.length);
    const { bytes, length } = this;
    // Short ones byte by byte: the call that copies memory takes longer.
    if (text.length > 40) bytes.set(text, length);
    else for (let index = 0; index < text.length; index++) bytes[length + index] = text[index] ?? 0;
    this.length = length + text.length;
  }

  /**
   * The shortest decimal that reads back as the same float32.
   *
   * @throws {RangeError} for NaN and the infinities: JSON has no such numbers
   */
  float32(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`A number of the answer is ${value}`);
    this.reserve(longestNumber);
    const size = Math.abs(value);
    if (value < 0) this.byte(minus);
    if (size === 0) this.byte(zero);
    else if (size < 1e-12 || size >= 1e6) this.text(jsonBytes(String(shortestFloat32(size))));
    else this.decimal(size);
  }

  /** What was written since `begin`, until the next one. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** Six digits, then up to nine, of which float32 needs no more. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the innermost work of an answer; its parts as calls take half as long again.
  private decimal(size: number): void {
    scratch[0] = size;
    let scale = firstScales[(scratchBits[0] ?? 0) >>> 23] ?? 0;
    if (size * (powersOfTen[scale] ?? 1) >= 1e6) scale--;
    let digits = (size * (powersOfTen[scale] ?? 1) + 0.5) | 0;
    let count = 6;
    while (Math.fround(digits / (powersOfTen[scale] ?? 1)) !== size) {
      scale++;
      count++;
      digits = (size * (powersOfTen[scale] ?? 1) + 0.5) | 0;
    }
    // Zeros at the end are only where fewer than six digits would do, or where it was rounded up to a digit more.
    for (let next = (digits * 0.1) | 0; scale > 0 && next * 10 === digits; next = (digits * 0.1) | 0) {
      digits = next;
      scale--;
      count--;
    }
    if (digits >= (powersOfTen[count] ?? 0)) count++;
    const exponent = scale - count + 1;
    if (exponent < 7) {
      this.place(digits, count, scale);
    } else {
      // Like JavaScript's own numbers: from 1e-7 down with an exponent.
      this.place(digits, count, count - 1);
      this.text(exponents[exponent] ?? jsonBytes(`e-${exponent}`));
    }
  }

  private place(digits: number, count: number, places: number): void {
    const { bytes, length: start } = this;
    if (places >= count) {
      const end = start + 2 + places;
      bytes[start] = zero;
      bytes[start + 1] = dot;
      for (let at = start + 2; at < end - count; at++) bytes[at] = zero;
      this.run(digits, end, count);
      this.length = end;
      return;
    }
    const power = powersOfTen[places] ?? 1;
    const whole = Math.floor(digits / power);
    const point = start + count - places;
    this.run(whole, point, count - places);
    this.length = point;
    if (places === 0) return;
    bytes[point] = dot;
    this.length = point + 1 + places;
    this.run(digits - whole * power, this.length, places);
  }

  /** The last `count` digits of a number, two at a time, so that they end before `end`. */
  private run(digits: number, end: number, count: number): void {
    const { bytes } = this;
    const start = end - count;
    let rest = digits;
    let at = end;
    while (at - start > 1) {
      const next = (rest * 0.01) | 0;
      const pair = rest - next * 100;
      bytes[--at] = ones[pair] ?? zero;
      bytes[--at] = tens[pair] ?? zero;
      rest = next;
    }
    if (at > start) bytes[--at] = zero + (rest % 10);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const longestNumber = 32;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const ones = Uint8Array.from({ length: 100 }, (_, pair) => zero + (pair % 10));
const tens = Uint8Array.from({ length: 100 }, (_, pair) => zero + Math.floor(pair / 10));
const exponents = Array.from({ length: 14 }, (_, exponent) => jsonBytes(`e-${exponent}`));
/** As far as a double holds them exactly, so that a quotient by one is the nearest double. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);
/** By the exponent of a float32: the power of ten that gives the smallest number of that exponent six digits. */
const firstScales = Int32Array.from({ length: 256 }, (_, exponent) =>
  Math.max(
    0,
    powersOfTen.findIndex((power) => 2 ** (exponent - 127) * power >= 1e5),
  ),
);
