import type { Feature } from "./feature-spec.ts";
import { type RowId, refuseId } from "./row-id.ts";
import { scanNumber, skipBytes, textBetween, textEnd } from "./scan-json.ts";

/** One column while it is read from a body's bytes; every row starts as missing. */
export interface ScannedColumn {
  /**
   * Reads the value at `at` and keeps it.
   *
   * @returns the place behind it; -1 where it is not taken, and then nothing is kept: the row may be read again
   */
  read(bytes: Uint8Array, at: number, row: number): number;
  /** Keeps a number that was read already; false where it is not taken. */
  keep(value: number, row: number): boolean;
  /** The values of the first n_rows. */
  finish(nRows: number): Float32Array | readonly string[];
}

/** An empty column of the feature, with room for `capacity` rows. */
export function scannedColumn(feature: Feature, capacity: number): ScannedColumn {
  switch (feature.type) {
    case "number":
    case "integer":
      return new NumberColumn(feature, capacity);
    case "boolean":
      return new BooleanColumn(feature, capacity);
    case "category":
    case "string":
      return new TextColumn(feature, capacity);
  }
}

/** The largest number that float32 does not round to infinity: the next double is infinite as float32. */
export const largestFloat32 = 3.4028235677973362e38;
const word = (text: string) => new TextEncoder().encode(text);
const [nullWord, trueWord, falseWord] = [word("null"), word("true"), word("false")];
const n = 0x6e;
const t = 0x74;
const quote = 0x22;
const scanned = new Float64Array(1);

class NumberColumn implements ScannedColumn {
  private readonly values: Float32Array;
  private readonly low: number;
  private readonly high: number;
  private readonly whole: boolean;
  private readonly nullable: boolean;

  constructor({ type, min, max, nullable }: Feature, capacity: number) {
    this.values = new Float32Array(capacity);
    if (nullable) this.values.fill(Number.NaN);
    this.low = Math.max(min ?? -largestFloat32, -largestFloat32);
    this.high = Math.min(max ?? largestFloat32, largestFloat32);
    this.whole = type === "integer";
    this.nullable = nullable;
  }

  read(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] === n) return this.nullable ? skipBytes(bytes, at, nullWord) : -1;
    const end = scanNumber(bytes, at, scanned);
    return end !== -1 && this.keep(scanned[0] ?? 0, row) ? end : -1;
  }

  keep(value: number, row: number): boolean {
    if (value < this.low || value > this.high) return false;
    if (this.whole && !Number.isInteger(value)) return false;
    this.values[row] = value;
    return true;
  }

  finish(nRows: number): Float32Array {
    return nRows === this.values.length ? this.values : this.values.subarray(0, nRows);
  }
}

class BooleanColumn implements ScannedColumn {
  private readonly values: Float32Array;
  private readonly nullable: boolean;

  constructor({ nullable }: Feature, capacity: number) {
    this.values = new Float32Array(capacity).fill(Number.NaN);
    this.nullable = nullable;
  }

  read(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] === n) return this.nullable ? skipBytes(bytes, at, nullWord) : -1;
    const truth = bytes[at] === t;
    const end = skipBytes(bytes, at, truth ? trueWord : falseWord);
    if (end !== -1) this.values[row] = truth ? 1 : 0;
    return end;
  }

  keep(): boolean {
    return false;
  }

  finish(nRows: number): Float32Array {
    return this.values.subarray(0, nRows);
  }
}

class TextColumn implements ScannedColumn {
  private readonly values: string[];
  private readonly choices: ReadonlySet<string> | undefined;
  private readonly nullable: boolean;

  constructor({ values, nullable }: Feature, capacity: number) {
    this.values = new Array(capacity).fill("");
    this.choices = values === undefined ? undefined : new Set(values);
    this.nullable = nullable;
  }

  read(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] === n) return this.nullable ? skipBytes(bytes, at, nullWord) : -1;
    const end = bytes[at] === quote ? textEnd(bytes, at + 1) : -1;
    const text = end === -1 ? undefined : textBetween(bytes, at + 1, end);
    if (text === undefined) return -1;
    const isTaken = this.choices === undefined ? text !== "" || this.nullable : this.choices.has(text);
    if (!isTaken) return -1;
    this.values[row] = text;
    return end + 1;
  }

  keep(): boolean {
    return false;
  }

  finish(nRows: number): readonly string[] {
    this.values.length = nRows;
    return this.values;
  }
}

/** The ids of the rows, of which any may be without one. */
export class IdColumn {
  private readonly ids: (RowId | undefined)[] = [];

  read(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] !== quote) {
      const end = scanNumber(bytes, at, scanned);
      const id = scanned[0] ?? Number.NaN;
      if (end === -1 || refuseId(id) !== undefined) return -1;
      this.ids[row] = id;
      return end;
    }
    const end = textEnd(bytes, at + 1);
    const id = end === -1 ? undefined : textBetween(bytes, at + 1, end);
    this.ids[row] = id;
    return id === undefined ? -1 : end + 1;
  }

  keep(): boolean {
    return false;
  }

  /** By row; a row without an id has none at its place. */
  finish(): readonly (RowId | undefined)[] {
    return this.ids;
  }
}
