import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Contender } from "./serving/contender.ts";
import { irisProject, mixedRows, must, type Row } from "./serving/iris.ts";
import { forClasses, mltContenders } from "./serving/mlt.ts";
import { prepareFastapi } from "./serving/peers.ts";
import { startServer } from "./serving/server.ts";
import { median, ratios, spread } from "./serving/statistics.ts";

/**
 * How long mlt takes to start: `--version`, `--help`, and from the start of `serve` to the first prediction; the last
 * beside FastAPI with scikit-learn, in turns. Run: npm run bench:start (after npm run build)
 */

const mlt = resolve(import.meta.dirname, "../../dist/mlt");
const runs = 11;

interface Served {
  readonly ms: number;
  /** Resident memory after the first prediction. */
  readonly megabytes: number;
}

const dir = mkdtempSync(join(tmpdir(), "mlt-bench-"));
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const project = irisProject(mlt, join(dir, "iris"));
  const row = mixedRows(project.rows, 1);
  const { one, usual = one } = mltContenders(mlt, project.dir);
  const peer = prepareFastapi(project, dir);
  const version = repeat(() => timed(() => must(mlt, ["--version"])));
  const help = repeat(() => timed(() => must(mlt, ["--help"])));
  const ours: Served[] = [];
  const theirs: Served[] = [];
  for (let run = 0; run <= runs; run++) {
    const our = await firstPrediction(forClasses(usual), row);
    const their = peer && (await firstPrediction(forClasses(peer), row));
    // The first of each fills the caches of the disk.
    if (run > 0) ours.push(our);
    if (run > 0 && their !== undefined) theirs.push(their);
  }
  console.log(`median of ${runs} runs (lowest to highest)\n`);
  print("mlt --version", version);
  print("mlt --help", help);
  printServed("mlt serve", ours);
  if (theirs.length === 0)
    return console.log("\nFastAPI with scikit-learn: left out, its packages could not be installed");
  printServed("FastAPI, scikit-learn", theirs);
  const [oursMs = [], theirsMs = []] = [ours, theirs].map((served) => served.map(({ ms }) => ms));
  console.log(
    `\nfirst prediction, theirs / ours, pair by pair: ${median(ratios(theirsMs, oursMs)).toFixed(1)}`,
  );
}

async function firstPrediction(contender: Contender, row: readonly Row[]): Promise<Served> {
  await using server = await startServer(contender, row, dir);
  return { ms: server.firstPredictionMs, megabytes: server.usage().megabytes };
}

function repeat(measure: () => number): number[] {
  measure();
  return Array.from({ length: runs }, measure);
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function printServed(name: string, served: readonly Served[]): void {
  print(
    `${name}: start to first prediction`,
    served.map(({ ms }) => ms),
  );
  const megabytes = median(served.map((one) => one.megabytes));
  console.log(`${`${name}: memory after it`.padEnd(50)} ${megabytes.toFixed(0)} MB`);
}

function print(title: string, milliseconds: readonly number[]): void {
  console.log(`${title.padEnd(50)} ${spread(milliseconds, 0)} ms`);
}
