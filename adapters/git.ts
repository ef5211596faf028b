import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The commit that a folder is at; absent where there is no git, no checkout or no commit. */
export async function gitCommit(dir: string): Promise<string | undefined> {
  return (await say(dir, ["rev-parse", "HEAD"])) || undefined;
}

/** Whether files of a folder differ from its commit; those that git does not know are not looked at. */
export async function hasChanges(dir: string): Promise<boolean> {
  return (await say(dir, ["status", "--porcelain", "--untracked-files=no", "--", "."])) !== "";
}

async function say(dir: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", ["-C", dir, ...args], { timeout: 5_000 });
    return stdout.trim();
  } catch {
    return "";
  }
}
