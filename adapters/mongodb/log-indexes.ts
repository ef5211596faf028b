import type { Collection, Db, IndexDescription } from "mongodb";
import { ExitCode, MltError } from "../../core/errors.ts";
import { idField } from "../../core/prediction-log/reserved-fields.ts";
import { escapedName } from "./escaped-names.ts";
import { codeOf, saidNo } from "./mongodb-failure.ts";
import type { OpenCollection } from "./open-collection.ts";
import type { RecordDocument } from "./record-document.ts";

/** An index as `listIndexes` tells it, as far as it matters here. */
export interface MongoIndex {
  readonly name?: string | undefined;
  readonly key: Readonly<Record<string, unknown>>;
  readonly expireAfterSeconds?: number | undefined;
}

/** What is to be done so that records expire as they ought to. */
export type ExpiryStep =
  | { readonly kind: "create"; readonly expireAfterSeconds: number }
  | { readonly kind: "change"; readonly expireAfterSeconds: number }
  | { readonly kind: "drop" }
  | { readonly kind: "taken"; readonly name: string }
  | { readonly kind: "none" };

/** The index by which MongoDB removes old records; one of another name is not ours. */
const expiryIndex = "mlt_expiry";

/** Those of the indexes to read by that are not there, under whatever name. */
export function missingIndexes(
  present: readonly MongoIndex[],
  idName: string | undefined,
): readonly IndexDescription[] {
  const keys = new Set(present.map(({ key }) => JSON.stringify(key)));
  const wanted: IndexDescription[] = [
    { name: "mlt_event_timestamp", key: { event: 1, timestamp: 1 } },
    { name: "mlt_request_id", key: { request_id: 1 } },
    // Only truths have it.
    { name: "mlt_predicted_request_id", key: { predicted_request_id: 1 }, sparse: true },
  ];
  if (idName !== undefined) {
    const id = escapedName(idField(idName));
    wanted.push({ name: `mlt_id_${id}`, key: { [id]: 1, timestamp: 1 } });
  }
  return wanted.filter(({ key }) => !keys.has(JSON.stringify(key)));
}

/** How the indexes that are there differ from what `ttl_days` asks for. */
export function expiryStep(indexes: readonly MongoIndex[], ttlDays: number | undefined): ExpiryStep {
  // MongoDB has one index of a key, so one that somebody else has made stands in the way of ours.
  const found = indexes.find(({ key }) => Object.keys(key).join() === "timestamp");
  const isOurs = found?.name === expiryIndex;
  if (ttlDays === undefined) return { kind: isOurs ? "drop" : "none" };
  const expireAfterSeconds = ttlDays * 86_400;
  if (found === undefined) return { kind: "create", expireAfterSeconds };
  if (found.expireAfterSeconds === expireAfterSeconds) return { kind: "none" };
  return isOurs ? { kind: "change", expireAfterSeconds } : { kind: "taken", name: found.name ?? "" };
}

/** Makes the indexes that `mlt logs` and `mlt evaluate` read by, and the one by which records expire. */
export async function makeLogIndexes(
  { database, collection }: OpenCollection,
  { idName, ttlDays }: { readonly idName: string | undefined; readonly ttlDays: number | undefined },
): Promise<void> {
  const present = await presentIndexes(collection);
  const missing = missingIndexes(present, idName);
  if (missing.length > 0) await collection.createIndexes([...missing]);
  const step = expiryStep(present, ttlDays);
  switch (step.kind) {
    case "create":
      return await createExpiry(collection, step.expireAfterSeconds);
    case "change":
      return await changeExpiry(database, collection, step.expireAfterSeconds);
    case "drop":
      return void (await collection.dropIndex(expiryIndex));
    case "taken":
      throw new MltError(
        `Index "${step.name}" of timestamp stands where that of logging.mongodb.ttl_days would`,
        {
          hint: "Drop that index, or leave ttl_days out.",
          exitCode: ExitCode.external,
        },
      );
    case "none":
      return;
  }
}

async function createExpiry(
  collection: Collection<RecordDocument>,
  expireAfterSeconds: number,
): Promise<void> {
  await collection.createIndex({ timestamp: 1 }, { name: expiryIndex, expireAfterSeconds });
}

async function presentIndexes(collection: Collection<RecordDocument>): Promise<readonly MongoIndex[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (codeOf(error) === namespaceNotFound) return [];
    throw error;
  }
}

/** MongoDB's code for a collection that is not there yet. */
const namespaceNotFound = 26;

/** In place, or, where the server cannot do that, by making the index anew. */
async function changeExpiry(
  database: Db,
  collection: Collection<RecordDocument>,
  expireAfterSeconds: number,
): Promise<void> {
  try {
    await database.command({
      collMod: collection.collectionName,
      index: { name: expiryIndex, expireAfterSeconds },
    });
  } catch (error) {
    if (!saidNo(error)) throw error;
    await collection.dropIndex(expiryIndex);
    await createExpiry(collection, expireAfterSeconds);
  }
}
