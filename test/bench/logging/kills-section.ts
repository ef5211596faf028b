import { join } from "node:path";
import type { Bench } from "../serving/bench.ts";
import { type Server, startServer } from "../serving/server.ts";
import { printTable, whole } from "../serving/table.ts";
import { delivered } from "./log-counts.ts";
import { withEnv } from "./rates-section.ts";
import type { Sinks } from "./sinks.ts";

const clients = 16;

/** Kills the service again and again under load, and counts what became of the predictions that clients received. */
export async function killsSection(bench: Bench, sinks: Sinks, kills: number): Promise<boolean> {
  const { mlt, project, dir } = bench;
  const env = { ...sinks.env, MLT_LOGGING__SPOOL__DIR: join(dir, "spool-kills") };
  const logged = withEnv(mlt.usual ?? mlt.one, "mlt", env);
  await sinks.start();
  const received = new Set<string>();
  for (let round = 1; round <= kills; round++) {
    const server = await startServer(logged, project.rows, dir);
    await predictUntilKilled(server, round, received);
    await server[Symbol.asyncDispose]();
    if (round % 10 === 0) console.error(`killed ${round} of ${kills} times, ${received.size} answers`);
  }
  await using server = await startServer(logged, project.rows, dir);
  await delivered(server.url);
  const documents = await sinks.mongoKeys();
  const sent = await sinks.fluentdKeys();
  const missing = (keys: ReadonlyMap<string, number>) => [...received].filter((key) => !keys.has(key)).length;
  const twice = (keys: ReadonlyMap<string, number>) =>
    [...received].filter((key) => (keys.get(key) ?? 0) > 1).length;
  console.log(`### ${kills} times kill -9 of all processes under load\n`);
  printTable(
    ["predictions that a client received", whole(received.size)],
    [
      ["in MongoDB exactly once", whole(received.size - missing(documents) - twice(documents))],
      ["in MongoDB more than once", whole(twice(documents))],
      ["missing in MongoDB", whole(missing(documents))],
      ["at Fluentd at least once", whole(received.size - missing(sent))],
      ["at Fluentd more than once", whole(twice(sent))],
      ["missing at Fluentd", whole(missing(sent))],
    ],
  );
  await sinks.stop();
  return missing(documents) + twice(documents) + missing(sent) === 0;
}

/** Each client sends its next request when it has its answer; after 0.1 to 1.1 s everything is killed at once. */
async function predictUntilKilled(server: Server, round: number, received: Set<string>): Promise<void> {
  let killed = false;
  const client = async (number: number) => {
    for (let at = 0; !killed; at++) {
      const id = `kill-${round}-${number}-${at}`;
      if (await isAnswered(server.url, id)) received.add(`${id}:0`);
      // So that the sinks, on the same cores, come near to keeping up.
      await new Promise((next) => setTimeout(next, 2));
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  await new Promise((wait) => setTimeout(wait, 100 + 1000 * Math.random()));
  server.kill();
  killed = true;
  await all;
}

const body = JSON.stringify([{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }]);

/** Whether the answer has come to its end. */
async function isAnswered(url: string, requestId: string): Promise<boolean> {
  const headers = { "content-type": "application/json", "x-request-id": requestId };
  try {
    const answer = await fetch(url, { method: "POST", headers, body });
    return (await answer.text()).endsWith("]") && answer.status === 200;
  } catch (cause) {
    if (cause instanceof Error) return false;
    throw cause;
  }
}
