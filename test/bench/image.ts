import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { dockerRegistry } from "../support/docker-registry.ts";
import { dockerDaemon } from "../support/dockerd.ts";
import { must } from "./serving/iris.ts";
import { printTable } from "./serving/table.ts";

/**
 * How long an image takes to build and push, at first and after a training, and what is uploaded: by mlt itself, by mlt
 * with Docker, and by `docker build` of a Dockerfile that copies the whole project in one step, as templates do.
 * Linux only, as root; needs the programs of test/support/tools.sh.
 *
 * Run, after npm run build: npm run bench:image
 */

const mlt = resolve(import.meta.dirname, "../../dist/mlt");
const dir = mkdtempSync(join(tmpdir(), "mlt-bench-image-"));
const project = join(dir, "iris");

try {
  await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  must(mlt, ["init", project]);
  must(mlt, ["train", "--dir", project]);
  await using registry = await dockerRegistry(dir);
  await registry.start();
  await using daemon = await dockerDaemon();
  const env = {
    ...daemon.env,
    MLT_CACHE_DIR: join(dir, "cache"),
    MLT_IMAGE__REGISTRY: registry.host,
  };
  const stored = () => sizeOf(join(dir, "registry"));
  const measure = async (run: () => void) => {
    const before = stored();
    const started = performance.now();
    run();
    return { seconds: (performance.now() - started) / 1000, bytes: stored() - before };
  };
  const built = (repository: string, engine: string, tag: string) => () => {
    const flags = ["--dir", project, "--engine", engine, "--no-test", "--push", "--tag", tag];
    check(mlt, ["build-image", ...flags], { ...env, MLT_IMAGE__REPOSITORY: repository });
  };
  const copied = (tag: string) => () => {
    const context = join(dir, "context");
    rmSync(context, { recursive: true, force: true });
    mkdirSync(context);
    cpSync(project, join(context, "app"), { recursive: true });
    cpSync(mlt, join(context, "app/mlt"));
    writeFileSync(join(context, "Dockerfile"), 'FROM scratch\nCOPY . /\nCMD ["/app/mlt", "serve"]\n');
    const reference = `${registry.host}/copied/iris:${tag}`;
    check("docker", ["build", "--tag", reference, context], env);
    check("docker", ["push", reference], env);
  };
  const rows: [string, { seconds: number; bytes: number }, { seconds: number; bytes: number }][] = [];
  for (const [name, run] of [
    ["mlt build-image --engine oci", (tag: string) => built("oci", "oci", tag)],
    ["mlt build-image --engine docker", (tag: string) => built("docker", "docker", tag)],
    ["docker build, COPY of the whole project", copied],
  ] as const) {
    const first = await measure(run("1"));
    must(mlt, ["train", "--dir", project]);
    rows.push([name, first, await measure(run("2"))]);
  }
  console.log(`mlt ${must(mlt, ["--version"]).trim()}\n`);
  printTable(
    ["build and push, without a test", "at first s", "MB uploaded", "after a training s", "MB uploaded"],
    rows.map(([name, first, again]) => [
      name,
      first.seconds.toFixed(1),
      (first.bytes / 1e6).toFixed(1),
      again.seconds.toFixed(2),
      (again.bytes / 1e6).toFixed(3),
    ]),
  );
}

function check(program: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(program, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

/** Bytes of the blobs that a registry keeps. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "data")
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
