import { expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { gitCommit, hasChanges } from "../../adapters/git.ts";
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

testWith(["git"], "hasChanges() looks at what git knows of the folder alone", async () => {
  using dir = tempDir();
  expect(await hasChanges(dir.path)).toBe(false);
  git(dir.path, "init", "-q");
  await dir.write({ "project/config.yaml": "{}\n", "other.txt": "1" });
  git(dir.path, "add", ".");
  git(dir.path, "commit", "-q", "-m", "First");
  const project = join(dir.path, "project");
  await dir.write({ "other.txt": "2", "project/new.txt": "1" });
  expect(await hasChanges(project)).toBe(false);
  await dir.write({ "project/config.yaml": "train: {}\n" });
  expect(await hasChanges(project)).toBe(true);
});
