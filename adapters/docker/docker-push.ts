import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { ExitCode, MltError } from "../../core/errors.ts";
import { type ImageReference, parseImageReference, wantedVersion } from "../../core/image/image-reference.ts";
import type { PushedImage } from "../../core/ports.ts";
import type { Registry } from "../oci/registry/open-registry.ts";
import { type Environment, lastLine, runProgram, type Said } from "../run-program.ts";
import type { ContainerProgram } from "./container-program.ts";

export interface DockerPush {
  readonly program: ContainerProgram;
  readonly env: Environment;
  /** Of the image in the engine's store. */
  readonly id: string;
  readonly references: readonly string[];
  /** Take a tag from another image. */
  readonly force: boolean;
  readonly openRegistry: OpenRegistry;
}

/** What knows the tags of a registry: an engine does not tell. */
export type OpenRegistry = (reference: ImageReference) => Pick<Registry, "digestOf" | "manifest">;

/**
 * Pushes an image under each name, after all of them were found free. The names stay in the engine's store too.
 *
 * @throws {MltError} input: where a tag has another image; external: in the engine's own words
 */
export async function pushByDocker(push: DockerPush): Promise<PushedImage[]> {
  if (!push.force) for (const reference of push.references) await checkTag(push, reference);
  const pushed: PushedImage[] = [];
  for (const reference of push.references) {
    await say(push, reference, ["tag", push.id, reference]);
    const { stdout } = await say(push, reference, ["push", reference]);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ?? (await digestOf(push, reference));
    pushed.push({ reference, digest });
  }
  return pushed;
}

async function checkTag({ id, openRegistry }: DockerPush, reference: string): Promise<void> {
  const parsed = parseImageReference(reference);
  const [registry, tag] = [openRegistry(parsed), wantedVersion(parsed)];
  const digest = await registry.digestOf(tag);
  // An engine names an image by its configuration, or, where it keeps them as a registry does, by its manifest.
  if (digest === undefined || digest === id) return;
  const { bytes } = await registry.manifest(digest);
  const manifest: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (Value.Check(ConfiguredManifest, manifest) && manifest.config.digest === id) return;
  throw new MltError(`Cannot push "${reference}": it is another image already, ${digest}`, {
    hint: "Name another tag, or push with --force to take this one from the image that has it.",
  });
}

const ConfiguredManifest = Type.Object({ config: Type.Object({ digest: Type.String() }) });

/** Podman does not say it, and keeps another digest itself. */
async function digestOf({ openRegistry }: DockerPush, reference: string): Promise<string> {
  const parsed = parseImageReference(reference);
  return (await openRegistry(parsed).digestOf(wantedVersion(parsed))) ?? "";
}

async function say({ program, env }: DockerPush, reference: string, args: readonly string[]): Promise<Said> {
  const said = await runProgram(program, args, { env });
  if (said?.exitCode === 0) return said;
  const detail = said === undefined ? "it is gone" : lastLine(said);
  throw new MltError(`Cannot push "${reference}": ${program} says "${detail}"`, {
    hint: `Check the name, that the registry is reached, and ${program} login.`,
    exitCode: ExitCode.external,
  });
}
