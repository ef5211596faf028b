import { expect, test } from "bun:test";
import { imageIndex, manifestFor } from "../../../core/image/image-index.ts";
import { imageManifest, referrerManifest } from "../../../core/image/image-manifest.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const config = {
  mediaType: "application/vnd.oci.image.config.v1+json",
  digest: digest("1"),
  size: 1,
};

test("imageManifest() is OCI's, also of a base's layers that are Docker's", () => {
  const layer = {
    mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
    digest: digest("2"),
    size: 2,
  };
  expect(text(imageManifest({ config, layers: [layer], annotations: { a: "1" } }))).toBe(
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${digest("1")}","size":1},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"${digest("2")}","size":2}],"annotations":{"a":"1"}}`,
  );
});

test("referrerManifest() names the image that a document belongs to", () => {
  const empty = { mediaType: "application/vnd.oci.empty.v1+json", digest: digest("3"), size: 2 };
  const document = { mediaType: "application/spdx+json", digest: digest("4"), size: 9 };
  const subject = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: digest("5"), size: 7 };
  const parts = { artifactType: "application/spdx+json", config: empty, document, subject };
  expect<unknown>(JSON.parse(text(referrerManifest(parts)))).toEqual({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: "application/spdx+json",
    config: empty,
    layers: [document],
    subject,
  });
});

test("manifestFor() finds the manifest of a platform, no other's, and no document", () => {
  const manifest = (digit: string, architecture: string) => ({
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: digest(digit),
    size: 1,
    platform: { os: "linux", architecture },
  });
  const manifests = [
    { ...manifest("3", "amd64"), artifactType: "application/spdx+json" },
    manifest("1", "arm64"),
    manifest("2", "amd64"),
  ];
  expect(manifestFor(manifests, { os: "linux", architecture: "amd64" })?.digest).toBe(digest("2"));
  expect(manifestFor([manifest("1", "arm64")], { os: "linux", architecture: "amd64" })).toBeUndefined();
  expect(text(imageIndex(manifests.slice(1, 2)))).toBe(
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${digest("1")}","size":1,"platform":{"os":"linux","architecture":"arm64"}}]}`,
  );
});
