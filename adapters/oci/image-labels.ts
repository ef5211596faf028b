import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MltError } from "../../core/errors.ts";
import { mediaTypes } from "../../core/image/descriptor.ts";
import { BaseConfig } from "../../core/image/image-config.ts";
import { ImageIndex } from "../../core/image/image-index.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { parsed } from "./layout.ts";
import type { PulledManifest } from "./registry/manifests.ts";
import type { Registry } from "./registry/open-registry.ts";

/** An image that a registry has. */
export interface LabelledImage {
  /** Of the manifest, or of the index where it is for several platforms. */
  readonly digest: string;
  /** Of the first image of an index: all of them are of one model. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Reads what an image in a registry says of itself, without its layers.
 *
 * @param version  a tag or a digest
 * @throws {MltError} where there is none, or the registry fails
 */
export async function readImageLabels(registry: Registry, version: string): Promise<LabelledImage> {
  const top = await registry.manifest(version);
  const manifest = parsed(ImageManifest, (await firstImage(registry, top)).bytes, "the image's manifest");
  return await withTemporaryFolder({ prefix: join(tmpdir(), "mlt-image-"), mode: 0o700 }, async (folder) => {
    const path = join(folder, "config.json");
    await registry.blob(manifest.config, path);
    const config = parsed(BaseConfig, await readFile(path), "the image's configuration");
    return { digest: top.digest, labels: config.config?.Labels ?? {} };
  });
}

async function firstImage(registry: Registry, top: PulledManifest): Promise<PulledManifest> {
  if (top.mediaType !== mediaTypes.index && top.mediaType !== mediaTypes.dockerIndex) return top;
  const { manifests } = parsed(ImageIndex, top.bytes, "the image's index");
  const image = manifests.find(
    ({ artifactType, platform }) => artifactType === undefined && platform?.os !== "unknown",
  );
  if (image !== undefined) return await registry.manifest(image.digest);
  throw new MltError(`The index ${top.digest} has no image`, {
    hint: "Build the image again with mlt build-image --push.",
  });
}
