import { MltError } from "../errors.ts";
import type { Labels } from "./estimator.ts";

/** A classifier's y, as numbers. */
export interface CodedLabels {
  /** The k distinct labels: sorted, as numbers where all are integers. */
  readonly classes: readonly string[];
  /** Of each row that is kept, the index of its label in `classes`. */
  readonly codes: Int32Array;
}

/**
 * Numbers the labels of the rows of X.
 *
 * @param kept  The rows that count; all when left out.
 * @throws {MltError} when there are not n_rows labels, one is missing, or all that count are the same
 */
export function readLabels(y: Labels, nRows: number, who: string, kept?: Int32Array): CodedLabels {
  const all = readCells(y, nRows, who).map((cell, row) => label(cell, row, who));
  const labels = kept === undefined ? all : Array.from(kept, (row) => all[row] ?? "");
  const classes = sortLabels(new Set(labels));
  if (classes.length < 2) {
    throw new MltError(`${who} was given one class only, "${classes[0]}"`, {
      hint: "Load rows of at least two classes.",
    });
  }
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  return { classes, codes: Int32Array.from(labels, (name) => codeOf.get(name) ?? 0) };
}

/** @throws {MltError} when y has not one cell for each row of X */
export function readCells(
  y: ArrayLike<unknown> | { toArray(): unknown[] },
  nRows: number,
  who: string,
): unknown[] {
  const cells = "toArray" in y ? y.toArray() : Array.from(y);
  if (cells.length === nRows) return cells;
  throw new MltError(`${who} was given ${nRows} rows of X and ${cells.length} values of y`, {
    hint: "Return X and y of the same rows from the Preprocessor.",
  });
}

/** Distinct labels in order: as numbers where all are integers, otherwise as text by code unit. */
export function sortLabels(labels: Iterable<string>): string[] {
  const sorted = [...labels].sort();
  if (!sorted.every((name) => /^-?\d+$/.test(name))) return sorted;
  return sorted.sort((a, b) => {
    const difference = BigInt(a) - BigInt(b);
    return Number(difference > 0n) - Number(difference < 0n);
  });
}

function label(cell: unknown, row: number, who: string): string {
  const isLabel =
    typeof cell === "string" ||
    typeof cell === "bigint" ||
    typeof cell === "boolean" ||
    (typeof cell === "number" && !Number.isNaN(cell));
  if (isLabel) return String(cell);
  throw new MltError(`The target of row ${row} is ${cell}; ${who} needs a label`, {
    hint: "Drop the rows without a label in the data loader.",
  });
}
