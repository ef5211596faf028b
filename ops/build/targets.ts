import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A machine that a binary is built for. */
export interface Target {
  /** Such as `linux-x64`. */
  readonly name: (typeof targetNames)[number];
  readonly os: "linux" | "darwin";
  readonly arch: "x64" | "arm64";
  /** Folder of polars's native library for that machine. */
  readonly polarsDir: string;
}

export const targetNames = ["linux-x64", "linux-arm64", "darwin-arm64"] as const;

/** The target of a name; parts that are not installed here are fetched from the package registry. */
export function findTarget(name: string, cacheDir: string): Target {
  const known = targetNames.find((target) => target === name);
  if (known === undefined)
    throw new RangeError(`There is no target "${name}": choose of ${targetNames.join(", ")}`);
  const os = known.startsWith("darwin") ? "darwin" : "linux";
  const arch = known.endsWith("arm64") ? "arm64" : "x64";
  const polars = `nodejs-polars-${os}-${arch}${os === "linux" ? "-gnu" : ""}`;
  return { name: known, os, arch, polarsDir: polarsFolder(polars, cacheDir) };
}

function polarsFolder(name: string, cacheDir: string): string {
  const installed = join("node_modules", name);
  if (existsSync(installed)) return installed;
  const version: string = JSON.parse(readFileSync("node_modules/nodejs-polars/package.json", "utf8")).version;
  const dir = join(cacheDir, `${name}-${version}`);
  const folder = join(dir, "package");
  if (existsSync(folder)) return folder;
  mkdirSync(dir, { recursive: true });
  const packed = execFileSync("npm", ["pack", `${name}@${version}`, "--pack-destination", dir, "--silent"], {
    encoding: "utf8",
  });
  execFileSync("tar", ["-xzf", join(dir, packed.trim()), "-C", dir]);
  return folder;
}
