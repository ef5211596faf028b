import { randomUUID } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExitCode, MltError } from "../core/errors.ts";
import { listAssets, readAsset } from "./assets.ts";

export const templateNames = ["iris", "regression", "python"] as const;
export type TemplateName = (typeof templateNames)[number];

/** What only TypeScript needs, of the files that every project has. */
const editorFiles = new Set(["mlt.d.ts", "tsconfig.json"]);

/** What is to be done in a new project first, as commands of a shell; nothing most often. */
export function preparation(name: TemplateName): readonly string[] {
  if (name !== "python") return [];
  return ["python3 -m venv .venv", ".venv/bin/pip install -r requirements.txt"];
}

/** The files of a new project by their path in it: those that every project has, and the template's own. */
export function templateFiles(name: TemplateName): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const folder of ["templates/base", `templates/${name}`]) {
    for (const asset of listAssets(folder)) {
      const path = asset.slice(folder.length + 1);
      if (name === "python" && editorFiles.has(path)) continue;
      // Under its real name it would tell git what to ignore in this repository.
      files.set(path === "gitignore" ? ".gitignore" : path, readAsset(asset));
    }
  }
  return files;
}

export interface WriteTemplateOptions {
  /** Overwrite files that differ. Default false. */
  readonly force?: boolean;
  /** What the files are, in errors. Default `the template`. */
  readonly subject?: string;
}

/** Paths by what became of them. */
export interface WrittenTemplate {
  readonly written: readonly string[];
  /** Were there already, with the same bytes. */
  readonly unchanged: readonly string[];
}

/**
 * Writes the files below `dir`, which is made when it is missing; all of them can be written, or none is.
 *
 * @throws {MltError} input: when `dir` is no folder, when files differ and `force` is off, or when a folder or a link
 *   is where a file belongs; external: when the system refuses to read or write
 */
export async function writeTemplate(
  dir: string,
  files: ReadonlyMap<string, Uint8Array>,
  { force = false, subject = "the template" }: WriteTemplateOptions = {},
): Promise<WrittenTemplate> {
  for (const path of files.keys()) checkPath(path);
  await checkFolder(dir);
  const obstacles = await findObstacles(dir, [...files.keys()]);
  if (obstacles.length > 0) {
    const verb = obstacles.length === 1 ? "is" : "are";
    throw new MltError(`Cannot write ${subject} to "${dir}": ${quoted(obstacles)} ${verb} in the way`, {
      hint: "Choose another folder, or move what is in the way.",
    });
  }
  const states = new Map<string, FileState>();
  for (const [path, bytes] of files) states.set(path, await compare(join(dir, path), bytes));
  const inState = (state: FileState) => [...files.keys()].filter((path) => states.get(path) === state);
  const differing = inState("differs");
  if (differing.length > 0 && !force) throw refusal(dir, differing, subject);
  const unchanged = inState("same");
  const written = [...files].filter(([path]) => states.get(path) !== "same");
  for (const [path, bytes] of written) await replaceFile(join(dir, path), bytes);
  return { written: written.map(([path]) => path), unchanged };
}

type FileState = "missing" | "same" | "differs";

function checkPath(path: string): void {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new RangeError(`"${path}" is no path below the project`);
  }
}

async function checkFolder(dir: string): Promise<void> {
  const found = await orMissing(dir, stat(dir));
  if (found !== undefined && !found.isDirectory()) {
    throw new MltError(`Cannot create a project in "${dir}": it is a file`, {
      hint: "Choose another folder.",
    });
  }
}

/** What is neither a folder where one belongs, nor a file where one does: through a link, we would write elsewhere. */
async function findObstacles(dir: string, paths: readonly string[]): Promise<string[]> {
  const folders = new Set(paths.flatMap(foldersAbove));
  const obstacles: string[] = [];
  for (const path of [...folders, ...paths]) {
    const found = await orMissing(join(dir, path), lstat(join(dir, path)));
    if (found !== undefined && found.isDirectory() !== folders.has(path)) obstacles.push(path);
  }
  return obstacles;
}

/** `a/b/c` lies in `a` and in `a/b`. */
function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** A link differs from a file, whatever it leads to. */
async function compare(path: string, bytes: Uint8Array): Promise<FileState> {
  const found = await orMissing(path, lstat(path));
  if (found === undefined) return "missing";
  if (!found.isFile() || found.size !== bytes.length) return "differs";
  return (await orMissing(path, readFile(path)))?.equals(bytes) ? "same" : "differs";
}

function refusal(dir: string, differing: readonly string[], subject: string): MltError {
  const verb = differing.length === 1 ? "exists and differs" : "exist and differ";
  return new MltError(`Cannot write ${subject} to "${dir}": ${quoted(differing)} ${verb}`, {
    hint: "Choose another folder, or overwrite with --force.",
  });
}

/** Written beside and renamed: nobody sees half a file, and a link is replaced instead of followed. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw systemRefusal("write", path, cause);
  }
}

/** `undefined` for what does not exist. */
async function orMissing<Found>(path: string, reading: Promise<Found>): Promise<Found | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (isSystemError(cause) && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return undefined;
    throw systemRefusal("read", path, cause);
  }
}

function systemRefusal(action: string, path: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  return new MltError(`Cannot ${action} "${path}": ${cause.message}`, {
    hint: "Check the permissions and the free space of the folder, or choose another.",
    exitCode: ExitCode.external,
    cause,
  });
}

function isSystemError(cause: unknown): cause is Error & { code: string } {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string";
}

function quoted(paths: readonly string[]): string {
  return paths.map((path) => `"${path}"`).join(", ");
}
