import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { type Environment, lastLine, runProgram } from "../run-program.ts";
import type { ContainerProgram } from "./container-program.ts";
import type { Dockerfile } from "./dockerfiles.ts";

/** What a container engine builds an image of. */
export interface DockerBuild {
  readonly program: ContainerProgram;
  readonly env: Environment;
  /** Folder with the file `Dockerfile` and all that it copies. */
  readonly context: string;
  /** File that does not exist: the engine writes the image's id to it. */
  readonly idFile: string;
  /** Of the Dockerfile's `ARG`; those without a value are left out. */
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `linux/amd64` */
  readonly platform: string;
}

/** An image in the store of a container engine. */
export interface StoredImage {
  /** `sha256:…` */
  readonly id: string;
  /** Of its layers as they are unpacked. */
  readonly sizeBytes: number;
}

/** Copies what a project has beside its Dockerfile, under mlt's own files of the context. */
export async function copyBeside({ folder }: Dockerfile, context: string): Promise<void> {
  if (folder === undefined) return;
  await cp(folder, context, { recursive: true, force: false });
  await rm(join(context, "Dockerfile"));
}

const platformFormat = "{{.Os}}/{{.Architecture}}";

/**
 * Builds by the classic builder or by buildx, whichever the engine has. Nothing gets a tag.
 *
 * @throws {MltError} external: in the engine's own words
 */
export async function buildByDocker(build: DockerBuild): Promise<StoredImage> {
  const { program, env, context, idFile, args, labels, platform } = build;
  // Before, for what the store has; and after, for what was pulled.
  await checkBase(build);
  const pairs = Object.entries(args).filter(([, value]) => value !== undefined);
  const said = await runProgram(
    program,
    [
      ...["build", "--platform", platform, "--iidfile", idFile],
      // Podman's own format has no health checks.
      ...(program === "podman" ? ["--format", "docker"] : ["--force-rm"]),
      ...pairs.flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
      ...Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
      context,
    ],
    { env },
  );
  if (said?.exitCode !== 0) throw failure(program, said === undefined ? "it is gone" : lastLine(said));
  const id = (await readFile(idFile, "utf8")).trim();
  await checkBase(build);
  return { id, sizeBytes: await imageSize(build, id) };
}

/** Refuses a base for other machines: the classic builder takes one of its store, and calls it what it was asked for. */
async function checkBase({ program, env, args, platform }: DockerBuild): Promise<void> {
  const base = args["BASE"];
  if (base === undefined || base === "scratch") return;
  const said = await runProgram(program, ["image", "inspect", "--format", platformFormat, base], { env });
  const is = said?.exitCode === 0 ? said.stdout.trim() : platform;
  if (is === platform) return;
  throw new MltError(`The base "${base}" is for ${is}, and the image should be for ${platform}`, {
    hint: "Name a base for that platform in config.yaml.",
  });
}

async function imageSize({ program, env, platform }: DockerBuild, id: string): Promise<number> {
  const format = `${platformFormat} {{.Size}}`;
  const said = await runProgram(program, ["image", "inspect", "--format", format, id], { env });
  if (said?.exitCode !== 0) throw failure(program, said === undefined ? "it is gone" : lastLine(said));
  const [is = "", size] = said.stdout.trim().split(" ");
  if (is !== platform) {
    throw new MltError(`The image came out for ${is}, and not for ${platform}`, {
      hint: "Build with --engine oci, which needs no machine of that kind.",
    });
  }
  return Number(size);
}

function failure(program: string, detail: string): MltError {
  return new MltError(`Cannot build the image: ${program} says "${detail}"`, {
    hint: `See to what it says (its disk: ${program} system df), and build again.`,
    exitCode: ExitCode.external,
  });
}
