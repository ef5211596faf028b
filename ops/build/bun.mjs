// Runs a script of this repository with the Bun that its lock file pins; installs the npm packages first if they are
// missing or of another lock file. Needs Node.js and npm alone:  node ops/build/bun.mjs <script> [arguments]
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** npm keeps what it installed in a copy of the lock file, less the root package. */
function isInstalled() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const here = packagesOf(installed);
  const wanted = Object.entries(packagesOf(join(root, "package-lock.json"))).filter(([path]) => path !== "");
  return wanted.every(
    ([path, { version, optional }]) => here[path]?.version === version || (optional && !here[path]),
  );
}

function run(program, args, env = process.env) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit", env });
  if (error) console.error(`error: Cannot run ${program}: ${error.message}`);
  return status ?? 1;
}

if (!isInstalled()) {
  console.error("Installing the npm packages (once) …");
  const status = run("npm", ["ci", "--no-progress", "--loglevel=error"]);
  if (status !== 0) process.exit(status);
}

const arch = process.arch === "arm64" ? "aarch64" : process.arch;
const bun = join(root, "node_modules/@oven", `bun-${process.platform}-${arch}`, "bin/bun");
if (!existsSync(bun)) {
  console.error(`error: Bun is not to be had for ${process.platform}-${process.arch}`);
  console.error("hint: Use Linux (x64, arm64) or macOS.");
  process.exit(4);
}
const env = { ...process.env, PATH: `${dirname(bun)}${delimiter}${process.env.PATH}` };
process.exit(run(bun, process.argv.slice(2), env));
