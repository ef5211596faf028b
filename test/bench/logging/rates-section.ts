import type { Bench } from "../serving/bench.ts";
import { connections } from "../serving/bench.ts";
import type { Contender } from "../serving/contender.ts";
import { mixedRows } from "../serving/iris.ts";
import { load } from "../serving/load.ts";
import { inRounds } from "../serving/rounds.ts";
import { type Server, startServer } from "../serving/server.ts";
import { median, ratios, spread } from "../serving/statistics.ts";
import { printTable, whole } from "../serving/table.ts";
import { delivered } from "./log-counts.ts";
import type { Sinks } from "./sinks.ts";

/** Requests a second and p99 without the log, with the spool alone, and with both sinks taking what is written. */
export async function ratesSection(bench: Bench, sinks: Sinks): Promise<void> {
  const { mlt, project, dir } = bench;
  const base = mlt.usual ?? mlt.one;
  await using stack = new AsyncDisposableStack();
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
  const servers: Server[] = [];
  for (const [name, env] of variants) {
    const logged = withEnv(base, name, {
      ...env,
      MLT_LOGGING__SPOOL__DIR: `${dir}/spool-${servers.length}`,
    });
    servers.push(stack.use(await startServer(logged, project.rows, dir)));
  }
  for (const rowCount of [1, 100]) {
    const options = { rows: mixedRows(project.rows, rowCount), connections, dir };
    const measure = (seconds: number) => async (server: (typeof servers)[number]) => {
      const measured = await load(server, { ...options, seconds });
      // What is still on its way would be work beside the next one's.
      if (seconds > 1) await delivered(server.url);
      return measured;
    };
    await inRounds(1, servers, measure(1));
    const results = await inRounds(bench.rounds, servers, measure(bench.seconds));
    const of = (at: number, what: "requestsPerSecond" | "p99Ms" | "cpuMicroseconds") =>
      (results[at] ?? []).map((measured) => measured[what]);
    console.log(`### Requests of ${rowCount} ${rowCount === 1 ? "row" : "rows"}: ${base.name}\n`);
    printTable(
      ["prediction log", "requests/s", "of those without", "p99 ms", "times that without", "CPU µs"],
      servers.map(({ contender }, at) => [
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
