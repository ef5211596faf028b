import { statSync } from "node:fs";
import { findProgram } from "../../adapters/find-program.ts";
import { imagePlatform } from "../../adapters/image-program.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { creationTime } from "../../core/image/creation-time.ts";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";
import { pipelineTools, runtimePlan } from "../../core/image/runtime-plan.ts";
import { version } from "../version.ts";

export interface RuntimeImageOptions {
  /** A reference, or `oci:` with a folder and maybe a tag. */
  readonly base: string;
  /** The environment variables PATH, where the tools are found, and SOURCE_DATE_EPOCH. */
  readonly path: string;
  readonly sourceDateEpoch: string | undefined;
}

const sources = new Map([
  ["docker", "https://docs.docker.com/engine/install/binaries"],
  ["helm", "https://helm.sh/docs/intro/install"],
  ["kubectl", "https://kubernetes.io/docs/tasks/tools"],
]);

/**
 * Plans the image that Jenkins runs its stages in, of this mlt and the tools on the path.
 *
 * @throws {MltError} external: when a tool is not there; usage: when this mlt makes no images
 */
export function runtimeImage({ base, path, sourceDateEpoch }: RuntimeImageOptions): ImagePlan {
  const platform = imagePlatform();
  const own = { source: process.execPath, sizeBytes: statSync(process.execPath).size };
  const programs = new Map<string, ImageFile["content"]>([["mlt", own]]);
  for (const name of pipelineTools) {
    const found = findProgram(name, path);
    if (found === undefined) throw noTool(name);
    programs.set(name, { source: found.path, sizeBytes: found.sizeBytes });
  }
  const created = creationTime(sourceDateEpoch, "1970-01-01T00:00:00Z");
  return runtimePlan({ platform, base, programs, mltVersion: version, created });
}

function noTool(name: string): MltError {
  return new MltError(`There is no ${name} on PATH to put into the image`, {
    hint: `Install it, as a program that needs nothing but the C library: ${sources.get(name)}.`,
    exitCode: ExitCode.external,
  });
}
