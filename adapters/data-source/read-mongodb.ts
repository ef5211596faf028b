import type { Document, FindCursor, MongoClient, MongoClientOptions } from "mongodb";
import type { DataFrame } from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import { afterTime } from "../mongodb/after-time.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { type KnownOptions, refuseUnknown } from "./known-options.ts";
import { type LoadOptions, limitOptions, rowLimit } from "./row-limit.ts";
import {
  codeOf,
  databaseFailure,
  reasonOf,
  type ServerAddress,
  serverAddress,
  unreadableAddress,
} from "./server-address.ts";

export interface MongodbSource extends LoadOptions {
  /** `mongodb://user:password@host:27017/database`, from the environment. */
  readonly url: string | undefined;
  /** Where the connection string does not name it, or names that of the user. */
  readonly database?: string | undefined;
  readonly collection: string;
  /** Which documents, in MongoDB's own terms; all of them when absent. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  /** Which fields, in this order; every field that occurs when absent. */
  readonly fields?: readonly string[] | undefined;
}

const known: KnownOptions<MongodbSource> = {
  url: true,
  database: true,
  collection: true,
  filter: true,
  fields: true,
  ...limitOptions,
};

const rules = { called: "readMongodb", product: "MongoDB", schemes: ["mongodb", "mongodb+srv"] };

const clientOptions: MongoClientOptions = {
  appName: "mlt",
  maxPoolSize: 1,
  // A whole number that is kept as a double is a double.
  promoteValues: false,
};

/**
 * Loads documents of a MongoDB collection: a column for each field, null where a document lacks it, and JSON as text where
 * it holds a list or a document.
 *
 * @throws {MltError} external: when no server can be reached or it refuses the user; input: for values that are no column
 */
export async function readMongodb(source: MongodbSource): Promise<DataFrame> {
  refuseUnknown(rules.called, source, known);
  const address = serverAddress(source.url, rules);
  const limit = rowLimit(source);
  const client = await newClient(address);
  const frame = await FrameBuilder.open();
  for (const name of source.fields ?? []) frame.addColumn(name);
  try {
    const database = client.db(source.database);
    if (limit > 0) await readDocuments(frame, find(client, source, limit));
    if (frame.height === 0) await checkCollection(database.listCollections({ name: source.collection }));
    return frame.finish();
  } catch (cause) {
    throw failureOf(address, cause);
  } finally {
    await afterTime(client.close(), 1_000, () => undefined);
  }

  async function checkCollection(found: { toArray(): Promise<readonly unknown[]> }): Promise<void> {
    if ((await found.toArray()).length > 0) return;
    throw new MltError(`${address.shown} has no collection "${source.collection}"`, {
      hint: "Mend database or collection in the data loader.",
    });
  }
}

async function newClient({ url }: ServerAddress): Promise<MongoClient> {
  // Most commands never need it.
  const { MongoClient } = await import("mongodb");
  try {
    // What the connection string says of it counts.
    const hasPatience = url.includes("serverSelectionTimeoutMS=");
    return new MongoClient(url, {
      ...clientOptions,
      ...(hasPatience ? {} : { serverSelectionTimeoutMS: 10_000 }),
    });
  } catch {
    throw unreadableAddress(rules);
  }
}

function find(client: MongoClient, source: MongodbSource, limit: number): FindCursor<Document> {
  const { database, collection, filter = {}, fields } = source;
  const named = (fields ?? []).map((name) => [name, 1] as const);
  const withId = fields === undefined || fields.includes("_id");
  return client
    .db(database)
    .collection(collection)
    .find(filter, {
      batchSize: 10_000,
      ...(Number.isFinite(limit) ? { limit } : {}),
      ...(fields === undefined ? {} : { projection: { ...Object.fromEntries(named), _id: withId ? 1 : 0 } }),
    });
}

async function readDocuments(frame: FrameBuilder, documents: FindCursor<Document>): Promise<void> {
  const { addBsonValue } = await import("./bson-value.ts");
  for await (const document of documents) {
    for (const [name, value] of Object.entries(document)) addBsonValue(frame.column(name), value);
    frame.endRow();
  }
}

/** Codes of an answer about who asks: Unauthorized, AuthenticationFailed, AtlasError. */
const loginCodes = new Set(["13", "18", "8000"]);

function failureOf(address: ServerAddress, cause: unknown): unknown {
  if (!(cause instanceof Error) || !cause.name.startsWith("Mongo")) return cause;
  if (loginCodes.has(codeOf(cause))) return databaseFailure(address, "login", reasonOf(cause));
  const isAnswer = cause.name === "MongoServerError";
  return databaseFailure(address, isAnswer ? "query" : "unreachable", reasonOf(cause));
}
