import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { MltError } from "../core/errors.ts";
import { type NoRun, parseRun, type Run } from "../core/runs/run-record.ts";

/** So many runs are kept: the oldest go. */
export const keptRuns = 1_000;

/** What a folder of runs holds. */
export interface StoredRuns {
  /** The newest first. */
  readonly runs: readonly Run[];
  /** Files that hold no run that can be read. */
  readonly leftOut: readonly { readonly path: string; readonly why: NoRun }[];
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

/**
 * Reads the runs of a project; none where nothing was trained yet.
 *
 * @throws {MltError} where their folder cannot be read
 */
export async function readRuns(root: string): Promise<StoredRuns> {
  const dir = runsFolder(root);
  const runs: Run[] = [];
  const leftOut: { path: string; why: NoRun }[] = [];
  for (const name of await runFiles(dir)) {
    const path = join(dir, name);
    const run = parseRun(await readFile(path, "utf8").catch(() => ""));
    if (typeof run === "string") leftOut.push({ path, why: run });
    else runs.push(run);
  }
  return { runs, leftOut };
}

/** Names of the files of runs, the newest first: a name begins with its time. */
async function runFiles(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /^\d.*\.json$/.test(entry.name))
      .map(({ name }) => name)
      .sort()
      .reverse();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new MltError(
      `Cannot read the runs in "${dir}": ${cause instanceof Error ? cause.message : cause}`,
      {
        hint: "Check that it is a folder, and that you may read it.",
        cause,
      },
    );
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "w", 0o644);
  await file.writeFile(text);
  await file.sync();
}
