/** The values of one column. Whole numbers and truths (0 or 1) are doubles. */
export type Column = Float32Array | Float64Array | readonly string[];

/** A value of a graph that runs, column by column: of one axis, a constant is a row and a result a column. */
export interface Tensor {
  /** 1 also where the one row stands for all. */
  readonly nRows: number;
  readonly columns: readonly Column[];
}

export function isText(column: Column): column is readonly string[] {
  return Array.isArray(column);
}

/** A column of numbers. @throws {RangeError} when it is text */
export function numbersOf(column: Column | undefined): Float32Array | Float64Array {
  if (column instanceof Float64Array || column instanceof Float32Array) return column;
  throw new RangeError("Text stands where numbers should");
}

/** A column of text. @throws {RangeError} when it is numbers */
export function textsOf(column: Column | undefined): readonly string[] {
  if (column !== undefined && isText(column)) return column;
  throw new RangeError("Numbers stand where text should");
}

/** Values that lie row after row, as columns. */
export function toColumns(values: Column, nColumns: number): Column[] {
  if (nColumns === 1) return [values];
  const nRows = values.length / nColumns;
  return Array.from({ length: nColumns }, (_, column) => {
    if (isText(values))
      return Array.from({ length: nRows }, (_, row) => values[row * nColumns + column] ?? "");
    const taken = emptyLike(values, nRows);
    for (let row = 0; row < nRows; row++) taken[row] = values[row * nColumns + column] ?? 0;
    return taken;
  });
}

/** Columns as values that lie row after row. */
export function toRowMajor({ nRows, columns }: Tensor): Column {
  const [first = new Float32Array()] = columns;
  if (columns.length === 1) return first;
  if (isText(first)) {
    const texts = columns.map(textsOf);
    return Array.from({ length: nRows }, (_, row) => texts.map((column) => column[row] ?? "")).flat();
  }
  const values = emptyLike(first, nRows * columns.length);
  for (const [index, column] of columns.entries()) {
    const numbers = numbersOf(column);
    for (let row = 0, at = index; row < nRows; row++, at += columns.length) values[at] = numbers[row] ?? 0;
  }
  return values;
}

/** An array of the same kind, so that float32 arithmetic rounds to float32. */
export function emptyLike(like: Float32Array | Float64Array, length: number): Float32Array | Float64Array {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
