const decoder = new TextDecoder();

/** Reads what `ByteWriter` wrote. @throws {RangeError} at the end of the bytes */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  float32(): number {
    return this.view.getFloat32(this.skip(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  float32s(count: number): Float32Array {
    const start = this.skip(4 * count);
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) values[index] = this.view.getFloat32(start + 4 * index, true);
    return values;
  }

  text(): string {
    const length = this.uint32();
    const start = this.skip(length);
    return decoder.decode(this.bytes.subarray(start, start + length));
  }

  /** @returns where what is passed over begins */
  private skip(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) throw new RangeError("The entry ends too early");
    this.at = start + length;
    return start;
  }
}
