import type { DataFrame, LazyDataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { loadPolars, type Polars } from "../polars/load-polars.ts";
import type { KnownOptions } from "./known-options.ts";
import { type LoadOptions, limitOptions, rowLimit } from "./row-limit.ts";

/** What the loaders of files take. */
export interface FileOptions extends LoadOptions {
  /** Which columns, in this order; others are not even read. All of them when absent. */
  readonly columns?: readonly string[] | undefined;
}

export const fileOptions: KnownOptions<FileOptions> = { columns: true, ...limitOptions };

/** A file that polars reads. */
export interface FileRead extends FileOptions {
  /** As the user named it. */
  readonly shown: string;
  /** For people, such as `CSV`. */
  readonly format: string;
}

/**
 * Runs a lazy read to its end.
 *
 * @throws {MltError} for a column that is not there, and for a file that is not of its format
 */
export async function collectFrame(
  file: FileRead,
  scan: (pl: Polars) => LazyDataFrame | Promise<LazyDataFrame>,
): Promise<DataFrame> {
  const pl = await loadPolars();
  const limit = rowLimit(file);
  try {
    const scanned = await scan(pl);
    const chosen = file.columns === undefined ? scanned : scanned.select(...file.columns);
    const frame = await (Number.isFinite(limit) ? chosen.limit(limit) : chosen).collect();
    return decimalsAsNumbers(pl, frame);
  } catch (cause) {
    if (cause instanceof MltError) throw cause;
    const [line] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new MltError(`Cannot read "${file.shown}" as ${file.format}: ${line}`, {
      hint: "Check the file and the options of the data loader.",
      cause,
    });
  }
}

/** polars has no way to give a decimal's values to JavaScript. */
function decimalsAsNumbers(pl: Polars, frame: DataFrame): DataFrame {
  const names = frame.columns.filter((_, index) => frame.dtypes[index]?.variant === "Decimal");
  return names.length === 0
    ? frame
    : frame.withColumns(...names.map((name) => pl.col(name).cast(pl.Float64, true)));
}
