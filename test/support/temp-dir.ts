import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder that goes when the block that it was made in ends. */
export interface TempDir {
  readonly path: string;
  /** Writes text files, by their path in the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  [Symbol.dispose](): void;
}

export function tempDir(): TempDir {
  const path = mkdtempSync(join(tmpdir(), "mlt-test-"));
  return {
    path,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), text);
      }
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
