type Numbers = Float64Array | Float32Array | Int32Array;

/** Numbers one after the other in memory that grows: of a million, nothing but their bytes is kept. */
class GrowingColumn<Column extends Numbers> {
  private readonly make: (length: number) => Column;
  private numbers: Numbers;
  private count = 0;

  constructor(make: (length: number) => Column) {
    this.make = make;
    this.numbers = make(1024);
  }

  push(value: number): void {
    if (this.count === this.numbers.length) {
      const grown = this.make(this.count * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.numbers[this.count++] = value;
  }

  /** A copy of what is there. */
  toArray(): Column {
    const values = this.make(this.count);
    values.set(this.numbers.subarray(0, this.count));
    return values;
  }
}

/** Makes a column of whole numbers. */
export const int32Column = () => new GrowingColumn((length) => new Int32Array(length));

/** Makes a column of times, or of numbers as they were given. */
export const float64Column = () => new GrowingColumn((length) => new Float64Array(length));

/** Makes a column of what a model answers. */
export const float32Column = () => new GrowingColumn((length) => new Float32Array(length));
