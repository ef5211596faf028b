import { MltError } from "../../core/errors.ts";
import type { Descriptor } from "../../core/image/descriptor.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from "../../core/image/image-reference.ts";
import type { PushedImage } from "../../core/ports.ts";
import type { BuiltLayout } from "./built-layout.ts";
import type { Layout } from "./layout.ts";
import type { Registry } from "./registry/open-registry.ts";

export interface ImagePush {
  readonly image: BuiltLayout;
  readonly references: readonly string[];
  /** What the image stands on, where that was pulled. */
  readonly base?: ImageReference | undefined;
  /** Whether a tag may be taken from another image. */
  readonly force: boolean;
  readonly open: (reference: ImageReference) => Registry;
}

/** A repository with the tags that the image gets there. */
interface Target {
  readonly reference: ImageReference;
  readonly registry: Registry;
}

/**
 * Brings an image to registries: first what it is made of to all of them, and the tags when all of that is there.
 *
 * @throws {MltError} where a tag has another image; external: where a registry fails
 */
export async function pushImage({ image, references, base, force, open }: ImagePush) {
  const targets = references.map(parseImageReference).map(
    (reference): Target => ({
      reference: { ...reference, tag: reference.tag ?? "latest" },
      registry: open(reference),
    }),
  );
  if (!force) {
    for (const target of targets) await checkTag(target, image.manifest.digest);
  }
  const { digest, mediaType } = image.manifest;
  const manifestBytes = new Uint8Array(await image.layout.read(digest));
  const uploadedBytes = new Map<string, number>();
  const filled: ImageReference[] = base === undefined ? [] : [base];
  for (const { reference, registry } of targets) {
    if (uploadedBytes.has(repositoryOf(reference))) continue;
    const siblings = filled.filter((other) => other.registry === reference.registry);
    uploadedBytes.set(repositoryOf(reference), await pushBlobs(image, registry, siblings));
    await registry.pushManifest(manifestBytes, mediaType, digest);
    await pushDocuments(image, registry);
    filled.push(reference);
  }
  const pushed: PushedImage[] = [];
  for (const { reference, registry } of targets) {
    await registry.pushManifest(manifestBytes, mediaType, reference.tag ?? "latest");
    const uploaded = uploadedBytes.get(repositoryOf(reference)) ?? 0;
    // Its second tag in a repository needs nothing more.
    uploadedBytes.set(repositoryOf(reference), 0);
    pushed.push({ reference: formatImageReference(reference), digest, uploadedBytes: uploaded });
  }
  return pushed;
}

async function checkTag({ reference, registry }: Target, digest: string): Promise<void> {
  const found = await registry.digestOf(reference.tag ?? "latest");
  if (found === undefined || found === digest) return;
  throw new MltError(
    `Cannot push "${formatImageReference(reference)}": it is another image already, ${found}, and this one is ${digest}`,
    { hint: "Name another tag, or push with --force to take this one from the image that has it." },
  );
}

/** @returns how many bytes of layers the registry did not have */
async function pushBlobs(
  { layout, parts }: BuiltLayout,
  registry: Registry,
  siblings: readonly ImageReference[],
): Promise<number> {
  let uploadedBytes = 0;
  for (const layer of parts.layers) {
    if (await isThereOrMounted(layer, registry, siblings)) continue;
    uploadedBytes += await pushBlob(layer, layout, registry);
  }
  await pushBlob(parts.config, layout, registry);
  return uploadedBytes;
}

/** Another repository of the same registry may have it: the base's, or one that it was just pushed to. */
async function isThereOrMounted(
  layer: Descriptor,
  registry: Registry,
  siblings: readonly ImageReference[],
): Promise<boolean> {
  if (await registry.hasBlob(layer)) return true;
  for (const { repository } of siblings) {
    if (await registry.mountBlob(layer, repository)) return true;
  }
  return false;
}

async function pushDocuments(
  { layout, documents, manifest }: BuiltLayout,
  registry: Registry,
): Promise<void> {
  for (const document of documents) {
    for (const blob of [document.parts.config, ...document.parts.layers]) {
      await pushBlob(blob, layout, registry);
    }
    const bytes = new Uint8Array(await layout.read(document.manifest.digest));
    await registry.pushReferrer(bytes, document.manifest, manifest.digest);
  }
}

async function pushBlob(blob: Descriptor, layout: Layout, registry: Registry): Promise<number> {
  return await registry.pushBlob(blob, { source: await layout.file(blob.digest) });
}

function repositoryOf({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}
