import { MltError } from "../errors.ts";
import type { Targets } from "./estimator.ts";
import { readCells } from "./labels.ts";

/**
 * A regressor's y: one finite number for each row of X.
 *
 * @throws {MltError} when there are not n_rows values, or one is missing, infinite or no number
 */
export function readTargets(y: Targets, nRows: number, who: string): Float64Array {
  return Float64Array.from(readCells(y, nRows, who), (cell, row) => {
    const isNumber = typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean";
    const value = isNumber ? Number(cell) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw new MltError(`The target of row ${row + 1} is ${cell}; ${who} needs a finite number`, {
      hint: "Drop or mend the row in the data loader.",
    });
  });
}
