import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { StackName } from "../../core/infra/stack-variables.ts";
import { listAssets, readAsset } from "../assets.ts";

/** Where a project has stacks of its own: a folder for each. */
const stacksFolder = "stacks";
const composeName = "compose.yaml";

/** A stack's compose.yaml and what lies beside it. */
export interface StackFiles {
  readonly name: StackName;
  /** Whether they are the project's own. */
  readonly isOwn: boolean;
  /** As errors name compose.yaml. */
  readonly shownName: string;
  /** All of them by their path in the folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly compose: string;
}

/** The project's stack, else mlt's. @throws {MltError} external: when it cannot be read */
export async function readStack(projectDir: string, name: StackName): Promise<StackFiles> {
  const folder = join(projectDir, stacksFolder, name);
  const own = await readFolder(folder);
  const isOwn = own.has(composeName);
  const files = isOwn ? own : mltStack(name);
  const compose = new TextDecoder().decode(files.get(composeName));
  const place = isOwn ? `${stacksFolder}/${name}` : `mlt's ${name}`;
  return { name, isOwn, shownName: `${place}/${composeName}`, files, compose };
}

/** Whether there is a file at the path. */
export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The references of all images, by name, as YAML: the project's, else mlt's. */
export async function readStackImages(projectDir: string): Promise<string> {
  const name = "images.yaml";
  try {
    return await readFile(join(projectDir, stacksFolder, name), "utf8");
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(join(projectDir, stacksFolder, name), cause);
    return new TextDecoder().decode(readAsset(`ops/stacks/${name}`));
  }
}

/** Mlt's own stacks, by their path in a project. */
export function ownStacks(): Map<string, Uint8Array> {
  return new Map(listAssets("ops/stacks").map((asset) => [asset.slice("ops/".length), readAsset(asset)]));
}

/** A hash of what lies beside compose.yaml, of which Compose itself takes no notice. */
export function filesHash({ files }: StackFiles): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path !== composeName) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes the folder hold these files and no other.
 *
 * Everybody may read them: the users of the containers that they are mounted into have numbers of their own.
 */
export async function writeStack({ files }: StackFiles, folder: string): Promise<void> {
  try {
    for (const path of (await readFolder(folder)).keys()) {
      if (!files.has(path)) await rm(join(folder, path));
    }
    for (const [path, bytes] of files) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      // In its place, since a container may have the file itself mounted.
      await writeFile(target, bytes);
      await chmod(target, path.endsWith(".sh") ? 0o755 : 0o644);
      if (dirname(path) !== ".") await chmod(dirname(target), 0o755);
    }
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/**
 * Writes a file for Compose that labels each service with hashes of the files beside compose.yaml and of the secrets, of which
 * Compose itself takes no notice: where one changes, the container is made anew.
 *
 * @param secrets  of the stack, by the name of their file
 * @returns its path
 */
export async function writeLabels(
  { name, filesHash: hash, services }: LabelledStack,
  secrets: Readonly<Record<string, string>>,
  folder: string,
): Promise<string> {
  const path = join(folder, `${name}.labels.yaml`);
  const labels = { "mlt.files": hash, "mlt.secrets": secretsHash(secrets) };
  const labelled = services.map((service) => [service, { labels }]);
  try {
    await mkdir(folder, { recursive: true });
    // JSON is YAML.
    await writeFile(path, `${JSON.stringify({ services: Object.fromEntries(labelled) })}\n`, { mode: 0o600 });
    return path;
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

function secretsHash(secrets: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

interface LabelledStack {
  readonly name: StackName;
  readonly filesHash: string;
  readonly services: readonly string[];
}

function unwritable(folder: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause;
  return new MltError(`Cannot write the stack to "${folder}": ${cause.message}`, {
    hint: "Check the permissions and the free space of the folder.",
    exitCode: ExitCode.external,
    cause,
  });
}

function mltStack(name: StackName): Map<string, Uint8Array> {
  const folder = `ops/stacks/${name}`;
  return new Map(listAssets(folder).map((asset) => [asset.slice(folder.length + 1), readAsset(asset)]));
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    return new Map(
      await Promise.all(
        paths.sort().map(async (path) => [path, await readFile(join(folder, path))] as const),
      ),
    );
  } catch (cause) {
    if (isMissing(cause)) return new Map();
    throw unreadable(folder, cause);
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}

function unreadable(path: string, cause: unknown): MltError {
  return new MltError(`Cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, {
    hint: "Check its permissions.",
    exitCode: ExitCode.external,
    cause,
  });
}
