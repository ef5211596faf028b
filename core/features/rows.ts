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
