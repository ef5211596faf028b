import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MltError } from "../../core/errors.ts";
import { type Descriptor, jsonBytes } from "../../core/image/descriptor.ts";
import { imageIndex } from "../../core/image/image-index.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import type { ImageFile } from "../../core/image/image-plan.ts";
import {
  formatImageReference,
  parseImageReference,
  wantedVersion,
} from "../../core/image/image-reference.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { hexOf, onDisk } from "./blob.ts";
import { layerArchive } from "./layer-archive.ts";
import { openLayout, parsed, tagAnnotation } from "./layout.ts";

/**
 * Writes an image of a layout to one file that `docker load`, `podman load` and `skopeo copy docker-archive:` take, as
 * do containerd and what else reads an OCI archive: whole, or not at all.
 *
 * @param references  what the image is called where it is loaded, each with a tag
 * @throws {MltError} external: where the disk is full or refuses
 */
export async function writeLoadArchive(
  layoutFolder: string,
  image: Descriptor,
  references: readonly string[],
  path: string,
): Promise<void> {
  const target = resolve(path);
  const files = await archiveFiles(layoutFolder, image, references);
  await onDisk(dirname(target), async () => {
    await refuseFolder(target);
    await mkdir(dirname(target), { recursive: true });
    await withTemporaryFolder({ prefix: `${target}.new.`, mode: 0o755 }, async (temporary) => {
      const written = join(temporary, basename(target));
      await pipeline(Readable.from(layerArchive({ files }, 0)), createWriteStream(written));
      await rename(written, target);
    });
  });
}

async function refuseFolder(target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  throw new MltError(`Cannot write the image to "${target}": it is a folder`, {
    hint: "Name a file that ends in .tar, or a folder that does not.",
  });
}

async function archiveFiles(
  layoutFolder: string,
  image: Descriptor,
  references: readonly string[],
): Promise<readonly ImageFile[]> {
  const layout = await openLayout(layoutFolder);
  const blobPath = (digest: string) => `blobs/sha256/${hexOf(digest)}`;
  const manifest = parsed(ImageManifest, await layout.read(image.digest), `"${layoutFolder}"`);
  const digests = new Set([image, manifest.config, ...manifest.layers].map(({ digest }) => digest));
  const blobs = [...digests].map(async (digest) => {
    const source = await layout.file(digest);
    const { size } = await stat(source);
    return { path: blobPath(digest), mode: 0o644, content: { source, sizeBytes: size } };
  });
  const dockers = {
    Config: blobPath(manifest.config.digest),
    RepoTags: references,
    Layers: manifest.layers.map(({ digest }) => blobPath(digest)),
  };
  const text = (path: string, content: Uint8Array) => ({ path, mode: 0o644, content });
  return [
    ...(await Promise.all(blobs)),
    text("manifest.json", jsonBytes([dockers])),
    text("index.json", imageIndex(references.map((reference) => named(image, reference)))),
    text("oci-layout", jsonBytes({ imageLayoutVersion: "1.0.0" })),
  ];
}

/** As Docker names what it saves. containerd, and with it a node of Kubernetes, takes nothing that has no name here. */
function named(image: Descriptor, text: string): Descriptor {
  const reference = parseImageReference(text);
  return {
    ...image,
    annotations: {
      "io.containerd.image.name": formatImageReference(reference),
      [tagAnnotation]: wantedVersion(reference),
    },
  };
}
