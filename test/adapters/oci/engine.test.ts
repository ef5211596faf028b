import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readBuilt, saveArchive, saveLayout } from "../../../adapters/oci/built-layout.ts";
import { ociEngine } from "../../../adapters/oci/engine.ts";
import { joinImages } from "../../../adapters/oci/join-images.ts";
import { openLayout, parsed } from "../../../adapters/oci/layout.ts";
import { openRegistry } from "../../../adapters/oci/registry/open-registry.ts";
import { ImageManifest } from "../../../core/image/image-manifest.ts";
import { parseImageReference } from "../../../core/image/image-reference.ts";
import { baseLayout, machinePlatform } from "../../support/base-image.ts";
import { dockerRegistry, registryTools } from "../../support/docker-registry.ts";
import { failure } from "../../support/failure.ts";
import { smallPlan } from "../../support/oci-plan.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const nobody = () => Promise.resolve(undefined);
const patience = { attempts: 1, timeoutMs: 5000 };

/** An engine with a cache in the folder. */
function engine(dir: string) {
  const made = ociEngine({ credentials: nobody, cache: { folder: join(dir, "cache") }, patience });
  return Object.assign(made, { [Symbol.asyncDispose]: () => made.close() });
}

/** A registry that runs until the block ends. */
async function startedRegistry(dir: string) {
  const registry = await dockerRegistry(dir);
  await registry.start();
  const open = (repository: string) =>
    openRegistry({ reference: parseImageReference(`${registry.host}/${repository}`), credentials: nobody });
  return Object.assign(registry, { open });
}

function retrained() {
  const content = new TextEncoder().encode("another model");
  const layers = [
    ...smallPlan().layers.slice(0, 2),
    { name: "model", files: [{ path: "app/model_bin/model.onnx", mode: 0o644, content }] } as const,
  ];
  return smallPlan({ layers, created: "2026-12-01T00:00:00Z" });
}

test("ociEngine() keeps nothing of its images once it is closed, but its cache", async () => {
  using dir = tempDir();
  const closed = ociEngine({ credentials: nobody, cache: { folder: join(dir.path, "cache") } });
  const image = await closed.build(smallPlan());
  expect(existsSync(image.id)).toBe(true);
  await closed.close();
  await closed.close();
  expect(readdirSync(join(dir.path, "cache", "work"))).toEqual([]);
  expect(readdirSync(join(dir.path, "cache", "blobs")).length).toBe(3);
});

testWith(
  ["deno"],
  "ociEngine() builds an image of the same id on Deno, whose layers are compressed in another way",
  async () => {
    using dir = tempDir();
    await using oci = engine(dir.path);
    const { manifest, parts } = await readBuilt(await oci.build(smallPlan()));
    const script = join(import.meta.dir, "../../support/build-small-image.ts");
    const args = ["run", "-A", "--no-lock", script, join(dir.path, "deno")];
    const { stdout } = spawnSync("deno", args, { encoding: "utf8" });
    const built = JSON.parse(stdout);
    expect(built).toEqual([
      [expect.any(String), parts.config.digest],
      [built[0][0], parts.config.digest],
    ]);
    expect(built[0][0]).not.toBe(manifest.digest);
  },
);

test("saveLayout() and saveArchive() keep what ociEngine() built", async () => {
  using dir = tempDir();
  await using oci = engine(dir.path);
  const image = await oci.build(smallPlan());
  const folder = join(dir.path, "iris");
  const digest = await saveLayout(image, folder, "1.2.0");
  const [listed] = (await openLayout(folder)).manifests;
  expect(listed).toMatchObject({
    digest,
    platform: machinePlatform,
    annotations: { "org.opencontainers.image.ref.name": "1.2.0" },
  });
  expect(await saveArchive(image, join(dir.path, "iris.tar"), ["iris:1.2.0"])).toBe(digest);
});

testWith(
  registryTools,
  "ociEngine() pushes an image, and after training only the model's layer",
  async () => {
    using dir = tempDir();
    await using registry = await startedRegistry(dir.path);
    await using oci = engine(dir.path);
    const image = await oci.build(smallPlan());
    const { manifest } = await readBuilt(image);
    const names = [`${registry.host}/team/iris:1.2.0`, `${registry.host}/team/iris:latest`];
    expect(await oci.push(image, names, { force: false })).toEqual([
      { reference: names[0] ?? "", digest: manifest.digest, uploadedBytes: image.sizeBytes },
      { reference: names[1] ?? "", digest: manifest.digest, uploadedBytes: 0 },
    ]);
    expect(await registry.open("team/iris").digestOf("1.2.0")).toBe(manifest.digest);
    const second = await oci.build(retrained());
    const { parts } = await readBuilt(second);
    const [pushed] = await oci.push(second, [`${registry.host}/team/iris:1.3.0`], { force: false });
    expect(pushed?.uploadedBytes).toBe(parts.layers[2]?.size ?? -1);
  },
);

testWith(registryTools, "ociEngine() takes a tag from another image only where it is forced to", async () => {
  using dir = tempDir();
  await using registry = await startedRegistry(dir.path);
  await using oci = engine(dir.path);
  const name = `${registry.host}/team/iris:1.2.0`;
  const [first] = await oci.push(await oci.build(smallPlan()), [name], { force: false });
  const other = await oci.build(retrained());
  const { manifest } = await readBuilt(other);
  // The one that is free is not taken either.
  const names = [`${registry.host}/team/iris:free`, name];
  const error = await failure(() => oci.push(other, names, { force: false }));
  expect(error.message).toBe(
    `Cannot push "${name}": it is another image already, ${first?.digest}, and this one is ${manifest.digest}`,
  );
  expect(error.exitCode).toBe(3);
  const repository = registry.open("team/iris");
  expect(await repository.digestOf("free")).toBeUndefined();
  expect(await repository.digestOf("1.2.0")).toBe(first?.digest ?? "");
  await oci.push(other, names, { force: true });
  expect(await repository.digestOf("1.2.0")).toBe(manifest.digest);
  // The same again is no other.
  await oci.push(other, names, { force: false });
});

testWith(
  ["skopeo", ...registryTools],
  "ociEngine() pushes images for two platforms, which are joined under one tag, and finds each as a base",
  async () => {
    using dir = tempDir();
    await using registry = await startedRegistry(dir.path);
    await using oci = engine(dir.path);
    const platforms = [
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64" },
    ] as const;
    const repository = `${registry.host}/team/iris`;
    const uploaded: unknown[] = [];
    let sizeBytes = 0;
    for (const platform of platforms) {
      const image = await oci.build(smallPlan({ platform }));
      const [pushed] = await oci.push(image, [`${repository}:${platform.architecture}`], { force: false });
      uploaded.push(pushed?.uploadedBytes);
      sizeBytes = image.sizeBytes;
    }
    // The files are the same: so are the layers, which are there once.
    expect(uploaded).toEqual([sizeBytes, 0]);
    const name = `${repository}:1`;
    const of = platforms.map(({ architecture }) => architecture);
    await joinImages({ references: [name], of, force: false, open: () => registry.open("team/iris") });
    for (const platform of platforms) {
      const override = [`--override-arch=${platform.architecture}`, "--override-os=linux"];
      const { stdout } = spawnSync(
        "skopeo",
        [...override, "inspect", "--tls-verify=false", `docker://${name}`],
        { encoding: "utf8" },
      );
      expect<unknown>(JSON.parse(stdout)).toMatchObject({ Architecture: platform.architecture });
      const { parts } = await readBuilt(await oci.build(smallPlan({ base: name, platform })));
      expect(parts.layers.length).toBe(6);
    }
  },
);

testWith(registryTools, "ociEngine() attaches a document of what the image is made of", async () => {
  using dir = tempDir();
  await using registry = await startedRegistry(dir.path);
  const mlt = { name: "mlt", version: "0.1.0", purl: "pkg:generic/mlt@0.1.0" };
  const cache = { folder: join(dir.path, "cache") };
  const oci = ociEngine({ credentials: nobody, cache, patience, components: () => [mlt] });
  const image = await oci.build(smallPlan());
  const [pushed] = await oci.push(image, [`${registry.host}/team/iris:1`], { force: false });
  await oci.push(image, [`${registry.host}/team/iris:2`], { force: false });
  await oci.close();
  const repository = registry.open("team/iris");
  const referrers = await repository.referrers(pushed?.digest ?? "");
  expect(referrers.map(({ artifactType }) => artifactType)).toEqual(["application/spdx+json"]);
  const { bytes } = await repository.manifest(referrers[0]?.digest ?? "");
  const { subject, layers } = parsed(ImageManifest, bytes, "the referrer");
  expect(subject?.digest).toBe(pushed?.digest ?? "");
  const path = join(dir.path, "spdx.json");
  for (const layer of layers) await repository.blob(layer, path);
  expect<unknown>(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
    spdxVersion: "SPDX-2.3",
    packages: [{ name: "iris" }, { name: "mlt" }],
  });
});

testWith(
  ["skopeo", ...registryTools],
  "ociEngine() pulls a base once, and lets the registry have it from there",
  async () => {
    using dir = tempDir();
    await using registry = await startedRegistry(dir.path);
    await using oci = engine(dir.path);
    const layout = await baseLayout(join(dir.path, "base"));
    const base = `${registry.host}/base/glibc:12`;
    const { status } = spawnSync("skopeo", ["copy", "--dest-tls-verify=false", layout, `docker://${base}`]);
    expect(status).toBe(0);
    const image = await oci.build(smallPlan({ base }));
    const { parts } = await readBuilt(image);
    const baseLayer = parts.layers[0]?.size ?? 0;
    expect(baseLayer).toBeGreaterThan(1_000_000);
    const names = [`${registry.host}/team/iris:1`, `${registry.host}/other/iris:1`];
    const pushed = await oci.push(image, names, { force: false });
    expect(pushed.map(({ uploadedBytes }) => uploadedBytes)).toEqual([image.sizeBytes - baseLayer, 0]);
    const pulls = () =>
      registry.requests().filter((request) => /^GET .*\/base\/glibc\/blobs\//.test(request)).length;
    const before = pulls();
    await oci.build(smallPlan({ base }));
    expect(pulls()).toBe(before);
    // From a layout, it is the same image but for the name of its base.
    const fromLayout = await readBuilt(await oci.build(smallPlan({ base: layout })));
    expect(fromLayout.parts.layers).toEqual(parts.layers);
    expect(fromLayout.parts.config).toEqual(parts.config);
    const inspected = spawnSync("skopeo", ["inspect", "--tls-verify=false", `docker://${names[0]}`], {
      encoding: "utf8",
    });
    expect<unknown>(JSON.parse(inspected.stdout)).toMatchObject({ Digest: pushed[0]?.digest });
  },
);

testWith(registryTools, "ociEngine() leaves no tag where a second registry is not there", async () => {
  using dir = tempDir();
  await using registry = await startedRegistry(dir.path);
  await using oci = engine(dir.path);
  const image = await oci.build(smallPlan());
  // Port 1 is nobody's.
  const names = [`${registry.host}/team/iris:1`, "127.0.0.1:1/team/iris:1"];
  const error = await failure(() => oci.push(image, names, { force: true }));
  expect(error.exitCode).toBe(4);
  expect(await registry.open("team/iris").digestOf("1")).toBeUndefined();
});
