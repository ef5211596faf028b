import { stat } from "node:fs/promises";
import type { DataFrame, DataType, ScanCsvOptions } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import type { Polars } from "../polars/load-polars.ts";
import { collectFrame, type FileOptions, fileOptions } from "./collect-frame.ts";
import { type KnownOptions, refuseUnknown } from "./known-options.ts";
import { polarsPath, withPlainFile } from "./plain-file.ts";

export interface CsvOptions extends FileOptions {
  /** Between two values. @default "," */
  readonly separator?: string | undefined;
  /** Texts that stand for a missing value, beside the empty one. */
  readonly nullValues?: readonly string[] | undefined;
  /** Types of columns that are not to be guessed, such as `{ zip: pl.String }`. */
  readonly dtypes?: Readonly<Record<string, DataType>> | undefined;
}

export const csvOptions: KnownOptions<CsvOptions> = {
  separator: true,
  nullValues: true,
  dtypes: true,
  ...fileOptions,
};

/** Rows that the types of columns are guessed from at first. */
const guessRows = 10_000;

/**
 * Reads a CSV file with a header, or several by a pattern such as `data/*.csv`; gzip is unpacked on the way.
 * Types are guessed from the values, and a value that is not of its column's type is an error, not a missing one.
 *
 * @throws {MltError} when there is no such file, or it is no CSV
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<DataFrame> {
  refuseUnknown("readCsv", options, csvOptions);
  return await readCsvFile(path, { ...options, shown: path });
}

interface CsvFile extends CsvOptions {
  /** As the user knows it. */
  readonly shown: string;
  /** Most bytes that gzip may make of it. */
  readonly maxBytes?: number | undefined;
}

/** The same for a file that the user knows by another name. */
export async function readCsvFile(path: string, options: CsvFile): Promise<DataFrame> {
  checkSeparator(options);
  return await withPlainFile({ path, shown: options.shown, maxBytes: options.maxBytes }, async (plain) => {
    const file = { ...options, format: "CSV" };
    const scan = (rows: number) => collectFrame(file, (pl) => scanCsv(pl, plain, options, rows));
    const most = await rowsAtMost(plain);
    try {
      return await scan(Math.min(guessRows, most));
    } catch (error) {
      // A fraction, or a word, may stand behind many integers.
      if (most <= guessRows || error instanceof UnfitOptions) throw error;
      return await scan(most);
    }
  });
}

/** What no other guess mends. */
class UnfitOptions extends MltError {}

/** polars takes the first byte of it, whatever follows. */
function checkSeparator({ separator }: CsvFile): void {
  if (separator === undefined || (separator.length === 1 && Buffer.byteLength(separator) === 1)) return;
  throw new MltError(`separator is ${JSON.stringify(separator)}, and has to be one character of ASCII`, {
    hint: 'Pass one such as ";" or "\\t".',
  });
}

async function scanCsv(pl: Polars, path: string, options: CsvFile, guess: number) {
  const { separator = ",", nullValues, dtypes = {} } = options;
  const read: Partial<ScanCsvOptions> = {
    sep: separator,
    inferSchemaLength: guess,
    // Otherwise a word among numbers would count as missing.
    ignoreErrors: false,
    ...(nullValues === undefined ? {} : { nullValues: [...nullValues] }),
  };
  const guessesAll = Object.keys(dtypes).length === 0;
  // Only where some types are told are the others needed now.
  const first = { ...read, ...(guessesAll ? { inferSchemaLength: 0 } : {}) };
  const header = await pl.scanCSV(polarsPath(path), first).limit(0).collect();
  checkHeader(header.columns, options);
  if (guessesAll) return pl.scanCSV(polarsPath(path), read);
  const schema = Object.fromEntries(
    header.columns.map((name, index) => [name, dtypes[name] ?? header.dtypes[index] ?? pl.String]),
  );
  return pl.scanCSV(polarsPath(path), { ...read, schema });
}

function checkHeader(names: readonly string[], { shown, separator, dtypes = {} }: CsvFile): void {
  const [first = ""] = names;
  const other = names.length === 1 && separator === undefined ? /[;\t|]/.exec(first)?.[0] : undefined;
  if (other !== undefined) {
    throw new UnfitOptions(`"${shown}" has one column, ${JSON.stringify(first)}`, {
      hint: `Pass { separator: ${JSON.stringify(other)} } if that stands between two values.`,
    });
  }
  const unknown = Object.keys(dtypes).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const guess = nearest(unknown, names);
  throw new UnfitOptions(
    `"${shown}" has no column "${unknown}", which dtypes names${guess === undefined ? "" : `; did you mean "${guess}"?`}`,
    { hint: "Name columns of the header in dtypes." },
  );
}

/** Each row takes two bytes at least; polars makes room for as many as it is told to guess from. */
async function rowsAtMost(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 1_000_000 : Math.max(1, Math.min(Math.ceil(found.size / 2), 20_000_000));
}
