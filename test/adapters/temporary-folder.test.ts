import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync, renameSync, statSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ownerMark, withTemporaryFolder } from "../../adapters/temporary-folder.ts";
import { deadPid } from "../support/dead-process.ts";
import { tempDir } from "../support/temp-dir.ts";

const source = resolve(import.meta.dirname, "../../adapters/temporary-folder.ts");

test("withTemporaryFolder() gives a new folder with the mode asked for, and removes it with all that is in it", async () => {
  using dir = tempDir();
  const prefix = join(dir.path, ".model.new-");
  const mode = await withTemporaryFolder({ prefix, mode: 0o750 }, async (path) => {
    expect(path).toStartWith(`${prefix}${ownerMark(process.pid)}-`);
    await writeFile(join(path, "half"), "written");
    return statSync(path).mode & 0o777;
  });
  expect(mode).toBe(0o750);
  expect(await readdir(dir.path)).toEqual([]);
});

test("withTemporaryFolder() leaves a folder that was renamed", async () => {
  using dir = tempDir();
  const done = join(dir.path, "done");
  await withTemporaryFolder({ prefix: join(dir.path, ".new-"), mode: 0o755 }, (path) =>
    Promise.resolve(renameSync(path, done)),
  );
  expect(await readdir(dir.path)).toEqual(["done"]);
});

test("withTemporaryFolder() removes the folder when the work fails", async () => {
  using dir = tempDir();
  const work = withTemporaryFolder({ prefix: join(dir.path, ".new-"), mode: 0o755 }, () =>
    Promise.reject(new Error("the disk is full")),
  );
  await expect(work).rejects.toThrow("the disk is full");
  expect(await readdir(dir.path)).toEqual([]);
});

test("withTemporaryFolder() gives two callers at once a folder each", async () => {
  using dir = tempDir();
  const options = { prefix: join(dir.path, ".new-"), mode: 0o755 };
  const bothOpen = Promise.withResolvers<string[]>();
  await withTemporaryFolder(options, () =>
    withTemporaryFolder(options, async () => bothOpen.resolve(await readdir(dir.path))),
  );
  expect(await bothOpen.promise).toHaveLength(2);
});

test("withTemporaryFolder() removes what dead processes left, and nothing else", async () => {
  using dir = tempDir();
  const kept = [
    `.new-${ownerMark(process.pid)}-0a1b2c3d`,
    `.new-${ownerMark(1)}-0a1b2c3d`,
    `.new-otherhost-${deadPid()}-0a1b2c3d`,
    ".new-notes",
    ".other-9",
    "model",
  ];
  for (const name of [...kept, `.new-${ownerMark(deadPid())}-0a1b2c3d`, `.new-${ownerMark(deadPid())}`]) {
    await mkdir(join(dir.path, name));
    await writeFile(join(dir.path, name, "file"), "");
  }
  await withTemporaryFolder({ prefix: join(dir.path, ".new-"), mode: 0o755 }, () => Promise.resolve());
  expect((await readdir(dir.path)).sort()).toEqual(kept.sort());
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "withTemporaryFolder() leaves nothing when %s ends the process",
  (signal) => {
    using dir = tempDir();
    const script = `
      import { writeFileSync } from "node:fs";
      import { withTemporaryFolder } from ${JSON.stringify(source)};
      setInterval(() => undefined, 1_000);
      await withTemporaryFolder({ prefix: "./.new-", mode: 0o755 }, async (path) => {
        writeFileSync(path + "/half", "written");
        process.kill(process.pid, "${signal}");
        await new Promise(() => undefined);
      });`;
    const ended = spawnSync(process.execPath, ["-e", script], { cwd: dir.path, timeout: 10_000 });
    expect(ended.stderr.toString()).toBe("");
    expect(ended.signal).toBe(signal);
    expect(readdirSync(dir.path)).toEqual([]);
  },
);
