import { type Descriptor, mediaTypes } from "../../core/image/descriptor.ts";
import { type BaseConfig, imageConfig } from "../../core/image/image-config.ts";
import { imageManifest } from "../../core/image/image-manifest.ts";
import type { ImageLayer, ImagePlan } from "../../core/image/image-plan.ts";
import { nameOf } from "./blob.ts";
import type { ImageCache } from "./image-cache.ts";
import { makeLayer } from "./layer.ts";
import type { BlobFile, LayoutBlob } from "./layout.ts";

/** A layer that an image stands on. */
export interface BaseLayer {
  readonly descriptor: Descriptor;
  readonly file: BlobFile;
}

/** What an image stands on; nothing of it is there where that is `scratch`. */
export interface BaseImage {
  readonly config?: BaseConfig;
  /** Of its manifest. */
  readonly digest?: string;
  readonly layers: readonly BaseLayer[];
}

/** An image with its bytes. */
export interface OciImage {
  readonly manifest: Descriptor;
  /** Its digest is what Docker calls the image's id. */
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest, the configuration and the layers. */
  readonly blobs: readonly LayoutBlob[];
}

/**
 * Every file's time: 1970, whatever the plan says.
 * With the plan's, a model trained anew would make a new layer of the program too.
 */
const modifiedSeconds = 0;

/** Makes the image of a plan on its base. */
export async function makeImage(plan: ImagePlan, base: BaseImage, cache: ImageCache): Promise<OciImage> {
  const made = [];
  for (const layer of plan.layers.filter(hasContents)) {
    made.push({ name: layer.name, ...(await makeLayer(layer, modifiedSeconds, cache)) });
  }
  const config = inMemory(mediaTypes.config, imageConfig(plan, made, base.config));
  const layers = [
    ...base.layers.map(({ descriptor }) => descriptor),
    ...made.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  ];
  const annotations = manifestAnnotations(plan, base);
  const manifest = inMemory(
    mediaTypes.manifest,
    imageManifest({ config: config.descriptor, layers, ...(annotations && { annotations }) }),
  );
  return {
    manifest: { ...manifest.descriptor, platform: plan.platform },
    config: config.descriptor,
    layers,
    blobs: [
      manifest.blob,
      config.blob,
      ...base.layers.map(({ descriptor, file }) => ({ digest: descriptor.digest, content: file })),
      ...made.map(({ digest, path }) => ({ digest, content: { path, isOurs: true } })),
    ],
  };
}

function hasContents({ files, folders = [] }: ImageLayer): boolean {
  return files.length + folders.length > 0;
}

/** A blob that is made here, with its descriptor. */
export function inMemory(mediaType: string, bytes: Uint8Array) {
  const { digest, size } = nameOf(bytes);
  return { descriptor: { mediaType, digest, size }, blob: { digest, content: bytes } };
}

/** A registry shows a manifest without the configuration: what is asked for most is in both. */
function manifestAnnotations(plan: ImagePlan, base: BaseImage): Record<string, string> | undefined {
  const prefix = "org.opencontainers.image.";
  const labels = Object.entries(plan.runtime.labels).filter(([name]) => name.startsWith(prefix));
  // The folder of a layout is this machine's, and would make another image of the same base elsewhere.
  const isPulled = base.digest !== undefined && !plan.base.startsWith("oci:");
  const all = {
    ...Object.fromEntries(labels),
    ...(base.digest === undefined ? {} : { [`${prefix}base.digest`]: base.digest }),
    ...(isPulled ? { [`${prefix}base.name`]: plan.base } : {}),
  };
  const sorted = Object.entries(all).sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
  return sorted.length === 0 ? undefined : Object.fromEntries(sorted);
}
