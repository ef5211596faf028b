import { type Static, Type } from "@sinclair/typebox";
import { Descriptor, jsonBytes, mediaTypes } from "./descriptor.ts";

/** What mlt reads of a manifest, OCI's or Docker's. */
export const ImageManifest = Type.Object({
  mediaType: Type.Optional(Type.String()),
  config: Descriptor,
  layers: Type.Array(Descriptor),
  subject: Type.Optional(Descriptor),
});
export type ImageManifest = Static<typeof ImageManifest>;

/** What an image's manifest ties together. */
export interface ManifestParts {
  readonly config: Descriptor;
  /** From the bottom; Docker's media types become OCI's. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The OCI manifest of an image, as bytes: its digest is the image's. */
export function imageManifest({ config, layers, annotations }: ManifestParts): Uint8Array<ArrayBuffer> {
  return jsonBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: plain(config),
    layers: layers.map(plain),
    ...(annotations === undefined ? {} : { annotations }),
  });
}

/** The empty configuration of an artifact that is no image. */
export const emptyJson: Uint8Array<ArrayBuffer> = jsonBytes({});

/** What a document that belongs to an image is, and to which. */
export interface ReferrerParts {
  readonly artifactType: string;
  /** Of `emptyJson`. */
  readonly config: Descriptor;
  readonly document: Descriptor;
  readonly subject: Descriptor;
}

/** The manifest by which a registry finds a document when asked what refers to an image. */
export function referrerManifest(parts: ReferrerParts): Uint8Array<ArrayBuffer> {
  return jsonBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: parts.artifactType,
    config: plain(parts.config),
    layers: [plain(parts.document)],
    subject: plain(parts.subject),
  });
}

const ociTypes: Readonly<Record<string, string>> = {
  "application/vnd.docker.image.rootfs.diff.tar.gzip": mediaTypes.layer,
  "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
  "application/vnd.docker.container.image.v1+json": mediaTypes.config,
};

function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType: ociTypes[mediaType] ?? mediaType, digest, size };
}
