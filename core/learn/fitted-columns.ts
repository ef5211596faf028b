import { type Static, Type } from "@sinclair/typebox";
import { MltError } from "../errors.ts";
import { requireColumns } from "./read-features.ts";
import { requireNumbers, type Table, type TableColumn } from "./table.ts";

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
  const present: readonly (number | string)[] =
    column.kind === "text"
      ? column.values.filter((value) => value !== "")
      : Array.from(column.values).filter((value) => !Number.isNaN(value));
  if (present.some((value) => typeof value === "number" && !Number.isFinite(value))) {
    throw new MltError(`Column "${column.name}" holds an infinite value; ${who} cannot learn from it`, {
      hint: "Replace it in the Preprocessor or the data loader.",
    });
  }
  if (present.length > 0) return present;
  throw new MltError(`Column "${column.name}" holds no value; ${who} cannot learn from it`, {
    hint: "Drop the column, or mend it in the data loader.",
  });
}

/** The same of a column of numbers. */
export function presentNumbers(column: TableColumn, who: string): Float64Array {
  return Float64Array.from(presentValues(requireNumbers(column, `${who} reads numbers only`), who), Number);
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
