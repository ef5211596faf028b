import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unpackOnce } from "./unpack-once.ts";

/**
 * A folder of the cache that holds the files, by their path in it. It is named after the name and what is in them.
 *
 * @throws {MltError} external: when no cache folder can take them
 */
export async function unpackAssets(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for (const [path, bytes] of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return await unpackOnce({
    key: `${name}-${hash.digest("hex").slice(0, 16)}`,
    isComplete: async (dir) => {
      const same = await Promise.all(Array.from(files, ([path, bytes]) => isSame(join(dir, path), bytes)));
      return same.every(Boolean);
    },
    fill: async (dir) => {
      for (const [path, bytes] of files) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), bytes);
      }
    },
  });
}

async function isSame(path: string, bytes: Uint8Array): Promise<boolean> {
  return (await readFile(path).catch(() => undefined))?.equals(bytes) ?? false;
}
