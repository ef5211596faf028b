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
  const { names, numbers } = numberCells(cellsOf(y, nRows, who), who);
  const counting = kept === undefined ? numbers : kept.map((row) => numbers[row] ?? 0);
  const present = new Uint8Array(names.length).fill(Number(kept === undefined));
  if (kept !== undefined) for (const number of counting) present[number] = 1;
  const classes = sortLabels(names.filter((_, number) => present[number] === 1));
  if (classes.length < 2) {
    throw new MltError(`${who} was given one class only, "${classes[0]}"`, {
      hint: "Load rows of at least two classes.",
    });
  }
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  const codes = Int32Array.from(names, (name) => codeOf.get(name) ?? 0);
  if (codes.some((code, number) => code !== number)) {
    for (let at = 0; at < counting.length; at++) counting[at] = codes[counting[at] ?? 0] ?? 0;
  }
  return { classes, codes: counting };
}

/** The labels by their first row, and the number that each row's has among them. Text is made of a value once only. */
function numberCells(cells: ArrayLike<unknown>, who: string) {
  const names: string[] = [];
  const numberOfName = new Map<string, number>();
  const numberOf = new Map<unknown, number>();
  const numbers = new Int32Array(cells.length);
  /** Of small whole cells, 1 more than their number: several times as fast as the map. */
  const ofSmall = new Int32Array(256);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    let number = typeof cell === "number" && ofSmall[cell] ? ofSmall[cell] - 1 : numberOf.get(cell);
    if (number === undefined) {
      const name = label(cell, row, who);
      // 1 and "1" are one label.
      number = numberOfName.get(name) ?? names.push(name) - 1;
      numberOfName.set(name, number);
      numberOf.set(cell, number);
      if (typeof cell === "number" && cell in ofSmall) ofSmall[cell] = number + 1;
    }
    numbers[row] = number;
  }
  return { names, numbers };
}

/** @throws {MltError} when y has not one cell for each row of X */
export function readCells(
  y: ArrayLike<unknown> | { toArray(): unknown[] },
  nRows: number,
  who: string,
): unknown[] {
  const cells = cellsOf(y, nRows, who);
  return Array.isArray(cells) ? cells : Array.from(cells);
}

function cellsOf(
  y: ArrayLike<unknown> | { toArray(): unknown[] },
  nRows: number,
  who: string,
): ArrayLike<unknown> {
  const cells = "toArray" in y ? y.toArray() : y;
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
  throw new MltError(`The target of row ${row + 1} is ${cell}; ${who} needs a label`, {
    hint: "Drop the rows without a label in the data loader.",
  });
}
