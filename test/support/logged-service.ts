import { fluentForwardServer, fluentForwardTool } from "./fluentforward-server.ts";
import { metric, until } from "./metric.ts";
import { mongoServer, mongoTools } from "./mongo-server.ts";

/** What a test that uses `loggedSinks` needs. */
export const sinkTools = [...mongoTools, fluentForwardTool];

export const sinkNames = ["fluentd", "mongodb"] as const;

export interface LoggedSinks extends AsyncDisposable {
  readonly mongo: Awaited<ReturnType<typeof mongoServer>>;
  readonly fluentd: Awaited<ReturnType<typeof fluentForwardServer>>;
  /** What a service needs to deliver to both, from a spool in the folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts both. */
  start(): Promise<void>;
}

/** Real servers of both sinks that do not run yet, and keep what they take in the folder. */
export async function loggedSinks(dir: string): Promise<LoggedSinks> {
  const mongo = await mongoServer(dir);
  const fluentd = await fluentForwardServer(dir);
  return {
    mongo,
    fluentd,
    env: {
      MLT_LOGGING__MONGODB__URI: mongo.uri,
      MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
      MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
      MLT_LOGGING__SPOOL__DIR: `${dir}/spool`,
    },
    start: async () => {
      await mongo.start();
      await fluentd.start();
    },
    [Symbol.asyncDispose]: async () => {
      await mongo[Symbol.asyncDispose]();
      await fluentd[Symbol.asyncDispose]();
    },
  };
}

/** Waits until both sinks have so many records. */
export async function delivered(url: string, records: number): Promise<void> {
  for (const sink of sinkNames) {
    await until(
      async () => (await metric(url, `mlt_prediction_log_delivered_total{sink="${sink}"}`)) >= records,
    );
  }
}

/** Asks for predictions of some rows under a request id. */
export async function predictRows(
  url: string,
  requestId: string,
  rows: readonly unknown[],
  path = "/api/predictions",
): Promise<Response> {
  const headers = { "content-type": "application/json", "x-request-id": requestId };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(rows) });
  // Read to its end, so that its connection is free.
  return new Response(await answer.text(), { status: answer.status, headers: answer.headers });
}
