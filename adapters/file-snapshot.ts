import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What lay at some paths at one moment. */
export interface FileSnapshot {
  /** What a file shows of itself without being read, by path: another text means another file, or other content. */
  readonly files: ReadonlyMap<string, string>;
  /** The identity of each folder, by path: another one after the folder was replaced. */
  readonly folders: ReadonlyMap<string, string>;
}

/** What is looked at in a folder. */
export type Counts = (name: string, path: string) => boolean;

/**
 * Looks at files, and at folders with all that is in them; links are followed.
 * What is absent, or goes away meanwhile, is not in the snapshot.
 */
export async function fileSnapshot(paths: readonly string[], counts: Counts): Promise<FileSnapshot> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const seen = new Set<string>();
  const look = async (path: string): Promise<void> => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.set(path, identity(found));
    if (!found?.isDirectory()) return;
    const folder = `${found.dev}:${found.ino}`;
    // A link may lead back to a folder above it.
    if (seen.has(folder)) return;
    seen.add(folder);
    folders.set(path, folder);
    for (const name of await readdir(path).catch(() => [])) {
      const inside = join(path, name);
      if (counts(name, inside)) await look(inside);
    }
  };
  for (const path of paths) await look(path);
  return { files, folders };
}

/** The paths of files that came, went or changed between two snapshots, in order. */
export function changedFiles(before: FileSnapshot, after: FileSnapshot): string[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  return [...paths].filter((path) => before.files.get(path) !== after.files.get(path)).sort();
}

function identity({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}:${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}
