import { expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { gitCommit } from "../../adapters/git.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

function git(dir: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", ["-C", dir, ...identity, ...args], { encoding: "utf8" }).trim();
}

testWith(["git"], "gitCommit() is the commit that a folder of a checkout is at", async () => {
  using dir = tempDir();
  await mkdir(join(dir.path, "project"));
  git(dir.path, "init", "-q");
  git(dir.path, "commit", "-q", "--allow-empty", "-m", "First");
  const commit = git(dir.path, "rev-parse", "HEAD");
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(await gitCommit(join(dir.path, "project"))).toBe(commit);
});

testWith(
  ["git"],
  "gitCommit() is absent before the first commit, outside a checkout and of no folder",
  async () => {
    using dir = tempDir();
    expect(await gitCommit(dir.path)).toBeUndefined();
    expect(await gitCommit(join(dir.path, "absent"))).toBeUndefined();
    git(dir.path, "init", "-q");
    expect(await gitCommit(dir.path)).toBeUndefined();
  },
);
