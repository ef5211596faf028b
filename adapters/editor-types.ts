import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ExitCode, MltError } from "../core/errors.ts";

/** Name of the asset that `ops/build/editor-types.ts` makes and `unpackEditorTypes` takes, gzip-compressed. */
export const editorTypesAsset = "dist/editor-types.json";

/**
 * Writes the types of the libraries that mlt brings to the project's `.mlt/types`, where its tsconfig.json looks for them,
 * so that an editor knows them with nothing installed. Does nothing when they are there already.
 *
 * @param archive  gzip-compressed JSON, text by path
 * @returns whether it wrote them
 * @throws {MltError} external: when the folder cannot be written
 */
export async function unpackEditorTypes(projectDir: string, archive: Uint8Array): Promise<boolean> {
  const version = createHash("sha256").update(archive).digest("hex");
  const folder = join(projectDir, ".mlt");
  const types = join(folder, "types");
  if ((await unpackedVersion(types)) === version) return false;
  try {
    await mkdir(folder, { recursive: true });
    const temporary = await mkdtemp(join(folder, "types-"));
    try {
      const next = join(temporary, "next");
      await writeFiles(next, [...readArchive(archive), [versionFile, version]]);
      await exchange(types, { next, last: join(temporary, "last") });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } catch (cause) {
    throw new MltError(`Cannot write the editor types to "${types}"`, {
      hint: "Check that the project's folder is writable and has 5 MB free.",
      exitCode: ExitCode.external,
      cause,
    });
  }
  return true;
}

const versionFile = "version";

async function unpackedVersion(types: string): Promise<string | undefined> {
  return await readFile(join(types, versionFile), "utf8").catch(() => undefined);
}

function readArchive(archive: Uint8Array): [path: string, text: string][] {
  const parsed: unknown = JSON.parse(gunzipSync(archive).toString("utf8"));
  return Object.entries(parsed ?? {}).map(([path, text]) => [path, String(text)]);
}

/** Two renames: an editor sees the last version, for a moment none, then all of the next. */
async function exchange(
  types: string,
  { next, last }: { readonly next: string; readonly last: string },
): Promise<void> {
  await unlessCode("ENOENT", rename(types, last));
  // Not empty when another mlt, started at the same time, was faster: then its types stay.
  await unlessCode("ENOTEMPTY", rename(next, types));
}

async function unlessCode(code: string, renaming: Promise<void>): Promise<void> {
  try {
    await renaming;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === code)) throw cause;
  }
}

async function writeFiles(root: string, files: readonly (readonly [string, string])[]): Promise<void> {
  const folders = new Set(files.map(([path]) => dirname(join(root, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await Promise.all(files.map(([path, text]) => writeFile(join(root, path), text)));
}
