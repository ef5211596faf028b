import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../../adapters/oci/blob.ts";
import { makeImage } from "../../../adapters/oci/image.ts";
import { imageBase } from "../../../adapters/oci/image-base.ts";
import { openImageCache } from "../../../adapters/oci/image-cache.ts";
import { openLayout, tagAnnotation, writeLayout } from "../../../adapters/oci/layout.ts";
import { writeLoadArchive } from "../../../adapters/oci/load-archive.ts";
import type { ImagePlan } from "../../../core/image/image-plan.ts";
import { baseLayout, machinePlatform } from "../../support/base-image.ts";
import { failure } from "../../support/failure.ts";
import { smallPlan } from "../../support/oci-plan.ts";
import { smallDisk } from "../../support/small-disk.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const noPull = () => Promise.reject(new Error("nothing is pulled here"));

/** Makes the plan's image in a layout of the folder, with the tag `latest`. */
async function made(dir: string, plan: ImagePlan) {
  const cache = await openImageCache({ folder: join(dir, "cache") });
  const image = await makeImage(plan, await imageBase(plan, noPull), cache);
  const folder = join(dir, "layout");
  const listed = { ...image.manifest, annotations: { [tagAnnotation]: "latest" } };
  await writeLayout(folder, { manifests: [listed], blobs: image.blobs });
  return { ...image, folder };
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

test("writeLayout() makes the same image of the same plan in another folder, without a cache in common", async () => {
  using one = tempDir();
  using other = tempDir();
  const [first, second] = [await made(one.path, smallPlan()), await made(other.path, smallPlan())];
  expect(first.manifest).toEqual(second.manifest);
  const index = (dir: string) => readFileSync(join(dir, "layout/index.json"));
  expect(index(one.path)).toEqual(index(other.path));
  const blobs = (dir: string) => readdirSync(join(dir, "layout/blobs/sha256")).sort();
  expect(blobs(one.path)).toEqual(blobs(other.path));
});

test("makeImage() makes only the model's layer anew where only the model and the time changed", async () => {
  using dir = tempDir();
  const first = await made(dir.path, smallPlan());
  const content = new TextEncoder().encode("another");
  const layers = [
    ...smallPlan().layers.slice(0, 2),
    { name: "model", files: [{ path: "app/model_bin/model.onnx", mode: 0o644, content }] } as const,
  ];
  const second = await made(dir.path, smallPlan({ layers, created: "2026-12-01T00:00:00Z" }));
  expect(second.layers.slice(0, 2)).toEqual(first.layers.slice(0, 2));
  expect(second.layers[2]).not.toEqual(first.layers[2]);
});

testWith(["skopeo"], "skopeo reads what the image is from the layout", async () => {
  using dir = tempDir();
  const { folder, manifest } = await made(dir.path, smallPlan());
  const inspected: unknown = JSON.parse(run("skopeo", "inspect", `oci:${folder}:latest`));
  expect(inspected).toMatchObject({
    Digest: manifest.digest,
    Created: "2026-11-29T00:00:00Z",
    Architecture: machinePlatform.architecture,
    Os: "linux",
    Labels: { "io.mlt.model.id": "m1", "org.opencontainers.image.title": "iris" },
    Env: ["ORT_DISABLE_TELEMETRY=1"],
  });
});

testWith(["umoci", "root"], "umoci unpacks the image, its base at the bottom", async () => {
  using dir = tempDir();
  const base = await baseLayout(join(dir.path, "base"));
  const { folder } = await made(dir.path, smallPlan({ base }));
  const bundle = join(dir.path, "bundle");
  run("umoci", "unpack", "--image", `${folder}:latest`, bundle);
  const root = join(bundle, "rootfs");
  expect(readFileSync(join(root, "app/config.yaml"), "utf8")).toBe("name: iris\n");
  expect(statSync(join(root, "app/serve")).mode & 0o7777).toBe(0o755);
  expect(statSync(join(root, "app")).mode & 0o7777).toBe(0o755);
  // A program of this machine finds its interpreter and its library there.
  const ldd = run("ldd", process.execPath);
  const interpreter = /\/lib\S*\/ld-linux\S+/.exec(ldd)?.[0] ?? "";
  expect(existsSync(join(root, interpreter))).toBe(true);
  expect(existsSync(join(root, /\S+\/libc\.so\.6/.exec(ldd)?.[0] ?? "none"))).toBe(true);
  const config: unknown = JSON.parse(readFileSync(join(bundle, "config.json"), "utf8"));
  expect(config).toMatchObject({
    process: { user: { uid: 65532, gid: 65532 }, cwd: "/app", args: ["/app/serve"] },
  });
});

testWith(
  ["skopeo"],
  "writeLoadArchive() writes what skopeo copies as Docker's archive and as OCI's",
  async () => {
    using dir = tempDir();
    const { folder, manifest, config } = await made(dir.path, smallPlan());
    const archive = join(dir.path, "iris.tar");
    await writeLoadArchive(folder, manifest, ["registry.example:5000/team/iris:1.2.0"], archive);
    const named = `docker-archive:${archive}:registry.example:5000/team/iris:1.2.0`;
    const configuration = run("skopeo", "inspect", "--config", "--raw", named);
    expect(nameOf(new TextEncoder().encode(configuration)).digest).toBe(config.digest);
    run("skopeo", "copy", named, `dir:${join(dir.path, "copied")}`);
    expect(run("skopeo", "inspect", "--format", "{{.Digest}}", `oci-archive:${archive}`).trim()).toBe(
      manifest.digest,
    );
  },
);

test("writeLoadArchive() gives the names by which containerd takes an image, as docker save does", async () => {
  using dir = tempDir();
  const { folder, manifest } = await made(dir.path, smallPlan());
  const archive = join(dir.path, "iris.tar");
  await writeLoadArchive(folder, manifest, ["iris:1.2.0", "registry.example:5000/team/iris:1"], archive);
  const index: unknown = JSON.parse(run("tar", "--extract", "--to-stdout", "--file", archive, "index.json"));
  const named = (name: string, tag: string) => ({
    digest: manifest.digest,
    annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag },
  });
  expect(index).toMatchObject({
    manifests: [
      named("docker.io/library/iris:1.2.0", "1.2.0"),
      named("registry.example:5000/team/iris:1", "1"),
    ],
  });
});

test("imageBase() rejects a base for another platform, naming both", async () => {
  using dir = tempDir();
  const base = await baseLayout(join(dir.path, "base"));
  const architecture = machinePlatform.architecture === "amd64" ? "arm64" : "amd64";
  const plan = smallPlan({ base, platform: { os: "linux", architecture } });
  const error = await failure(() => made(dir.path, plan));
  expect(error.message).toBe(
    `The base "${base}" is for linux/${machinePlatform.architecture}, and the image is for linux/${architecture}`,
  );
  expect(error.exitCode).toBe(3);
});

test("imageBase() rejects a folder that is no layout, a tag that it has not, and a blob with other bytes", async () => {
  using dir = tempDir();
  const folder = join(dir.path, "base");
  const base = await baseLayout(folder);
  const messageOf = async (name: string) =>
    (await failure(() => imageBase(smallPlan({ base: name }), noPull))).message;
  expect(await messageOf(`oci:${dir.path}`)).toBe(
    `Cannot read "${dir.path}" as an OCI layout: it has no oci-layout`,
  );
  expect(await messageOf(`oci:${folder}:12`)).toBe(`"${folder}" has no image with the tag "12"`);
  const { layers } = await imageBase(smallPlan({ base }), noPull);
  const [layer] = layers;
  writeFileSync(layer?.file.path ?? "", "other");
  expect(await messageOf(base)).toBe(
    `Cannot use "${folder}": its blob ${layer?.descriptor.digest} has other bytes than its name says`,
  );
});

test("imageBase() takes a base that has the same layer twice, and leaves its bytes alone", async () => {
  using dir = tempDir();
  const cache = await openImageCache({ folder: join(dir.path, "cache") });
  const [layer] = smallPlan().layers;
  if (layer === undefined) throw new RangeError("The plan has layers");
  const image = await makeImage(smallPlan({ layers: [layer, layer] }), { layers: [] }, cache);
  const folder = join(dir.path, "base");
  await writeLayout(folder, { manifests: [image.manifest], blobs: image.blobs });
  const { layers } = await made(dir.path, smallPlan({ base: `oci:${folder}` }));
  expect(layers.map(({ digest }) => digest).slice(0, 2)).toEqual(image.layers.map(({ digest }) => digest));
  expect(layers.length).toBe(5);
  const relative = await imageBase(smallPlan({ base: "oci:base" }), noPull, dir.path);
  expect(relative.digest).toBe(image.manifest.digest);
  expect(await cache.find(image.layers[0]?.digest ?? "")).toBeDefined();
});

test.each([
  ["index.json", "{", "it is no JSON"],
  ["index.json", "{}", "/manifests: Expected required property"],
  ["oci-layout", '{"imageLayoutVersion":"2"}', "/imageLayoutVersion: Expected '1.0.0'"],
])("openLayout() says what is wrong with %s: %s", async (name, text, reason) => {
  using dir = tempDir();
  await writeLayout(dir.path, { manifests: [], blobs: [] });
  await dir.write({ [name]: text });
  const error = await failure(() => openLayout(dir.path));
  expect(error.message).toBe(`Cannot read "${dir.path}/${name}": ${reason}`);
  expect(error.exitCode).toBe(3);
});

test("writeLayout() replaces a layout or a folder with nothing in it, and nothing else", async () => {
  using dir = tempDir();
  await made(dir.path, smallPlan());
  const { folder, manifest } = await made(dir.path, smallPlan({ created: "2026-12-01T00:00:00Z" }));
  const [listed] = (await openLayout(folder)).manifests;
  expect(listed?.digest).toBe(manifest.digest);
  expect(readdirSync(dir.path).sort()).toEqual(["cache", "layout"]);
  const empty = join(dir.path, "empty");
  mkdirSync(empty);
  await writeLayout(empty, { manifests: [], blobs: [] });
  expect((await openLayout(empty)).manifests).toEqual([]);
  const error = await failure(() => writeLayout(dir.path, { manifests: [], blobs: [] }));
  expect(error.message).toBe(`Cannot write the image to "${dir.path}": it is there, and is no OCI layout`);
});

testWith(
  ["root", "tmpfs"],
  "writeLayout() and writeLoadArchive() leave nothing on a disk that gets full",
  async () => {
    using dir = tempDir();
    const layers = [
      {
        name: "model",
        files: [{ path: "m", mode: 0o644, content: crypto.getRandomValues(new Uint8Array(65_536)) }],
      },
    ] as const;
    const { folder, manifest, blobs } = await made(dir.path, smallPlan({ layers }));
    using disk = smallDisk(32_768);
    const layout = join(disk.path, "layout");
    const full = await failure(() => writeLayout(layout, { manifests: [manifest], blobs }));
    expect(full.message).toBe(`Cannot write the image to "${layout}": the disk is full`);
    expect(full.exitCode).toBe(4);
    const archive = await failure(() =>
      writeLoadArchive(folder, manifest, ["iris:1"], join(disk.path, "iris.tar")),
    );
    expect(archive.exitCode).toBe(4);
    expect(readdirSync(disk.path)).toEqual([]);
  },
);
