import { type Bench, connections } from "./bench.ts";
import { mixedRows } from "./iris.ts";
import { load } from "./load.ts";
import { startServer } from "./server.ts";
import { slope } from "./statistics.ts";
import { printTable, whole } from "./table.ts";

const allRequests = 2_000_000;
const sampleEvery = 100_000;
const settledAfter = 500_000;

/** Resident memory of `mlt serve` over two million requests: single rows, and every hundredth request 100 rows. */
export async function memorySection({ mlt, project, dir }: Bench): Promise<void> {
  const rows = mixedRows(project.rows, 1);
  await using server = await startServer(mlt.usual ?? mlt.one, rows, dir);
  const series = [{ x: 0, y: server.usage().megabytes }];
  let requests = 0;
  // wrk runs for whole seconds, so a sample is late by what one of them answers at most; the first run tells the rate.
  let perSecond = Number.POSITIVE_INFINITY;
  while (requests < allRequests) {
    const next = (Math.floor(requests / sampleEvery) + 1) * sampleEvery;
    const seconds = Math.max(1, Math.floor((next - requests) / perSecond));
    const hundredth = mixedRows(project.rows, 100);
    const slice = await load(server, { rows, hundredth, connections, seconds, dir });
    requests += slice.requests + 1;
    perSecond = slice.requestsPerSecond;
    if (requests < next) continue;
    series.push({ x: requests, y: server.usage().megabytes });
    console.error(`${whole(requests)} requests`);
  }
  console.log(`### Memory over ${whole(allRequests)} requests: ${server.contender.name}\n`);
  printTable(
    ["requests", "resident memory, MB"],
    series.map(({ x, y }) => [whole(x), y.toFixed(1)]),
  );
  const settled = series.filter(({ x }) => x >= settledAfter).map(({ x, y }) => ({ x: x / 1e6, y }));
  console.log(
    `Slope after the first ${whole(settledAfter)}: ${slope(settled).toFixed(2)} MB a million requests\n`,
  );
}
