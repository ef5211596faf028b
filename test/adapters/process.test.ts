import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runAttached } from "../../adapters/process.ts";
import { tempDir } from "../support/temp-dir.ts";

const sh = (script: string, cwd = "/", env = {}) => runAttached("/bin/sh", ["-c", script], { cwd, env });

test.each([
  ["exit 0", 0],
  ["exit 3", 3],
  ["kill -INT $$", 130], // 128 + 2
  ["kill -KILL $$", 137], // 128 + 9
  ["kill -TERM $$", 143], // 128 + 15
])("runAttached() resolves with what %p ends with: %p", async (script, code) => {
  expect(await sh(script)).toBe(code);
});

test("runAttached() runs in the folder, with the environment given and no other", async () => {
  using dir = tempDir();
  expect(await sh('pwd > out; echo "$NAME$HOME" >> out', dir.path, { NAME: "ada" })).toBe(0);
  expect(await readFile(join(dir.path, "out"), "utf8")).toBe(`${dir.path}\nada\n`);
});

test("runAttached() rejects when there is no such program", async () => {
  await expect(runAttached("/absent/program", [], { cwd: "/", env: {} })).rejects.toThrow("ENOENT");
});
