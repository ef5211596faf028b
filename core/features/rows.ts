import type { Columns, Row } from "./columns.ts";
import type { Feature } from "./feature-spec.ts";
import { shortestFloat32 } from "./shortest-float32.ts";

/** Row `index` of the columns, as a request would send it. */
export function rowAt(columns: Columns, features: readonly Feature[], index: number): Row {
  return Object.fromEntries(features.map((feature) => [feature.name, valueAt(columns, feature, index)]));
}

function valueAt(columns: Columns, feature: Feature, index: number): Row[string] {
  const value = columns.values.get(feature.name)?.[index];
  if (value === undefined) throw new RangeError(`There is no row ${index} of "${feature.name}"`);
  if (typeof value === "string") return value === "" ? null : value;
  if (Number.isNaN(value)) return null;
  return feature.type === "boolean" ? value === 1 : shortestFloat32(value);
}

/** The given rows of every column, in that order. */
export function takeRows(columns: Columns, rows: ArrayLike<number>): Columns {
  const values = new Map(
    Array.from(columns.values, ([name, column]) => [name, takeValues(column, rows)] as const),
  );
  return { nRows: rows.length, values };
}

/** The given rows of one column, in that order. */
export function takeValues(
  column: Float32Array | readonly string[],
  rows: ArrayLike<number>,
): Float32Array | readonly string[] {
  if (!(column instanceof Float32Array)) return Array.from(rows, (row) => column[row] ?? "");
  const taken = new Float32Array(rows.length);
  for (let index = 0; index < rows.length; index++) taken[index] = column[rows[index] ?? 0] ?? Number.NaN;
  return taken;
}

/** n_rows from `start` on of every column, without a copy of numbers. */
export function sliceRows(columns: Columns, start: number, nRows: number): Columns {
  const values = new Map<string, Float32Array | readonly string[]>();
  for (const [name, column] of columns.values) {
    const end = start + nRows;
    values.set(name, column instanceof Float32Array ? column.subarray(start, end) : column.slice(start, end));
  }
  return { nRows, values };
}

/** The rows of all parts, one after the other; the parts have the same columns. */
export function joinColumns(parts: readonly Columns[]): Columns {
  const [first] = parts;
  if (first === undefined) throw new RangeError("There are no columns to join");
  if (parts.length === 1) return first;
  let nRows = 0;
  for (const part of parts) nRows += part.nRows;
  const values = new Map<string, Float32Array | readonly string[]>();
  for (const [name, column] of first.values) {
    values.set(
      name,
      column instanceof Float32Array ? joinNumbers(parts, name, nRows) : joinTexts(parts, name),
    );
  }
  return { nRows, values };
}

function joinNumbers(parts: readonly Columns[], name: string, nRows: number): Float32Array {
  const joined = new Float32Array(nRows);
  let at = 0;
  for (const part of parts) {
    const piece = part.values.get(name);
    if (!(piece instanceof Float32Array)) throw new RangeError(`"${name}" is text in one part alone`);
    // A single number is most of the pieces, and the call that copies many takes longer.
    if (piece.length === 1) joined[at] = piece[0] ?? Number.NaN;
    else joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function joinTexts(parts: readonly Columns[], name: string): readonly string[] {
  return parts.flatMap(({ values }) => Array.from(values.get(name) ?? [], String));
}
