import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageComponent } from "../../../core/image/image-component.ts";
import { spdxDocument } from "../../../core/image/spdx.ts";
import { smallPlan } from "../../support/oci-plan.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const digest = `sha256:${"1".repeat(64)}`;
const baseDigest = `sha256:${"2".repeat(64)}`;
const components: readonly ImageComponent[] = [
  { name: "mlt", version: "0.1.0", licence: "MIT", purl: "pkg:generic/mlt@0.1.0" },
  { name: "@b/c_d", version: "1.0.0", licence: "(MIT OR CC0-1.0)", purl: "pkg:npm/%40b/c_d@1.0.0" },
  { name: "polars", version: "2", purl: "pkg:generic/polars@2", folder: "usr/local/lib/mlt/polars" },
  { name: "inside", version: "3", purl: "pkg:generic/inside@3", folder: "app/model_bin" },
];
const labels = {
  ...smallPlan().runtime.labels,
  "io.mlt.model.name": "iris",
  "io.mlt.model.version": "1.2.0",
  "io.mlt.model.sha256": "3".repeat(64),
};
const plan = smallPlan({
  base: "registry:5000/glibc:12",
  runtime: { ...smallPlan().runtime, labels },
  created: "2026-11-29T01:02:03.456Z",
});

test("spdxDocument() names the image, its base, its model and what is in it", () => {
  const bytes = spdxDocument({ plan, digest, baseDigest, components });
  const unsaid = {
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: "NOASSERTION",
    copyrightText: "NOASSERTION",
  };
  const purl = (locator: string) => [
    { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: locator },
  ];
  const sha256 = (digit: string) => [{ algorithm: "SHA256", checksumValue: digit.repeat(64) }];
  expect<unknown>(JSON.parse(new TextDecoder().decode(bytes))).toEqual({
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "iris",
    documentNamespace: `https://spdx.org/spdxdocs/image-${"1".repeat(64)}`,
    creationInfo: { created: "2026-11-29T01:02:03Z", creators: ["Tool: mlt-0.1.0"] },
    packages: [
      {
        ...unsaid,
        SPDXID: "SPDXRef-image",
        name: "iris",
        versionInfo: "1.2.0",
        primaryPackagePurpose: "CONTAINER",
        checksums: sha256("1"),
      },
      {
        ...unsaid,
        SPDXID: "SPDXRef-model",
        name: "iris",
        versionInfo: "1.2.0",
        primaryPackagePurpose: "FILE",
        checksums: sha256("3"),
      },
      {
        ...unsaid,
        SPDXID: "SPDXRef-mlt-0.1.0",
        name: "mlt",
        versionInfo: "0.1.0",
        licenseDeclared: "MIT",
        externalRefs: purl("pkg:generic/mlt@0.1.0"),
      },
      {
        ...unsaid,
        SPDXID: "SPDXRef--b-c-d-1.0.0",
        name: "@b/c_d",
        versionInfo: "1.0.0",
        licenseDeclared: "(MIT OR CC0-1.0)",
        externalRefs: purl("pkg:npm/%40b/c_d@1.0.0"),
      },
      {
        ...unsaid,
        SPDXID: "SPDXRef-inside-3",
        name: "inside",
        versionInfo: "3",
        externalRefs: purl("pkg:generic/inside@3"),
      },
      {
        ...unsaid,
        SPDXID: "SPDXRef-base",
        name: "registry:5000/glibc:12",
        versionInfo: baseDigest,
        primaryPackagePurpose: "CONTAINER",
        checksums: sha256("2"),
      },
    ],
    relationships: [
      ["SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image"],
      ["SPDXRef-image", "CONTAINS", "SPDXRef-model"],
      ["SPDXRef-image", "CONTAINS", "SPDXRef-mlt-0.1.0"],
      ["SPDXRef-image", "CONTAINS", "SPDXRef--b-c-d-1.0.0"],
      ["SPDXRef-image", "CONTAINS", "SPDXRef-inside-3"],
      ["SPDXRef-image", "DESCENDANT_OF", "SPDXRef-base"],
    ].map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
      spdxElementId,
      relationshipType,
      relatedSpdxElement,
    })),
  });
});

testWith(["python:spdx_tools"], "spdxDocument() is what SPDX's own validator takes", () => {
  using dir = tempDir();
  for (const [name, parts] of Object.entries({
    whole: { plan, digest, baseDigest, components },
    bare: { plan: smallPlan(), digest, components: [] },
  })) {
    const path = join(dir.path, `${name}.spdx.json`);
    writeFileSync(path, spdxDocument(parts));
    const command = ["-m", "spdx_tools.spdx.clitools.pyspdxtools", "-i", path, "--version", "SPDX-2.3"];
    const { status, stdout, stderr } = spawnSync("python3", command, { encoding: "utf8" });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  }
});
