import { rmSync } from "node:fs";
import type { Bench } from "../serving/bench.ts";
import { connections } from "../serving/bench.ts";
import type { Contender } from "../serving/contender.ts";
import { mixedRows, must } from "../serving/iris.ts";
import { load } from "../serving/load.ts";
import { inRounds } from "../serving/rounds.ts";
import { startServer } from "../serving/server.ts";
import { median, ratios, spread } from "../serving/statistics.ts";
import { printTable, whole } from "../serving/table.ts";
import type { Sinks } from "./sinks.ts";

/**
 * Requests a second and p99 without the log, with the spool alone, and with both sinks. The service and its delivery have
 * one core to themselves; the load and the sinks, which stand for other machines, have the other.
 */
export async function ratesSection(bench: Bench, sinks: Sinks): Promise<void> {
  const { mlt, project, dir } = bench;
  const base = mlt.one;
  must("taskset", ["--all-tasks", "--pid", "--cpu-list", "1", `${process.pid}`]);
  await sinks.start();
  const variants: readonly [string, Readonly<Record<string, string>>][] = [
    ["off", {}],
    ["spool alone", { MLT_LOGGING__ENABLED: "true" }],
    ["Fluentd and MongoDB", sinks.env],
    [
      "spool alone, durability disk",
      { MLT_LOGGING__ENABLED: "true", MLT_LOGGING__SPOOL__DURABILITY: "disk" },
    ],
  ];
  const contenders = variants.map(([name, env]) => onFirstCore(withEnv(base, name, env)));
  let spools = 0;
  for (const rowCount of [1, 100]) {
    const options = { rows: mixedRows(project.rows, rowCount), connections, dir };
    // Each time a new service with a spool of its own: what the last one wrote would be work beside the next one's.
    const measure = async (contender: Contender) => {
      const spool = { MLT_LOGGING__SPOOL__DIR: `${dir}/spool-${spools++}` };
      await using server = await startServer(withEnv(contender, contender.name, spool), project.rows, dir);
      await load(server, { ...options, seconds: 1 });
      const measured = await load(server, { ...options, seconds: bench.seconds });
      server.kill();
      rmSync(spool.MLT_LOGGING__SPOOL__DIR, { recursive: true, force: true });
      return measured;
    };
    const results = await inRounds(bench.rounds, contenders, measure);
    const of = (at: number, what: "requestsPerSecond" | "p99Ms" | "cpuMicroseconds") =>
      (results[at] ?? []).map((measured) => measured[what]);
    console.log(`### Requests of ${rowCount} ${rowCount === 1 ? "row" : "rows"}: ${base.name}\n`);
    printTable(
      ["prediction log", "requests/s", "of those without", "p99 ms", "times that without", "CPU µs"],
      contenders.map((contender, at) => [
        contender.name,
        whole(median(of(at, "requestsPerSecond"))),
        spread(ratios(of(at, "requestsPerSecond"), of(0, "requestsPerSecond")), 2),
        median(of(at, "p99Ms")).toFixed(2),
        spread(ratios(of(at, "p99Ms"), of(0, "p99Ms")), 2),
        median(of(at, "cpuMicroseconds")).toFixed(1),
      ]),
    );
  }
  await sinks.stop();
  must("taskset", ["--all-tasks", "--pid", "--cpu-list", "0,1", `${process.pid}`]);
}

function onFirstCore(contender: Contender): Contender {
  return {
    ...contender,
    commands: async (port) =>
      (await contender.commands(port)).map(({ program, args, ...command }) => ({
        ...command,
        program: "taskset",
        args: ["--cpu-list", "0", program, ...args],
      })),
  };
}

/** The contender with further variables. */
export function withEnv(
  contender: Contender,
  name: string,
  env: Readonly<Record<string, string>>,
): Contender {
  return {
    ...contender,
    name,
    commands: async (port) =>
      (await contender.commands(port)).map((command) => ({ ...command, env: { ...command.env, ...env } })),
  };
}
