import { type Static, Type } from "@sinclair/typebox";
import { Descriptor, jsonBytes, mediaTypes } from "./descriptor.ts";
import type { ImagePlatform } from "./image-plan.ts";

/** What mlt reads of an index, OCI's or Docker's list. */
export const ImageIndex = Type.Object({
  mediaType: Type.Optional(Type.String()),
  manifests: Type.Array(Descriptor),
});
export type ImageIndex = Static<typeof ImageIndex>;

/** An index of manifests, as bytes: an image for several platforms, or what is in a layout. */
export function imageIndex(manifests: readonly Descriptor[]): Uint8Array<ArrayBuffer> {
  return jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
}

/** The manifest of an index that is for the platform; one that does not say what it is for may be. */
export function manifestFor(
  manifests: readonly Descriptor[],
  { os, architecture }: ImagePlatform,
): Descriptor | undefined {
  const images = manifests.filter(({ artifactType }) => artifactType === undefined);
  return (
    images.find(({ platform }) => platform?.os === os && platform.architecture === architecture) ??
    images.find(({ platform }) => platform === undefined)
  );
}

/** `linux/amd64` */
export function platformText({ os, architecture }: { os: string; architecture: string }): string {
  return `${os}/${architecture}`;
}
