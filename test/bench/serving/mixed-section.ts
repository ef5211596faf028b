import { type Bench, connections } from "./bench.ts";
import { mixedRows } from "./iris.ts";
import { type Load, load } from "./load.ts";
import { inRounds } from "./rounds.ts";
import { type Server, startServer } from "./server.ts";
import { median, spread } from "./statistics.ts";
import { printTable, whole } from "./table.ts";

const bigRows = 10_000;

interface Mixed {
  readonly alone: Load;
  readonly singles: Load;
  readonly big: Load;
}

/** Single rows while one connection sends 10,000 rows a request, one after the other. */
export async function mixedSection(bench: Bench): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const servers: Server[] = [];
  for (const contender of [bench.mlt.usual, bench.mlt.one]) {
    if (contender === undefined) continue;
    servers.push(stack.use(await startServer(contender, bench.project.rows, bench.dir)));
  }
  await inRounds(1, servers, (server) => mixed(server, bench, 1));
  const results = await inRounds(bench.rounds, servers, (server) => mixed(server, bench, bench.seconds));
  console.log(
    `### Single rows on ${connections} connections beside ${whole(bigRows)} rows a request on one\n`,
  );
  printTable(
    [
      "",
      "singles/s",
      "p50 ms",
      "p99 ms (lowest to highest)",
      "alone: p99 ms",
      "big requests, rows/s",
      "p50 ms",
    ],
    servers.map(({ contender }, at) => {
      const rounds = results[at] ?? [];
      return [
        contender.name,
        whole(median(rounds.map(({ singles }) => singles.requestsPerSecond))),
        median(rounds.map(({ singles }) => singles.p50Ms)).toFixed(1),
        spread(
          rounds.map(({ singles }) => singles.p99Ms),
          1,
        ),
        median(rounds.map(({ alone }) => alone.p99Ms)).toFixed(1),
        whole(median(rounds.map(({ big }) => big.rowsPerSecond))),
        median(rounds.map(({ big }) => big.p50Ms)).toFixed(1),
      ];
    }),
  );
}

async function mixed(server: Server, { project, dir }: Bench, seconds: number): Promise<Mixed> {
  const single = { rows: mixedRows(project.rows, 1), connections, seconds, dir };
  const alone = await load(server, single);
  const [singles, big] = await Promise.all([
    load(server, single),
    load(server, { rows: mixedRows(project.rows, bigRows), connections: 1, seconds, dir }),
  ]);
  return { alone, singles, big };
}
