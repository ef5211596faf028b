import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bareSection } from "./serving/bare-section.ts";
import type { Bench } from "./serving/bench.ts";
import { irisProject, must } from "./serving/iris.ts";
import { memorySection } from "./serving/memory-section.ts";
import { mixedSection } from "./serving/mixed-section.ts";
import { mltContenders } from "./serving/mlt.ts";
import { type ServeBenchOptions, serveBenchOptions } from "./serving/options.ts";
import { peersSection } from "./serving/peers-section.ts";
import { killDescendants } from "./serving/server.ts";

/**
 * How fast `mlt serve` answers: against Bun alone, against other ways to serve the same model, with large requests
 * beside small ones, and what memory it takes. A figure is the median of several rounds, in which all take turns; a
 * ratio is the median of the rounds' ratios. Linux only.
 *
 * Run, after npm run build: npm run bench:serve -- [--bare] [--peers] [--mixed] [--memory] [--rounds 5] [--seconds 2]
 * [--binary dist/mlt]
 */

const root = resolve(import.meta.dirname, "../..");
try {
  await main(serveBenchOptions(process.argv.slice(2), root));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function main({ sections, rounds, seconds, binary }: ServeBenchOptions): Promise<void> {
  const wrk = must("bash", [join(root, "test/bench/peers/install-wrk.sh")]).trim();
  const dir = mkdtempSync(join(tmpdir(), "mlt-bench-"));
  process.once("SIGINT", () => {
    killDescendants();
    rmSync(dir, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    const project = irisProject(binary, join(dir, "iris"));
    const bench: Bench = { project, mlt: mltContenders(binary, project.dir), rounds, seconds, dir };
    const version = must(binary, ["--version"]).trim();
    console.log(`mlt ${version}, Bun ${Bun.version}, ${wrk} on the same machine: ${machine()}`);
    console.log(
      `Median of ${rounds} rounds of ${seconds} s, in turns; in parentheses the lowest and the highest.\n`,
    );
    if (sections.has("bare")) await bareSection(bench);
    if (sections.has("peers")) await peersSection(bench);
    if (sections.has("mixed")) await mixedSection(bench);
    if (sections.has("memory")) await memorySection(bench);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function machine(): string {
  const kernel = spawnSync("uname", ["-sr"], { encoding: "utf8" }).stdout.trim();
  return `${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown processor"}, ${kernel}`;
}
