import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { ExitCode, MltError } from "../../core/errors.ts";

/** What names bytes, wherever they are. */
export interface BlobName {
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
}

/** The name of bytes in memory. */
export function nameOf(bytes: Uint8Array): BlobName {
  return { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length };
}

/** The name of bytes that come one after the other. */
export async function nameOfStream(chunks: AsyncIterable<Uint8Array>): Promise<BlobName> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

/** A file, a mebibyte at a time. */
export function fileChunks(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 1_048_576 });
}

/** The hexadecimal digits of a digest: how a file of a layout is called. */
export function hexOf(digest: string): string {
  return digest.replace("sha256:", "");
}

/** Whether a failure is of a file that is not there. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}

const diskCodes: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO"]);

/** Does what writes an image to a folder; a disk that is full or refuses is somebody's to mend. */
export async function onDisk<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && diskCodes.has(cause.code))) throw cause;
    const isFull = cause.code === "ENOSPC" || cause.code === "EDQUOT";
    throw new MltError(
      `Cannot write the image to "${folder}": ${isFull ? "the disk is full" : cause.message}`,
      {
        hint: isFull
          ? "Free some space there, or set MLT_CACHE_DIR or the output to another disk."
          : "Check that the folder is writable.",
        exitCode: ExitCode.external,
        cause,
      },
    );
  }
}
