import type { ReleasedImage } from "../../../adapters/helm/release-values.ts";
import { readImageLabels } from "../../../adapters/oci/image-labels.ts";
import { openRegistry } from "../../../adapters/oci/registry/open-registry.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import { parseImageReference, wantedVersion } from "../../../core/image/image-reference.ts";
import { referencesOf } from "../build-image.ts";
import { credentialsOf } from "../image-engines.ts";
import type { Project } from "../open-project.ts";

const build = "Run mlt build-image --push";

/**
 * The reference of the project's image, `registry/repository/name:tag`; no registry is asked.
 *
 * @param tag  what `--tag` says; `git` stands for the commit
 * @throws {MltError} input: when no registry is set; usage: when the tag is none, or more than one
 */
export async function imageReference(project: Project, tag: string | undefined): Promise<string> {
  if (project.config.image.registry === undefined) {
    throw new MltError("There is no registry that the cluster could get the image from", {
      hint: "Set image.registry in config.yaml to its host, such as registry.example.com:5000, then run mlt build-image --push.",
    });
  }
  const named = await referencesOf(project, { kind: "production", tags: tag, isPushed: true });
  const [reference = ""] = named;
  if (named.length === 1) return reference;
  throw new MltError(`Cannot deploy ${named.length} images: --tag names several`, {
    hint: "Give --tag one of them.",
    exitCode: ExitCode.usage,
  });
}

/**
 * Finds the image at its registry, whose model must be the project's.
 *
 * @throws {MltError} input: when it is not there, or has another model; external: when the registry fails
 */
export async function deployedImage(
  project: Project,
  reference: string,
  modelId: string,
): Promise<ReleasedImage> {
  const parsed = parseImageReference(reference);
  const registry = openRegistry({ reference: parsed, credentials: credentialsOf(project) });
  const tag = wantedVersion(parsed);
  const { digest, labels } = await readImageLabels(registry, tag).catch((cause: unknown) => {
    if (!(cause instanceof MltError) || cause.exitCode !== ExitCode.input) throw cause;
    throw new MltError(cause.message, { hint: `${build}, or name another with --tag.`, cause });
  });
  const id = labels["io.mlt.model.id"];
  if (id === modelId) return { repository: reference.slice(0, reference.lastIndexOf(":")), tag, digest };
  const found = id === undefined ? "none of mlt's models" : `model ${id}`;
  throw new MltError(`The image "${reference}" has ${found}, and this project's is ${modelId}`, {
    // A tag that has another image is not taken without it.
    hint: `${build} with a new project.version or --tag, or with --force to give the tag to this model.`,
  });
}
