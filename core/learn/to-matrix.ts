import type { Features } from "./estimator.ts";
import { Matrix } from "./matrix.ts";
import { readTable } from "./read-table.ts";
import { tableToMatrix } from "./table.ts";

/**
 * The numbers of a matrix, as it is, or of a frame's columns: rounded to float32, booleans 0 and 1, missing ones NaN;
 * traced to the frame.
 *
 * @param who  The estimator that asks, for messages.
 * @throws {MltError} when a column holds text, or anything else that is no number
 */
export function toMatrix(X: Features, who: string): Matrix {
  return X instanceof Matrix ? X : tableToMatrix(readTable(X, who), `${who} reads numbers only`);
}
