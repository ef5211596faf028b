import type { Descriptor } from "../../core/image/descriptor.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import type { BuiltImage } from "../../core/ports.ts";
import { type Layout, type LayoutBlob, openLayout, parsed, tagAnnotation, writeLayout } from "./layout.ts";
import { writeLoadArchive } from "./load-archive.ts";

/** An image that the `oci` engine built, read back from its layout, with the documents that belong to it. */
export interface BuiltLayout {
  readonly layout: Layout;
  readonly manifest: Descriptor;
  readonly parts: ImageManifest;
  readonly documents: readonly { readonly manifest: Descriptor; readonly parts: ImageManifest }[];
}

/** Reads an image that the `oci` engine built: its id is the folder of its layout. */
export async function readBuilt(image: BuiltImage): Promise<BuiltLayout> {
  const layout = await openLayout(image.id);
  const read = async (manifest: Descriptor) => {
    const bytes = await layout.read(manifest.digest);
    return { manifest, parts: parsed(ImageManifest, bytes, `the manifest ${manifest.digest}`) };
  };
  const [first, ...others] = await Promise.all(layout.manifests.map(read));
  if (first === undefined) throw new RangeError(`The layout "${image.id}" has no image`);
  return { layout, manifest: first.manifest, parts: first.parts, documents: others };
}

/**
 * Keeps an image that the `oci` engine built as an OCI layout, under a tag: `1.2.0`.
 *
 * @returns the digest of its manifest
 * @throws {MltError} where the folder is there and no layout; external: where the disk is full or refuses
 */
export async function saveLayout(image: BuiltImage, folder: string, tag: string): Promise<string> {
  const { layout, manifest, parts, documents } = await readBuilt(image);
  const digests = [{ manifest, parts }, ...documents].flatMap((each) =>
    [each.manifest, each.parts.config, ...each.parts.layers].map(({ digest }) => digest),
  );
  const blobs = [...new Set(digests)].map(
    async (digest): Promise<LayoutBlob> => ({
      digest,
      content: { path: await layout.file(digest), isOurs: false },
    }),
  );
  await writeLayout(folder, {
    manifests: [
      { ...manifest, annotations: { [tagAnnotation]: tag } },
      ...documents.map((document) => document.manifest),
    ],
    blobs: await Promise.all(blobs),
  });
  return manifest.digest;
}

/**
 * Keeps an image that the `oci` engine built as one file for `docker load`, under references with tags.
 *
 * @returns the digest of its manifest
 * @throws {MltError} external: where the disk is full or refuses
 */
export async function saveArchive(
  image: BuiltImage,
  path: string,
  references: readonly string[],
): Promise<string> {
  const { manifest } = await readBuilt(image);
  await writeLoadArchive(image.id, manifest, references, path);
  return manifest.digest;
}
