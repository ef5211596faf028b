import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseRun, type Run } from "../core/runs/run-record.ts";

/** So many runs are kept: the oldest go. */
export const keptRuns = 1_000;

/** What a folder of runs holds. */
export interface StoredRuns {
  /** The newest first. */
  readonly runs: readonly Run[];
  /** Paths of files that hold no run. */
  readonly damaged: readonly string[];
}

/** Where a project's runs are. */
export function runsFolder(root: string): string {
  return join(root, ".mlt", "runs");
}

/**
 * Adds a run: whole or not at all, whoever else adds one meanwhile. Removes what is more than `keptRuns`.
 *
 * @throws what the system says against it
 */
export async function addRun(root: string, run: Run): Promise<void> {
  const dir = runsFolder(root);
  await mkdir(dir, { recursive: true });
  const name = `${run.time.replace(/[^\dTZ]/g, "")}-${run.id}.json`;
  const part = join(dir, `.${name}.${randomUUID()}.part`);
  try {
    await writeDurably(part, `${JSON.stringify(run, null, 2)}\n`);
    await rename(part, join(dir, name));
  } finally {
    await rm(part, { force: true });
  }
  const names = await runFiles(dir);
  for (const old of names.slice(keptRuns)) await rm(join(dir, old), { force: true });
}

/** Reads the runs of a project; none where nothing was trained yet. */
export async function readRuns(root: string): Promise<StoredRuns> {
  const dir = runsFolder(root);
  const runs: Run[] = [];
  const damaged: string[] = [];
  for (const name of await runFiles(dir)) {
    const path = join(dir, name);
    const run = parseRun(await readFile(path, "utf8").catch(() => ""));
    if (run === undefined) damaged.push(path);
    else runs.push(run);
  }
  return { runs, damaged };
}

/** Names of the files of runs, the newest first: a name begins with its time. */
async function runFiles(dir: string): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => /^\d.*\.json$/.test(name))
      .sort()
      .reverse();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "w", 0o644);
  await file.writeFile(text);
  await file.sync();
}
