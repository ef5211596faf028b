import { readFile } from "node:fs/promises";
import type { Descriptor } from "../../core/image/descriptor.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  wantedVersion,
} from "../../core/image/image-reference.ts";
import type { BaseImage } from "./image.ts";
import type { PullBase } from "./image-base.ts";
import type { ImageCache } from "./image-cache.ts";
import { type BaseSource, readBase } from "./layout-base.ts";
import type { Registry } from "./registry/open-registry.ts";

/** Pulls bases from registries; what was pulled once is kept, and not pulled again. */
export function pullBase(open: (reference: ImageReference) => Registry, cache: ImageCache): PullBase {
  return async (base, platform): Promise<BaseImage> => {
    const reference = parseImageReference(base);
    const registry = open(reference);
    const top = await registry.manifest(wantedVersion(reference));
    const blobPath = async (descriptor: Descriptor) =>
      (await cache.find(descriptor.digest)) ??
      (await cache.add((path) => registry.blob(descriptor, path))).path;
    const source: BaseSource = {
      name: formatImageReference(reference),
      manifest: async ({ digest }) =>
        digest === top.digest ? top.bytes : (await registry.manifest(digest)).bytes,
      bytes: async (descriptor) => await readFile(await blobPath(descriptor)),
      blob: async (descriptor) => ({ path: await blobPath(descriptor), isOurs: true }),
    };
    const listed = { mediaType: top.mediaType, digest: top.digest, size: top.bytes.length };
    return await readBase([listed], platform, source);
  };
}
