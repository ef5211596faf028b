import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openImageCache } from "../../../adapters/oci/image-cache.ts";
import { makeLayer } from "../../../adapters/oci/layer.ts";
import type { ImageFile } from "../../../core/image/image-plan.ts";
import { failure } from "../../support/failure.ts";
import { fillDisk, smallDisk } from "../../support/small-disk.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const sha256 = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const text = (path: string, content: string, mode = 0o644): ImageFile => ({
  path,
  mode,
  content: new TextEncoder().encode(content),
});

test("makeLayer() compresses an archive, and names both by their digests", async () => {
  using dir = tempDir();
  const layer = await makeLayer(
    { files: [text("app/a", "x")] },
    0,
    await openImageCache({ folder: dir.path }),
  );
  const compressed = readFileSync(layer.path);
  expect(layer).toMatchObject({ digest: sha256(compressed), size: compressed.length });
  const archive = gunzipSync(compressed);
  expect(layer.diffId).toBe(sha256(archive));
  // A folder, a file of one block, and the end.
  expect(archive.length).toBe(512 + 1024 + 1024);
});

testWith(["tar"], "makeLayer() makes what GNU tar lists and unpacks", async () => {
  using dir = tempDir();
  const long = `app/${"deep/".repeat(30)}ünïcode`;
  const source = join(dir.path, "program");
  writeFileSync(source, "p".repeat(3_000_000));
  const program = { path: "app/serve", mode: 0o755, content: { source, sizeBytes: 3_000_000 } };
  const layer = await makeLayer(
    {
      files: [text(long, "deep"), program, text("app/config.yaml", "a: 1\n", 0o640)],
      folders: [{ path: "var/spool", mode: 0o750, uid: 65_532, gid: 65_532 }],
    },
    0,
    await openImageCache({ folder: join(dir.path, "cache") }),
  );
  const tar = (...args: string[]) => {
    const { stdout, stderr } = spawnSync("tar", args, {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
    });
    expect(stderr).toBe("");
    return stdout.split("\n");
  };
  const listed = tar("--numeric-owner", "-tvzf", layer.path);
  expect(listed[0]).toBe("drwxr-xr-x 0/0               0 1970-01-01 00:00 app/");
  expect(listed[1]).toBe("-rw-r----- 0/0               5 1970-01-01 00:00 app/config.yaml");
  expect(listed).toContain("-rwxr-xr-x 0/0         3000000 1970-01-01 00:00 app/serve");
  expect(listed.slice(-3, -1)).toEqual([
    "drwxr-xr-x 0/0               0 1970-01-01 00:00 var/",
    "drwxr-x--- 65532/65532       0 1970-01-01 00:00 var/spool/",
  ]);
  tar("-xzf", layer.path, "-C", dir.path, "--no-same-owner");
  expect(readFileSync(join(dir.path, "app/serve"), "utf8")).toBe("p".repeat(3_000_000));
  expect(readFileSync(join(dir.path, long), "utf8")).toBe("deep");
});

test("makeLayer() compresses what is in the cache no second time", async () => {
  using dir = tempDir();
  const cache = await openImageCache({ folder: dir.path });
  const first = await makeLayer({ files: [text("a", "x")] }, 0, cache);
  const unused = { name: "libdeflate-12", write: () => Promise.reject(new Error("compressed again")) };
  const name = readdirSync(join(dir.path, "compressed"))[0]?.split(".").slice(1).join(".") ?? "";
  expect(await makeLayer({ files: [text("a", "x")] }, 0, cache, { ...unused, name })).toEqual(first);
});

test("makeLayer() makes a layer anew that was damaged in the cache", async () => {
  using dir = tempDir();
  const cache = await openImageCache({ folder: dir.path });
  const first = await makeLayer({ files: [text("a", "x")] }, 0, cache);
  const whole = readFileSync(first.path);
  chmodSync(first.path, 0o644);
  writeFileSync(first.path, whole.subarray(0, 10));
  expect(await makeLayer({ files: [text("a", "x")] }, 0, cache)).toEqual(first);
  expect(readFileSync(first.path)).toEqual(whole);
});

test("makeLayer() rejects a file that is not as long as was said, and keeps nothing of it", async () => {
  using dir = tempDir();
  const source = join(dir.path, "growing");
  writeFileSync(source, "more");
  const cache = await openImageCache({ folder: join(dir.path, "cache") });
  const file = { path: "a", mode: 0o644, content: { source, sizeBytes: 3 } };
  const error = await failure(() => makeLayer({ files: [file] }, 0, cache));
  expect(error.message).toBe(`"${source}" changed while it was put into the image`);
  expect(error.exitCode).toBe(4);
  expect(readdirSync(join(dir.path, "cache", "blobs"))).toEqual([]);
});

test("openImageCache() forgets what was unused for longest, and nothing that is in use", async () => {
  using dir = tempDir();
  const options = { folder: dir.path, mostBytes: 10, inUseMs: 60_000 };
  const cache = await openImageCache(options);
  const add = (content: string) => cache.add((path) => Promise.resolve(writeFileSync(path, content)));
  const old = await add("12345678");
  const older = await add("abcdefgh");
  // Both are in use, and more than there is room for.
  expect(await cache.find(old.digest)).toBe(old.path);
  utimesSync(old.path, 2000, 2000);
  utimesSync(older.path, 1000, 1000);
  const added = await add("x");
  expect(await cache.find(older.digest)).toBeUndefined();
  expect(await cache.find(old.digest)).toBe(old.path);
  expect(await cache.find(added.digest)).toBe(added.path);
});

testWith(
  ["root", "tmpfs"],
  "makeLayer() fails with 4 on a full disk, and leaves nothing half-written",
  async () => {
    using disk = smallDisk(1_048_576);
    const cache = await openImageCache({ folder: join(disk.path, "cache") });
    fillDisk(disk.path);
    const error = await failure(() => makeLayer({ files: [text("a", "x".repeat(100))] }, 0, cache));
    expect(error.message).toBe(`Cannot write the image to "${join(disk.path, "cache")}": the disk is full`);
    expect(error.exitCode).toBe(4);
    expect(readdirSync(join(disk.path, "cache", "blobs"))).toEqual([]);
  },
);
