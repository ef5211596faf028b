import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MltError } from "../../core/errors.ts";
import { type Descriptor, mediaTypes } from "../../core/image/descriptor.ts";
import { BaseConfig } from "../../core/image/image-config.ts";
import { imageIndex, platformText } from "../../core/image/image-index.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from "../../core/image/image-reference.ts";
import type { PushedImage } from "../../core/ports.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { nameOf } from "./blob.ts";
import { parsed } from "./layout.ts";
import { checkTag } from "./push-image.ts";
import type { Registry } from "./registry/open-registry.ts";

export interface JoinOptions {
  /** Of one repository, with the tags that the whole gets. */
  readonly references: readonly string[];
  /** Tags of the images in that repository, one for each platform. */
  readonly of: readonly string[];
  /** Whether a tag may be taken from another image. */
  readonly force: boolean;
  readonly open: (reference: ImageReference) => Registry;
}

/**
 * Makes one image of those that were built for several platforms, each by the mlt of its own: an index under the tags.
 *
 * @throws {MltError} input: where one is not there, two are for the same platform, or they serve different models; external: where the registry fails
 */
export async function joinImages({
  references,
  of,
  force,
  open,
}: JoinOptions): Promise<readonly PushedImage[]> {
  const targets = references.map(parseImageReference);
  const [first] = targets;
  if (first === undefined) throw new RangeError("There is no reference");
  const registry = open(first);
  // Read as a reference, since a tag that is none would lead to another address of the registry.
  const sources = of.map((tag) =>
    parseImageReference(
      formatImageReference({ registry: first.registry, repository: first.repository, tag }),
    ),
  );
  const images: PlatformImage[] = [];
  for (const source of sources) images.push(await platformImage(registry, source));
  const manifests = images.map(({ manifest }) => manifest);
  refuseTwice(manifests);
  refuseModels(images);
  const bytes = imageIndex(manifests);
  const { digest } = nameOf(bytes);
  const tagged = targets.map((reference) => ({ reference, tag: reference.tag ?? "latest", registry }));
  if (!force) for (const target of tagged) await checkTag(target, digest);
  const pushed: PushedImage[] = [];
  for (const { reference, tag } of tagged) {
    await registry.pushManifest(bytes, mediaTypes.index, tag);
    pushed.push({ reference: formatImageReference(reference), digest, uploadedBytes: 0 });
  }
  return pushed;
}

interface PlatformImage {
  readonly manifest: Descriptor;
  /** Of the model that it serves, as its labels say. */
  readonly modelId: string | undefined;
}

/** What a tag names, with the platform that its configuration says. */
async function platformImage(registry: Registry, reference: ImageReference): Promise<PlatformImage> {
  const name = formatImageReference(reference);
  const { bytes, mediaType, digest } = await registry.manifest(reference.tag ?? "latest");
  if (mediaType === mediaTypes.index || mediaType === mediaTypes.dockerIndex) {
    throw new MltError(`"${name}" is for several platforms already`, {
      hint: "Name images that were built for one each.",
    });
  }
  const { config } = parsed(ImageManifest, bytes, `the manifest of "${name}"`);
  const prefix = join(tmpdir(), "mlt-image-");
  const {
    os,
    architecture,
    config: runtime,
  } = await withTemporaryFolder({ prefix, mode: 0o700 }, async (folder) => {
    const path = join(folder, "config.json");
    await registry.blob(config, path);
    return parsed(BaseConfig, await readFile(path), `the configuration of "${name}"`);
  });
  const manifest = { mediaType, digest, size: bytes.length, platform: { architecture, os } };
  return { manifest, modelId: runtime?.Labels?.["io.mlt.model.id"] };
}

/** Whoever pulls the tag is to get the same answers everywhere. */
function refuseModels(images: readonly PlatformImage[]): void {
  const ids = [...new Set(images.map(({ modelId }) => modelId ?? "none"))];
  if (ids.length <= 1) return;
  throw new MltError(`The images serve different models: ${ids.join(", ")}`, {
    hint: "Train once, and build an image of that model_bin on each platform.",
  });
}

function refuseTwice(manifests: readonly Descriptor[]): void {
  const known = new Set<string>();
  for (const { platform } of manifests) {
    const text = platform === undefined ? "" : platformText(platform);
    if (known.has(text)) {
      throw new MltError(`Two of the images are for ${text}`, { hint: "Name one for each platform." });
    }
    known.add(text);
  }
}
