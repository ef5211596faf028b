import { expect } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLayout, parsed } from "../../adapters/oci/layout.ts";
import { ImageManifest } from "../../core/image/image-manifest.ts";
import { cacheDir, succeeded, trainedProject } from "../support/project.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const build = ["build-image", "--engine", "oci", "--no-test", "--output", "out"];

/** Files below a folder, by their paths in it. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

testWith(
  ["linux", "python:spdx_tools"],
  "mlt build-image writes a document of what is in the image that SPDX's own validator takes",
  async () => {
    using project = await trainedProject();
    succeeded(await project.mlt(build, { MLT_CACHE_DIR: cacheDir }));
    const layout = await openLayout(join(project.path, "out"));
    const referrer = layout.manifests.find(({ artifactType }) => artifactType === "application/spdx+json");
    const { layers } = parsed(ImageManifest, await layout.read(referrer?.digest ?? ""), "the referrer");
    const path = join(project.path, "image.spdx.json");
    writeFileSync(path, await layout.read(layers[0]?.digest ?? ""));
    const command = ["-m", "spdx_tools.spdx.clitools.pyspdxtools", "-i", path, "--version", "SPDX-2.3"];
    const { status, stdout, stderr } = spawnSync("python3", command, { encoding: "utf8" });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    const document: unknown = JSON.parse(project.read("image.spdx.json"));
    const named = (name: string) => expect.objectContaining({ name });
    expect(document).toMatchObject({
      packages: expect.arrayContaining(["iris", "mlt", "bun", "elysia", "swagger-ui-dist"].map(named)),
    });
    // A small model is served without it.
    expect(JSON.stringify(document)).not.toContain("nodejs-polars-linux");
  },
  120_000,
);

testWith(
  ["linux"],
  "mlt build-image ends at once where it is interrupted, and leaves no part of a layer",
  async () => {
    using project = await trainedProject();
    using cache = tempDir();
    const building = project.start(build, { MLT_CACHE_DIR: cache.path });
    await building.saw(/Parts/);
    building.child.kill("SIGINT");
    const { exitCode, signal } = await building.finished;
    expect(exitCode === 130 || signal === "SIGINT").toBe(true);
    expect(filesBelow(cache.path).filter((name) => name === "blob")).toEqual([]);
    expect(readdirSync(project.path)).not.toContain("out");
  },
  120_000,
);

testWith(
  ["linux", "root", "tmpfs"],
  "mlt build-image exits 4 where the disk is full, and leaves no part of the image",
  async () => {
    using project = await trainedProject();
    // The program's layer alone is larger.
    using disk = smallDisk(40 * 1_048_576);
    const env = { MLT_CACHE_DIR: join(disk.path, "cache"), XDG_CACHE_HOME: join(cacheDir, "second") };
    const { exitCode, stderr } = await project.mlt(build, env);
    expect(stderr).toContain(
      `error: Cannot write the image to "${join(disk.path, "cache", "images")}": the disk is full\nhint: `,
    );
    expect(exitCode).toBe(4);
    expect(filesBelow(join(disk.path, "cache", "images"))).toEqual([]);
    expect(readdirSync(project.path)).not.toContain("out");
  },
  120_000,
);
