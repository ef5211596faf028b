import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { DataFrame, DataType } from "nodejs-polars";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { Feature } from "../../core/features/feature-spec.ts";
import { loadPolars, type Polars } from "./load-polars.ts";

/** Endings of the data files that can be read and written. */
const dataFormats = ["csv", "parquet", "ndjson"] as const;
export type DataFormat = (typeof dataFormats)[number];

/** The format that a file's ending names. @throws {MltError} usage */
export function formatOf(path: string): DataFormat {
  const ending = extname(path).slice(1).toLowerCase();
  const found = dataFormats.find(
    (format) => format === ending || (format === "ndjson" && ending === "jsonl"),
  );
  if (found !== undefined) return found;
  throw new MltError(`Cannot tell the format of "${path}" from its ending`, {
    hint: `Name it .${dataFormats.join(", .")}.`,
    exitCode: ExitCode.usage,
  });
}

/**
 * Reads a data file; a CSV's features are read as the types that they have in features.yaml.
 *
 * @throws {MltError} when there is no such file, or it is not of the format that its ending names
 */
export async function readDataFile(path: string, features: readonly Feature[]): Promise<DataFrame> {
  const format = formatOf(path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MltError(`Cannot read the file "${path}"`, {
      hint: "Check that it is there, is no folder and that you may read it.",
      cause,
    });
  });
  const pl = await loadPolars();
  // Bytes, since polars takes a path that ends in .CSV or .ndjson for something else.
  try {
    if (format === "parquet") return pl.readParquet(bytes);
    if (format === "ndjson") return pl.readJSON(bytes, { format: "lines", inferSchemaLength: allRows });
    return readCsv(pl, bytes, features);
  } catch (cause) {
    throw new MltError(`Cannot read "${path}" as ${format}: ${firstLine(cause)}`, {
      hint: "Check the file, or give it the ending of its format.",
      cause,
    });
  }
}

const allRows = 2 ** 31 - 1;

/** Whole numbers stay whole, unless some are written "3.0": whether they are whole is checked later. */
function readCsv(pl: Polars, bytes: Buffer, features: readonly Feature[]): DataFrame {
  const integers = features.some(({ type }) => type === "integer");
  try {
    return pl.readCSV(bytes, csvOptions(pl, features, pl.Int64));
  } catch (cause) {
    if (!integers) throw cause;
    return pl.readCSV(bytes, csvOptions(pl, features, pl.Float64));
  }
}

function csvOptions(pl: Polars, features: readonly Feature[], integer: DataType) {
  // Told rather than guessed from the first rows.
  const dtypes = { number: pl.Float64, integer, boolean: pl.Bool, category: pl.String, string: pl.String };
  return {
    dtypes: Object.fromEntries(features.map(({ name, type }) => [name, dtypes[type]])),
    // Columns that are no features stay the text that they are.
    inferSchemaLength: 0,
    // Otherwise a word among numbers would count as missing, and a field too many would vanish.
    ignoreErrors: false,
    truncateRaggedLines: false,
  };
}

/** The input's rows with further columns behind them. */
export function withColumns(
  frame: DataFrame,
  columns: ReadonlyMap<string, readonly (string | number)[]>,
): Promise<DataFrame> {
  return loadPolars().then((pl) =>
    frame.withColumns(...Array.from(columns, ([name, values]) => pl.Series(name, [...values]))),
  );
}

/** Writes beside the goal and renames, so that an interrupted run leaves no half file. */
export async function writeDataFile(frame: DataFrame, path: string): Promise<void> {
  const format = formatOf(path);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    await writeFile(temporary, encode(frame, format));
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof MltError) throw cause;
    throw new MltError(`Cannot write "${path}": ${firstLine(cause)}`, {
      hint: "Check that the folder exists, is writable and has room.",
      exitCode: ExitCode.external,
      cause,
    });
  }
}

/** Bytes, since polars ends in a panic where a file cannot be written. */
function encode(frame: DataFrame, format: DataFormat): Buffer {
  if (format === "parquet") return frame.writeParquet();
  return format === "ndjson" ? frame.writeJSON({ format: "lines" }) : encodeCsv(frame);
}

/** The rows as CSV. @throws {MltError} when a cell holds a list or a record, for which CSV has no form */
export function encodeCsv(frame: DataFrame): Buffer {
  try {
    return frame.writeCSV();
  } catch (cause) {
    throw new MltError(`Cannot write the rows as csv: ${firstLine(cause)}`, {
      hint: "Write them with -o to a .ndjson file, or drop the columns that hold lists or records.",
      cause,
    });
  }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}
