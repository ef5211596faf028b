import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../../adapters/spool/spool-lock.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("one has the lock of a folder at a time, by whatever path", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  const lock = await tryLock(path);
  expect(lock).toBeDefined();
  symlinkSync(path, join(dir.path, "link"));
  expect(await tryLock(join(dir.path, "link"))).toBeUndefined();
  expect(await tryLock(path)).toBeUndefined();
  lock?.release();
  const next = await tryLock(path);
  expect(next).toBeDefined();
  next?.release();
});

test("another folder has another lock, also in the place of one that was moved", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  const lock = await tryLock(path);
  renameSync(path, join(dir.path, "moved"));
  const other = await tryLock(path);
  expect([lock, other]).not.toContain(undefined);
  lock?.release();
  other?.release();
});

test("the lock of a process that was killed is free", async () => {
  using dir = tempDir();
  const module = join(import.meta.dirname, "../../../adapters/spool/spool-lock.ts");
  const code = `import { tryLock } from ${JSON.stringify(module)};
    console.log((await tryLock(process.argv.at(-1))) === undefined ? "taken" : "locked");
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["-e", code, dir.path], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("locked\n");
  expect(await tryLock(dir.path)).toBeUndefined();
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = await tryLock(dir.path);
  expect(lock).toBeDefined();
  lock?.release();
});
