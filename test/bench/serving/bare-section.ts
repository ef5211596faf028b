import { bareContender } from "./bare-contender.ts";
import { type Bench, connections } from "./bench.ts";
import type { Contender } from "./contender.ts";
import { mixedRows } from "./iris.ts";
import { type Load, load } from "./load.ts";
import { forClasses, usualWorkers } from "./mlt.ts";
import { inRounds } from "./rounds.ts";
import { type Server, startServer } from "./server.ts";
import { median, ratios, spread } from "./statistics.ts";
import { printTable, whole } from "./table.ts";

/** mlt, and Bun alone with the same request and the same answer. */
interface Duel {
  readonly rowCount: number;
  readonly ours: Server;
  readonly bare: Server;
}

/** mlt against a server in Bun that only parses the JSON and answers constant bytes. */
export async function bareSection(bench: Bench): Promise<void> {
  const { one, usual } = bench.mlt;
  await using servers = new AsyncDisposableStack();
  const single = await duelsOf(one, 1, bench, servers);
  const classes = await duelsOf(forClasses(one), 1, bench, servers, [1]);
  const several = usual === undefined ? [] : await duelsOf(usual, usualWorkers, bench, servers);
  const sides = [...single, ...classes, ...several].flatMap(({ rowCount, ours, bare }) => [
    { server: ours, rowCount },
    { server: bare, rowCount },
  ]);
  const measure = (seconds: number) => (side: (typeof sides)[number]) =>
    load(side.server, { ...bench, connections, seconds, rows: mixedRows(bench.project.rows, side.rowCount) });
  await inRounds(1, sides, measure(1));
  const results = await inRounds(bench.rounds, sides, measure(bench.seconds));
  const pairs = [...single, ...classes, ...several].map((duel, at) => ({
    duel,
    ours: results[2 * at] ?? [],
    bare: results[2 * at + 1] ?? [],
  }));
  const ended = single.length + classes.length;
  printDuels(`one process each (${one.name})`, pairs.slice(0, ended));
  if (usual !== undefined) printDuels(`${usualWorkers} processes each (${usual.name})`, pairs.slice(ended));
}

async function duelsOf(
  contender: Contender,
  processes: number,
  { project, dir }: Bench,
  servers: AsyncDisposableStack,
  rowCounts: readonly number[] = [1, 100],
): Promise<Duel[]> {
  const ours = servers.use(await startServer(contender, project.rows, dir));
  const duels: Duel[] = [];
  for (const rowCount of rowCounts) {
    const rows = mixedRows(project.rows, rowCount);
    const answer = await ours.ask(rows);
    const bare = servers.use(await startServer(bareContender(contender, answer, processes, dir), rows, dir));
    duels.push({ rowCount, ours, bare });
  }
  return duels;
}

interface Pair {
  readonly duel: Duel;
  readonly ours: readonly Load[];
  readonly bare: readonly Load[];
}

function printDuels(title: string, pairs: readonly Pair[]): void {
  console.log(`### Against a constant answer: ${title}\n`);
  printTable(
    [
      "route, rows",
      "mlt, requests/s",
      "bare, requests/s",
      "mlt / bare",
      "mlt, p99 ms",
      "bare, p99 ms",
      "mlt / bare",
      "mlt, CPU µs",
      "bare, CPU µs",
    ],
    pairs.map(({ duel, ours, bare }) => {
      const rates = [ours, bare].map((loads) => loads.map(({ requestsPerSecond }) => requestsPerSecond));
      const slow = [ours, bare].map((loads) => loads.map(({ p99Ms }) => p99Ms));
      const cpu = [ours, bare].map((loads) => loads.map(({ cpuMicroseconds }) => cpuMicroseconds));
      return [
        `${duel.ours.contender.path}, ${duel.rowCount}`,
        ...rates.map((values) => whole(median(values))),
        spread(ratios(rates[0] ?? [], rates[1] ?? []), 2),
        ...slow.map((values) => median(values).toFixed(1)),
        spread(ratios(slow[0] ?? [], slow[1] ?? []), 1),
        ...cpu.map((values) => median(values).toFixed(0)),
      ];
    }),
  );
}
