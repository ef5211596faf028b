const encoder = new TextEncoder();

const usualBytes = 65_536;

/** Writes numbers (little-endian) and text one after the other into memory that grows, and is used again. */
export class ByteWriter {
  private bytes = new Uint8Array(usualBytes);
  private view = new DataView(this.bytes.buffer);
  private end = 0;

  /** Bytes written since `begin`. */
  get length(): number {
    return this.end;
  }

  /** Forgets what was written. */
  begin(): void {
    this.end = 0;
    // What one long entry took is not kept for good.
    if (this.bytes.length > usualBytes) this.take(new Uint8Array(usualBytes));
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.end = length;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.end++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.end, value, true);
    this.end += 4;
  }

  float32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.end, value, true);
    this.end += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.end, value, true);
    this.end += 8;
  }

  /** Numbers as float32, without their count. */
  float32s(values: Float32Array): void {
    this.reserve(4 * values.length);
    // Value by value: most have only a few, and every machine that this runs on is little-endian or made to look so.
    for (let index = 0; index < values.length; index++) {
      this.view.setFloat32(this.end + 4 * index, values[index] ?? Number.NaN, true);
    }
    this.end += 4 * values.length;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** Text as UTF-8 behind its length. */
  text(text: string): void {
    const { length } = text;
    this.reserve(4 + 3 * length);
    const start = this.end + 4;
    let size = 0;
    // Short ASCII, such as a request id, character by character: the call that encodes takes longer.
    if (length <= 64) {
      for (; size < length; size++) {
        const code = text.charCodeAt(size);
        if (code > 0x7f) break;
        this.bytes[start + size] = code;
      }
    }
    if (size < length) size = encoder.encodeInto(text, this.bytes.subarray(start)).written;
    this.view.setUint32(this.end, size, true);
    this.end = start + size;
  }

  /** Overwrites the number at a place that was written before. */
  setUint32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** What was written from `start` on: the memory itself, good until the next write. */
  written(start = 0): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(start, this.end);
  }

  private reserve(more: number): void {
    const needed = this.end + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.end));
    this.take(grown);
  }

  private take(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
