import type { Filter } from "mongodb";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { idField } from "../../core/prediction-log/reserved-fields.ts";
import { escapedName } from "./escaped-names.ts";
import { mongoFailure } from "./mongodb-failure.ts";
import {
  closeCollection,
  type MongoDbOptions,
  type OpenCollection,
  openCollection,
} from "./open-collection.ts";
import { fromDocument, type RecordDocument } from "./record-document.ts";

export interface ReadMongoDbOptions extends MongoDbOptions {
  /** The name of the id in features.yaml, by which records of an id are found without looking at all. */
  readonly idName: string | undefined;
}

/** The first answer may need the server to sort what it has no index for. */
const readTimeoutMs = 300_000;

/**
 * The records in MongoDB that are asked for, by time; those of one time by request and row.
 * What is in the collection and is no record is passed over. Rejects with `MltError`.
 */
export async function* readMongoDb(
  options: ReadMongoDbOptions,
  query: RecordQuery,
): AsyncGenerator<LogRecord, void, undefined> {
  const { timeoutMs = readTimeoutMs } = options;
  const opened = await openCollection({ ...options, timeoutMs });
  try {
    yield* inOrder(found(opened, query, { idName: options.idName, timeoutMs, order: 1 }));
  } finally {
    await closeCollection(opened);
  }
}

/** The last of the records in MongoDB that are asked for, in the order of `readMongoDb`. Rejects with `MltError`. */
export async function readLatestMongoDb(
  options: ReadMongoDbOptions,
  query: RecordQuery,
  count: number,
): Promise<readonly LogRecord[]> {
  const { timeoutMs = readTimeoutMs } = options;
  const opened = await openCollection({ ...options, timeoutMs });
  const latest: LogRecord[] = [];
  try {
    for await (const record of found(opened, query, { idName: options.idName, timeoutMs, order: -1 })) {
      // What has the time of the last one wanted, such as the rows of its request, comes in any order.
      if (latest.length >= count && record.timeMs !== latest.at(-1)?.timeMs) break;
      latest.push(record);
    }
  } finally {
    await closeCollection(opened);
  }
  return latest.sort((a, b) => a.timeMs - b.timeMs || byRequest(a, b)).slice(-count);
}

interface Finding {
  readonly idName: string | undefined;
  readonly timeoutMs: number;
  /** By time. */
  readonly order: 1 | -1;
}

async function* found(
  { collection, servers }: OpenCollection,
  query: RecordQuery,
  { idName, timeoutMs, order }: Finding,
): AsyncGenerator<LogRecord, void, undefined> {
  const documents = collection
    .find(filterOf(query, idName), { timeoutMS: timeoutMs, timeoutMode: "iteration" })
    .sort({ timestamp: order });
  try {
    for await (const document of documents) {
      const record = fromDocument(document);
      if (record !== undefined && matches(record, query)) yield record;
    }
  } catch (cause) {
    throw mongoFailure("read predictions from", servers, cause);
  }
}

/** What MongoDB can look up; `matches` has the last word. */
function filterOf(query: RecordQuery, idName: string | undefined): Filter<RecordDocument> {
  const { sinceMs, untilMs, event, id, requestId, className } = query;
  return {
    // The index begins with the event: all of them are named where any will do.
    event: event ?? { $in: ["predict", "predict_proba", "feedback"] },
    timestamp: {
      $gte: new Date(sinceMs ?? -mostMs),
      $lt: new Date(untilMs ?? mostMs),
    },
    ...(className === undefined ? {} : { prediction: className }),
    ...(id === undefined || idName === undefined
      ? {}
      : { [escapedName(idField(idName))]: { $in: spelled(id) } }),
    ...(requestId === undefined
      ? {}
      : { $or: [{ request_id: requestId }, { predicted_request_id: requestId }] }),
  };
}

/** Furthest that a date may be from the epoch. */
const mostMs = 8.64e15;

/** An id as text, and as the number that has that text. */
function spelled(id: string): readonly (string | number)[] {
  const number = Number(id);
  return String(number) === id ? [id, number] : [id];
}

/** Sorts what has the same time, which MongoDB gives in any order. */
async function* inOrder(records: AsyncIterable<LogRecord>): AsyncGenerator<LogRecord, void, undefined> {
  let same: LogRecord[] = [];
  for await (const record of records) {
    if (same[0] !== undefined && same[0].timeMs !== record.timeMs) {
      yield* same.sort(byRequest);
      same = [];
    }
    same.push(record);
  }
  yield* same.sort(byRequest);
}

function byRequest({ fields: a }: LogRecord, { fields: b }: LogRecord): number {
  const [first, second] = [String(a["request_id"]), String(b["request_id"])];
  if (first !== second) return first < second ? -1 : 1;
  return Number(a["row"]) - Number(b["row"]);
}
