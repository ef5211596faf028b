import { createReadStream } from "node:fs";
import type { DataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { collectFrame, type FileOptions, fileOptions } from "./collect-frame.ts";
import { refuseUnknown } from "./known-options.ts";
import { LineCounter } from "./line-counter.ts";
import { withPlainFile } from "./plain-file.ts";
import { rowLimit } from "./row-limit.ts";

/**
 * Reads a file with one JSON object a line; gzip is unpacked on the way. No more lines are read than wanted.
 *
 * @throws {MltError} when there is no such file, or a line is no JSON object
 */
export async function readNdjson(path: string, options: FileOptions = {}): Promise<DataFrame> {
  refuseUnknown("readNdjson", options, fileOptions);
  return await readNdjsonFile(path, { ...options, shown: path });
}

/** The same for a file that the user knows by another name. */
export function readNdjsonFile(
  path: string,
  options: FileOptions & { readonly shown: string; readonly maxBytes?: number | undefined },
): Promise<DataFrame> {
  const limit = rowLimit(options);
  return withPlainFile({ path, shown: options.shown, maxBytes: options.maxBytes }, (plain) =>
    collectFrame({ ...options, format: "NDJSON" }, async (pl) => {
      // polars' own lazy scan takes the types of the first lines for those of all.
      const bytes = await firstLines(plain, Math.max(limit, 1));
      if (bytes.length === 0) {
        throw new MltError(`"${options.shown}" is empty`, { hint: "Write one JSON object a line into it." });
      }
      return pl.readJSON(bytes, { format: "lines", inferSchemaLength: allRows }).lazy();
    }),
  );
}

const allRows = 2 ** 31 - 1;

/** The lines up to the limit. */
async function firstLines(path: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const counter = new LineCounter({ lines: limit, quotes: false });
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) throw new RangeError("A file was read as text");
    const end = counter.endIn(chunk);
    chunks.push(end === undefined ? chunk : chunk.subarray(0, end));
    if (end !== undefined) break;
  }
  return Buffer.concat(chunks);
}
