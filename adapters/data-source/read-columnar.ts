import { readFile } from "node:fs/promises";
import type { DataFrame } from "nodejs-polars";
import { collectFrame, type FileOptions, fileOptions } from "./collect-frame.ts";
import { refuseUnknown } from "./known-options.ts";
import { firstBytes, isPattern, polarsPath } from "./plain-file.ts";
import { rowLimit } from "./row-limit.ts";

/**
 * Reads a Parquet file, or several by a pattern such as `data/*.parquet`: only the columns and rows that are wanted.
 * Decimals become 64-bit numbers.
 *
 * @throws {MltError} when there is no such file, or it is no Parquet
 */
export async function readParquet(path: string, options: FileOptions = {}): Promise<DataFrame> {
  refuseUnknown("readParquet", options, fileOptions);
  return await readParquetFile(path, { ...options, shown: path });
}

/** The same for a file that the user knows by another name. */
export async function readParquetFile(
  path: string,
  options: FileOptions & { readonly shown: string },
): Promise<DataFrame> {
  if (!isPattern(path)) await firstBytes(path);
  return await collectFrame({ ...options, format: "Parquet" }, (pl) => pl.scanParquet(polarsPath(path)));
}

/**
 * Reads an Arrow IPC file (Feather version 2), or an Arrow IPC stream.
 *
 * @throws {MltError} when there is no such file, or it is no Arrow IPC
 */
export async function readArrow(path: string, options: FileOptions = {}): Promise<DataFrame> {
  refuseUnknown("readArrow", options, fileOptions);
  return await readArrowFile(path, { ...options, shown: path });
}

/** The same for a file that the user knows by another name. */
export async function readArrowFile(
  path: string,
  options: FileOptions & { readonly shown: string },
): Promise<DataFrame> {
  const isFile = (await firstBytes(path)).toString("latin1").startsWith("ARROW1");
  const limit = rowLimit(options);
  return await collectFrame({ ...options, format: "Arrow IPC" }, async (pl) => {
    if (isFile) return pl.scanIPC(polarsPath(path));
    // polars takes a stream's path for a file.
    return pl.readIPCStream(await readFile(path), Number.isFinite(limit) ? { nRows: limit } : {}).lazy();
  });
}
