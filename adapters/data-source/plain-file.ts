import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { MltError } from "../../core/errors.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";

/**
 * Gives `work` a file without compression: the one at the path, or what gzip made it of.
 *
 * @throws {MltError} where it cannot be read
 */
export async function withPlainFile<Result>(
  path: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  // A pattern, which polars resolves.
  if (/[*?[]/.test(path)) return await work(path);
  const start = await firstBytes(path);
  if (start.subarray(0, 4).equals(zstandard)) {
    throw new MltError(`"${path}" is compressed by Zstandard`, {
      hint: "Unpack it, or compress it by gzip.",
    });
  }
  if (!start.subarray(0, 2).equals(gzip)) return await work(path);
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-data-"), mode: 0o700 }, async (folder) => {
    const plain = join(folder, "plain");
    try {
      await pipeline(createReadStream(path), createGunzip(), createWriteStream(plain, { mode: 0o600 }));
    } catch (cause) {
      throw new MltError(
        `Cannot unpack "${path}": ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          hint: "Check that the file is whole, and that the folder for temporary files has room.",
          cause,
        },
      );
    }
    return await work(plain);
  });
}

// polars ends the process where it meets compressed text.
const gzip = Buffer.from([0x1f, 0x8b]);
const zstandard = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The first 8 bytes, or as many as there are. @throws {MltError} where the file cannot be read */
export async function firstBytes(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new MltError(`Cannot read the file "${path}"`, {
      hint: 'Check that it is there; name it from the data loader, as in join(import.meta.dirname, "data.csv").',
      cause,
    });
  }
}
