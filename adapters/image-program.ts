import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ExitCode, MltError } from "../core/errors.ts";
import type { ImageFile, ImagePlatform } from "../core/image/image-plan.ts";
import { imagePaths } from "../core/image/production-plan.ts";
import { type DocsAssetName, docsAssetNames } from "../core/service/page-assets.ts";
import { readAsset, readAssetGzip } from "./assets.ts";
import { docsAssetPaths } from "./docs-assets.ts";
import { embedded, type NativeName } from "./embedded.ts";
import { prepareNative } from "./natives.ts";
import { unpackOnce } from "./unpack-once.ts";

/** Name of the asset that `ops/build/image-script.ts` makes: mlt in one file, that carries nothing else. */
export const imageScriptAsset = "dist/image/mlt.js";

/** Where an image has a file of the service's pages, compressed. */
export function imageAssetPath(name: DocsAssetName): string {
  return `${imagePaths.libraries}/pages/${name}.gz`;
}

/** As images name them, by Node's names. */
const architectures = new Map<string, ImagePlatform["architecture"]>([
  ["x64", "amd64"],
  ["arm64", "arm64"],
]);

/**
 * What images of this mlt run on: the system that it was compiled for.
 *
 * @throws {MltError} usage: on a system whose programs no container runs, or from source
 */
export function imagePlatform(): ImagePlatform {
  if (embedded === undefined) {
    throw new MltError("Only the compiled mlt can make a program for an image", {
      hint: "Compile it with bun run build, and run dist/mlt.",
      exitCode: ExitCode.usage,
    });
  }
  const architecture = architectures.get(process.arch);
  if (process.platform !== "linux" || architecture === undefined) {
    throw new MltError(`The mlt of ${process.platform} cannot make a program for an image`, {
      hint: "Build the image on Linux, such as in a container or in Jenkins.",
      exitCode: ExitCode.usage,
    });
  }
  return { os: "linux", architecture };
}

/** What the files of an image are made of. */
export interface ImageParts {
  /** An mlt that was compiled: its Bun is the compiler, and what is compiled stands on it. */
  readonly compiler: string;
  /** From `ops/build/image-script.ts`. */
  readonly script: Uint8Array;
  /** The folder that holds a native library, and nothing else. */
  readonly nativeFolder: (name: NativeName) => Promise<string>;
}

/** What this mlt carries. @throws {MltError} usage: as `imagePlatform` */
export function ownImageParts(): ImageParts {
  imagePlatform();
  return {
    compiler: process.execPath,
    script: readAsset(imageScriptAsset),
    nativeFolder: async (name) => {
      const dir = await prepareNative(name);
      if (dir === undefined) throw new RangeError(`There is no "${name}" to copy`);
      return dir;
    },
  };
}

/**
 * The files that serve any model in an image: mlt without what only a project's author needs, and the native libraries
 * that are asked for. The same mlt makes the same bytes on every machine.
 *
 * @throws {MltError} external: when no cache folder can take them
 */
export async function imageProgram(natives: readonly NativeName[], parts: ImageParts): Promise<ImageFile[]> {
  const program = join(await compileOnce(parts), programName);
  const libraries = natives.map(async (name) => await libraryFiles(name, await parts.nativeFolder(name)));
  return [
    await fileOf(imagePaths.program, program, 0o755),
    ...docsAssetNames.map((name) => ({
      path: imageAssetPath(name),
      mode: 0o644,
      content: readAssetGzip(docsAssetPaths(name)),
    })),
    ...(await Promise.all(libraries)).flat(),
  ];
}

async function libraryFiles(name: NativeName, dir: string): Promise<ImageFile[]> {
  const names = (await readdir(dir)).sort();
  const path = (file: string) => `${imagePaths.libraries}/${name}/${file}`;
  return await Promise.all(names.map((file) => fileOf(path(file), join(dir, file), 0o755)));
}

async function fileOf(path: string, source: string, mode: number): Promise<ImageFile> {
  return { path, mode, content: { source, sizeBytes: (await stat(source)).size } };
}

const programName = "mlt";
const scriptName = "image.js";
/** Holds the size of the program, to find one that was cut off. */
const sizeName = "size";

/** The folder with the program: it is made in 0.3 s, and to keep it keeps its compressed layer valid too. */
async function compileOnce({ compiler, script }: ImageParts): Promise<string> {
  const hash = createHash("sha256").update(script).digest("hex").slice(0, 16);
  return await unpackOnce({
    key: `image-program-${hash}`,
    isComplete: async (dir) => {
      const size = await readFile(join(dir, sizeName), "utf8").catch(() => undefined);
      const found = await stat(join(dir, programName)).catch(() => undefined);
      return found !== undefined && size === String(found.size);
    },
    fill: async (dir) => {
      await writeFile(join(dir, scriptName), script);
      await compile(compiler, dir);
      await rm(join(dir, scriptName));
      await writeFile(join(dir, sizeName), String((await stat(join(dir, programName))).size));
    },
  });
}

/** By the Bun inside of mlt. Names are relative, since the compiler writes them into the program. */
async function compile(compiler: string, dir: string): Promise<void> {
  const flags = [
    "--target=bun",
    "--format=esm",
    "--minify",
    // Of the outermost functions alone: that starts as fast as bytecode of everything does, and is 4 MB smaller compressed.
    ...["--bytecode", "--bytecode-depth=0"],
    // As in mlt itself: no file of a project steers it, except that a package.json leads to packages.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--no-compile-autoload-tsconfig",
    "--compile-autoload-package-json",
  ];
  const args = ["build", "--compile", ...flags, scriptName, "--outfile", programName];
  // Nothing of this environment, which could steer the compiler: HOME has a bunfig.toml of the user's.
  const env = { BUN_BE_BUN: "1", HOME: dir, TMPDIR: dir };
  try {
    await promisify(execFile)(compiler, args, { cwd: dir, env });
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : "";
    // The first line has the reason; what `execFile` says begins with the whole command.
    const [reason = ""] = said.split("\n");
    throw new Error(reason.replace(/^error: /, "") || "mlt cannot compile a program", { cause });
  }
}
