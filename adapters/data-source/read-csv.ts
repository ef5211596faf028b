import { stat } from "node:fs/promises";
import type { DataFrame, DataType, ScanCsvOptions } from "nodejs-polars";
import type { Polars } from "../polars/load-polars.ts";
import { collectFrame, type FileOptions } from "./collect-frame.ts";
import { withPlainFile } from "./plain-file.ts";

export interface CsvOptions extends FileOptions {
  /** Between two values. @default "," */
  readonly separator?: string | undefined;
  /** Texts that stand for a missing value, beside the empty one. */
  readonly nullValues?: readonly string[] | undefined;
  /** Types of columns that are not to be guessed, such as `{ zip: pl.String }`. */
  readonly dtypes?: Readonly<Record<string, DataType>> | undefined;
}

/** Rows that the types of columns are guessed from at first. */
const guessRows = 10_000;

/**
 * Reads a CSV file with a header, or several by a pattern such as `data/*.csv`; gzip is unpacked on the way.
 * Types are guessed from the values, and a value that is not of its column's type is an error, not a missing one.
 *
 * @throws {MltError} when there is no such file, or it is no CSV
 */
export function readCsv(path: string, options: CsvOptions = {}): Promise<DataFrame> {
  return readCsvFile(path, { ...options, shown: path });
}

/** The same for a file that the user knows by another name. */
export function readCsvFile(
  path: string,
  options: CsvOptions & { readonly shown: string },
): Promise<DataFrame> {
  return withPlainFile(path, async (plain) => {
    const file = { ...options, format: "CSV" };
    const scan = (rows: number) => collectFrame(file, (pl) => scanCsv(pl, plain, options, rows));
    const most = await rowsAtMost(plain);
    try {
      return await scan(Math.min(guessRows, most));
    } catch (error) {
      // A fraction, or a word, may stand behind many integers.
      if (most <= guessRows) throw error;
      return await scan(most);
    }
  });
}

async function scanCsv(pl: Polars, path: string, options: CsvOptions, guess: number) {
  const { separator = ",", nullValues, dtypes } = options;
  const read: Partial<ScanCsvOptions> = {
    sep: separator,
    inferSchemaLength: guess,
    // Otherwise a word among numbers would count as missing.
    ignoreErrors: false,
    ...(nullValues === undefined ? {} : { nullValues: [...nullValues] }),
  };
  if (dtypes === undefined) return pl.scanCSV(path, read);
  const header = await pl.scanCSV(path, read).limit(0).collect();
  const schema = Object.fromEntries(
    header.columns.map((name, index) => [name, dtypes[name] ?? header.dtypes[index] ?? pl.String]),
  );
  return pl.scanCSV(path, { ...read, schema });
}

/** Each row takes two bytes at least; polars makes room for as many as it is told to guess from. */
async function rowsAtMost(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 1_000_000 : Math.max(1, Math.min(Math.ceil(found.size / 2), 20_000_000));
}
