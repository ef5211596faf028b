import { lstat, readdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { Type } from "@sinclair/typebox";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { BuiltImage } from "../../core/ports.ts";
import { lastLine, runProgram } from "../run-program.ts";
import { isMissing } from "./blob.ts";
import { readBuilt } from "./built-layout.ts";
import { parsed } from "./layout.ts";

const RunEnvironment = Type.Object({ config: Type.Object({ Env: Type.Array(Type.String()) }) });

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/**
 * Unpacks an image that the `oci` engine built to an empty folder, by the program tar.
 *
 * @returns the variables of its environment, `NAME=value`
 * @throws {MltError} external: where tar is not there, or cannot; input: where a layer would write outside of the folder
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md
 */
export async function unpackImage(
  image: BuiltImage,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const { layout, parts } = await readBuilt(image);
  for (const { digest } of parts.layers) await unpackLayer(await layout.file(digest), root, env);
  const config = parsed(
    RunEnvironment,
    await layout.read(parts.config.digest),
    "the configuration of the image",
  );
  return config.config.Env;
}

async function unpackLayer(
  archive: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const listed = (await tar(["--list", "--file", archive], env)).split("\n").filter((path) => path !== "");
  // An archive may begin with the root itself: `./`.
  const paths = listed.map((path) => join(root, path, ".")).filter((path) => path !== root);
  for (const folder of new Set(paths.map((path) => dirname(path)))) await checkInside(root, folder);
  for (const path of paths) await removeHidden(path);
  const owner = process.getuid?.() === 0 ? "--same-owner" : "--no-same-owner";
  const flags = ["--numeric-owner", "--same-permissions", owner, "--exclude", `${whiteout}*`];
  await tar(["--extract", "--file", archive, "--directory", root, ...flags], env);
}

/** What a layer says is gone from those below. */
async function removeHidden(path: string): Promise<void> {
  const name = basename(path);
  if (name === opaque) {
    const names = await readdir(dirname(path)).catch((cause: unknown) => {
      if (isMissing(cause)) return [];
      throw cause;
    });
    for (const each of names) await rm(join(dirname(path), each), { recursive: true, force: true });
  } else if (name.startsWith(whiteout)) {
    await rm(join(dirname(path), name.slice(whiteout.length)), { recursive: true, force: true });
  }
}

/** Links of a lower layer may lead a higher one out of the root, to this machine's files. */
async function checkInside(root: string, folder: string): Promise<void> {
  const top = await realpath(root);
  for (let above = folder; above === root || above.startsWith(root + sep); above = dirname(above)) {
    if ((await lstat(above).catch(() => undefined)) === undefined) continue;
    const real = await realpath(above).catch(() => undefined);
    if (real !== undefined && (real === top || real.startsWith(top + sep))) return;
    throw outside(above.slice(root.length));
  }
  throw outside(folder);
}

function outside(path: string): MltError {
  return new MltError(`Cannot unpack the image: "${path}" leads out of it`, {
    hint: "Test it with --engine docker, or build with --no-test.",
  });
}

async function tar(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const said = await runProgram("tar", args, { env: { ...env, LC_ALL: "C" } });
  if (said?.exitCode === 0) return said.stdout;
  throw new MltError(
    `Cannot unpack the image: ${said === undefined ? "there is no tar on PATH" : `tar says "${lastLine(said)}"`}`,
    { hint: "Test it with --engine docker, or build with --no-test.", exitCode: ExitCode.external },
  );
}
