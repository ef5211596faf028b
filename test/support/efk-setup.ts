import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type SearchEngine, stacksFolder } from "./stack-files.ts";

export interface EfkSetup {
  readonly engine: SearchEngine;
  /** A folder of its own, for the files and secrets that a container has. */
  readonly dir: string;
  /** A script of the stack `efk`, and its arguments. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Runs a script of the stack `efk` as its container does, to its end. */
export async function runEfkSetup({ engine, dir, command, environment = {}, secrets = {} }: EfkSetup) {
  const mlt = join(dir, "mlt");
  cpSync(join(stacksFolder, "efk"), mlt, { recursive: true });
  cpSync(join(stacksFolder, "efk", engine), mlt, { recursive: true });
  const secretsDir = join(dir, "secrets");
  mkdirSync(secretsDir, { recursive: true });
  const all = { search_admin_password: "admin-secret", ...secrets };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(secretsDir, name), text);
  const [script = "", ...args] = command;
  const child = Bun.spawn(["bash", join(mlt, script), ...args], {
    env: { PATH: process.env["PATH"] ?? "", MLT_HOME: mlt, MLT_SECRETS: secretsDir, ...environment },
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}
