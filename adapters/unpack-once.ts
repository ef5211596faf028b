import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, MltError } from "../core/errors.ts";

export interface Unpacking {
  /** Name of the folder, from its content: two versions of mlt never share one. */
  readonly key: string;
  /** Whether everything lies in the folder. */
  readonly isComplete: (dir: string) => Promise<boolean>;
  /** Writes everything to the empty folder. */
  readonly fill: (dir: string) => Promise<void>;
}

/** Where mlt keeps what it unpacks, best first. */
export function cacheFolders(): string[] {
  const { MLT_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const home = process.env["HOME"] || homedir();
  return [
    MLT_CACHE_DIR ?? "",
    XDG_CACHE_HOME ? join(XDG_CACHE_HOME, "mlt") : "",
    home && home !== "/" ? join(home, ".cache", "mlt") : "",
    join(tmpdir(), `mlt-${process.getuid?.() ?? 0}`),
  ].filter((folder) => folder !== "");
}

/**
 * The folder with everything in it: found in one of the cache folders, or unpacked to the first that can take it.
 * It is filled beside its place and renamed, so that others see all or nothing; the first of several to finish wins.
 *
 * @throws {MltError} external: when no cache folder can take it
 */
export async function unpackOnce(unpacking: Unpacking): Promise<string> {
  const folders = cacheFolders();
  for (const folder of folders) {
    const dir = join(folder, unpacking.key);
    if ((await isTrusted(folder)) && (await unpacking.isComplete(dir))) return dir;
  }
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      return await unpackInto(folder, unpacking);
    } catch (cause) {
      problems.push(`${folder}: ${cause instanceof Error ? cause.message : cause}`);
    }
  }
  throw new MltError(`Cannot unpack "${unpacking.key}"\n${problems.map((line) => `  ${line}`).join("\n")}`, {
    hint: "Set MLT_CACHE_DIR to a folder that is writable, allows executables and has 200 MB free.",
    exitCode: ExitCode.external,
  });
}

async function unpackInto(folder: string, { key, isComplete, fill }: Unpacking): Promise<string> {
  const dir = join(folder, key);
  const temporary = join(folder, `${temporaryPrefix(key)}${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await isTrusted(folder))) throw new Error("it belongs to another user");
  await removeAbandoned(folder, key);
  try {
    await mkdir(temporary, { mode: 0o700 });
    await fill(temporary);
    await rename(temporary, dir);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await isComplete(dir))) throw cause;
  }
  return dir;
}

function temporaryPrefix(key: string): string {
  return `.${key}.`;
}

/** Removes what a killed process left half unpacked. */
async function removeAbandoned(folder: string, key: string): Promise<void> {
  const prefix = temporaryPrefix(key);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // A process of somebody else's is running too.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** Code is never loaded from a folder that somebody else could have made, such as a planted one in /tmp. */
async function isTrusted(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  const user = process.getuid?.();
  return found !== undefined && (user === undefined || found.uid === user || found.uid === 0);
}
