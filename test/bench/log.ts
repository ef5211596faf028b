import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { executablePath } from "../support/tools.ts";
import { killsSection } from "./logging/kills-section.ts";
import { type LogBenchOptions, logBenchOptions } from "./logging/options.ts";
import { outageSection } from "./logging/outage-section.ts";
import { ratesSection } from "./logging/rates-section.ts";
import { sinksIn } from "./logging/sinks.ts";
import type { Bench } from "./serving/bench.ts";
import { irisProject, must } from "./serving/iris.ts";
import { mltContenders } from "./serving/mlt.ts";
import { killDescendants } from "./serving/server.ts";

/**
 * What the prediction log costs, and whether it keeps what it promises: rates with and without it, both sinks down for a
 * whole load, the service killed again and again under load. Linux only; needs the programs of test/support/tools.sh.
 *
 * Run, after npm run build: npm run bench:log -- [--rates] [--outage] [--kills] [--rounds 7] [--seconds 4]
 * [--outage-seconds 60] [--times 50] [--binary dist/mlt]
 */

const root = resolve(import.meta.dirname, "../..");
try {
  await main(logBenchOptions(process.argv.slice(2), root));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function main({ sections, binary, ...options }: LogBenchOptions): Promise<void> {
  for (const program of ["mlt-test-ferretdb", "mlt-test-fluentforward"]) {
    if (executablePath(program) === undefined) {
      throw new Error(
        `${program} is not on PATH: run test/support/tools.sh, and take the PATH that it prints`,
      );
    }
  }
  const wrk = must("bash", [join(root, "test/bench/peers/install-wrk.sh")]).trim();
  const dir = mkdtempSync(join(tmpdir(), "mlt-bench-"));
  process.once("SIGINT", () => {
    killDescendants();
    rmSync(dir, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    const project = irisProject(binary, join(dir, "iris"));
    const bench: Bench = { project, mlt: mltContenders(binary, project.dir), ...options, dir };
    const cores = `${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown processor"}`;
    console.log(`mlt ${must(binary, ["--version"]).trim()}, ${wrk}, and the sinks on the same ${cores}\n`);
    await using sinks = await sinksIn(dir);
    if (sections.has("rates")) await ratesSection(bench, sinks);
    if (sections.has("outage")) await outageSection(bench, sinks, options.outageSeconds);
    if (sections.has("kills") && !(await killsSection(bench, sinks, options.kills))) process.exitCode = 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
