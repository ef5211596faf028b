import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, chown, lchown, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownerMark } from "../../adapters/temporary-folder.ts";
import { cacheFolders, type Unpacking, unpackOnce } from "../../adapters/unpack-once.ts";
import { deadPid } from "../support/dead-process.ts";
import { failure } from "../support/failure.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const variables = ["MLT_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR"] as const;
const before = variables.map((name) => [name, process.env[name]] as const);
let root: ReturnType<typeof tempDir>;
const at = (...names: string[]) => join(root.path, ...names);

/** The first two cache folders lie in the test's own folder; HOME is of no use, as in a container. */
beforeEach(() => {
  root = tempDir();
  process.env["MLT_CACHE_DIR"] = at("first");
  process.env["XDG_CACHE_HOME"] = at("second");
  process.env["HOME"] = "/";
  process.env["TMPDIR"] = root.path;
});

afterEach(() => {
  root[Symbol.dispose]();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** Something to unpack: one file, "lib" with the text "code"; `times()` counts how often it was written. */
function unpacking(): Unpacking & { times(): number } {
  let times = 0;
  return {
    key: "lib-0123",
    times: () => times,
    async isComplete(dir) {
      return existsSync(join(dir, "lib")) && (await readFile(join(dir, "lib"), "utf8")) === "code";
    },
    async fill(dir) {
      times++;
      expect(await readdir(dir)).toEqual([]);
      await writeFile(join(dir, "lib"), "code");
    },
  };
}

describe("cacheFolders()", () => {
  test("lists MLT_CACHE_DIR, then the user's cache, then a folder of the user's own for temporary files", () => {
    process.env["HOME"] = "/home/ada";
    const own = at(`mlt-${process.getuid?.()}`);
    expect(cacheFolders()).toEqual([at("first"), at("second", "mlt"), "/home/ada/.cache/mlt", own]);
  });

  test("leaves out what is not set, and a home that is the root", () => {
    delete process.env["MLT_CACHE_DIR"];
    process.env["XDG_CACHE_HOME"] = "";
    expect(cacheFolders()).toHaveLength(1);
  });
});

describe("unpackOnce()", () => {
  test("unpacks into the first folder, which only the user can open, and leaves nothing beside it", async () => {
    expect(await unpackOnce(unpacking())).toBe(at("first", "lib-0123"));
    expect(await readFile(at("first", "lib-0123", "lib"), "utf8")).toBe("code");
    expect(await readdir(at("first"))).toEqual(["lib-0123"]);
  });

  test("uses what was unpacked before", async () => {
    const work = unpacking();
    await unpackOnce(work);
    await unpackOnce(work);
    expect(work.times()).toBe(1);
  });

  test("uses what lies complete in a later folder rather than unpack it again", async () => {
    await mkdir(at("second", "mlt", "lib-0123"), { recursive: true });
    await writeFile(at("second", "mlt", "lib-0123", "lib"), "code");
    const work = unpacking();
    expect(await unpackOnce(work)).toBe(at("second", "mlt", "lib-0123"));
    expect(work.times()).toBe(0);
  });

  test("goes on to the next folder where the first cannot be made", async () => {
    await writeFile(at("first"), "a file is in the way");
    expect(await unpackOnce(unpacking())).toBe(at("second", "mlt", "lib-0123"));
  });

  test("goes on to the next folder where the first is full, and leaves nothing there", async () => {
    const work = unpacking();
    const full: Unpacking = {
      ...work,
      fill: (dir) => (dir.startsWith(at("first")) ? Promise.reject(new Error("ENOSPC")) : work.fill(dir)),
    };
    expect(await unpackOnce(full)).toBe(at("second", "mlt", "lib-0123"));
    expect(await readdir(at("first"))).toEqual([]);
  });

  test("names every folder that it tried when none can take it", async () => {
    const full = { ...unpacking(), fill: () => Promise.reject(new Error("ENOSPC: the disk is full")) };
    const error = await failure(() => unpackOnce(full));
    expect(error.exitCode).toBe(4);
    expect(error.message).toBe(
      [
        'Cannot unpack "lib-0123"',
        ...cacheFolders().map((folder) => `  ${folder}: ENOSPC: the disk is full`),
      ].join("\n"),
    );
  });

  test("unpacks again what was damaged afterwards", async () => {
    const dir = await unpackOnce(unpacking());
    await rm(join(dir, "lib"));
    await writeFile(join(dir, "other"), "");
    expect(await unpackOnce(unpacking())).toBe(dir);
    expect(await readdir(dir)).toEqual(["lib"]);
  });

  test("removes what a killed process left half unpacked", async () => {
    await mkdir(at("first", `.lib-0123.${ownerMark(deadPid())}-0a1b2c3d`), { recursive: true });
    await unpackOnce(unpacking());
    expect(await readdir(at("first"))).toEqual(["lib-0123"]);
  });

  test("gives several at once the same whole folder", async () => {
    const dirs = await Promise.all([1, 2, 3, 4].map(() => unpackOnce(unpacking())));
    expect(new Set(dirs)).toEqual(new Set([at("first", "lib-0123")]));
    expect(await readdir(at("first"))).toEqual(["lib-0123"]);
    expect(await readFile(at("first", "lib-0123", "lib"), "utf8")).toBe("code");
  });

  test("does not load from a folder that everybody can write to", async () => {
    await mkdir(at("first", "lib-0123"), { recursive: true });
    await writeFile(at("first", "lib-0123", "lib"), "code");
    await chmod(at("first"), 0o777);
    expect(await unpackOnce(unpacking())).toBe(at("second", "mlt", "lib-0123"));
  });

  test("takes a folder like /tmp, where nobody can replace another's files", async () => {
    await mkdir(at("first"));
    await chmod(at("first"), 0o1777);
    expect(await unpackOnce(unpacking())).toBe(at("first", "lib-0123"));
  });

  test("follows a link of the user's own", async () => {
    await mkdir(at("elsewhere"));
    await symlink(at("elsewhere"), at("first"));
    expect(await unpackOnce(unpacking())).toBe(at("first", "lib-0123"));
    expect(await readdir(at("elsewhere"))).toEqual(["lib-0123"]);
  });
});

describe("unpackOnce() beside another user", () => {
  const nobody = 65_534;

  testWith(["root"], "does not load from that user's folder", async () => {
    await mkdir(at("first", "lib-0123"), { recursive: true });
    await writeFile(at("first", "lib-0123", "lib"), "code");
    await chown(at("first"), nobody, nobody);
    expect(await unpackOnce(unpacking())).toBe(at("second", "mlt", "lib-0123"));
  });

  testWith(["root"], "does not load what that user planted in a folder like /tmp", async () => {
    await mkdir(at("first", "lib-0123"), { recursive: true });
    await writeFile(at("first", "lib-0123", "lib"), "code");
    await chmod(at("first"), 0o1777);
    await chown(at("first", "lib-0123"), nobody, nobody);
    const work = unpacking();
    await unpackOnce(work);
    expect(work.times()).toBe(1);
  });

  testWith(["root"], "does not follow that user's link, not even to a folder of ours", async () => {
    await mkdir(at("ours", "lib-0123"), { recursive: true });
    await writeFile(at("ours", "lib-0123", "lib"), "code");
    await symlink(at("ours"), at("first"));
    await lchown(at("first"), nobody, nobody);
    expect(await unpackOnce(unpacking())).toBe(at("second", "mlt", "lib-0123"));
  });
});
