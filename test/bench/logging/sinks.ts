import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { MongoClient } from "mongodb";
import { freePort } from "../../../ops/build/free-port.ts";

/** Servers of MongoDB's and of Fluentd's protocol that predictions are sent to. */
export interface Sinks extends AsyncDisposable {
  /** What a service needs to send to them. */
  readonly env: Readonly<Record<string, string>>;
  start(): Promise<void>;
  /** Ends both at once; what they have is kept. */
  stop(): Promise<void>;
  /** How many documents MongoDB has. */
  mongoCount(): Promise<number>;
  /** How often MongoDB has each `request_id:row`. */
  mongoKeys(): Promise<ReadonlyMap<string, number>>;
  /** How often Fluentd was sent each `request_id:row`. */
  fluentdKeys(): Promise<ReadonlyMap<string, number>>;
}

/** Two servers that do not run yet, on ports that stay the same. */
export async function sinksIn(dir: string): Promise<Sinks> {
  const [mongoPort, fluentdPort] = [await freePort(), await freePort()];
  const state = join(dir, "mongodb");
  const received = join(dir, "fluentd.ndjson");
  mkdirSync(state, { recursive: true });
  let running: readonly ChildProcess[] = [];
  const uri = `mongodb://127.0.0.1:${mongoPort}/`;
  const stop = async () => {
    const ended = running.map((child) => new Promise((done) => child.once("exit", done)));
    for (const child of running) child.kill("SIGKILL");
    running = [];
    await Promise.all(ended);
  };
  return {
    env: {
      MLT_LOGGING__MONGODB__URI: uri,
      MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
      MLT_LOGGING__FLUENTD__PORT: `${fluentdPort}`,
    },
    async start() {
      running = [
        launch("mlt-test-ferretdb", ["--port", `${mongoPort}`, "--state", state], join(dir, "mongodb.log")),
        launch("mlt-test-fluentforward", ["--port", `${fluentdPort}`], received),
      ];
      await withCollection(uri, (collection) => collection.estimatedDocumentCount());
    },
    stop,
    mongoCount: () => withCollection(uri, (collection) => collection.estimatedDocumentCount()),
    mongoKeys: () =>
      withCollection(uri, async (collection) => {
        const keys = new Map<string, number>();
        const found = collection.find({}, { projection: { request_id: 1, row: 1 } });
        for await (const { request_id, row } of found) add(keys, `${request_id}:${row}`);
        return keys;
      }),
    async fluentdKeys() {
      const keys = new Map<string, number>();
      if (!existsSync(received)) return keys;
      for await (const line of createInterface({ input: createReadStream(received) })) {
        if (!line.startsWith("{")) continue;
        // Killed in the middle of a line, it had not acknowledged what the line was of.
        if (!line.endsWith("}")) continue;
        const { record } = JSON.parse(line);
        add(keys, `${record.request_id}:${record.row}`);
      }
      return keys;
    },
    [Symbol.asyncDispose]: stop,
  };
}

function add(keys: Map<string, number>, key: string): void {
  keys.set(key, (keys.get(key) ?? 0) + 1);
}

function launch(program: string, args: readonly string[], output: string): ChildProcess {
  const file = openSync(output, "a");
  try {
    // They stand for servers of other machines: here they take what the load leaves.
    return spawn("nice", ["-n", "19", program, ...args], { stdio: ["ignore", file, file] });
  } finally {
    closeSync(file);
  }
}

async function withCollection<Result>(
  uri: string,
  use: (collection: ReturnType<ReturnType<MongoClient["db"]>["collection"]>) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 });
  try {
    return await use(client.db("mlt").collection("predictions"));
  } finally {
    await client.close();
  }
}
