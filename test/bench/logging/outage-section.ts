import type { Bench } from "../serving/bench.ts";
import { mixedRows } from "../serving/iris.ts";
import { load } from "../serving/load.ts";
import { startServer } from "../serving/server.ts";
import { printTable, whole } from "../serving/table.ts";
import { delivered, logCounts } from "./log-counts.ts";
import { withEnv } from "./rates-section.ts";
import type { Sinks } from "./sinks.ts";

const sliceSeconds = 5;
/** So few that the server of MongoDB's protocol, on the same cores, has what was written a few minutes later. */
const connections = 1;

/** Both sinks down for the whole of a load, then up: what becomes of memory and of the predictions. */
export async function outageSection(bench: Bench, sinks: Sinks, seconds: number): Promise<void> {
  const { mlt, project, dir } = bench;
  const rows = mixedRows(project.rows, 1);
  const spool = { MLT_LOGGING__SPOOL__DIR: `${dir}/spool-outage` };
  const logged = withEnv(mlt.usual ?? mlt.one, "mlt", { ...sinks.env, ...spool });
  await sinks.start();
  const before = await sinks.mongoCount();
  await using server = await startServer(logged, project.rows, dir);
  const megabytes: number[] = [];
  const slice = async () => {
    const { requests } = await load(server, { rows, connections, seconds: sliceSeconds, dir });
    megabytes.push(server.usage().megabytes);
    return requests;
  };
  // Normal is what the service takes under the same load while its sinks take what they are sent.
  for (let passed = 0; passed < 3 * sliceSeconds; passed += sliceSeconds) await slice();
  const normal = Math.max(...megabytes);
  await delivered(server.url);
  await sinks.stop();
  megabytes.length = 0;
  let answered = 0;
  for (let passed = 0; passed < seconds; passed += sliceSeconds) {
    answered += await slice();
    console.error(`${passed + sliceSeconds} s of ${seconds} s without sinks`);
  }
  const during = Math.max(...megabytes);
  const { pending, dropped } = await logCounts(server.url);
  await sinks.start();
  const started = performance.now();
  const after = await delivered(server.url);
  const catchUpSeconds = (performance.now() - started) / 1000;
  const documents = (await sinks.mongoCount()) - before;
  const distinct = (await sinks.fluentdKeys()).size;
  console.log(`### Both sinks down for ${seconds} s under load, then up\n`);
  printTable(
    ["", ""],
    [
      ["answered while they were down", whole(answered)],
      ["records waiting at its end, over both sinks", whole(pending)],
      ["records dropped", whole(dropped)],
      ["records written since the start", whole(after.written)],
      ["of which in MongoDB", whole(documents)],
      ["of which at Fluentd (distinct)", whole(distinct)],
      ["delivered after", `${whole(catchUpSeconds)} s`],
      ["resident memory, normal, most", `${normal.toFixed(0)} MB`],
      ["resident memory, sinks down, most", `${during.toFixed(0)} MB`],
    ],
  );
  await sinks.stop();
}
