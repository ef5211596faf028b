import type { Column } from "./frame.ts";

/** Numbers of n_rows as a frame's column gives them at once, without an object or a call for each. */
type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A column of polars that can give its numbers at once, where none is missing. */
interface NumericColumn extends Column {
  nullCount(): number;
  isNumeric(): boolean;
  toTypedArray(): unknown;
}

/** The numbers of a column, which is much faster than `toArray`; `undefined` where it holds anything else, or a null. */
export function columnNumbers(column: Column): Numbers | undefined {
  if (!isNumericColumn(column) || !column.isNumeric() || column.nullCount() > 0) return undefined;
  const values = column.toTypedArray();
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const numbers = new Float64Array(values.length);
    for (let row = 0; row < numbers.length; row++) numbers[row] = Number(values[row]);
    return numbers;
  }
  const isNumbers = values instanceof Float64Array || values instanceof Float32Array || isWhole(values);
  return isNumbers ? values : undefined;
}

function isWhole(values: unknown): values is Exclude<Numbers, Float64Array | Float32Array> {
  return (
    values instanceof Int32Array ||
    values instanceof Uint32Array ||
    values instanceof Int16Array ||
    values instanceof Uint16Array ||
    values instanceof Int8Array ||
    values instanceof Uint8Array
  );
}

function isNumericColumn(column: Column): column is NumericColumn {
  return ["nullCount", "isNumeric", "toTypedArray"].every(
    (method) => typeof Reflect.get(column, method) === "function",
  );
}
