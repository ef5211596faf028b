import { rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ContainerProgram, findContainerProgram } from "../../adapters/docker/container-program.ts";
import { dockerEngine } from "../../adapters/docker/docker-engine.ts";
import { dockerRunner } from "../../adapters/docker/docker-runner.ts";
import { findDockerfile, type ImageKind } from "../../adapters/docker/dockerfiles.ts";
import { imageComponents } from "../../adapters/image-components.ts";
import { saveArchive, saveLayout } from "../../adapters/oci/built-layout.ts";
import { ociEngine } from "../../adapters/oci/engine.ts";
import type { CredentialSource } from "../../adapters/oci/registry/credentials.ts";
import { dockerCredentials } from "../../adapters/oci/registry/docker-credentials.ts";
import { openRegistry } from "../../adapters/oci/registry/open-registry.ts";
import { unpackImage } from "../../adapters/oci/unpack-image.ts";
import { lastLine, runProgram } from "../../adapters/run-program.ts";
import { sandboxRunner } from "../../adapters/sandbox/sandbox-runner.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { BuiltImage, ImageEngine, ImageRunner } from "../../core/ports.ts";
import type { Project } from "./open-project.ts";

/** What builds an image: a container engine that is here, or mlt itself. */
export const engineNames = ["docker", "oci"] as const;
export type EngineName = (typeof engineNames)[number];

export interface OpenImageEngine {
  readonly name: EngineName;
  readonly engine: ImageEngine;
  /** What runs its images. */
  runner(): Promise<ImageRunner>;
  /** Whether it can write an image there, before one is built. @throws {MltError} usage */
  checkOutput(output: string | undefined): void;
  /** Keeps the image on this machine under its names. @returns where it is then, for people */
  keep(image: BuiltImage, references: readonly string[], output: string | undefined): Promise<string>;
}

/**
 * Opens the engine that was asked for, or else a container engine where one answers, and mlt's own where none does.
 *
 * @throws {MltError} external: when the one that was asked for is not here
 */
export async function openImageEngine(
  project: Project,
  kind: ImageKind,
  wanted: EngineName | undefined,
): Promise<OpenImageEngine> {
  if (wanted === "oci") return ownEngine(project);
  if (wanted === "docker") return await containerEngine(project, kind);
  try {
    return await containerEngine(project, kind);
  } catch (cause) {
    if (cause instanceof MltError && cause.exitCode === ExitCode.external) return ownEngine(project);
    throw cause;
  }
}

async function containerEngine(project: Project, kind: ImageKind): Promise<OpenImageEngine> {
  const { env } = process;
  const program = await findContainerProgram(env);
  const dockerfile = await findDockerfile(project.root, kind);
  const credentials = credentialsOf(project);
  return {
    name: "docker",
    engine: dockerEngine({
      ...{ program, env, workDir: tmpdir(), dockerfile },
      openRegistry: (reference) => openRegistry({ reference, credentials }),
    }),
    runner: () => dockerRunner({ program, env, newId: () => crypto.randomUUID() }),
    checkOutput(output) {
      if (output === undefined) return;
      throw new MltError(`--output is what --engine oci writes; ${program} keeps images itself`, {
        hint: `Add --engine oci, or leave --output out and run ${program} save.`,
        exitCode: ExitCode.usage,
      });
    },
    async keep({ id }, references) {
      for (const reference of references) await nameImage(program, id, reference);
      return `the images of ${program}`;
    },
  };
}

async function nameImage(program: ContainerProgram, id: string, reference: string): Promise<void> {
  const said = await runProgram(program, ["tag", id, reference], { env: process.env });
  if (said?.exitCode === 0) return;
  const detail = said === undefined ? "it is gone" : lastLine(said);
  throw new MltError(`Cannot name the image "${reference}": ${program} says "${detail}"`, {
    hint: "Check what image.registry, image.repository, image.name and --tag make of the name.",
    exitCode: ExitCode.external,
  });
}

function ownEngine(project: Project): OpenImageEngine {
  return {
    name: "oci",
    engine: ociEngine({
      credentials: credentialsOf(project),
      root: project.root,
      components: imageComponents,
    }),
    runner: () => Promise.resolve().then(ownRunner),
    checkOutput: () => undefined,
    async keep(image, references, output) {
      const path = resolve(project.root, output ?? ".mlt/image");
      if (path.endsWith(".tar")) {
        await saveArchive(image, path, references);
        return `${output}: docker load --input ${output}`;
      }
      // What an earlier build has left there is in no other's way.
      if (output === undefined) await rm(path, { recursive: true, force: true });
      await saveLayout(image, path, tagOf(references[0] ?? ""));
      return `${output ?? join(".mlt", "image")}, an OCI layout`;
    },
  };
}

function ownRunner(): ImageRunner {
  const { env } = process;
  return sandboxRunner({
    ...{ env, workDir: tmpdir(), newId: () => crypto.randomUUID() },
    unpack: (image, root) => unpackImage(image, root, env),
  });
}

function tagOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1);
}

/** Those of the configuration, else those that `docker login` has kept. */
export function credentialsOf({ config: { image } }: Project): CredentialSource {
  const { username, password } = image;
  const kept = dockerCredentials({ env: process.env, home: homedir() });
  return async (registry) =>
    registry === image.registry && username !== undefined && password !== undefined
      ? { username, password }
      : await kept(registry);
}
