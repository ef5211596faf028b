import { jsonBytes } from "./descriptor.ts";
import type { ImageComponent } from "./image-component.ts";
import type { ImagePlan } from "./image-plan.ts";

export interface SpdxParts {
  readonly plan: Pick<ImagePlan, "base" | "layers" | "runtime" | "created">;
  /** Of the image's manifest. */
  readonly digest: string;
  /** Of the manifest of what the image stands on. */
  readonly baseDigest?: string | undefined;
  readonly components: readonly ImageComponent[];
}

/**
 * Says what an image is made of, as SPDX 2.3 in JSON; the same image has the same document.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
export function spdxDocument(parts: SpdxParts): Uint8Array<ArrayBuffer> {
  const { plan, digest, components } = parts;
  const { labels } = plan.runtime;
  const title = labels["org.opencontainers.image.title"] ?? "image";
  const version = labels["org.opencontainers.image.version"];
  const image = {
    ...spdxPackage("SPDXRef-image", title, version),
    primaryPackagePurpose: "CONTAINER",
    checksums: [checksum(digest)],
  };
  const contained = [
    ...modelPackages(labels),
    ...components.filter((component) => isIn(plan, component)).map(componentPackage),
  ];
  const bases = basePackages(parts);
  return jsonBytes({
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: title,
    documentNamespace: `https://spdx.org/spdxdocs/image-${digest.replace("sha256:", "")}`,
    creationInfo: { created: wholeSeconds(plan.created), creators: [creator(components)] },
    packages: [image, ...contained, ...bases],
    relationships: [
      relationship("SPDXRef-DOCUMENT", "DESCRIBES", image.SPDXID),
      ...contained.map(({ SPDXID }) => relationship(image.SPDXID, "CONTAINS", SPDXID)),
      ...bases.map(({ SPDXID }) => relationship(image.SPDXID, "DESCENDANT_OF", SPDXID)),
    ],
  });
}

function spdxPackage(id: string, name: string, version: string | undefined, licence = "NOASSERTION") {
  return {
    SPDXID: id,
    name,
    ...(version === undefined ? {} : { versionInfo: version }),
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: licence,
    copyrightText: "NOASSERTION",
  };
}

function componentPackage({ name, version, licence, purl }: ImageComponent) {
  // Letters, digits, dots and dashes are all that an id may have.
  const id = `SPDXRef-${`${name}-${version}`.replace(/[^A-Za-z0-9.-]+/g, "-")}`;
  return {
    ...spdxPackage(id, name, version, licence),
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
  };
}

/** The model, by the labels that the image has of it. */
function modelPackages(labels: Readonly<Record<string, string>>) {
  const name = labels["io.mlt.model.name"];
  if (name === undefined) return [];
  const sha256 = labels["io.mlt.model.sha256"];
  return [
    {
      ...spdxPackage("SPDXRef-model", name, labels["io.mlt.model.version"]),
      primaryPackagePurpose: "FILE",
      ...(sha256 === undefined ? {} : { checksums: [checksum(sha256)] }),
    },
  ];
}

function basePackages({ plan, baseDigest }: SpdxParts) {
  if (baseDigest === undefined) return [];
  // A folder of this machine says nothing elsewhere; the digest does.
  const name = plan.base.startsWith("oci:") ? "base" : plan.base;
  return [
    {
      ...spdxPackage("SPDXRef-base", name, baseDigest),
      primaryPackagePurpose: "CONTAINER",
      checksums: [checksum(baseDigest)],
    },
  ];
}

function isIn({ layers }: SpdxParts["plan"], { folder }: ImageComponent): boolean {
  if (folder === undefined) return true;
  return layers.some(({ files }) => files.some(({ path }) => path.startsWith(`${folder}/`)));
}

function checksum(digest: string) {
  return { algorithm: "SHA256", checksumValue: digest.replace("sha256:", "") };
}

function relationship(from: string, relationshipType: string, to: string) {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

function creator(components: readonly ImageComponent[]): string {
  const mlt = components.find(({ name }) => name === "mlt");
  return mlt === undefined ? "Tool: mlt" : `Tool: mlt-${mlt.version}`;
}

/** SPDX knows no parts of seconds. */
function wholeSeconds(created: string): string {
  return created.replace(/\.\d+Z$/, "Z");
}
