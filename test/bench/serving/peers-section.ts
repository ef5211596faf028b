import { mustAgree } from "./agreement.ts";
import { type Bench, connections } from "./bench.ts";
import type { Contender } from "./contender.ts";
import { mixedRows } from "./iris.ts";
import { type Load, load } from "./load.ts";
import { preparePeers } from "./peers.ts";
import { inRounds } from "./rounds.ts";
import { type Server, startServer } from "./server.ts";
import { median, ratios, spread } from "./statistics.ts";
import { printTable, whole } from "./table.ts";

const rowCounts = [1, 100] as const;
const starts = 3;

/** mlt against other ways to serve the same model. */
export async function peersSection(bench: Bench): Promise<void> {
  const { project, dir } = bench;
  const peers = preparePeers(project, dir);
  const ours = [bench.mlt.usual, bench.mlt.one].filter((contender) => contender !== undefined);
  const contenders = [...ours, ...peers.contenders];
  const firsts = await inRounds(starts, contenders, (contender) => firstPredictionMs(contender, bench));

  await using stack = new AsyncDisposableStack();
  const servers: Server[] = [];
  for (const contender of contenders)
    servers.push(stack.use(await startServer(contender, project.rows, dir)));
  await mustAgree(servers, project.rows);
  const sides = rowCounts.flatMap((rowCount) => servers.map((server) => ({ server, rowCount })));
  const measure = (seconds: number) => (side: (typeof sides)[number]) =>
    load(side.server, { ...bench, connections, seconds, rows: mixedRows(project.rows, side.rowCount) });
  await inRounds(1, sides, measure(2));
  const results = await inRounds(bench.rounds, sides, measure(bench.seconds));

  const names = contenders.map(({ name }) => name);
  for (const [at, rowCount] of rowCounts.entries()) {
    const loads = results.slice(at * servers.length, (at + 1) * servers.length);
    printLoads(rowCount, names, loads, ours.length);
  }
  console.log("### Memory and start\n");
  printTable(
    ["", "resident memory after it, MB", "start to first prediction, ms"],
    servers.map((server, at) => [
      server.contender.name,
      server.usage().megabytes.toFixed(0),
      spread(firsts[at] ?? [], 0),
    ]),
  );
  for (const name of peers.missing) console.log(`Left out, because it could not be installed: ${name}\n`);
}

async function firstPredictionMs(contender: Contender, { project, dir }: Bench): Promise<number> {
  await using server = await startServer(contender, mixedRows(project.rows, 1), dir);
  return server.firstPredictionMs;
}

/** The first `ours` of the servers are mlt; each other one is compared with each of them. */
function printLoads(
  rowCount: number,
  names: readonly string[],
  loads: readonly (readonly Load[])[],
  ours: number,
): void {
  console.log(`### ${rowCount === 1 ? "1 row" : `${rowCount} rows`} a request, ${connections} connections\n`);
  const mine = loads.slice(0, ours);
  printTable(
    [
      "",
      "requests/s",
      "rows/s",
      "p50 ms",
      "p99 ms",
      "CPU µs",
      ...names.slice(0, ours).map((name) => `${name} / this`),
    ],
    loads.map((values, at) => {
      const rate = (all: readonly Load[]) => all.map(({ requestsPerSecond }) => requestsPerSecond);
      return [
        names[at] ?? "",
        whole(median(rate(values))),
        whole(median(values.map(({ rowsPerSecond }) => rowsPerSecond))),
        median(values.map(({ p50Ms }) => p50Ms)).toFixed(1),
        median(values.map(({ p99Ms }) => p99Ms)).toFixed(1),
        whole(median(values.map(({ cpuMicroseconds }) => cpuMicroseconds))),
        ...mine.map((own) => (at < ours ? "" : spread(ratios(rate(own), rate(values)), 1))),
      ];
    }),
  );
}
