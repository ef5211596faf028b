import { type Descriptor, jsonBytes, mediaTypes } from "../../core/image/descriptor.ts";
import { imageManifest } from "../../core/image/image-manifest.ts";
import { sha256 } from "../../core/model/sha256.ts";

/** Bytes and what says what they are. */
export interface TestBlob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly descriptor: Descriptor;
}

export async function blobOf(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string = mediaTypes.layer,
): Promise<TestBlob> {
  return { bytes, descriptor: { mediaType, digest: `sha256:${await sha256(bytes)}`, size: bytes.length } };
}

/** Bytes that look random and are the same each time. */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** An image of one layer, whatever the layer is. */
export async function testImage(layer: TestBlob): Promise<{ config: TestBlob; manifest: TestBlob }> {
  const config = await blobOf(
    jsonBytes({
      architecture: "amd64",
      os: "linux",
      config: { Labels: { of: "a test" } },
      rootfs: { type: "layers", diff_ids: [layer.descriptor.digest] },
    }),
    mediaTypes.config,
  );
  const manifest = imageManifest({ config: config.descriptor, layers: [layer.descriptor] });
  return { config, manifest: await blobOf(manifest, mediaTypes.manifest) };
}
