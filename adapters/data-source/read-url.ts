import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataFrame } from "nodejs-polars";
import { ExitCode, MltError } from "../../core/errors.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { download, shownOf } from "./download.ts";
import { type KnownOptions, refuseUnknown } from "./known-options.ts";
import type { LinesWanted } from "./line-counter.ts";
import { readArrowFile, readParquetFile } from "./read-columnar.ts";
import { type CsvOptions, csvOptions, readCsvFile } from "./read-csv.ts";
import { readNdjsonFile } from "./read-ndjson.ts";
import { checkHeaders } from "./request-headers.ts";
import { rowLimit } from "./row-limit.ts";
import { decoded } from "./server-address.ts";
import { refuseWrittenSecret } from "./written-secret.ts";

type UrlFormat = "csv" | "ndjson" | "parquet" | "arrow";

export interface UrlOptions extends CsvOptions {
  /** Of the file; when absent, what the address ends with, or else what the server says it is. */
  readonly format?: UrlFormat | undefined;
  /** Sent with the request, such as `{ authorization: "Bearer " + process.env["TOKEN"] }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Longest to wait for the next bytes. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Most bytes to take, unpacked. @default 2 GiB */
  readonly maxBytes?: number | undefined;
}

const known: KnownOptions<UrlOptions> = {
  format: true,
  headers: true,
  timeoutMs: true,
  maxBytes: true,
  ...csvOptions,
};

/**
 * Loads a CSV, NDJSON, Parquet or Arrow file from a web server; gzip is unpacked on the way. Of CSV and NDJSON no more is
 * fetched than the rows that are wanted take.
 *
 * @throws {MltError} external: when the server cannot be reached, says no, or sends too much; input: for what is no such file
 */
export async function readUrl(url: string, options: UrlOptions = {}): Promise<DataFrame> {
  refuseUnknown("readUrl", options, known);
  const { headers = {}, timeoutMs = 30_000, maxBytes = 2 ** 31, format } = options;
  for (const [name, value] of Object.entries({ timeoutMs, maxBytes })) refuseNoBound(name, value);
  if (format !== undefined && !Object.hasOwn(readers, format)) {
    throw new MltError(`readUrl has no format "${format}"`, {
      hint: `Pass one of ${Object.keys(readers).join(", ")}.`,
    });
  }
  const address = addressOf(url);
  const shown = shownOf(address);
  const limit = rowLimit(options);
  checkHeaders(headers);
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-data-"), mode: 0o700 }, async (folder) => {
    const path = join(folder, "download");
    const formatFor = (contentType: string) => format ?? formatOf(address, contentType);
    const contentType = await download(address, path, {
      headers,
      timeoutMs,
      maxBytes,
      linesWanted: (type) => linesOf(formatFor(type), limit),
    });
    return await readers[formatFor(contentType)](path, { ...options, shown, maxBytes });
  });
}

const readers = { csv: readCsvFile, ndjson: readNdjsonFile, parquet: readParquetFile, arrow: readArrowFile };

/** A header is one more; the others can only be read whole. */
function linesOf(format: UrlFormat, rows: number): LinesWanted {
  if (format === "csv") return { lines: rows + 1, quotes: true };
  return { lines: format === "ndjson" ? Math.max(rows, 1) : Number.POSITIVE_INFINITY, quotes: false };
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== "https:" && address?.protocol !== "http:") {
    throw new MltError("readUrl was given no address of a web server", {
      hint: "Pass one that begins with https://.",
    });
  }
  refuseWrittenSecret(decoded(address.password), "The address of readUrl");
  return address;
}

/** @throws {MltError} for what is no bound */
function refuseNoBound(name: string, value: number): void {
  if (value > 0) return;
  throw new MltError(`${name} is ${String(value)}, and has to be a number above 0`, {
    hint: "Leave it out to have what is usual.",
  });
}

function formatOf(address: URL, contentType: string): UrlFormat {
  const shown = shownOf(address);
  // Such as a page to log in, whatever the address is called.
  if (/^text\/html\b/i.test(contentType)) {
    throw new MltError(`"${shown}" answered with a web page, and with no data`, {
      hint: "Check the address, and what the server asks for, such as a header with a token.",
      exitCode: ExitCode.external,
    });
  }
  return formatOfEnding(address.pathname) ?? formatOfType(contentType, shown);
}

function formatOfEnding(path: string): UrlFormat | undefined {
  const ending = /\.(\w+?)(?:\.gz)?$/.exec(path.toLowerCase())?.[1] ?? "";
  return endings.get(ending);
}

function formatOfType(contentType: string, shown: string): UrlFormat {
  const [type = ""] = contentType.toLowerCase().split(";");
  const found = contentTypes.get(type.trim());
  if (found !== undefined) return found;
  throw new MltError(`Cannot tell the format of "${shown}" from its ending or its type "${type}"`, {
    hint: 'Pass { format: "csv" }, or another of ndjson, parquet and arrow.',
  });
}

const endings: ReadonlyMap<string, UrlFormat> = new Map([
  ["csv", "csv"],
  ["ndjson", "ndjson"],
  ["jsonl", "ndjson"],
  ["parquet", "parquet"],
  ["arrow", "arrow"],
  ["feather", "arrow"],
]);

const contentTypes: ReadonlyMap<string, UrlFormat> = new Map([
  ["text/csv", "csv"],
  ["application/csv", "csv"],
  ["application/x-ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["application/vnd.apache.parquet", "parquet"],
  ["application/vnd.apache.arrow.file", "arrow"],
  ["application/vnd.apache.arrow.stream", "arrow"],
]);
