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
  readonly base: ImageReference | undefined;
  /** Whether a tag may be taken from another image. */
  readonly force: boolean;
  readonly open: (reference: ImageReference) => Registry;
}

/** A repository with a tag that the image gets there. */
export interface Target {
  readonly reference: ImageReference;
  readonly tag: string;
  readonly registry: Registry;
}

/**
 * Brings an image to registries: first what it is made of to all of them, and the tags when all of that is there.
 *
 * @throws {MltError} where a tag has another image; external: where a registry fails
 */
export async function pushImage(push: ImagePush): Promise<readonly PushedImage[]> {
  const { image, force, open } = push;
  const { digest, mediaType } = image.manifest;
  const bytes = new Uint8Array(await image.layout.read(digest));
  const targets = push.references.map(parseImageReference).map((reference): Target => {
    const tag = reference.tag ?? "latest";
    return { reference: { ...reference, tag }, tag, registry: open(reference) };
  });
  if (!force) {
    for (const target of targets) await checkTag(target, digest);
  }
  const uploadedBytes = await fillRepositories(push, targets);
  const pushed: PushedImage[] = [];
  for (const { reference, tag, registry } of targets) {
    await registry.pushManifest(bytes, mediaType, tag);
    const uploaded = uploadedBytes.get(repositoryOf(reference)) ?? 0;
    // Its second tag in a repository needs nothing more.
    uploadedBytes.set(repositoryOf(reference), 0);
    const named = formatImageReference(reference);
    pushed.push({ reference: named, digest, uploadedBytes: uploaded });
  }
  return pushed;
}

/** @returns how many bytes of layers each repository did not have */
async function fillRepositories(
  { image, base }: ImagePush,
  targets: readonly Target[],
): Promise<Map<string, number>> {
  const uploadedBytes = new Map<string, number>();
  const filled = base === undefined ? [] : [base];
  for (const { reference, registry } of targets) {
    const name = repositoryOf(reference);
    if (uploadedBytes.has(name)) continue;
    const siblings = filled.filter((other) => other.registry === reference.registry);
    const uploaded = await pushBlobs(image, registry, siblings);
    const { digest, mediaType } = image.manifest;
    const bytes = new Uint8Array(await image.layout.read(digest));
    await registry.pushManifest(bytes, mediaType, digest);
    await pushDocuments(image, registry);
    uploadedBytes.set(name, uploaded);
    filled.push(reference);
  }
  return uploadedBytes;
}

/** @throws {MltError} where the tag has another image */
export async function checkTag({ reference, tag, registry }: Target, digest: string): Promise<void> {
  const found = await registry.digestOf(tag);
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
