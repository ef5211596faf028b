import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { cacheFolder } from "../unpack-once.ts";
import { type BlobName, fileChunks, hexOf, isMissing, nameOfStream, onDisk } from "./blob.ts";

/** Keeps layers that were made or pulled, by their digests, so that the next image has them at once. */
export interface ImageCache {
  readonly folder: string;
  /** The file of a blob; `undefined` where it is not kept or is not what it was. */
  find(digest: string): Promise<string | undefined>;
  /** Keeps what `write` writes to the file it is given. */
  add(write: (path: string) => Promise<void>): Promise<BlobName & { readonly path: string }>;
  /** What an archive became when it was compressed so; `undefined` where that is not known. */
  compressed(diffId: string, compression: string): Promise<string | undefined>;
  /** Notes what an archive became. */
  noteCompressed(diffId: string, compression: string, digest: string): Promise<void>;
}

export interface ImageCacheOptions {
  /** Default: `images` in mlt's cache folder. */
  readonly folder?: string;
  /** Of the blobs together; those unused for longest go first. Default 4 GiB. */
  readonly mostBytes?: number;
  /** A blob that was used since is in use, and stays. Default an hour. */
  readonly inUseMs?: number;
}

/**
 * Opens the cache of images.
 *
 * @throws {MltError} external: where the disk is full or refuses
 */
export async function openImageCache(options: ImageCacheOptions = {}): Promise<ImageCache> {
  const { mostBytes = 4 * 1_073_741_824, inUseMs = 3_600_000 } = options;
  const folder = options.folder ?? join(await cacheFolder(), "images");
  const blobs = join(folder, "blobs");
  const notes = join(folder, "compressed");
  await onDisk(folder, async () => {
    await mkdir(blobs, { recursive: true, mode: 0o700 });
    await mkdir(notes, { recursive: true, mode: 0o700 });
  });
  const notePath = (diffId: string, compression: string) => join(notes, `${hexOf(diffId)}.${compression}`);
  return {
    folder,
    find: (digest) => findBlob(blobs, digest),
    add: async (write) => {
      const added = await onDisk(folder, () => addBlob(blobs, write));
      await prune(blobs, mostBytes, Date.now() - inUseMs);
      return added;
    },
    compressed: (diffId, compression) => readIfThere(notePath(diffId, compression)),
    noteCompressed: (diffId, compression, digest) =>
      onDisk(folder, () =>
        withTemporaryFolder({ prefix: join(folder, ".note."), mode: 0o700 }, async (temporary) => {
          await mkdir(notes, { recursive: true });
          await writeFile(join(temporary, "note"), digest);
          await rename(join(temporary, "note"), notePath(diffId, compression));
        }),
      ),
  };
}

async function findBlob(blobs: string, digest: string): Promise<string | undefined> {
  const path = join(blobs, hexOf(digest));
  try {
    // A disk that was full, or somebody, may have left other bytes: they are read before they go into an image.
    if ((await nameOfStream(fileChunks(path))).digest === digest) {
      const now = new Date();
      await utimes(path, now, now);
      return path;
    }
    await rm(path, { force: true });
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
  return undefined;
}

async function addBlob(blobs: string, write: (path: string) => Promise<void>) {
  return await withTemporaryFolder({ prefix: join(blobs, ".new."), mode: 0o700 }, async (temporary) => {
    const written = join(temporary, "blob");
    await write(written);
    const name = await nameOfStream(fileChunks(written));
    const path = join(blobs, hexOf(name.digest));
    await rename(written, path);
    return { ...name, path };
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, "utf8");
    return /^sha256:[0-9a-f]{64}$/.test(text) ? text : undefined;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** Removes what was unused for longest until the rest has room. Another process may do the same at the same time. */
async function prune(blobs: string, mostBytes: number, inUseSinceMs: number): Promise<void> {
  const kept = (await Promise.all((await readdir(blobs)).map((name) => useOf(join(blobs, name))))).flat();
  kept.sort((left, right) => left.usedMs - right.usedMs);
  let totalBytes = kept.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  for (const { path, sizeBytes, usedMs } of kept) {
    if (totalBytes <= mostBytes || usedMs >= inUseSinceMs) return;
    await rm(path, { force: true });
    totalBytes -= sizeBytes;
  }
}

async function useOf(path: string) {
  try {
    const found = await stat(path);
    return found.isFile() ? [{ path, sizeBytes: found.size, usedMs: found.mtimeMs }] : [];
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
