import { MltError } from "../../errors.ts";
import type { OnnxValue } from "../../onnx/graph.ts";
import type { OnnxAttributes } from "../../onnx/messages.ts";
import { type OnnxContext, packColumns, type TableColumn } from "../table.ts";
import { presentValues } from "./fitted-columns.ts";

/** Whole numbers up to here are exact in float32: larger categories would run together. */
const largestCategory = 2 ** 24;

/**
 * The distinct values of a column, sorted: of text by code unit, of numbers by size.
 *
 * @throws {MltError} when there is none, or a number is not whole or too large for float32
 */
export function categoriesOf(column: TableColumn, who: string): (number | string)[] {
  const categories = [...new Set(presentValues(column, who))];
  if (column.kind === "text") return categories.sort();
  const odd = categories.find(
    (value) => !Number.isInteger(value) || Math.abs(Number(value)) > largestCategory,
  );
  if (odd === undefined) return categories.sort((a, b) => Number(a) - Number(b));
  throw new MltError(`Column "${column.name}" holds ${odd}; ${who} takes whole numbers up to 16777216`, {
    hint: "Cast the column to text in the data loader, or leave it a number.",
  });
}

/** The place of each value among the categories; -1 of one that is missing or unknown. */
export function placesIn(column: TableColumn, categories: readonly (number | string)[]): Int32Array {
  const placeOf = new Map(categories.map((category, place) => [category, place]));
  const values: ArrayLike<number | string> = column.values;
  const places = new Int32Array(values.length);
  for (let row = 0; row < places.length; row++) places[row] = placeOf.get(values[row] ?? "") ?? -1;
  return places;
}

/** The column as `lookUpInOnnx` reads it: numbers in float32. */
export function asKeys(column: TableColumn): TableColumn {
  return column.kind === "text" ? column : { ...column, values: column.values.map(Math.fround) };
}

/**
 * What a LabelEncoder gives for each value of a column: `answers` in the order of the categories, and its default.
 * In float32 for numbers, since it knows no other; it never finds NaN.
 */
export function lookUpInOnnx(
  column: TableColumn,
  categories: readonly (number | string)[],
  answers: OnnxAttributes,
  context: OnnxContext,
): OnnxValue {
  const x = packColumns([column], context);
  if (column.kind === "text") {
    const keys = { keys_strings: { strings: categories.map(String) } };
    return context.graph.node("LabelEncoder", [x], { ...keys, ...answers }, "ai.onnx.ml");
  }
  const keys = { keys_floats: { floats: categories.map(Number) } };
  const rounded = context.graph.node("Cast", [x], { to: { int: 1 } });
  return context.graph.node("LabelEncoder", [rounded], { ...keys, ...answers }, "ai.onnx.ml");
}
