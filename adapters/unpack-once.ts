import { renameSync } from "node:fs";
import { access, constants, lstat, mkdir, rm, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode, MltError } from "../core/errors.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

export interface Unpacking {
  /** Name of the folder, from its content: two versions of mlt never share one. */
  readonly key: string;
  /** Whether everything lies in the folder, and can be used from there. */
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
 * The first of the cache folders that can be written to, and to which nobody else may write; it is made where needed.
 *
 * @throws {MltError} external: when there is none
 */
export async function cacheFolder(): Promise<string> {
  const problems: string[] = [];
  for (const folder of cacheFolders()) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
      if (await isTrusted(folder)) return folder;
      problems.push(`${folder}: somebody else may write to it`);
    } catch (cause) {
      problems.push(`${folder}: ${cause instanceof Error ? cause.message : cause}`);
    }
  }
  throw new MltError(`Cannot keep a cache\n${problems.map((line) => `  ${line}`).join("\n")}`, {
    hint: "Set MLT_CACHE_DIR to a folder that is writable.",
    exitCode: ExitCode.external,
  });
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
    if ((await isTrusted(folder)) && (await isUsable(dir, unpacking.isComplete))) return dir;
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
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await isTrusted(folder))) throw new Error("somebody else may write to it");
  await withTemporaryFolder({ prefix: join(folder, `.${key}.`), mode: 0o755 }, async (temporary) => {
    await fill(temporary);
    try {
      renameSync(temporary, dir);
    } catch {
      if (await isUsable(dir, isComplete)) return;
      // What is there was damaged after it was unpacked, such as by a cleaner of old files.
      await rm(dir, { recursive: true, force: true });
      renameSync(temporary, dir);
    }
  });
  if (await isUsable(dir, isComplete)) return dir;
  await rm(dir, { recursive: true, force: true });
  throw new Error("what is unpacked there cannot be used, as on a disk that forbids executables");
}

async function isUsable(dir: string, isComplete: Unpacking["isComplete"]): Promise<boolean> {
  return (await isTrusted(dir)) && (await isComplete(dir));
}

/**
 * Whether the user or root made the folder, and nobody else can put files into it: it is code that is loaded from there.
 * A link counts with the folder that it leads to, since its owner could turn it elsewhere.
 * Where anybody may write, as in /tmp, the sticky bit must keep others from replacing what is the user's.
 */
async function isTrusted(folder: string): Promise<boolean> {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const [link, target] = await Promise.all([lstat(folder), stat(folder)]).catch(() => []);
  if (link === undefined || target === undefined) return false;
  const isOpen = (target.mode & 0o002) !== 0 && (target.mode & 0o1000) === 0;
  return [link, target].every(({ uid }) => uid === user || uid === 0) && !isOpen;
}
