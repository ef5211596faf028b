import { createReadStream, createWriteStream, existsSync, globSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ExitCode, MltError } from "../../core/errors.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";

/** A file, or a pattern of several, and how the user knows it. */
export interface SourceFile {
  readonly path: string;
  readonly shown: string;
  /** Most bytes that gzip may make of it; any number when absent. */
  readonly maxBytes?: number | undefined;
}

/**
 * Gives `work` a file without compression: the one at the path, or what gzip made it of. A pattern stays what it is.
 *
 * @throws {MltError} where it cannot be read
 */
export async function withPlainFile<Result>(
  file: SourceFile,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const { path, shown, maxBytes = Number.POSITIVE_INFINITY } = file;
  if (isPattern(path)) {
    await checkPattern(file);
    return await work(path);
  }
  if (!(await isGzip(file))) return await work(path);
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-data-"), mode: 0o700 }, async (folder) => {
    const plain = join(folder, "plain");
    try {
      const target = createWriteStream(plain, { mode: 0o600 });
      await pipeline(createReadStream(path), createGunzip(), atMost(maxBytes, shown), target);
    } catch (cause) {
      if (cause instanceof MltError) throw cause;
      throw new MltError(
        `Cannot unpack "${shown}": ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          hint: "Check that the file is whole, and that the folder for temporary files has room.",
          cause,
        },
      );
    }
    return await work(plain);
  });
}

/** Passes chunks on. @throws {MltError} external: behind so many bytes */
function atMost(maxBytes: number, shown: string) {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size <= maxBytes) return done(null, chunk);
      done(
        new MltError(`"${shown}" is larger than ${maxBytes} bytes, unpacked`, {
          hint: "Pass a larger maxBytes, or load less of it.",
          exitCode: ExitCode.external,
        }),
      );
    },
  });
}

/** Whether it names several files: a file of exactly that name goes first. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path) && !existsSync(path);
}

/** A path as polars takes it, for which a bracket in a folder's name would begin a pattern. */
export function polarsPath(path: string): string {
  return isPattern(path) ? path : path.replace(/[*?[]/g, "[$&]");
}

async function checkPattern({ path, shown }: SourceFile): Promise<void> {
  const found = globSync(path);
  if (found.length === 0) {
    throw new MltError(`There is no file "${shown}"`, {
      hint: 'Name files from the data loader, as in join(import.meta.dirname, "*.csv").',
    });
  }
  for (const name of found) {
    if (!(await isGzip({ path: name, shown: name }))) continue;
    throw new MltError(`"${name}" is compressed by gzip, and is read with others`, {
      hint: "Read such files one by one, and join them by pl.concat.",
    });
  }
}

/** @throws {MltError} for what polars takes for garbage, or ends the process by */
async function isGzip({ path, shown }: SourceFile): Promise<boolean> {
  const start = await firstBytes(path);
  if (start.subarray(0, 4).equals(zstandard)) {
    throw new MltError(`"${shown}" is compressed by Zstandard`, {
      hint: "Unpack it, or compress it by gzip.",
    });
  }
  if (utf16.some((mark) => start.subarray(0, 2).equals(mark))) {
    throw new MltError(`"${shown}" is written in UTF-16`, { hint: "Save it as UTF-8." });
  }
  return start.subarray(0, 2).equals(gzip);
}

// polars ends the process where it meets compressed text.
const gzip = Buffer.from([0x1f, 0x8b]);
const utf16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
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
