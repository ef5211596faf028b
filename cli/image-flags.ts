import { type ImageKind, imageKinds } from "../adapters/docker/dockerfiles.ts";
import { ExitCode, MltError } from "../core/errors.ts";
import { type EngineName, engineNames } from "./project/image-engines.ts";

/** Reads `--engine`. @throws {MltError} usage */
export function engineFlag(name: string | undefined): EngineName | undefined {
  if (name === undefined) return undefined;
  const found = engineNames.find((engine) => engine === name);
  if (found !== undefined) return found;
  throw new MltError(`There is no engine "${name}"`, {
    hint: `Choose of ${engineNames.join(", ")}, or leave --engine out.`,
    exitCode: ExitCode.usage,
  });
}

/** Reads what image is to be built. @throws {MltError} usage */
export function imageKind(name = "production"): ImageKind {
  const found = imageKinds.find((kind) => kind === name);
  if (found !== undefined) return found;
  throw new MltError(`There is no image "${name}"`, {
    hint: `Choose of ${imageKinds.join(", ")}.`,
    exitCode: ExitCode.usage,
  });
}
