import { joinImages } from "../../adapters/oci/join-images.ts";
import { openRegistry } from "../../adapters/oci/registry/open-registry.ts";
import type { PushedImage } from "../../core/ports.ts";
import { referencesOf } from "./build-image.ts";
import { credentialsOf } from "./image-engines.ts";
import type { Project } from "./open-project.ts";

export interface JoinFlags {
  /** Tags of the images, separated by commas. */
  readonly of: string;
  readonly tags: string | undefined;
  /** Take a tag from another image. */
  readonly force: boolean;
}

/** Makes one image of those of the project that were pushed for several platforms. */
export async function joinProjectImages(
  project: Project,
  { of, tags, force }: JoinFlags,
): Promise<readonly PushedImage[]> {
  const credentials = credentialsOf(project);
  return await joinImages({
    references: await referencesOf(project, { kind: "production", tags, isPushed: true }),
    of: of.split(",").map((tag) => tag.trim()),
    force,
    open: (reference) => openRegistry({ reference, credentials }),
  });
}
