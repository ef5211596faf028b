import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";

/**
 * How long mlt takes to start: `--version`, `--help`, and from the start of `serve` to the first prediction; the last
 * beside FastAPI with scikit-learn, in turns. Run: npm run bench:start (after npm run build)
 */

const root = resolve(import.meta.dirname, "../..");
const mlt = join(root, "dist/mlt");
const runs = 11;
const row = JSON.stringify([{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }]);

interface Served {
  readonly ms: number;
  /** Resident memory after the first prediction. */
  readonly megabytes: number;
}

const dir = mkdtempSync(join(tmpdir(), "mlt-bench-"));
try {
  await main(join(dir, "iris"));
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main(project: string): Promise<void> {
  must(mlt, ["init", project]);
  must(mlt, ["train", "--dir", project]);
  const peer = preparePeer(project);
  const version = repeat(() => timed(() => must(mlt, ["--version"])));
  const help = repeat(() => timed(() => must(mlt, ["--help"])));
  const ours: Served[] = [];
  const theirs: Served[] = [];
  for (let run = 0; run <= runs; run++) {
    const port = await freePort();
    const our = await firstPrediction(mlt, ["serve", "--dir", project, "--port", `${port}`], port);
    const their = peer && (await firstPrediction(peer.python, [...peer.serve, `${port}`], port));
    // The first of each fills the caches of the disk.
    if (run > 0) ours.push(our);
    if (run > 0 && their !== undefined) theirs.push(their);
  }
  console.log(`median of ${runs} runs (lowest to highest)\n`);
  print("mlt --version", version);
  print("mlt --help", help);
  const oursMs = ours.map(({ ms }) => ms);
  print("mlt serve: start to first prediction", oursMs);
  console.log(
    `mlt serve: memory after it               ${median(ours.map(({ megabytes }) => megabytes)).toFixed(0)} MB`,
  );
  if (theirs.length === 0)
    return console.log("\nFastAPI with scikit-learn: left out, its packages could not be installed");
  const theirsMs = theirs.map(({ ms }) => ms);
  print("FastAPI, scikit-learn: start to first", theirsMs);
  console.log(
    `FastAPI, scikit-learn: memory after it   ${median(theirs.map(({ megabytes }) => megabytes)).toFixed(0)} MB`,
  );
  const ratios = theirsMs.map((ms, run) => ms / (oursMs[run] ?? Number.NaN));
  console.log(`\nfirst prediction, theirs / ours, pair by pair: ${median(ratios).toFixed(1)}`);
}

function preparePeer(project: string) {
  const installed = spawnSync("bash", [join(root, "test/bench/peers/install.sh")], { encoding: "utf8" });
  if (installed.status !== 0) return undefined;
  const python = installed.stdout.trim();
  const script = join(root, "test/bench/peers/fastapi_iris.py");
  const model = join(project, "model.pkl");
  must(python, [script, "fit", join(project, "source/data/iris.csv"), model]);
  return { python, serve: [script, "serve", model] };
}

async function firstPrediction(program: string, args: readonly string[], port: number): Promise<Served> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = new Promise((resolveEnd) => child.once("exit", resolveEnd));
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/predictions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: row,
      }).catch(() => undefined);
      if (answer?.status === 200) {
        await answer.text();
        return { ms: performance.now() - started, megabytes: residentMegabytes(child.pid ?? 0) };
      }
      if (performance.now() - started > 30_000) throw new Error(`${program} did not answer within 30 s`);
      await new Promise((wait) => setTimeout(wait, 2));
    }
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

function residentMegabytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return (pages * 4096) / 1e6;
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

function must(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
}

function print(title: string, values: readonly number[]): void {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0));
  console.log(`${title.padEnd(40)} ${median(values).toFixed(0)} ms (${low} to ${high})`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
