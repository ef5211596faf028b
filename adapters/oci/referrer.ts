import { type Descriptor, mediaTypes } from "../../core/image/descriptor.ts";
import { emptyJson, referrerManifest } from "../../core/image/image-manifest.ts";
import { inMemory } from "./image.ts";
import type { LayoutBlob } from "./layout.ts";

/** A document that belongs to an image, as a manifest of its own that names the image's. */
export function makeReferrer(
  artifactType: string,
  document: Uint8Array,
  subject: Descriptor,
): { readonly manifest: Descriptor; readonly blobs: readonly LayoutBlob[] } {
  const content = inMemory(artifactType, document);
  const config = inMemory(mediaTypes.empty, emptyJson);
  const manifest = inMemory(
    mediaTypes.manifest,
    referrerManifest({
      artifactType,
      config: config.descriptor,
      document: content.descriptor,
      subject,
    }),
  );
  return {
    manifest: { ...manifest.descriptor, artifactType },
    blobs: [manifest.blob, config.blob, content.blob],
  };
}
