import { MltError } from "../errors.ts";
import type { Features } from "./estimator.ts";
import type { Matrix } from "./matrix.ts";
import { toMatrix } from "./to-matrix.ts";

/** How an estimator reads X. */
export interface Reading {
  /** Whether a missing value is one like any other; otherwise it is refused. */
  readonly allowsMissing?: boolean;
}

/**
 * What an estimator is fitted on: at least one row and one column, every value finite.
 *
 * @throws {MltError} naming the column and the row otherwise
 */
export function readFeatures(X: Features, who: string, reading: Reading = {}): Matrix {
  const matrix = toMatrix(X, who);
  const hint = "Check what loadData and the Preprocessor return.";
  if (matrix.columns.length === 0) throw new MltError(`${who} was given no columns to learn from`, { hint });
  if (matrix.nRows === 0) throw new MltError(`${who} was given no rows to learn from`, { hint });
  return requireFinite(matrix, who, reading);
}

/**
 * What a fitted estimator predicts from: the columns it was fitted on, every value finite; there may be no rows.
 *
 * @param columns  The columns it was fitted on; empty before.
 * @throws {MltError} when it was not fitted, the columns differ, or a value is missing or not finite
 */
export function readFittedFeatures(
  X: Features,
  who: string,
  columns: readonly string[],
  reading: Reading = {},
): Matrix {
  if (columns.length === 0) throw notFitted(who, "fit(X, y)");
  const matrix = toMatrix(X, who);
  requireColumns(matrix.columns, columns, who);
  return requireFinite(matrix, who, reading);
}

/** The failure of asking an unfitted transformer or estimator. */
export function notFitted(who: string, call: string): MltError {
  return new MltError(`${who} is not fitted`, { hint: `Call ${call} first.` });
}

/** @throws {MltError} when the columns given are not those of `fit`, in the same order */
export function requireColumns(given: readonly string[], fitted: readonly string[], who: string): void {
  if (given.length === fitted.length && given.every((name, index) => name === fitted[index])) return;
  const missing = fitted.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !fitted.includes(name));
  const problems = [
    missing.length > 0 ? `lacks ${quoted(missing)}` : "",
    unknown.length > 0 ? `was not fitted on ${quoted(unknown)}` : "",
  ].filter((problem) => problem !== "");
  const difference = problems.join(" and ") || `was fitted on ${quoted(fitted)} in another order`;
  throw new MltError(`${who} ${difference}`, { hint: "Give it the columns that it was fitted on." });
}

function quoted(names: readonly string[]): string {
  return `${names.length > 1 ? "columns" : "column"} ${names.map((name) => `"${name}"`).join(", ")}`;
}

function requireFinite(matrix: Matrix, who: string, { allowsMissing = false }: Reading): Matrix {
  const at = firstRefused(matrix.data, allowsMissing);
  if (at === undefined) return matrix;
  const row = Math.floor(at / matrix.columns.length);
  const where = `Column "${matrix.columns[at % matrix.columns.length]}"`;
  if (Number.isNaN(matrix.data[at])) {
    throw new MltError(`${where} holds a missing value in row ${row + 1}; ${who} cannot read it`, {
      hint: "Add a SimpleImputer to the Preprocessor.",
    });
  }
  throw new MltError(`${where} holds an infinite value in row ${row + 1}; ${who} cannot read it`, {
    hint: "Replace it in the Preprocessor or the data loader.",
  });
}

/** Where the first value is that is infinite, or missing where that is not allowed. */
function firstRefused(values: Float64Array, allowsMissing: boolean): number | undefined {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    // A finite number less itself is 0; NaN and the infinities give NaN.
    if (value - value !== 0 && !(allowsMissing && Number.isNaN(value))) return at;
  }
  return undefined;
}
