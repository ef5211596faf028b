import { MltError } from "../../core/errors.ts";
import type { KnownOptions } from "./known-options.ts";

/** What all loaders take. */
export interface LoadOptions {
  /** Load at most so many rows, and ask for no more; all of them when absent. */
  readonly nRows?: number | undefined;
}

export const limitOptions: KnownOptions<LoadOptions> = { nRows: true };

/** The most rows to load. @throws {MltError} where nRows is no number of rows */
export function rowLimit({ nRows }: LoadOptions): number {
  if (nRows === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(nRows) && nRows >= 0) return nRows;
  throw new MltError(`nRows is ${String(nRows)}, which is no number of rows`, {
    hint: "Pass the nRows that loadData is given, or leave it out.",
  });
}
