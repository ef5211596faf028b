import { type Static, Type } from "@sinclair/typebox";

/** Media types of the OCI image specification, and Docker's own that mean the same. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  empty: "application/vnd.oci.empty.v1+json",
  spdx: "application/spdx+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
} as const;

/** Says what bytes are, by their digest. */
export const Descriptor = Type.Object({
  mediaType: Type.String(),
  digest: Type.String({ pattern: "^sha256:[0-9a-f]{64}$" }),
  size: Type.Integer({ minimum: 0 }),
  platform: Type.Optional(
    Type.Object({
      architecture: Type.String(),
      os: Type.String(),
      variant: Type.Optional(Type.String()),
    }),
  ),
  artifactType: Type.Optional(Type.String()),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type Descriptor = Static<typeof Descriptor>;

/** JSON as it is stored: without spaces, fields in the order that they were written in. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
