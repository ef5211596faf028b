import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { dockerfileLines } from "../../core/image/dockerfile-lines.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import type { ImageEngine } from "../../core/ports.ts";
import type { Environment } from "../run-program.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { writeBuildContext } from "./build-context.ts";
import type { ContainerProgram } from "./container-program.ts";
import { buildByDocker, copyBeside } from "./docker-build.ts";
import { type OpenRegistry, pushByDocker } from "./docker-push.ts";
import type { Dockerfile } from "./dockerfiles.ts";

export interface DockerEngineOptions {
  /** From `findContainerProgram`. */
  readonly program: ContainerProgram;
  /** Of the program: with `DOCKER_HOST`, `DOCKER_CONFIG` and such. */
  readonly env: Environment;
  /** Folder in which what a build needs is written, and removed again. */
  readonly workDir: string;
  /** From `findDockerfile`. */
  readonly dockerfile: Dockerfile;
  readonly openRegistry: OpenRegistry;
}

/** Builds and pushes by Docker or Podman. Its images lie in that engine's store, and stay there. */
export function dockerEngine(options: DockerEngineOptions): ImageEngine {
  const { program, env, workDir, dockerfile, openRegistry } = options;
  return {
    build: async (plan) => {
      checkBase(plan.base);
      return await withTemporaryFolder({ prefix: join(workDir, "mlt-image-"), mode: 0o700 }, async (dir) => {
        const context = join(dir, "context");
        await writeContext(context, plan, dockerfile);
        const { os, architecture } = plan.platform;
        const image = await buildByDocker({
          ...{ program, env, context, idFile: join(dir, "id") },
          args: { BASE: plan.base, NATIVE_DIRS: plan.runtime.env["MLT_NATIVE_DIRS"] },
          labels: plan.runtime.labels,
          platform: `${os}/${architecture}`,
        });
        return { plan, ...image };
      });
    },
    push: ({ id }, references, { force }) =>
      pushByDocker({ program, env, id, references, force, openRegistry }),
    close: () => Promise.resolve(),
  };
}

function checkBase(base: string): void {
  if (!base.startsWith("oci:")) return;
  throw new MltError(`Docker cannot build on the folder "${base}"`, {
    hint: "Name a base in a registry, or build with --engine oci.",
  });
}

async function writeContext(context: string, plan: ImagePlan, dockerfile: Dockerfile): Promise<void> {
  try {
    await mkdir(context);
    await writeBuildContext(context, plan);
    await copyBeside(dockerfile, context);
    // A Dockerfile of the project's own has the last word; mlt's leaves that to the plan.
    const lines = dockerfile.folder === undefined ? `\n${dockerfileLines(plan, dockerfile.text)}` : "";
    await writeFile(join(context, "Dockerfile"), dockerfile.text + lines);
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new MltError(`Cannot write what the image is built of: ${cause.message}`, {
      hint: "Check the permissions and the free space of the folder for temporary files.",
      exitCode: ExitCode.external,
      cause,
    });
  }
}
