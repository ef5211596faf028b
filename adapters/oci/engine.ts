import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { mediaTypes } from "../../core/image/descriptor.ts";
import type { ImageComponent } from "../../core/image/image-component.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import { type ImageReference, parseImageReference } from "../../core/image/image-reference.ts";
import { spdxDocument } from "../../core/image/spdx.ts";
import type { BuiltImage, ImageEngine } from "../../core/ports.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { onDisk } from "./blob.ts";
import { readBuilt } from "./built-layout.ts";
import { type BaseImage, makeImage } from "./image.ts";
import { imageBase } from "./image-base.ts";
import { type ImageCache, type ImageCacheOptions, openImageCache } from "./image-cache.ts";
import { writeLayout } from "./layout.ts";
import { pushImage } from "./push-image.ts";
import { makeReferrer } from "./referrer.ts";
import { openRegistry, type Registry } from "./registry/open-registry.ts";
import type { SessionOptions } from "./registry/registry-session.ts";
import { pullBase } from "./registry-base.ts";

export interface OciEngineOptions extends Omit<SessionOptions, "reference"> {
  readonly cache?: ImageCacheOptions;
  /** What the folder of a base's layout is relative to; default where the process runs. */
  readonly root?: string;
  /** What the program in an image is made of, for the document that says so. */
  readonly components?: () => readonly ImageComponent[];
}

/**
 * Builds images without Docker: mlt makes the layers itself, and speaks with registries itself.
 * An image's id is the folder of its OCI layout, which is there until the engine is closed.
 */
export function ociEngine(options: OciEngineOptions): ImageEngine {
  const open = rememberedRegistries(options);
  let workplace: Promise<Workplace> | undefined;
  let nBuilt = 0;
  return {
    async build(plan) {
      workplace ??= openWorkplace(options.cache).catch((cause: unknown) => {
        // There is nothing to close, and the next may be in luck.
        workplace = undefined;
        throw cause;
      });
      const { folder, cache } = await workplace;
      const image = join(folder, `image-${nBuilt++}`);
      const base = await imageBase(plan, pullBase(open, cache), options.root);
      return await buildImage({ plan, base, cache, components: options.components?.() ?? [] }, image);
    },
    async push(image, references, { force }) {
      const base = isPulled(image.plan) ? parseImageReference(image.plan.base) : undefined;
      return await pushImage({ image: await readBuilt(image), references, base, force, open });
    },
    async close() {
      const opened = workplace;
      workplace = undefined;
      await (await opened)?.close();
    },
  };
}

interface Building {
  readonly plan: ImagePlan;
  readonly base: BaseImage;
  readonly cache: ImageCache;
  readonly components: readonly ImageComponent[];
}

async function buildImage({ plan, base, cache, components }: Building, folder: string): Promise<BuiltImage> {
  const { manifest, layers, blobs } = await makeImage(plan, base, cache);
  const document = spdxDocument({ plan, digest: manifest.digest, baseDigest: base.digest, components });
  const bill = makeReferrer(mediaTypes.spdx, document, manifest);
  await writeLayout(folder, {
    manifests: [manifest, bill.manifest],
    blobs: [...blobs, ...bill.blobs],
  });
  return { plan, id: folder, sizeBytes: layers.reduce((total, { size }) => total + size, 0) };
}

/** Where an engine has its images. */
interface Workplace {
  readonly cache: ImageCache;
  readonly folder: string;
  /** Removes the images; the cache stays. */
  close(): Promise<void>;
}

/** Beside the cache, whose files can be shared there. A signal that ends the process leaves nothing of it. */
async function openWorkplace(options: ImageCacheOptions | undefined): Promise<Workplace> {
  const cache = await openImageCache(options);
  const work = join(cache.folder, "work");
  await onDisk(work, () => mkdir(work, { recursive: true, mode: 0o700 }));
  const opened = Promise.withResolvers<string>();
  const closing = Promise.withResolvers<void>();
  const gone = withTemporaryFolder({ prefix: join(work, "images."), mode: 0o700 }, (folder) => {
    opened.resolve(folder);
    return closing.promise;
  });
  // Where the folder cannot be made, that is what opening it fails with.
  gone.catch(opened.reject);
  return {
    cache,
    folder: await onDisk(work, () => opened.promise),
    close: async () => {
      closing.resolve();
      await gone;
    },
  };
}

/** One conversation with each repository: who asks is found out once. */
function rememberedRegistries(options: OciEngineOptions): (reference: ImageReference) => Registry {
  const known = new Map<string, Registry>();
  return (reference) => {
    const name = `${reference.registry}/${reference.repository}`;
    const registry = known.get(name) ?? openRegistry({ ...options, reference });
    known.set(name, registry);
    return registry;
  };
}

function isPulled({ base }: ImagePlan): boolean {
  return base !== "scratch" && !base.startsWith("oci:");
}
