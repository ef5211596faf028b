import { type Static, Type } from "@sinclair/typebox";
import { MltError } from "../../errors.ts";
import { requireColumns } from "../read-features.ts";
import { requireNumbers, type Table, type TableColumn } from "../table.ts";

/** A column that a transformer was fitted on. */
export const FittedColumn = Type.Object(
  { name: Type.String(), kind: Type.Union([Type.Literal("number"), Type.Literal("text")]) },
  { additionalProperties: false },
);
export type FittedColumn = Static<typeof FittedColumn>;

/** Names and kinds of the table's columns, to be kept. */
export function fittedColumns({ columns }: Table): FittedColumn[] {
  return columns.map(({ name, kind }) => ({ name, kind }));
}

/**
 * The table's columns, which must be those of `fit`.
 * A column without any value is taken for what it was then: no row of it says whether it holds text.
 *
 * @throws {MltError} when the names, their order or the kinds differ
 */
export function matchColumns(table: Table, fitted: readonly FittedColumn[], who: string): TableColumn[] {
  requireColumns(
    table.columns.map(({ name }) => name),
    fitted.map(({ name }) => name),
    who,
  );
  return table.columns.map((column, index) => ofKind(column, fitted[index]?.kind ?? column.kind, who));
}

/** The values that are not missing. @throws {MltError} when there are none: `who` has nothing to learn from */
export function presentValues(column: TableColumn, who: string): readonly (number | string)[] {
  if (column.kind === "number") return Array.from(presentNumbers(column, who));
  const present = column.values.filter((value) => value !== "");
  if (present.length > 0) return present;
  throw noValue(column, who);
}

/** The same of a column of numbers. */
export function presentNumbers(column: TableColumn, who: string): Float64Array {
  const { values } = requireNumbers(column, `${who} reads numbers only`);
  const present = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw infiniteValue(column, who);
    present[count++] = value;
  }
  if (count > 0) return present.subarray(0, count);
  throw noValue(column, who);
}

function infiniteValue({ name }: TableColumn, who: string): MltError {
  return new MltError(`Column "${name}" holds an infinite value; ${who} cannot learn from it`, {
    hint: "Replace it in the Preprocessor or the data loader.",
  });
}

function noValue({ name }: TableColumn, who: string): MltError {
  return new MltError(`Column "${name}" holds no value; ${who} cannot learn from it`, {
    hint: "Drop the column, or mend it in the data loader.",
  });
}

function ofKind(column: TableColumn, kind: TableColumn["kind"], who: string): TableColumn {
  if (column.kind === kind) return column;
  if (column.kind === "text") return requireNumbers(column, `${who} was fitted on numbers`);
  if (column.values.every(Number.isNaN)) {
    const { name, block, index } = column;
    return { kind: "text", name, values: Array.from(column.values, () => ""), block, index };
  }
  throw new MltError(`Column "${column.name}" holds numbers; ${who} was fitted on text`, {
    hint: "Give the column the type that it had when the model was trained.",
  });
}
