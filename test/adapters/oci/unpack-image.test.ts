import { expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../../adapters/oci/blob.ts";
import { inMemory } from "../../../adapters/oci/image.ts";
import { writeLayout } from "../../../adapters/oci/layout.ts";
import { unpackImage } from "../../../adapters/oci/unpack-image.ts";
import { jsonBytes, mediaTypes } from "../../../core/image/descriptor.ts";
import type { BuiltImage } from "../../../core/ports.ts";
import { failure } from "../../support/failure.ts";
import { smallPlan } from "../../support/oci-plan.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

/** An image of one layer for each of the folders, made by GNU tar. */
async function imageOf(
  dir: TempDir,
  folders: readonly string[],
  flags: readonly string[] = [],
): Promise<BuiltImage> {
  const layers = folders.map((folder) => {
    const bytes = execFileSync("tar", ["-C", join(dir.path, folder), "-czf", "-", ...flags, "."]);
    return inMemory(mediaTypes.layer, new Uint8Array(bytes));
  });
  const diffs = folders.map((folder) => nameOf(new TextEncoder().encode(folder)).digest);
  const config = inMemory(
    mediaTypes.config,
    jsonBytes({
      architecture: smallPlan().platform.architecture,
      os: "linux",
      config: { Env: ["PATH=/bin", "A=b=c"] },
      rootfs: { type: "layers", diff_ids: diffs },
    }),
  );
  const manifest = inMemory(
    mediaTypes.manifest,
    jsonBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: config.descriptor,
      layers: layers.map(({ descriptor }) => descriptor),
    }),
  );
  const id = join(dir.path, "layout");
  const blobs = [manifest.blob, config.blob, ...layers.map(({ blob }) => blob)];
  await writeLayout(id, { manifests: [manifest.descriptor], blobs });
  return { plan: smallPlan(), id, sizeBytes: 0 };
}

function emptyRoot(dir: TempDir): string {
  const root = join(dir.path, "root");
  mkdirSync(root);
  return root;
}

testWith(
  ["tar"],
  "unpackImage() lays layers over each other, and takes away what a higher one hides",
  async () => {
    using dir = tempDir();
    await dir.write({
      "1/etc/keep": "1",
      "1/etc/gone": "1",
      "1/opt/old/a": "1",
      "1/opt/old/b": "1",
      "2/etc/.wh.gone": "",
      "2/etc/keep": "2",
      "2/opt/old/.wh..wh..opq": "",
      "2/opt/old/new": "2",
    });
    const root = emptyRoot(dir);
    expect(await unpackImage(await imageOf(dir, ["1", "2"]), root, process.env)).toEqual([
      "PATH=/bin",
      "A=b=c",
    ]);
    expect(readdirSync(join(root, "etc"))).toEqual(["keep"]);
    expect(readFileSync(join(root, "etc/keep"), "utf8")).toBe("2");
    expect(readdirSync(join(root, "opt/old"))).toEqual(["new"]);
  },
);

testWith(
  ["tar"],
  "unpackImage() refuses a layer that a link of a lower one leads out of the root",
  async () => {
    using dir = tempDir();
    await dir.write({ "outside/mine": "mine", "2/way/out": "stolen", "3/way/.wh.mine": "" });
    mkdirSync(join(dir.path, "1"));
    symlinkSync(join(dir.path, "outside"), join(dir.path, "1", "way"));
    for (const above of ["2", "3"]) {
      using work = tempDir();
      execFileSync("cp", ["-a", join(dir.path, "1"), join(dir.path, above), work.path]);
      const image = await imageOf(work, ["1", above]);
      const refusal = await failure(() => unpackImage(image, emptyRoot(work), process.env));
      expect(refusal).toMatchObject({
        exitCode: 3,
        message: 'Cannot unpack the image: "/way" leads out of it',
      });
    }
    expect(existsSync(join(dir.path, "outside/out"))).toBe(false);
    expect(readFileSync(join(dir.path, "outside/mine"), "utf8")).toBe("mine");
  },
);

testWith(["tar"], "unpackImage() refuses a path that leads out of the root", async () => {
  using dir = tempDir();
  await dir.write({ mine: "mine", "1/.wh.mine": "" });
  const root = emptyRoot(dir);
  const image = await imageOf(dir, ["1"], ["--transform", "s,^./.wh,../.wh,", "--absolute-names"]);
  const refusal = await failure(() => unpackImage(image, root, process.env));
  expect(refusal.message).toEndWith(" leads out of it");
  expect(readFileSync(join(dir.path, "mine"), "utf8")).toBe("mine");
});
