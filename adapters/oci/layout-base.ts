import { resolve } from "node:path";
import { MltError } from "../../core/errors.ts";
import { type Descriptor, mediaTypes } from "../../core/image/descriptor.ts";
import { BaseConfig } from "../../core/image/image-config.ts";
import { ImageIndex, manifestFor, platformText } from "../../core/image/image-index.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import type { ImagePlatform } from "../../core/image/image-plan.ts";
import type { BaseImage } from "./image.ts";
import { type BlobFile, openLayout, parsed, tagAnnotation } from "./layout.ts";

/** Where the blobs of a base come from; both reject with `MltError`, also where the bytes are not what the digest says. */
export interface BaseSource {
  /** How a message calls it. */
  readonly name: string;
  manifest(descriptor: Descriptor): Promise<Uint8Array>;
  blob(descriptor: Descriptor): Promise<BlobFile>;
  /** Of a small blob, the bytes. */
  bytes(descriptor: Descriptor): Promise<Uint8Array>;
}

/**
 * Reads a base from `oci:` with a folder and maybe a tag.
 *
 * @param root  what the folder is relative to
 * @throws {MltError} where there is none, or none for the platform
 */
export async function layoutBase(base: string, platform: ImagePlatform, root: string): Promise<BaseImage> {
  const { folder: named, tag } = layoutAndTag(base);
  const folder = resolve(root, named);
  const layout = await openLayout(folder);
  const listed = layout.manifests.filter(({ artifactType }) => artifactType === undefined);
  const tagged =
    tag === undefined ? listed : listed.filter(({ annotations }) => annotations?.[tagAnnotation] === tag);
  if (tagged.length === 0) {
    throw new MltError(
      tag === undefined ? `"${folder}" has no image` : `"${folder}" has no image with the tag "${tag}"`,
      { hint: "List its images with skopeo list-tags, or in its index.json." },
    );
  }
  const source: BaseSource = {
    name: base,
    manifest: ({ digest }) => layout.read(digest),
    bytes: ({ digest }) => layout.read(digest),
    blob: async ({ digest }) => ({ path: await layout.file(digest), isOurs: false }),
  };
  return await readBase(tagged, platform, source);
}

/**
 * Reads the image for a platform from among manifests and indexes.
 *
 * @throws {MltError} where there is none for the platform
 */
export async function readBase(
  listed: readonly Descriptor[],
  platform: ImagePlatform,
  source: BaseSource,
): Promise<BaseImage> {
  const chosen = manifestFor(listed, platform);
  if (chosen === undefined) {
    throw wrongPlatform(source.name, platform, listed.map(({ platform }) => platform).filter(isThere));
  }
  const bytes = await source.manifest(chosen);
  if (chosen.mediaType === mediaTypes.index || chosen.mediaType === mediaTypes.dockerIndex) {
    const { manifests } = parsed(ImageIndex, bytes, `the index of "${source.name}"`);
    return await readBase(manifests, platform, source);
  }
  const manifest = parsed(ImageManifest, bytes, `the manifest of "${source.name}"`);
  const configBytes = await source.bytes(manifest.config);
  const config = parsed(BaseConfig, configBytes, `the configuration of "${source.name}"`);
  if (config.os !== platform.os || config.architecture !== platform.architecture) {
    throw wrongPlatform(source.name, platform, [config]);
  }
  const layers = [];
  for (const descriptor of manifest.layers) {
    layers.push({ descriptor, file: await source.blob(descriptor) });
  }
  return { config, digest: chosen.digest, layers };
}

/** A colon before the last slash is the folder's. */
function layoutAndTag(base: string): { folder: string; tag?: string } {
  const text = base.replace(/^oci:/, "");
  const colon = text.indexOf(":", text.lastIndexOf("/") + 1);
  return colon === -1 ? { folder: text } : { folder: text.slice(0, colon), tag: text.slice(colon + 1) };
}

function wrongPlatform(
  name: string,
  platform: ImagePlatform,
  has: readonly { os: string; architecture: string }[],
): MltError {
  return new MltError(
    `The base "${name}" is for ${has.map(platformText).join(", ") || "no platform"}, and the image is for ${platformText(platform)}`,
    { hint: `Name a base that is for ${platformText(platform)}.` },
  );
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
