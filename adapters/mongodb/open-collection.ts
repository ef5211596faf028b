import type { Collection, Db, MongoClient } from "mongodb";
import { afterTime } from "./after-time.ts";
import { mongoUriFailure } from "./mongodb-failure.ts";
import type { RecordDocument } from "./record-document.ts";

/** Where predictions are kept in MongoDB. */
export interface MongoDbOptions {
  /** With user, password and TLS. */
  readonly uri: string;
  readonly database: string;
  readonly collection: string;
  /** Longest to look for a server that answers. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** Longest to wait for an answer of it. @default 30000 */
  readonly timeoutMs?: number;
}

/** The timeouts that options leave out. */
export function timeoutsOf({ connectTimeoutMs = 5_000, timeoutMs = 30_000 }: MongoDbOptions) {
  return { connectTimeoutMs, timeoutMs };
}

/** A collection of a server that may not have been reached yet. */
export interface OpenCollection {
  readonly client: MongoClient;
  readonly database: Db;
  readonly collection: Collection<RecordDocument>;
  /** Names of its servers, for people. */
  readonly servers: string;
}

/** Reads the connection string, and loads the driver; connections are made when they are needed. */
export async function openCollection(options: MongoDbOptions): Promise<OpenCollection> {
  const { connectTimeoutMs, timeoutMs } = timeoutsOf(options);
  // Most commands never need it.
  const { MongoClient } = await import("mongodb");
  let client: MongoClient;
  try {
    client = new MongoClient(options.uri, {
      appName: "mlt",
      serverSelectionTimeoutMS: connectTimeoutMs,
      connectTimeoutMS: connectTimeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
      maxPoolSize: 4,
    });
  } catch (cause) {
    throw mongoUriFailure(cause, options.uri);
  }
  const { hosts, srvHost, writeConcern } = client.options;
  const database = client.db(options.database);
  const collection = database.collection<RecordDocument>(options.collection, {
    // Looked at before it is written to: a secondary may not know yet.
    readPreference: "primary",
    // Without an acknowledgement nobody knows what to send again.
    writeConcern: (writeConcern?.w ?? 0) === 0 ? { w: "majority" } : { ...writeConcern },
  });
  return { client, database, collection, servers: srvHost ?? hosts.join(", ") };
}

/** Disconnects, and waits no longer than a second for the server's farewell. */
export async function closeCollection({ client }: OpenCollection): Promise<void> {
  await afterTime(client.close(), 1_000, () => undefined);
}
